"""TIFFs of every kind of number: what the formats worker makes of them, against what was put in and what Python makes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pytest

from tests.opened_films import by_python, films_program, opened
from tests.tiff_files import tiff

Y, X = np.mgrid[0:37, 0:53]
LEVELS = ((X * 5 + Y * 3) % 256).astype(np.uint8)
LEVELS[0, :2] = 0, 255
OPACITY = (255 - Y * 4).astype(np.uint8)
SHOWN = np.rint(LEVELS.astype(float) * OPACITY / 255).astype(np.uint8)
GREYS = np.stack([LEVELS] * 3, axis=-1)
ORDERS: tuple[Literal["<", ">"], ...] = ("<", ">")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return films_program(tmp_path_factory.mktemp("program"))


def check(program: Path, folder: Path, files: dict[str, bytes], shown: npt.NDArray[Any]) -> None:
    """The worker reads each as `shown`; Python as well, or not at all."""
    for name, result in opened(program, folder, files).items():
        assert result.levels is not None, (name, result.said)
        assert np.abs(result.levels.astype(int) - shown).max() <= 1, name
        levels = by_python(files[name])
        assert levels is None or np.abs(levels.astype(int) - shown).max() <= 1, name


def test_whole_numbers_of_any_depth_go_from_black_to_white_in_either_order_of_bytes(
    program: Path, tmp_path: Path
) -> None:
    files = {}
    for bits in (10, 12, 14, 16):
        numbers = np.rint(LEVELS.astype(float) * (2**bits - 1) / 255).astype(np.uint16)
        for order in ORDERS:
            files[f"{bits} bits, {order}"] = tiff(numbers, order=order, bits=None if bits == 16 else bits)
            files[f"{bits} bits, {order}, white is zero"] = tiff(
                2**bits - 1 - numbers, order=order, bits=None if bits == 16 else bits, tag_262=0
            )
    check(program, tmp_path, files, LEVELS)
    four = LEVELS >> 4
    check(program, tmp_path, {"4 bits": tiff(four, bits=4)}, four * 17)
    black_and_white = (LEVELS > 99).astype(np.uint8)
    files = {f"bits {bits}": tiff(black_and_white, bits=1, tag_258=bits) for bits in (1, None)}
    check(program, tmp_path, files, black_and_white * 255)


def test_differences_are_added_up_in_either_order_of_bytes(program: Path, tmp_path: Path) -> None:
    deep = LEVELS.astype(np.uint16) * 257
    files = {
        f"{name}, {order}": tiff(values, order=order, predictor=2)
        for order in ORDERS
        for name, values in {
            "8 bits": LEVELS,
            "16 bits": deep,
            "32 bits": deep.astype(np.uint32),
            "colours": GREYS,
            "deep colours": GREYS.astype(np.uint16) * 257,
        }.items()
    }
    files |= {f"fractions, {order}": tiff(LEVELS.astype(np.float32), order=order, predictor=3) for order in ORDERS}
    check(program, tmp_path, files, LEVELS)


def test_numbers_that_have_no_white_of_their_own_go_from_the_least_to_the_greatest(
    program: Path, tmp_path: Path
) -> None:
    whole, share = LEVELS.astype(np.int64), LEVELS.astype(np.float32) / 255
    files = {
        f"{name}, {order}": tiff(values, order=order)
        for order in ORDERS
        for name, values in {
            "signed": (whole * 100 - 9000).astype(np.int16),
            "signed, of few": (whole * 9).astype(np.int16),
            "signed, 8 bits": (whole - 128).astype(np.int8),
            "signed, 32 bits": (whole * 7_000_000 - 10**9).astype(np.int32),
            "32 bits": (whole * 16_000_000).astype(np.uint32),
            "shares": share,
            "levels": share * 255,
            "fractions": share * 4000 - 1000,
            "small ones, below zero": share * 1e-3 - 5e-4,
            "half as precise": share.astype(np.float16),
            "twice as precise": share.astype(np.float64),
        }.items()
    }
    check(program, tmp_path, files, LEVELS)
    holed = share * 4000
    holed[3, 4:9] = np.nan
    shown = LEVELS.copy()
    shown[3, 4:9] = 0
    check(program, tmp_path, {"not a number": tiff(holed)}, shown)
    check(program, tmp_path, {"all one": tiff(np.full((9, 9), -7, np.int16))}, np.zeros((9, 9)))


def test_extra_samples_are_opacity_where_they_say_so(program: Path, tmp_path: Path) -> None:
    beside = np.dstack([GREYS, OPACITY])
    multiplied = np.dstack([np.stack([SHOWN] * 3, axis=-1), OPACITY])
    check(
        program,
        tmp_path,
        {"nothing": tiff(beside, tag_338=0), "grey": tiff(np.dstack([LEVELS, OPACITY]), tag_338=0, tag_262=1)},
        LEVELS,
    )
    check(
        program,
        tmp_path,
        {
            "opacity": tiff(beside, tag_338=2),
            "opacity, unsaid": tiff(beside),
            "multiplied": tiff(multiplied, tag_338=1),
            "grey": tiff(np.dstack([LEVELS, OPACITY]), tag_338=2, tag_262=1),
            "16 bits": tiff(beside.astype(np.uint16) * 257, tag_338=2),
        },
        SHOWN,
    )


def test_what_would_be_a_guess_is_refused(program: Path, tmp_path: Path) -> None:
    files = {
        "bits the other way round": tiff(LEVELS, tag_266=2),
        "one sample for three colours": tiff(LEVELS, tag_262=2),
        "samples of several depths": tiff(GREYS, tag_258=[8, 8, 4]),
        "a strip of no bytes": tiff(LEVELS, tag_279=0),
        "luma of 16 bits": tiff(GREYS.astype(np.uint16), tag_262=6),
        "no kind of picture": tiff(LEVELS, tag_262=32803),
        "extra samples of no kind": tiff(np.dstack([GREYS, OPACITY]), tag_338=9),
    }
    results = opened(program, tmp_path, files)
    assert {name: result.said.get("reason") for name, result in results.items()} == {
        **dict.fromkeys(files, "unreadable"),
        "a strip of no bytes": "damaged",
    }
    assert {name for name, data in files.items() if by_python(data) is not None} <= {"luma of 16 bits"}
