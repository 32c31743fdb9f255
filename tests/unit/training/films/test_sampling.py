"""Every sampling gives the very pixels of the tool that it is named for."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from training.films.preprocessing import ImageConverter, convert, resize

# TensorFlow computes where a sample lies in float32: of pictures of 640 pixels, a hundredth of a grey level.
PLACES = 0.02
RNG = np.random.default_rng(11)
SIZES = [
    ((53, 71), (22, 30)),
    ((30, 41), (64, 48)),
    ((224, 224), (224, 224)),
    ((97, 64), (96, 96)),
    ((640, 480), (150, 150)),
]


def pixels(size: tuple[int, ...]) -> np.ndarray:
    return RNG.integers(0, 256, size, dtype=np.uint8)


@pytest.mark.parametrize(("size", "wanted"), SIZES)
def test_bilinear_is_tf_image_resize(size: tuple[int, int], wanted: tuple[int, int]) -> None:
    film = pixels(size)
    by_tensorflow = tf.image.resize(film[..., np.newaxis], wanted).numpy()[..., 0]
    np.testing.assert_allclose(resize(film, *wanted, sampling="bilinear"), by_tensorflow, atol=PLACES)


@pytest.mark.parametrize(("size", "wanted"), SIZES)
def test_bilinear_corner_is_resize_bilinear_of_tensorflow_1(size: tuple[int, int], wanted: tuple[int, int]) -> None:
    film = pixels(size)
    by_tensorflow = tf.compat.v1.image.resize_bilinear(film[np.newaxis, ..., np.newaxis], wanted).numpy()[0, ..., 0]
    np.testing.assert_allclose(resize(film, *wanted, sampling="bilinear-corner"), by_tensorflow, atol=PLACES)


@pytest.mark.parametrize(("size", "wanted"), [*SIZES, ((300, 7), (200, 5)), ((1023, 769), (224, 224))])
def test_nearest_is_pillows_to_the_pixel(size: tuple[int, int], wanted: tuple[int, int]) -> None:
    film = pixels(size)
    by_pillow = np.asarray(Image.fromarray(film).resize(wanted[::-1], Image.Resampling.NEAREST))
    np.testing.assert_array_equal(resize(film, *wanted, sampling="nearest"), by_pillow)


@pytest.mark.parametrize("size", [(54, 71), (90, 61), (40, 40)])
def test_but_for_antialias_the_square_is_cut_to_whole_pixels_first(size: tuple[int, int]) -> None:
    film = pixels(size)
    side = min(size)
    top, left = (size[0] - side) // 2, (size[1] - side) // 2
    square = film[top : top + side, left : left + side]
    by_pillow = Image.fromarray(film).resize(
        (32, 32), Image.Resampling.NEAREST, box=(left, top, left + side, top + side)
    )
    np.testing.assert_array_equal(resize(film, 32, 32, "square", "nearest"), np.asarray(by_pillow))
    np.testing.assert_allclose(
        resize(film, 32, 32, "square", "bilinear"), resize(square, 32, 32, sampling="bilinear"), atol=1e-3
    )


@pytest.mark.parametrize("sampling", ["antialias", "bilinear", "bilinear-corner", "nearest"])
def test_of_the_right_size_nothing_is_changed(sampling: str) -> None:
    picture = pixels((32, 40, 3))
    converter = ImageConverter(32, 40, 3, "whole", "rgb", sampling)  # type: ignore[arg-type]
    np.testing.assert_array_equal(convert(picture, converter), picture.astype(np.float32))
