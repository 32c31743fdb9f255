"""Torn files are told from whole ones before they are decoded, by the page's own code."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.shared import FAILING_INPUTS, needs_failing_inputs
from tests.torn_pictures import jpegs, saved, torn, whole
from training.films.arrays import Grey
from training.films.file_looks import looks_of, seam_of
from training.films.preprocessing import UnreadableFilmError, decode


def test_whole_pictures_of_every_kind_are_whole() -> None:
    assert {name: looks_of(data).damaged for name, data in whole().items()} == dict.fromkeys(whole())


def test_torn_pictures_are_damaged_though_most_decoders_show_them() -> None:
    for name, data in torn():
        assert looks_of(data).damaged is not None, name
        with pytest.raises(UnreadableFilmError):
            decode(data)


def test_a_jpeg_out_of_another_file_may_lack_its_end() -> None:
    data = jpegs()["grey"]
    assert looks_of(data[:-2], "jpeg").damaged is None
    assert looks_of(data[:-2] + b"\0", "jpeg").damaged is None
    assert looks_of(data[:-400], "jpeg").damaged is not None


def smooth() -> Grey:
    y, x = np.mgrid[0:260, 0:331]
    noise = np.random.default_rng(6).normal(0, 1, x.shape)
    levels = 110 + 60 * np.sin(x / 17) * np.cos(y / 23) + 20 * np.sin((x + 2 * y) / 9) + noise
    return np.array(levels.round(), dtype=np.uint8)


def shifted(grey: Grey, row: int, column: int, levels: int, height: int = 8) -> Grey:
    """Brighter from a place in the middle of a row of blocks on."""
    result = grey.copy()
    result[row : row + height, column:] += np.uint8(levels)
    result[row + height :] += np.uint8(levels)
    return result


def test_brightness_that_is_another_from_one_block_on_is_a_seam() -> None:
    block, unit = {"width": 8, "height": 8}, {"width": 16, "height": 16}
    grey = smooth()
    for row, column, levels in ((80, 120, 8), (160, 200, 30), (8, 48, 12)):
        assert seam_of(shifted(grey, row, column, levels), block) is not None
        assert seam_of(255 - shifted(grey, row, column, levels), block) is not None
    assert seam_of(shifted(grey, 96, 160, 12, 16), unit) is not None
    band = grey.copy()
    band[160:] = 0
    edge = shifted(grey, 80, 0, 25)
    off_the_blocks = shifted(grey, 83, 120, 25)
    for whole_picture in (grey, band, 255 - band, edge, off_the_blocks, grey[:20], grey[:, :9]):
        assert seam_of(np.ascontiguousarray(whole_picture), block) is None


def test_few_changed_bits_of_a_jpeg_that_are_seen_are_not_found() -> None:
    whole_jpeg = saved(Image.fromarray(smooth()), "JPEG", quality=85)
    pixels = np.asarray(Image.open(io.BytesIO(whole_jpeg))).astype(int)
    start = whole_jpeg.index(b"\xff\xda") + 10
    seen, read = 0, 0
    for at in range(start, len(whole_jpeg) - 2, (len(whole_jpeg) - start) // 90):
        data = bytearray(whole_jpeg)
        data[at] ^= 1 << at % 8
        try:
            with Image.open(io.BytesIO(data)) as image:
                change = np.abs(np.asarray(image) - pixels)
        except OSError:
            continue
        if (change > 6).mean() > 0.05:
            seen += 1
            try:
                decode(bytes(data))
                read += 1
            except UnreadableFilmError:
                pass
    assert seen > 25
    assert read <= seen // 20


@needs_failing_inputs
def test_the_torn_files_that_were_read_are_damaged() -> None:
    files = [*FAILING_INPUTS.glob("*SILENT*")]
    assert len(files) >= 5
    for file in files:
        with pytest.raises(UnreadableFilmError, match="damaged"):
            decode(file)
