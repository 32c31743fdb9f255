"""The command line: what it builds, what it serves, and what it says to do next."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from build_site import __main__ as command_line
from build_site.site import is_site
from build_site.verbs import build as build_verb
from plainfilm.errors import UsageError


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were served, none of them for long."""
    folders: list[Path] = []
    monkeypatch.setattr(build_verb, "serve_folder", lambda folder, port: folders.append(folder))
    return folders


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", ["build_site", *arguments])
    command_line.main()


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_the_last_line_serves_the_site_that_was_built_and_builds_nothing_anew(
    tiny_bundle: Path,
    tmp_path: Path,
    served: list[Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "my site"
    run(monkeypatch, "--bundle", str(tiny_bundle), "--out", str(out))
    printed = capsys.readouterr().out
    assert "standalone.html" in printed
    last = shlex.split(printed.splitlines()[-1])
    assert last == ["python", "-m", "build_site", "--out", str(out), "--serve"]
    assert served == []
    before = contents(out)
    run(monkeypatch, *last[3:])
    assert served == [out]
    assert contents(out) == before
    assert f"{out} is served as it was built" in capsys.readouterr().out


def test_in_the_default_folder_serving_needs_no_other_argument(
    tiny_site: Path, tmp_path: Path, served: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert build_verb.serve_command(Path("dist")) == "python -m build_site --serve"
    (tmp_path / "dist").symlink_to(tiny_site)
    monkeypatch.chdir(tmp_path)
    before = contents(tiny_site)
    run(monkeypatch, "--serve")
    assert served == [Path("dist")]
    assert contents(tiny_site) == before


def test_a_bundle_that_is_named_is_built_before_it_is_served(
    tiny_bundle: Path, tmp_path: Path, served: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_site(tmp_path / "dist")
    run(monkeypatch, "--bundle", str(tiny_bundle), "--out", str(tmp_path / "dist"), "--serve")
    assert is_site(tmp_path / "dist")
    assert served == [tmp_path / "dist"]


def test_a_folder_of_something_else_is_no_site(tmp_path: Path) -> None:
    (tmp_path / "build.json").write_text('{"name": "somebody\'s own"}', "utf-8")
    assert not is_site(tmp_path)


@pytest.mark.parametrize("name", command_line.VERBS)
def test_every_verb_says_its_options_and_is_listed_where_none_is_given(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        command_line.main([name, "--help"])
    assert f"python -m build_site {name}" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="0"):
        command_line.main(["--help"])
    printed = capsys.readouterr().out
    assert "--bundle" in printed
    assert f"\n  {name} " in printed


def test_a_plain_call_is_the_verb_build(
    tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, "build", "--bundle", str(tiny_bundle), "--out", str(tmp_path / "dist"))
    assert is_site(tmp_path / "dist")
    assert "standalone.html" in capsys.readouterr().out


def test_a_verb_that_is_misspelt_is_named_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"there is no verb chek\n  expected: perhaps check"):
        command_line.main(["chek"])
