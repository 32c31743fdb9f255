"""The grey JPEGs that the reading worker paints itself, against Pillow: to the very level, and no picture in colour among them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from tests.opened_films import films_program, opened
from tests.shared import CHEST_XRAY, needs_films
from tests.torn_pictures import jpegs, saved, scene

GREY = np.asarray(scene())


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return films_program(tmp_path_factory.mktemp("program"))


def coloured(height: int, width: int, last: tuple[int, int, int] = (90, 90, 90)) -> Image.Image:
    """A grey picture as a colour one, whose last pixels may have a colour."""
    rgb = np.repeat(GREY[:height, :width, np.newaxis], 3, axis=-1).copy()
    rgb[-8:, -8:] = last
    return Image.fromarray(rgb)


def with_adobe(data: bytes, colours: int) -> bytes:
    """A JPEG that an Adobe segment says the colours of, and no JFIF segment."""
    start = 2 + 2 + int.from_bytes(data[4:6], "big")
    return data[:2] + b"\xff\xee\x00\x0eAdobe\0\x64\0\0\0\0" + bytes([colours]) + data[start:]


def sharp() -> npt.NDArray[np.uint8]:
    """Black and white without anything between, where levels are beyond what there is before they are cut."""
    return np.where(np.random.default_rng(1).random((61, 45)) < 0.3, 255, 0).astype(np.uint8)


def kinds() -> dict[str, tuple[bytes, bool]]:
    """Grey JPEGs, and whether they are painted; what is not is left to the browser."""
    made: dict[str, tuple[bytes, bool]] = {
        f"{height}×{width}, quality {quality}": (
            saved(Image.fromarray(GREY[:height, :width]), "JPEG", quality=quality),
            True,
        )
        for height, width in ((1, 1), (7, 9), (8, 8), (17, 64), (260, 331))
        for quality in (1, 50, 90, 100)
    }
    made |= {
        f"as a colour picture, {subsampling}, {height}×{width}": (
            saved(coloured(height, width), "JPEG", subsampling=subsampling, quality=85),
            True,
        )
        for subsampling in (0, 1, 2)
        for height, width in ((8, 8), (33, 47), (200, 300))
    }
    grey = saved(scene(), "JPEG")
    rows: dict[str, Any] = {"restart_marker_rows": 1}
    made |= {
        "black and white": (saved(Image.fromarray(sharp()), "JPEG", quality=100), True),
        "with restarts": (saved(scene(), "JPEG", restart_marker_blocks=3), True),
        "as a colour picture, with restarts": (saved(coloured(90, 90), "JPEG", subsampling=2, **rows), True),
        "optimised": (saved(scene(), "JPEG", optimize=True), True),
        "by Adobe, luma and chroma": (with_adobe(saved(coloured(40, 40), "JPEG"), 1), True),
        "by Adobe, red, green and blue": (with_adobe(saved(coloured(40, 40), "JPEG"), 0), False),
        "red, green and blue": (saved(coloured(40, 40), "JPEG", keep_rgb=True), False),
        "with a letter in colour": (saved(coloured(200, 300, (200, 40, 40)), "JPEG"), False),
        "progressive": (saved(scene(), "JPEG", progressive=True), False),
        "in colour": (jpegs()["in colour"], False),
        "with bytes behind a table": (grey.replace(b"\xff\xdb\x00\x43", b"\xff\xdb\x00\x44", 1), False),
    }
    return made


def test_a_grey_jpeg_is_painted_to_the_very_level_and_no_other(program: Path, tmp_path: Path) -> None:
    films = kinds()
    results = opened(program, tmp_path, {name: data for name, (data, _) in films.items()})
    for name, (data, is_painted) in films.items():
        levels = results[name].levels
        assert (levels is not None) == is_painted, (name, results[name].said)
        if levels is not None:
            assert np.array_equal(levels, np.asarray(Image.open(_file(tmp_path, name, data)).convert("L"))), name


@needs_films
def test_real_films_are_painted_to_the_very_level(program: Path, tmp_path: Path) -> None:
    files = {path.name: path.read_bytes() for path in sorted(CHEST_XRAY.glob("test/*/*.jp*g"))[::25]}
    painted = 0
    for name, result in opened(program, tmp_path, files).items():
        if result.levels is not None:
            painted += 1
            assert np.array_equal(
                result.levels, np.asarray(Image.open(_file(tmp_path, name, files[name])).convert("L"))
            ), name
    assert painted > len(files) / 2


def _file(folder: Path, name: str, data: bytes) -> Path:
    path = folder / "pillow.jpg"
    path.write_bytes(data)
    return path
