"""Encoded pictures of many kinds, decoded by the browser and by Python: the network hears the same of both."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import Open
from tests.shared import CHEST_XRAY, NATIVE, needs_films
from tests.tiny_bundle import SIZE, expected_of_pixels
from training.films.preprocessing import ImageConverter, convert, decode

CONVERTER = ImageConverter(height=SIZE, width=SIZE, channels=1, view="square")
# A grey level more or less everywhere would change the tiny network's logit by about 0.05.
TOLERANCE = 0.005


def scene(width: int = 331, height: int = 227) -> Image.Image:
    """A colourful picture that looks different from every side."""
    y, x = np.mgrid[0:height, 0:width] / (height, width)[0]
    rgb = np.stack([40 + 150 * x / x.max(), 200 - 120 * y / y.max(), 90 + 60 * np.sin(9 * x) * np.cos(5 * y)], axis=-1)
    rgb[: height // 3, : width // 4] = (250, 240, 60)
    return Image.fromarray(rgb.round().clip(0, 255).astype(np.uint8))


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def rotated(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(scene(), "JPEG", quality=95, exif=exif)


def transparent() -> bytes:
    image = scene().convert("RGBA")
    alpha = np.full((image.height, image.width), 255, np.uint8)
    alpha[:, image.width // 2 :] = 96
    image.putalpha(Image.fromarray(alpha))
    return saved(image, "PNG")


def deep() -> bytes:
    levels = np.asarray(scene().convert("L"), dtype=np.uint16) * 257
    return saved(Image.fromarray(levels), "PNG")


PICTURES: dict[str, Callable[[], bytes]] = {
    "grey JPEG": lambda: saved(scene().convert("L"), "JPEG", quality=90),
    "colour JPEG, full chroma": lambda: saved(scene(), "JPEG", quality=95, subsampling=0),
    "colour JPEG, halved chroma": lambda: saved(scene(), "JPEG", quality=85, subsampling=2),
    "progressive JPEG": lambda: saved(scene(), "JPEG", quality=90, progressive=True),
    **{f"JPEG turned by EXIF orientation {turn}": (lambda turn=turn: rotated(turn)) for turn in (2, 3, 6, 8)},  # type: ignore[misc]
    "colour PNG": lambda: saved(scene(), "PNG"),
    "interlace-free palette PNG": lambda: saved(scene().quantize(64), "PNG"),
    "PNG of 16 bits": deep,
    "half transparent PNG": transparent,
    "black and white PNG": lambda: saved(scene().convert("1"), "PNG"),
    "lossless WebP": lambda: saved(scene(), "WEBP", lossless=True),
    "GIF": lambda: saved(scene().quantize(200), "GIF"),
    "BMP": lambda: saved(scene(), "BMP"),
    "one pixel": lambda: saved(scene().crop((5, 5, 6, 6)), "PNG"),
    "a sliver": lambda: saved(scene().resize((3, 900)), "PNG"),
}


def logit_by_python(data: bytes) -> float:
    return expected_of_pixels(convert(decode(data), CONVERTER)[..., 0].tolist()).logit[1]


def test_pictures_of_every_kind_reach_the_network_as_in_python(visit: Open, address: str, tmp_path: Path) -> None:
    page = visit(address).until_engine("ready")
    for name, make in PICTURES.items():
        file = tmp_path / name
        file.write_bytes(make())
        said = page.classify(file)
        assert said["reason"] in (None, "not-a-chest-xray"), name
        assert said["logit"][1] == pytest.approx(logit_by_python(file.read_bytes()), abs=TOLERANCE), name


def test_a_picture_too_wide_for_one_strip_of_canvas_is_decoded_whole(visit: Open, address: str, tmp_path: Path) -> None:
    file = tmp_path / "large.jpeg"
    file.write_bytes(saved(scene(3600, 2700).convert("L"), "JPEG", quality=85))
    said = visit(address).classify(file)
    assert (said["width"], said["height"]) == (3600, 2700)
    assert said["logit"][1] == pytest.approx(logit_by_python(file.read_bytes()), abs=TOLERANCE)


@needs_films
def test_native_and_copied_films_reach_the_network_as_in_python(visit: Open, address: str) -> None:
    films = [*sorted(NATIVE.glob("*/*.jpeg"))[::4], *sorted(CHEST_XRAY.glob("val/*/*.jpeg"))[::4]]
    films += sorted(CHEST_XRAY.glob("test/*/*.jpeg"))[::60]
    assert len(films) > 20
    page = visit(address)
    for film in films:
        assert page.classify(film)["logit"][1] == pytest.approx(logit_by_python(film.read_bytes()), abs=TOLERANCE), film
