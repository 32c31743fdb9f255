"""Window and level in the values of a film's own file, its presets, and one window for all films."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser import axe
from tests.browser.film_files import BRIGHT, given
from tests.conftest import Open
from tests.dicom_files import in_twelve_bits
from tests.tiny_bundle import film, png

DEEP = in_twelve_bits(
    BRIGHT.astype(np.uint16) * 16,
    WindowCenter=["1000", "500"],
    WindowWidth=["2000", "600"],
    WindowCenterWidthExplanation=["STANDARD", "CHEST SOFT"],
)


def photograph() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (300, 260), (200, 60, 40)).save(buffer, "PNG")
    return buffer.getvalue()


def options(card: Locator) -> list[str]:
    return [text for text in card.locator(".window-sliders option").all_text_contents() if text != "own choice"]


def test_a_window_is_in_the_files_own_values_has_presets_and_goes_to_all_films(visit: Open, address: str) -> None:
    page = visit(address).until_engine("ready")
    page.give(given("deep.dcm", DEEP), given("plain.png", png(film(150))), given("photo.png", photograph()))
    before = page.readings(3)
    deep, plain, photo = page.page.get_by_test_id("reading").all()
    expect(photo.locator(".viewer.is-in-colour")).to_have_count(1)  # before anybody points at it
    expect(deep.locator("img").first).to_have_js_property("complete", True)
    deep.get_by_role("button", name="Brightness and contrast").click()
    level, width = deep.locator("[name=level]"), deep.locator("[name=width]")
    expect(level).to_have_js_property("value", "1000")
    expect(width).to_have_js_property("value", "2000")
    assert options(deep) == ["as the file has it", "CHEST SOFT", "lung", "bone", "everything"]
    preset = deep.locator(".window-sliders select")
    preset.select_option("CHEST SOFT")
    expect(deep.locator(".readout")).to_contain_text("width 600, level 500")
    expect(level).to_have_js_property("value", "500")
    preset.select_option("everything")
    values = BRIGHT.astype(int) * 16
    expect(deep.locator(".readout")).to_contain_text(f"width {values.max() - values.min():,}")
    preset.select_option("lung")
    expect(deep).to_contain_text("Changes what is shown, not what is read.")
    assert axe.violations(page.page) == {}
    deep.get_by_role("button", name="Apply to all").click()
    plain.scroll_into_view_if_needed()
    expect(plain.locator(".readout")).to_have_text("width 170, level 85")
    plain.get_by_role("button", name="Brightness and contrast").click()
    assert options(plain) == ["as the file has it", "lung", "bone"]
    expect(plain.locator(".window-sliders select")).to_have_value("1")
    photo.scroll_into_view_if_needed()
    expect(photo.get_by_role("button", name="Brightness and contrast")).to_be_hidden()
    expect(photo.locator(".readout")).to_be_empty()
    after = page.readings(3)
    assert [one.get("probability") for one in after] == [one.get("probability") for one in before], "what is read stays"
    assert page.problems == []


def test_one_window_for_all_films_is_the_same_values_where_they_mean_the_same(visit: Open, address: str) -> None:
    values = BRIGHT.astype(np.uint16) * 16
    wide = in_twelve_bits(values, WindowCenter="2000", WindowWidth="4000")
    density = in_twelve_bits(
        values, WindowCenter="2000", WindowWidth="4000", RescaleType="OD", RescaleSlope="1", RescaleIntercept="0"
    )
    page = visit(address).until_engine("ready")
    page.give(
        *map(given, ("deep.dcm", "wide.dcm", "density.dcm"), (DEEP, wide, density)), given("plain.png", png(film(150)))
    )
    page.readings(4)
    cards = page.page.get_by_test_id("reading").all()
    deep = cards[0]

    def seen(*said: str) -> None:
        for card, text in zip(cards, said, strict=True):
            card.scroll_into_view_if_needed()
            expect(card.locator(".readout")).to_have_text(text)

    deep.get_by_role("button", name="Brightness and contrast").click()
    deep.locator(".window-sliders select").select_option("CHEST SOFT")
    deep.get_by_role("button", name="Apply to all").click()
    expect(deep.locator(".window-note")).to_contain_text("the same values where their files have the same scale")
    expect(page.page.locator("#announcement")).to_contain_text("All films are seen so")
    part = "as a part of its own window"
    seen(*2 * ["width 600, level 500"], f"width 1,200, level 1,000 · {part}", f"width 77, level 64 · {part}")
    deep.scroll_into_view_if_needed()  # its sliders are still there, also if it was out of view
    deep.locator(".window-sliders select").select_option("as the file has it")
    deep.get_by_role("button", name="Apply to all").click()
    for card in cards[:2]:
        expect(card.locator(".readout")).to_be_empty()  # so that nothing moves any more
    for card in cards[:2]:
        card.get_by_role("button", name="Compare", exact=True).click()
        expect(card.locator(".pick")).to_have_attribute("aria-pressed", "true")
    page.page.locator("#compare-picked").click()
    one, other = page.page.locator("#compare .side").all()
    one.locator(".window-sliders select").select_option("CHEST SOFT")
    expect(other.locator(".readout")).to_have_text("width 600, level 500")
    expect(one.locator(".readout")).to_have_text("width 600, level 500")
    page.page.keyboard.press("Escape")
    deep.scroll_into_view_if_needed()
    deep.locator(".window-sliders select").select_option("everything")
    deep.get_by_role("button", name="Apply to all").click()
    expect(deep.locator(".window-note")).to_contain_text("each by its own window")
    seen(*3 * [deep.locator(".readout").inner_text()], "")  # each one's own, of the same values where files are alike
    assert page.problems == []
