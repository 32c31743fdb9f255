"""A site that is served while it changes."""

from __future__ import annotations

import shutil
import threading
import urllib.request
from pathlib import Path

import pytest

from build_site import watch
from build_site.inputs import inputs_of
from build_site.serve import server
from build_site.site import is_site
from build_site.watch import Preview
from plainfilm import node
from plainfilm.atomic import OutputError
from tests.own_site import write_own_site


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return Path(shutil.copy(node.template() / "site.toml", tmp_path))


def title_of(preview: Preview) -> str:
    with urllib.request.urlopen(preview.address) as answer:
        page: str = answer.read().decode()
    return page.partition("<title>")[2].partition(":")[0]


def write_title(config: Path, title: str) -> None:
    text = (node.template() / "site.toml").read_text("utf-8").replace('title = "Plainfilm"', title)
    config.write_text(text, "utf-8")


def test_a_change_is_shown_when_it_is_whole_and_a_mistake_leaves_the_last_good_site(
    tiny_bundle: Path, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "kept"
    with Preview(bundle=[tiny_bundle], config=config, out=out) as preview:
        assert title_of(preview) == "Plainfilm"
        assert not preview.look()
        write_title(config, "title = 1")
        assert not preview.look()
        assert "title is of the wrong kind" in capsys.readouterr().err
        assert title_of(preview) == "Plainfilm"
        assert not preview.look(), "one mistake is said once"
        write_title(config, 'title = "Another"')
        assert preview.look()
        assert title_of(preview) == "Another"
        assert "<title>Another:" in (out / "index.html").read_text("utf-8")
        temporary = preview.server.folder.parent
    assert not temporary.exists()
    assert is_site(out)


def test_a_folder_with_another_site_or_anything_else_stays_as_it_is(
    tiny_bundle: Path, tiny_site: Path, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "build", lambda folder, **_: shutil.copytree(tiny_site, folder))
    write_title(config, 'title = "Another"')
    there = Path(shutil.copytree(tiny_site, tmp_path / "dist"))
    with pytest.raises(OutputError, match=r"holds another site\n  received: the site 'Plainfilm'"):
        Preview(bundle=[tiny_bundle], config=config, out=there).__enter__()
    assert (there / "index.html").read_bytes() == (tiny_site / "index.html").read_bytes()
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError, match="left alone"):
        Preview(bundle=[tiny_bundle], config=config, out=tmp_path / "thesis").__enter__()


def test_the_files_that_are_watched_are_those_that_a_build_reads(tiny_bundle: Path, config: Path) -> None:
    watched = set(inputs_of([tiny_bundle], config))
    template = node.template()
    assert {
        config,
        tiny_bundle / "metadata.json",
        template / "strings.toml",
        template / "styles" / "page.css",
    } <= watched
    assert not any("node_modules" in path.parts for path in watched)


def test_files_that_site_toml_names_are_watched_also_where_it_has_a_mistake(tmp_path: Path) -> None:
    config = write_own_site(tmp_path / "own")
    with config.open("a", encoding="utf-8") as file:
        file.write("[nonsense]\n")
    folder = config.parent
    expected = {folder / "own.css", folder / "samples" / "rose.png", folder / "models" / "tiny" / "metadata.json"}
    assert expected <= set(inputs_of([], config))


def test_a_page_that_is_loading_finds_the_parts_of_the_site_before(tmp_path: Path) -> None:
    first, second, third = tmp_path / "1", tmp_path / "2", tmp_path / "3"
    for folder in (first, second, third):
        folder.mkdir()
        (folder / "index.html").write_text(folder.name)
    (first / "page-1.js").write_text("1")
    with server(first) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        assert running.show(second) is None
        for name, text in (("", "2"), ("page-1.js", "1")):
            with urllib.request.urlopen(f"http://127.0.0.1:{running.server_port}/{name}") as answer:
                assert answer.read().decode() == text
        assert running.show(third) == first
        running.shutdown()
