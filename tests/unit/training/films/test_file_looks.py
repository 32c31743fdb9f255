"""Torn files are told from whole ones before they are decoded, by the page's own code."""

from __future__ import annotations

import pytest

from tests.shared import FAILING_INPUTS, needs_failing_inputs
from tests.torn_pictures import jpegs, torn, whole
from training.films.file_looks import looks_of
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


@needs_failing_inputs
def test_the_torn_files_that_were_read_are_damaged() -> None:
    files = [*FAILING_INPUTS.glob("*SILENT*")]
    assert len(files) >= 5
    for file in files:
        with pytest.raises(UnreadableFilmError, match="damaged"):
            decode(file)
