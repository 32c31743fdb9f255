"""The viewer of a film: zoom, pan, window, inversion, full view and heat map, by key, pointer and touch."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, expect

from tests.browser.visit import Visit
from tests.conftest import Open
from tests.dicom_files import in_twelve_bits
from tests.tiny_bundle import picture, png

Films = dict[str, Path]


@pytest.fixture
def page(visit: Open, numbers_page: str, films: Films) -> Visit:
    """The page with two films read."""
    page = visit(numbers_page).until_engine("ready")
    page.give(films["dark"], films["bright"])
    page.readings(2)
    return page


def stage_of(page: Visit, number: int = 0) -> Locator:
    return page.page.get_by_test_id("reading").nth(number).locator(".stage")


def transform(stage: Locator) -> list[float]:
    """Scale, and how far the film was moved; of a fitted one `[1, 0, 0]`."""
    return stage.locator(".film").evaluate(  # type: ignore[no-any-return]
        "film => { const m = new DOMMatrix(getComputedStyle(film).transform); return [m.a, m.e, m.f]; }"
    )


def shown(stage: Locator) -> list[int]:
    """The grey levels on the screen in the middle of a film's six columns."""
    image = Image.open(io.BytesIO(stage.locator(".film").screenshot())).convert("L")
    return [image.getpixel((image.width * (2 * column + 1) // 12, image.height // 2)) for column in range(6)]  # type: ignore[misc]


def test_keys_zoom_pan_and_fit(page: Visit) -> None:
    stage = stage_of(page)
    stage.focus()
    for _ in range(4):
        stage.press("+")
    scale, x, _ = transform(stage)
    assert scale == pytest.approx(1.25**4, rel=1e-3)
    stage.press("ArrowLeft")
    assert transform(stage)[1] > x, "the view went left, the film right"
    stage.press("0")
    assert transform(stage) == [1, 0, 0]
    stage.press("1")
    image = stage.locator("img")
    shown = image.evaluate("img => img.getBoundingClientRect().width * devicePixelRatio / img.naturalWidth")
    assert shown == pytest.approx(1, abs=0.01), "a pixel of the film is a pixel of the screen"
    assert page.problems == []


def test_wheel_zooms_a_film_in_use_and_scrolls_the_page_otherwise(page: Visit) -> None:
    stage = stage_of(page)
    stage.scroll_into_view_if_needed()
    stage.hover()
    page.page.mouse.wheel(0, -200)
    assert transform(stage)[0] == 1
    stage.focus()
    page.page.mouse.wheel(0, -200)
    page.page.wait_for_function("() => document.querySelector('.stage .film').style.transform !== ''")
    before = transform(stage)
    box = stage.bounding_box()
    assert box is not None
    page.page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 130, box["y"] + 100)
    page.page.mouse.up()
    assert transform(stage)[0] == before[0] > 1
    assert transform(stage)[1] != before[1]
    stage.dblclick()
    assert transform(stage) == [1, 0, 0]


def test_window_and_inversion_change_what_is_shown_and_not_what_was_read(page: Visit) -> None:
    reading = page.page.get_by_test_id("reading").first
    probability = reading.get_attribute("data-probability")
    stage = stage_of(page)
    stage.focus()
    stage.press("i")
    expect(reading.get_by_role("button", name="Invert")).to_have_attribute("aria-pressed", "true")
    expect(stage.locator(".readout")).to_have_text("inverted")
    stage.press("Shift+ArrowLeft")
    expect(stage.locator(".readout")).to_contain_text("247")
    ramp = stage.locator("feFuncG")
    assert float(ramp.get_attribute("slope") or 0) == pytest.approx(-255 / 247)
    assert "url(" in stage.locator("img").evaluate("img => getComputedStyle(img).filter")
    reading.locator("[data-tool=window]").click()
    reading.locator("input[name=level]").fill("60")
    assert float(ramp.get_attribute("intercept") or 0) == pytest.approx(0.5 + 60 / 247)
    reading.get_by_role("button", name="Reset").click()
    assert stage.locator("img").evaluate("img => getComputedStyle(img).filter") == "none"
    assert reading.get_attribute("data-probability") == probability


def test_the_grey_levels_shown_are_exactly_those_of_the_window(page: Visit, tmp_path: Path) -> None:
    levels = (20, 60, 100, 140, 180, 220)  # in six columns
    path = tmp_path / "steps.png"
    path.write_bytes(png(picture(480, 480, lambda x, _: levels[x // 80])))
    page.give(path)
    page.readings(3)
    stage = stage_of(page, 2)
    page.page.locator("#readings").evaluate("list => list.lastElementChild.scrollIntoView({ behavior: 'instant' })")
    stage.focus()
    assert shown(stage) == list(levels)
    stage.press("i")
    assert shown(stage) == [255 - level for level in levels]
    stage.press("i")
    stage.press("w")
    sliders = page.page.get_by_test_id("reading").nth(2).locator(".window-sliders")
    sliders.locator("[name=width]").fill("100")
    sliders.locator("[name=level]").fill("110")
    assert shown(stage) == pytest.approx([0, 0, 102, 204, 255, 255], abs=1)


def test_a_window_shows_what_lies_between_and_beyond_the_256_greys(page: Visit, tmp_path: Path) -> None:
    """Films of six columns in 12 bits, of which the first four and the last two look alike at first."""
    columns = np.array([0, 2, 4, 6, 3000, 4000], np.uint16)
    values = np.repeat(columns, 80)[None].repeat(480, axis=0)
    (tmp_path / "deep.dcm").write_bytes(in_twelve_bits(values))
    (tmp_path / "turned.dcm").write_bytes(in_twelve_bits(values, PhotometricInterpretation="MONOCHROME1"))
    Image.fromarray(values * 16).save(tmp_path / "deep.png")
    Image.fromarray(values * 16).save(tmp_path / "deep.tiff")
    # The columns in the file's own values, the level and the width of 256 greys in them, and whether the greatest is black.
    exact = {
        "deep.dcm": (columns * 1.0, 1000, 2000, False), "turned.dcm": (columns * 1.0, 1000, 2000, True),
        "deep.png": (columns * 16.0, 32767.5, 65535, False), "deep.tiff": (columns * 16.0, 32767.5, 65535, False),
    }  # fmt: skip
    page.give(*(tmp_path / name for name in exact))
    page.readings(2 + len(exact))
    for number, (own, own_level, own_width, is_turned) in enumerate(exact.values(), start=2):
        reading = page.page.get_by_test_id("reading").nth(number)
        reading.evaluate("reading => reading.scrollIntoView({ behavior: 'instant' })")
        stage, sliders = stage_of(page, number), reading.locator(".window-sliders")
        whole = shown(stage)

        def through(level: float, width: float, values: npt.NDArray[Any], turned: bool) -> npt.NDArray[Any]:
            seen = np.clip(((values - level) / width + 0.5) * 255, 0, 255)
            return 255 - seen if turned else seen

        assert whole == pytest.approx(through(own_level, own_width, own, is_turned), abs=1)
        reading.locator("[data-tool=window]").click()
        expect(sliders.locator("[name=width]")).to_have_js_property("value", str(own_width))
        for width, level, inverted in ((own_width // 125, own[1], False), (own_width * 3 // 2, own[4], True)):
            sliders.locator("[name=width]").fill(str(width))
            sliders.locator("[name=level]").fill(str(int(level)))
            if inverted:
                stage.press("i")
            expect(stage.locator(".full-depth")).to_have_count(1)
            middle = float(sliders.locator("[name=level]").input_value())
            assert shown(stage) == pytest.approx(through(middle, width, own, is_turned != inverted), abs=1)
        sliders.get_by_role("button", name="Reset").click()
        expect(stage.locator(".full-depth")).to_have_count(0)
        assert shown(stage) == whole, "reset"
    assert page.problems == []


def test_full_view_goes_from_film_to_film_and_gives_each_back(page: Visit) -> None:
    first, second = (page.page.get_by_test_id("reading").nth(number) for number in range(2))
    stage = stage_of(page)
    stage.focus()
    stage.press("f")
    full = page.page.get_by_role("dialog", name="Full view")
    expect(full).to_be_visible()
    box = full.bounding_box()
    size = page.page.viewport_size
    assert box is not None
    assert size is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, size["width"], size["height"])
    expect(full.locator(".file")).to_have_text("dark.png")
    expect(full.locator(".caution")).to_contain_text("not a medical device")
    expect(full.get_by_role("button", name="Previous")).to_be_disabled()
    page.page.keyboard.press("PageDown")
    expect(full.locator(".file")).to_have_text("bright.png")
    expect(first.locator(".viewer")).to_have_count(1)
    expect(second.locator(".viewer")).to_have_count(0)
    page.page.keyboard.press("Escape")
    expect(full).to_be_hidden()
    expect(second.locator(".viewer")).to_have_count(1)
    expect(second.locator(".stage")).to_be_focused()
    assert page.problems == []


def test_the_heat_map_is_off_until_asked_for_and_as_strong_as_wanted(page: Visit) -> None:
    stage = stage_of(page)
    canvas = stage.locator("canvas")
    expect(canvas).to_be_hidden()
    stage.focus()
    stage.press("h")
    expect(canvas).to_be_visible()
    expect(page.page.get_by_label("Show heat map")).to_be_checked()
    expect(page.page.locator("#heatmap-help")).to_contain_text("not a finding")
    page.page.locator(".heat-row input").fill("30")
    assert float(canvas.evaluate("canvas => getComputedStyle(canvas).opacity")) == pytest.approx(0.3)
    stage.press("h")
    expect(canvas).to_be_hidden()


def test_the_list_of_keys_opens_by_one(page: Visit) -> None:
    stage = stage_of(page)
    stage.focus()
    stage.press("?")
    keys = page.page.locator("#viewer-keys")
    expect(keys).to_be_visible()
    expect(keys.locator("dt")).not_to_have_count(0)
    page.page.keyboard.press("Escape")
    expect(keys).to_be_hidden()


def test_the_bar_says_in_words_where_the_operating_points_are(page: Visit) -> None:
    row = page.page.get_by_test_id("reading").first.locator(".class-row[data-class-name=PNEUMONIA]")
    expect(row.locator(".visually-hidden")).to_have_text(
        re.compile(
            r"Operating point: Balanced, 45\.0.%\. Others: Screening, 20\.0.%; Strict, 70\.0.%\. "
            r"Indeterminate from 20\.0.% to 70\.0.%"
        )
    )
    expect(row.locator(".tick")).to_have_count(3)
    expect(row.locator(".zone")).to_have_count(1)
    expect(row.locator(".tick-label")).to_have_text(re.compile(r"Balanced, 45\.0.%"))


def test_a_finger_scrolls_the_page_over_a_fitted_film_and_moves_a_zoomed_one(
    browser: Browser, numbers_address: str, films: Films
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    try:
        page = Visit.to(context, numbers_address).until_engine("ready")
        page.give(films["dark"])
        page.readings(1)
        stage = stage_of(page)
        action = "stage => getComputedStyle(stage).touchAction"
        assert "pan-y" in stage.evaluate(action) or stage.evaluate(action) == "auto"
        page.page.get_by_role("button", name="Zoom in").click()
        assert stage.evaluate(action) == "none"
        stage.press("0")
        box = stage.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        fingers = context.new_cdp_session(page.page)
        for kind, apart in (("touchStart", 20), ("touchMove", 30), ("touchMove", 40), ("touchEnd", 0)):
            points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}] if apart else []
            fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        assert transform(stage)[0] == pytest.approx(2, abs=0.05), "pinched to twice its size"
    finally:
        context.close()
