"""A site of somebody's own: its samples are read, its colours and logo are there, and what it turned off is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from build_site.site import build
from tests.browser.axe import violations
from tests.browser.visit import Visit
from tests.conftest import Open, Serve
from tests.dicom_files import RADIOGRAPH
from tests.own_site import write_own_site


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    return build(folder / "dist", config=write_own_site(folder / "site")).out


@pytest.mark.parametrize("kind", ["served", "one file"])
def test_a_sample_is_read_as_if_the_visitor_had_chosen_it(visit: Open, own_site: Path, serve: Serve, kind: str) -> None:
    served = serve(own_site)
    page = visit(f"{served}fr/" if kind == "served" else (own_site / "standalone.html").as_uri() + "#lang=fr")
    page.until_engine("ready")
    page.page.wait_for_function("() => document.querySelector('.samples img').naturalWidth > 0")
    loaded = [url for url in page.requests if "/sample-" in url]
    engine = next((at for at, url in enumerate(page.requests) if "worker-" in url), -1)
    assert all(page.requests.index(url) > engine for url in loaded), "what reads comes first"
    page.page.get_by_role("button", name="Une rose").click()
    page.page.get_by_role("button", name="A tulip").click()
    readings = page.readings(2)
    assert [(one["file"], one["label"]) for one in readings] == [("rose.png", "ROSE"), ("tulip.png", "TULIP")]
    expect(page.page.locator(".verdict").first).to_have_text(re.compile("Proche de « rose »|Aspect de type rose"))
    assert page.page.locator(".logo").evaluate("image => image.naturalWidth") > 0
    # Below the films, where they are seen then, and for the keyboard too; above once there are none again.
    follows = (
        "one => document.querySelector('#readings').compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING"
    )
    samples = page.page.locator(".samples")
    expect(page.page.locator("[data-sample='1']")).to_be_focused()
    assert samples.evaluate(follows)
    page.page.emulate_media(media="print")
    expect(samples).to_be_hidden()
    page.page.emulate_media(media="screen")
    for _ in range(2):
        page.page.locator(".remove:visible").first.click()
    expect(page.page.locator(".reading")).to_have_count(0)
    assert not samples.evaluate(follows)
    assert all(url.startswith((served, "blob:", "data:", "file:")) for url in page.requests)
    assert page.problems == []
    assert (loaded != []) == (kind == "served")


def test_a_sample_that_cannot_be_loaded_is_said(visit: Open, own_site: Path, serve: Serve) -> None:
    page = visit(serve(own_site)).until_engine("ready")
    page.page.route("**/sample-*", lambda route: route.abort())
    page.page.get_by_role("button", name="A rose").click()
    expect(page.page.locator("#intake-status")).to_have_text(
        "This sample could not be loaded. Connect to the network and choose it again."
    )


def test_what_the_site_turned_off_is_neither_offered_nor_opened(visit: Open, own_site: Path, serve: Serve) -> None:
    page = visit(serve(own_site)).until_engine("ready")
    head = b"\0" * 128 + b"DICM" + bytes(RADIOGRAPH["Modality"], "ascii")
    page.give({"name": "film.dcm", "mimeType": "application/dicom", "buffer": head})
    [reading] = page.readings(1)
    assert reading["reason"] == "not-an-image"
    expect(page.page.locator(".verdict")).to_have_text(
        "This file is not a picture that can be read here. JPEG, PNG, TIFF, BMP and WebP can. If it is an archive other than ZIP, unpack it first."
    )
    expect(page.page.locator(".choose-folder")).to_be_hidden()
    expect(page.page.locator("#print")).to_be_hidden()
    page.page.locator("#numbers summary").click()
    expect(page.page.locator(".points")).to_be_hidden()
    expect(page.page.locator("#prevalence")).to_be_hidden()
    expect(page.page.get_by_role("columnheader", name="PPV")).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_its_colours_shut_nobody_out(browser: Browser, own_site: Path, serve: Serve, theme: str) -> None:
    context = browser.new_context(color_scheme="light" if theme == "light" else "dark", service_workers="block")
    page = Visit.to(context, serve(own_site)).until_engine("ready")
    accent = page.page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent')")
    assert accent == {"light": "#8a2f5d", "dark": "#f0a6c8"}[theme]
    page.page.get_by_role("button", name="A rose").click()
    page.readings(1)
    assert violations(page.page) == {}
    context.close()
