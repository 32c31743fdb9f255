"""Parity pictures and their stored pixels, in grey and in colour."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from export.parity import write_parity
from training.films.arrays import Floats
from training.films.preprocessing import ImageConverter, convert, decode

GREY_THREE_TIMES = ImageConverter(20, 24, 3, "whole")
COLOURS = ImageConverter(20, 24, 3, "square", "rgb", "nearest")


def mean_of_channels(films: Floats) -> dict[str, Floats]:
    """A network that answers by its first channel and its last."""
    means = films.mean(axis=(1, 2)) / 255
    return {"logit": means[:, [0, -1]], "probability": means[:, [0, -1]]}


@pytest.mark.parametrize("converter", [GREY_THREE_TIMES, COLOURS], ids=["grey", "rgb"])
def test_the_stored_pixels_are_a_grey_once_or_all_three_colours(converter: ImageConverter, tmp_path: Path) -> None:
    films, _ = write_parity(tmp_path, converter, mean_of_channels, lambda _: "A")
    parity = json.loads((tmp_path / "parity.json").read_text("utf-8"))
    planes = 3 if converter.colour == "rgb" else 1
    for film, case in zip(films, parity["cases"], strict=True):
        pixels = np.fromfile(tmp_path / case["pixels"], "<u2").reshape(20, 24, planes) / 256
        expected = convert(decode(tmp_path / case["file"], converter.colour), converter)
        np.testing.assert_array_equal(film, expected)
        assert np.abs(pixels - expected[..., :planes]).max() <= 1 / 512 + 1e-6


def test_a_network_for_colours_is_asked_where_two_confused_would_show(tmp_path: Path) -> None:
    films, outputs = write_parity(tmp_path, COLOURS, mean_of_channels, lambda _: "A")
    parity = json.loads((tmp_path / "parity.json").read_text("utf-8"))
    confused = np.abs(films - films[..., ::-1]).mean(axis=(1, 2, 3))
    assert sum(confused > 5 * parity["tolerance"]["pixels"]) >= 3
    assert np.ptp(outputs["logit"], axis=1).max() > 2 * parity["tolerance"]["logit"]
