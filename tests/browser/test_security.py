"""Nothing leaves the page, nothing that was changed is used, and no text of a file becomes markup."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from playwright.sync_api import expect

from tests.conftest import Open, Serve

Films = dict[str, Path]


def test_no_request_leaves_the_page_and_none_is_made_while_reading(visit: Open, address: str, films: Films) -> None:
    page = visit(address).until_engine("ready")
    assert page.requests
    assert [url for url in page.requests if not url.startswith((address, "blob:", "data:"))] == []
    loaded = len(page.requests)
    page.give(films["bright"], films["dark"])
    page.readings(2)
    page.page.get_by_label("Show heat map").check()
    expect(page.page.locator("canvas").first).to_be_visible()
    assert page.asked_since(loaded) == []
    assert page.problems == []


def test_changed_weights_are_noticed_before_they_are_used(
    visit: Open, tiny_site: Path, serve: Serve, tmp_path: Path
) -> None:
    site = Path(shutil.copytree(tiny_site, tmp_path / "dist"))
    [weights] = site.glob("models/*/*.bin")
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x7f")
    page = visit(serve(site)).until_engine("failed")
    expect(page.engine.locator(".trials")).to_contain_text("group1-shard1of1.bin was changed: its SHA-256 is wrong")


def test_a_file_that_is_missing_on_the_server_is_named(
    visit: Open, tiny_site: Path, serve: Serve, tmp_path: Path
) -> None:
    site = Path(shutil.copytree(tiny_site, tmp_path / "dist"))
    next(site.glob("models/*/*.bin")).unlink()
    page = visit(serve(site)).until_engine("failed")
    expect(page.engine.locator(".trials")).to_contain_text(re.compile(r"group1-shard1of1\.bin answered 404"))


def test_a_file_name_is_shown_as_text_and_never_as_markup(visit: Open, address: str, films: Films) -> None:
    name = "<img src=x onerror=document.title='owned'>.png"
    page = visit(address).until_engine("ready")
    page.give({"name": name, "mimeType": "image/png", "buffer": films["dark"].read_bytes()})
    assert page.readings(1)[0]["file"] == name
    expect(page.page.get_by_role("heading", name=name)).to_be_visible()
    assert page.page.title() != "owned"
