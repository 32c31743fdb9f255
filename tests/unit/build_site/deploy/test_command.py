"""The verb's command line: which target is which, and what is said of those that are none."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from build_site.deploy import tools
from plainfilm.errors import PlainfilmError, UsageError
from tests.command import run
from tests.deployed import deploy


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("gs://bucket", r"storage\.googleapis\.com"),
        ("https://example.org", r"s3://BUCKET --endpoint-url URL"),
        ("az://container", "s3://BUCKET/FOLDER, gh-pages, or a folder"),
        ("S3://bucket", "s3://BUCKET/FOLDER"),
    ],
)
def test_other_targets_are_refused_with_what_can_be_had(target: str, words: str, site: Path) -> None:
    with pytest.raises(UsageError, match=words):
        deploy(target, "--site", site)


@pytest.mark.parametrize(
    "arguments",
    [
        ("out", "--endpoint-url", "http://a"),
        ("out", "--show", "bucket-policy"),
        ("gh-pages", "--for", "nginx"),
        ("gh-pages", "--keep-days", "0"),
        ("s3://bucket", "--remote", "origin"),
        ("out", "--branch", "site"),
        ("gh-pages", "--embedding"),
        ("out", "--embedding"),
    ],
)
def test_options_of_another_target_are_refused_by_name(arguments: tuple[str, ...], site: Path) -> None:
    with pytest.raises(UsageError, match=f"{arguments[1]} is of no use"):
        deploy(*arguments, "--site", site)


@pytest.mark.parametrize("target", ["s3://bucket", "gh-pages", "out"])
def test_without_a_site_it_is_said_how_to_build_one(target: str, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    for folder in (tmp_path / "none", tmp_path / "other"):
        with pytest.raises(PlainfilmError, match=rf"(?s)no site in.*python -m build_site --out {folder}"):
            deploy(target, "--site", folder)


@pytest.mark.parametrize(
    ("target", "module"), [("s3://bucket", "boto3"), ("gh-pages", "ghp_import"), ("out", "brotli")]
)
def test_a_package_that_is_not_installed_is_named_with_the_command_that_installs_it(
    target: str, module: str, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.import_module

    def missing(name: str, *rest: Any) -> Any:
        if name == module:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return found(name, *rest)

    monkeypatch.setattr(importlib, "import_module", missing)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PlainfilmError, match=rf"(?s){tools.PACKAGES[module]}.*make deploy-tools"):
        deploy(target, "--site", site, *(["--for", "nginx"] if target == "out" else []))
    assert not (tmp_path / "out").exists()
    monkeypatch.setattr(tools, "__file__", str(tmp_path / "a" / "b" / "c" / "tools.py"))
    assert tools.install_command() == "pip install 'plainfilm[deploy]'"


def test_the_command_line_deploys_and_says_what_to_do_next(site: Path, tmp_path: Path) -> None:
    done = run("build_site", "deploy", "out", "--site", site, "--for", "netlify", cwd=tmp_path)
    assert "netlify deploy --prod --cwd out" in done.stdout
    wrong = run("build_site", "deploy", "ftp://out", "--site", site, cwd=tmp_path, code=2)
    assert wrong.stderr.startswith("error: ftp:// is no target")
