"""A network that takes colours and whose graph has no heat map: colours are read and shown, and films covered on request."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from build_site.site import build
from export.parity import draw_pictures
from tests.browser.visit import Visit
from tests.conftest import Open, Serve
from tests.tiny_bundle import SIZE, expected_of_pixels, film, picture, png, write_tiny_bundle
from training.films.preprocessing import ImageConverter, convert, decode

CONVERTER = ImageConverter(SIZE, SIZE, 3, "square", "rgb")
# The network looks at the red alone.
BRIGHT, DARK = film(150, 200, 240), film(40, 200, 240)
IN_COLOUR = {"red": (BRIGHT, DARK, DARK), "blue": (DARK, DARK, BRIGHT)}
# Too faintly coloured to be taken for a photograph: a scan's paper.
TINTED = (film(150), film(140), film(130))
# Hot where it is bright, that is in its upper left quarter.
CORNER = picture(160, 160, lambda x, y: 250 if x < 80 and y < 80 else 80)
CELLS, FULL = 8, 2


@pytest.fixture(scope="module")
def colours_address(tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> str:
    folder = tmp_path_factory.mktemp("colours")
    bundle = write_tiny_bundle(folder, heatmap=False, colour=True)
    return serve(build(folder / "dist", bundle=bundle).out)


def given(name: str, data: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def tiff(data: bytes) -> bytes:
    buffer = io.BytesIO()
    Image.open(io.BytesIO(data)).save(buffer, "TIFF")
    return buffer.getvalue()


def shown_colour(page: Visit, index: int, which: str = "img >> nth=0") -> list[int]:
    """Of the middle of a film's picture."""
    card = page.page.get_by_test_id("reading").nth(index)
    card.scroll_into_view_if_needed()
    image = card.locator(which)
    page.page.wait_for_function("image => image.naturalWidth > 0", arg=image.element_handle())
    colour: list[int] = image.evaluate(
        """(image) => {
          const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
          const context = canvas.getContext("2d");
          context.drawImage(image, 0, 0);
          return [...context.getImageData(image.naturalWidth >> 1, image.naturalHeight >> 1, 1, 1).data.slice(0, 3)];
        }"""
    )
    return colour


