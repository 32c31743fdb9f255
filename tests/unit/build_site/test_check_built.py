"""A built site that is checked again: what was changed, what is missing, what nobody built."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from build_site.__main__ import main
from build_site.check_built import check_built, check_bundle
from plainfilm.errors import PlainfilmError, UsageError


@pytest.fixture
def copy(tiny_site: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_site, tmp_path / "dist"))


def test_a_site_as_it_was_built_is_right(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / ".git").mkdir()
    (copy / ".git" / "HEAD").touch()
    (copy / "CNAME").write_text("films.example")
    main(["check", str(copy)])
    printed = capsys.readouterr().out
    assert "files as build.json lists them" in printed
    assert "wrong" not in printed


def test_everything_that_is_wrong_is_said_at_once(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = (copy / "about.html").read_text("utf-8")
    (copy / "about.html").write_text(page.replace("default-src 'none'", "default-src *"), "utf-8")
    (copy / "model-card.html").unlink()
    (copy / "notes.txt").touch()
    with pytest.raises(PlainfilmError, match="things are wrong") as failed:
        main(["check", str(copy)])
    assert failed.value.exit_code == 1
    printed = capsys.readouterr().out
    assert "about.html was changed" in printed
    assert "about.html: has a policy that is too wide" in printed
    assert "model-card.html is missing" in printed
    assert "index.html: links to model-card.html, which is not in the site" in printed
    assert "notes.txt was not built" in printed


@pytest.mark.parametrize("text", ["", "[]", "{", '{"builder": "plainfilm"}', '{"builder": "other", "files": []}'])
def test_a_manifest_that_cannot_be_read_is_no_built_site(tmp_path: Path, text: str) -> None:
    (tmp_path / "build.json").write_text(text)
    assert ["is no built site" in problem for problem in check_built(tmp_path).problems] == [True]


def test_a_bundle_that_was_cut_short_is_named(copy: Path) -> None:
    metadata = next(copy.glob("models/*/metadata.json"))
    metadata.write_text(json.dumps({"schema_version": 1}), "utf-8")
    assert any("metadata.json" in problem for problem in check_built(copy).problems)


def test_a_bundle_from_elsewhere_is_checked_as_a_build_would(tiny_bundle: Path, tmp_path: Path) -> None:
    assert "a bundle of" in check_bundle(tiny_bundle).right[0]
    bundle = Path(shutil.copytree(tiny_bundle, tmp_path / tiny_bundle.name))
    model = json.loads((bundle / "model.json").read_text("utf-8"))
    model["weightsManifest"][0]["weights"][0]["shape"] = [2**40]
    (bundle / "model.json").write_text(json.dumps(model), "utf-8")
    metadata = json.loads((bundle / "metadata.json").read_text("utf-8"))
    for entry in metadata["files"]:
        data = (bundle / entry["path"]).read_bytes()
        entry |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (bundle / "metadata.json").write_text(json.dumps(metadata), "utf-8")
    with pytest.raises(PlainfilmError, match="1 thing is wrong"):
        main(["check", str(bundle)])
    assert "has a shape that is none" in check_bundle(bundle).problems[0]
    with pytest.raises(PlainfilmError, match="has a shape that is none"):
        main(["--bundle", str(bundle), "--out", str(tmp_path / "dist")])
    assert not (tmp_path / "dist").exists()


def test_a_site_that_was_put_together_to_do_harm_is_named(copy: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.txt").write_bytes((copy / "licences.txt").read_bytes())
    (copy / "licences.txt").unlink()
    (copy / "licences.txt").symlink_to(tmp_path / "elsewhere.txt")
    (copy / "about.html").write_bytes(bytes(10))
    problems = check_built(copy).problems
    assert any("licences.txt leads out of the site" in problem for problem in problems)
    assert any("about.html was changed" in problem for problem in problems)
    (copy / "build.json").write_text('{"files": ' * 50_000)
    assert "nested more than 100 deep" in check_built(copy).problems[0]


def test_nothing_to_check_is_wrong_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="nothing to check"):
        main(["check"])
    with pytest.raises(UsageError, match="there is no dist"):
        main(["check", "dist"])
    (tmp_path / "dist").mkdir()
    with pytest.raises(PlainfilmError, match="1 thing is wrong"):
        main(["check"])
