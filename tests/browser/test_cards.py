"""A film that browsers cannot show is opened once for its card and its reading, and once more for who looks closer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from tests.browser.film_files import given
from tests.browser.visit import Visit
from tests.dicom_files import dicom, in_twelve_bits

# What the page has asked its workers for, by name.
LISTEN = """(() => {
  window.asked = [];
  const own = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...more) {
    window.asked.push(message?.name);
    return own.call(this, message, ...more);
  };
})()"""
MIDDLE = """async (image) => {
  await image.decode();
  const context = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext("2d");
  context.drawImage(image, 0, 0);
  const at = (x, y) => [...context.getImageData(image.naturalWidth * x, image.naturalHeight * y, 1, 1).data.slice(0, 3)];
  return [at(0.25, 0.25), at(0.75, 0.75)];
}"""
IN_COLOUR: dict[str, Any] = {"PhotometricInterpretation": "RGB", "SamplesPerPixel": 3, "PlanarConfiguration": 0}
LARGE, SMALL = (1000, 900), (300, 260)


def halves(width: int, height: int) -> np.ndarray:
    """A film whose upper half is darker, in 12 bits of which 0 to 2000 are shown."""
    levels = np.full((height, width), 1500, np.uint16)
    levels[: height // 2] = 500
    levels[:, ::7] += 60
    return levels


@pytest.fixture
def page(context: BrowserContext, address: str) -> Visit:
    context.add_init_script(LISTEN)
    return Visit.to(context, f"{address}?backend=wasm").until_engine("ready")


def asked(page: Visit, name: str) -> int:
    """How often the page's workers were asked for it."""
    count: int = page.page.evaluate("(name) => window.asked.filter((one) => one === name).length", name)
    return count


def image_of(page: Visit, name: str, width: int) -> Locator:
    """A film's picture in its card, once it is as wide."""
    image = page.page.locator(f'[data-file="{name}"] .film > img').first
    expect(image).to_have_js_property("naturalWidth", width)
    return image


def test_a_card_shows_what_was_opened_to_be_read_and_the_film_itself_to_who_looks_closer(page: Visit) -> None:
    red = np.stack([halves(*LARGE) // 10, *[np.full(LARGE[::-1], 20, np.uint16)] * 2], axis=-1).astype(np.uint8)
    films: list[dict[str, Any]] = [
        given("large.dcm", in_twelve_bits(halves(*LARGE))),
        given("colour.dcm", dicom(red.reshape(LARGE[1], -1), Columns=LARGE[0], **IN_COLOUR)),
        given("small.dcm", in_twelve_bits(halves(*SMALL))),
    ]
    page.give(*films)
    page.readings(len(films))
    large, colour, small = (
        image_of(page, one["name"], width) for one, width in zip(films, (700, 700, 300), strict=True)
    )
    assert (asked(page, "open"), asked(page, "preview")) == (3, 0), "each is opened once"
    dark, bright = large.evaluate(MIDDLE)
    assert [dark[0], bright[0]] == pytest.approx([64, 191], abs=6)
    assert small.evaluate(MIDDLE)[0][0] == pytest.approx(64, abs=1), "what is not shrunk is as it was read"
    assert colour.evaluate(MIDDLE)[1] == pytest.approx([150, 20, 20], abs=8), (
        "in colour, though the network takes greys"
    )

    stage = page.page.locator('[data-file="large.dcm"] .stage')
    stage.focus()
    stage.press("1")
    image_of(page, "large.dcm", 1000)
    shown = large.evaluate("img => img.getBoundingClientRect().width * devicePixelRatio / img.naturalWidth")
    assert shown == pytest.approx(1, abs=0.01), (
        "a pixel of the film is a pixel of the screen, whatever was shown before"
    )
    assert asked(page, "preview") == 1
    page.page.locator('[data-file="colour.dcm"]').get_by_role("button", name="Full view").click()
    expect(page.page.locator("#full-view .film > img").first).to_have_js_property("naturalWidth", 1000)
    page.page.keyboard.press("Escape")
    assert asked(page, "preview") == 2
    page.page.locator('[data-file="small.dcm"] .stage').press("+")
    assert asked(page, "preview") == 2, "there is no more to be seen of it"
    assert page.problems == []


def test_a_film_that_comes_near_the_view_again_is_not_opened_again(page: Visit) -> None:
    films = [given(f"{index}.dcm", dicom((halves(900, 500) // 8 + index).astype(np.uint8))) for index in range(8)]
    page.give(*films)
    page.readings(len(films))
    for _ in range(2):
        for name in ("7.dcm", "0.dcm"):
            page.page.locator(f'[data-file="{name}"]').scroll_into_view_if_needed()
            image_of(page, name, 700)
    assert (asked(page, "open"), asked(page, "preview")) == (8, 0)
    page.page.locator('[data-file="0.dcm"] .tools [data-tool=heatmap]').click()
    expect(page.page.locator('[data-file="0.dcm"] canvas')).to_be_visible()
    assert page.problems == []


def test_while_nothing_can_be_read_a_film_is_shown_all_the_same(context: BrowserContext, address: str) -> None:
    context.add_init_script(LISTEN)
    context.route("**/group1-shard*", lambda route: route.abort())
    page = Visit.to(context, f"{address}?backend=wasm").until_engine("failed")
    page.give(given("large.dcm", in_twelve_bits(halves(*LARGE))))
    image_of(page, "large.dcm", 1000)
    assert (asked(page, "open"), asked(page, "preview")) == (0, 1)