def falls_by_covering(data: bytes) -> np.ndarray:
    """By how much the log-odds fall where each cell and half of its neighbours have the picture's mean, in plain Python."""
    pixels = convert(decode(data, "rgb"), CONVERTER)

    def log_odds(of: np.ndarray) -> float:
        return expected_of_pixels(*(of[..., channel].tolist() for channel in range(3))).logit[1]

    def patch(cell: int) -> slice:
        size = SIZE / CELLS
        return slice(max(0, round((cell - 0.5) * size)), min(SIZE, round((cell + 1.5) * size)))

    falls = []
    for cell in range(CELLS * CELLS):
        covered = pixels.copy()
        covered[patch(cell // CELLS), patch(cell % CELLS)] = pixels.mean(axis=(0, 1))
        falls.append(max(0.0, log_odds(pixels) - log_odds(covered)))
    return np.array(falls)


def test_colours_are_read_and_shown_whoever_decodes_them_and_a_grey_is_read_as_one(
    visit: Open, colours_address: str
) -> None:
    page = visit(colours_address).until_engine("ready")
    files = {f"{name}.png": png(*planes) for name, planes in IN_COLOUR.items()}
    files |= {f"{name}.tiff": tiff(png(*planes)) for name, planes in IN_COLOUR.items()}
    files["grey.png"] = png(BRIGHT)
    files["tinted.tiff"] = tiff(png(*TINTED))
    files |= {picture.name: picture.data for picture in draw_pictures("rgb") if picture.name.startswith("colours")}
    page.give(*(given(name, data) for name, data in files.items()))
    readings = page.readings(len(files))
    for (name, data), reading in zip(files.items(), readings, strict=True):
        pixels = convert(decode(data, "rgb"), CONVERTER)
        said = expected_of_pixels(*(pixels[..., channel].tolist() for channel in range(3)))
        assert float(reading["probability"]) == pytest.approx(said.probability[1], abs=1e-3), name
    for index, (name, planes) in enumerate(
        (f"{name}.{kind}", IN_COLOUR[name]) for kind in ("png", "tiff") for name in IN_COLOUR
    ):
        middle = [plane[len(plane) // 2][len(plane[0]) // 2] for plane in planes]
        assert np.abs(np.array(shown_colour(page, index)) - middle).max() <= 1, name
    # A picture in colour has no window. A tinted one, through one of half the levels and drawn anew from the file, has twice the
    # contrast in every colour.
    cards = page.page.get_by_test_id("reading")
    cards.nth(2).locator(".film").hover()  # its colours are looked for when a window may be wanted
    expect(cards.nth(2).locator(".tools [data-tool=fit]")).to_be_visible()
    expect(cards.nth(2).locator(".tools [data-tool=window]")).to_be_hidden()
    levels = shown_colour(page, 5)
    middle = [plane[len(plane) // 2][len(plane[0]) // 2] for plane in TINTED]
    assert np.abs(np.array(levels) - middle).max() <= 1
    cards.nth(5).locator(".tools [data-tool=window]").click()
    cards.nth(5).locator("[name=width]").fill("127")
    seen = shown_colour(page, 5, ".full-depth")
    expected = [min(255, max(0, (level - 127.5) * 255 / 127 + 127.5)) for level in levels]
    assert len(set(seen)) == 3
    assert np.abs(np.array(seen) - expected).max() <= 2, (seen, expected)
    assert [reading["label"] for reading in readings[:5]] == ["PNEUMONIA", "NORMAL", "PNEUMONIA", "NORMAL", "PNEUMONIA"]
    assert page.problems == []


def test_without_a_heat_map_of_its_own_a_film_is_covered_on_request_and_that_can_be_stopped(
    visit: Open, colours_address: str
) -> None:
    page = visit(colours_address).until_engine("ready")
    page.give(given("corner.png", png(CORNER)))
    page.readings(1)
    tensors = page.engine.get_attribute("data-tensors")
    card = page.page.get_by_test_id("reading")
    tool, canvas, covering = (card.locator(it) for it in (".tools [data-tool=heatmap]", "canvas", ".covering"))
    expect(page.page.locator("#heatmap-switch")).to_be_hidden()
    expect(page.page.locator(".covering-note")).to_contain_text("as long as dozens of readings")

    # Stopped before it can be done: both clicks in one task of the page.
    seen = card.evaluate(
        """(card) => {
          card.querySelector(".tools [data-tool=heatmap]").click();
          const { hidden, classList } = card.querySelector(".covering");
          const seen = [hidden, classList.contains("is-running")];
          card.querySelector(".covering [data-tool=heatmap]").click();
          return seen;
        }"""
    )
    assert seen == [False, True]
    expect(covering).to_be_hidden()  # and a press before the worker has stopped counts
    expect(tool).to_have_attribute("aria-pressed", "false")
    expect(canvas).to_be_hidden()

    tool.click()
    expect(canvas).to_be_visible()
    expect(tool).to_have_attribute("aria-pressed", "true")
    expect(covering).to_contain_text("where covering the film lowers the answer for pneumonia")
    expect(covering.locator("progress")).to_be_hidden()
    alphas = canvas.evaluate(
        """(canvas) => {
          const cell = canvas.width / 8, context = canvas.getContext("2d");
          return Array.from({ length: 64 }, (_, at) =>
            context.getImageData(Math.floor((at % 8 + 0.5) * cell), Math.floor((Math.floor(at / 8) + 0.5) * cell), 1, 1).data[3]);
        }"""
    )
    opacities = 255 * np.minimum(1, falls_by_covering(png(CORNER)) / FULL)
    assert np.abs(np.array(alphas) - opacities).max() <= 1, (alphas, opacities.tolist())
    row, column = divmod(alphas.index(max(alphas)), CELLS)
    assert row < CELLS // 2
    assert column < CELLS // 2
    assert max(alphas[32:]) < max(alphas) / 4

    page.give(given("again.png", png(BRIGHT)))
    page.readings(2)
    assert page.engine.get_attribute("data-tensors") == tensors
    tool.first.click()
    expect(canvas.first).to_be_hidden()
    assert page.problems == []


def test_the_model_card_says_which_heat_map_and_that_colours_are_read(tmp_path: Path) -> None:
    bundle = write_tiny_bundle(tmp_path, heatmap=False, colour=True)
    card = (build(tmp_path / "dist", bundle=bundle).out / "model-card.html").read_text("utf-8")
    assert "By covering the film bit by bit" in card
    assert "16 × 16 pixels in colour" in card
    assert "grey by ITU-R 601" not in card
