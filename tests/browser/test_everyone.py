"""Everyone can use the page: by axe-core in every state, by keyboard alone, small, large, in few colours and at rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.axe import violations
from tests.browser.visit import Visit
from tests.conftest import Open
from tests.tiny_bundle import film, png

Films = dict[str, Path]
Look = dict[str, object]

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LOOKS: dict[str, Look] = {
    "dark desktop": {"viewport": DESKTOP, "color_scheme": "dark"},
    "light desktop": {"viewport": DESKTOP, "color_scheme": "light"},
    "dark phone": {"viewport": PHONE, "color_scheme": "dark"},
    "light phone": {"viewport": PHONE, "color_scheme": "light"},
}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def every_kind(films: Films, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Films of every outcome: ruled in, ruled out, indeterminate, refused, no picture, cut."""
    folder = tmp_path_factory.mktemp("every kind")
    made = []
    for brightness in (30, 78, 150):
        made.append(folder / f"{brightness}.png")
        made[-1].write_bytes(png(film(brightness, 300, 360)))
    return [*made, films["black"], films["notes"], films["cut"]]


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_in_any_state(
    browser: Browser, numbers_page: str, every_kind: list[Path], look: str
) -> None:
    context = browser.new_context(**LOOKS[look])  # type: ignore[arg-type]
    held: list[Route] = []
    holding = True
    context.route("**/*.bin", lambda route: held.append(route) if holding else route.continue_())
    visit = Visit.to(context, numbers_page)
    page = visit.page
    found: dict[str, dict[str, list[str]]] = {}

    def look_at(state: str) -> None:
        if broken := violations(page):
            found[state] = broken

    if numbers_page.startswith("http"):
        look_at("loading")
        visit.give(*every_kind)
        look_at("waiting for the engine")
        page.locator("#stop").click()
        look_at("stopped")
        holding = False
        for route in held:
            route.continue_()
        visit.until_engine("ready")
        look_at("ready and stopped")
        page.locator("#start").click()
    else:
        visit.until_engine("ready")
        look_at("ready")
        visit.give(*every_kind)
    visit.readings(len(every_kind))
    look_at("read, refused and failed")
    page.get_by_test_id("reading").nth(3).get_by_role("button", name="Read anyway").click()
    expect(page.locator("[data-overridden]")).to_have_count(1)
    page.locator("#heatmap").check()
    expect(page.locator("canvas:visible").first).to_be_visible()
    look_at("heat map and a film that was read anyway")
    page.get_by_text("indeterminate 1", exact=True).check()
    expect(page.locator("[data-testid=reading]:visible")).to_have_count(1)
    look_at("one kind of film alone")
    for area in page.locator("details:visible > summary").all():
        area.click()
    expect(page.locator("#threshold")).to_be_visible()
    look_at("everything that opens is open")
    page.locator("#diagnostics").click()
    look_at("dialog with a text")
    page.keyboard.press("Escape")
    page.locator("#clear").click()
    look_at("dialog with a question")
    page.get_by_role("dialog").get_by_role("button", name="Remove all").click()
    expect(page.get_by_test_id("reading")).to_have_count(0)
    look_at("all removed")
    context.close()
    assert not found, json.dumps(found, indent=1)
