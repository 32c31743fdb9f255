"""How one side of a picture is brought to another size: the matrices of the one resize.

TypeScript builds the same ones (`site_template/src/image/sampling.ts`); `tests/golden/sampling.json` lies between them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np

from training.films.arrays import Doubles

# Our own networks take `antialias`. The others are those of the tools that other people's networks were trained with.
Sampling = Literal["antialias", "bilinear", "bilinear-corner", "nearest"]


def sampling_matrix(sampling: Sampling, size_in: int, size_out: int, start: float, length: float) -> Doubles:
    """The matrix `[size_out, size_in]` that takes the stretch `start … start + length` to `size_out` samples.

    `antialias` looks a little beyond the stretch where there is more of the picture, as Pillow does with a `box`. The
    others cut to whole pixels first and see nothing beyond, as the tools do that they are taken from.
    """
    if sampling == "antialias":
        return _antialias(size_in, size_out, start, length)
    first, pixels = int(start), int(length)
    matrix = np.zeros((size_out, size_in), dtype=np.float64)
    for row, place in enumerate(_PLACES[sampling](first, pixels, size_out)):
        within = min(max(place, first), first + pixels - 1)
        below = int(within)
        matrix[row, below] = 1 - (within - below)
        if within > below:
            matrix[row, below + 1] = within - below
    return matrix


def _antialias(size_in: int, size_out: int, start: float, length: float) -> Doubles:
    """A triangle filter, widened when shrinking.

    This is the filter that Pillow calls BILINEAR (`Image.resize(…, box=…)`, libImaging/Resample.c), without its rounding
    to 8-bit coefficients. Samples outside the input are left out and the rest renormalised.
    """
    scale = length / size_out
    filter_scale = max(scale, 1.0)
    matrix = np.zeros((size_out, size_in), dtype=np.float64)
    for row in range(size_out):
        centre = start + (row + 0.5) * scale
        first = max(int(centre - filter_scale + 0.5), 0)
        last = min(int(centre + filter_scale + 0.5), size_in)
        distance = np.abs((np.arange(first, last) - centre + 0.5) / filter_scale)
        weights = np.maximum(1.0 - distance, 0.0)
        matrix[row, first:last] = weights / weights.sum()
    return matrix


def _bilinear(first: int, pixels: int, size_out: int) -> list[float]:
    """By the middles of pixels, never widened: `tf.image.resize`, Keras' `Resizing`."""
    return [first + (row + 0.5) * (pixels / size_out) - 0.5 for row in range(size_out)]


def _bilinear_corner(first: int, pixels: int, size_out: int) -> list[float]:
    """By the corners of pixels: `resizeBilinear` of TensorFlow 1 and of TensorFlow.js, as they are by default."""
    return [first + row * (pixels / size_out) for row in range(size_out)]


def _nearest(first: int, pixels: int, size_out: int) -> list[float]:
    """The pixel under each sample's middle: Pillow's NEAREST, Keras' `load_img`.

    The middles are added up one by one, as Pillow does (libImaging/Geometry.c): where one lies between two pixels, the
    rounding of that sum decides.
    """
    step = pixels / size_out
    middle = first + step * 0.5
    places = []
    for _ in range(size_out):
        places.append(float(int(middle)))
        middle += step
    return places


# Where in the picture each sample is taken, by the numbers of its pixels.
_PLACES: Mapping[Sampling, Callable[[int, int, int], list[float]]] = {
    "bilinear": _bilinear,
    "bilinear-corner": _bilinear_corner,
    "nearest": _nearest,
}
