"""Adaptive discriminator augmentation: what both kinds of films go through before the discriminator sees them, so that few do for it.

Each change is made to a share `strength` of the films; below 0.8 the generator does not learn the changes themselves (Karras et al.
2020, arXiv:2006.06676, section 2.2). No mirroring: the heart lies left.
"""

from __future__ import annotations

from math import pi
from typing import Any

import tensorflow as tf

# Standard deviations of the changes, as in the paper's table.
SHIFT = 0.125  # of the side
ZOOM = 0.2  # powers of two
BRIGHTNESS = 0.2  # of the range from −1 to 1
CONTRAST = 0.5  # powers of two
MOST_ROTATION = pi / 8  # films are not upside down
STRONGEST = 0.8


def augmented(films: Any, strength: Any, seed: Any) -> Any:
    """Changes films `[n, h, w, 1]`, each by chance; gradients pass.

    Args:
        films: Float32, about −1…1.
        strength: Scalar, 0 to `STRONGEST`: the chance of each change.
        seed: Int32 `[2]`, which repeats it.
    """
    n = tf.shape(films)[0]

    def part(number: int) -> Any:
        return tf.random.experimental.stateless_fold_in(seed, number)

    def drawn(number: int, value: Any, neutral: float) -> Any:
        chosen = tf.random.stateless_uniform([n], part(2 * number)) < strength
        return tf.where(chosen, value, neutral)

    def normal(number: int, scale: float) -> Any:
        return tf.random.stateless_normal([n], part(2 * number + 1)) * scale

    turn = tf.random.stateless_uniform([n], part(3), -MOST_ROTATION, MOST_ROTATION)
    angle = drawn(1, turn, 0.0)
    zoom = drawn(2, 2 ** normal(2, ZOOM), 1.0)
    stretch = drawn(3, 2 ** normal(3, ZOOM), 1.0)
    side = tf.cast(tf.shape(films)[1], tf.float32)
    right, down = drawn(4, normal(4, SHIFT), 0.0) * side, drawn(5, normal(5, SHIFT), 0.0) * side
    films = _warped(films, angle, zoom * stretch, zoom / stretch, right, down)
    contrast, brightness = drawn(6, 2 ** normal(6, CONTRAST), 1.0), drawn(7, normal(7, BRIGHTNESS), 0.0)
    return films * contrast[:, None, None, None] + brightness[:, None, None, None]


def _warped(films: Any, angle: Any, across: Any, along: Any, right: Any, down: Any) -> Any:
    """Turned, stretched and shifted about the middle; what comes in from outside mirrors the film. One transform `[n, 8]` each."""
    middle = (tf.cast(tf.shape(films)[1], tf.float32) - 1) / 2
    a, b = tf.cos(angle) / across, -tf.sin(angle) / across
    c, d = tf.sin(angle) / along, tf.cos(angle) / along
    zero = tf.zeros_like(angle)
    from_x, from_y = middle + right, middle + down
    rows = [a, b, middle - a * from_x - b * from_y, c, d, middle - c * from_x - d * from_y, zero, zero]
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=films,
        transforms=tf.stack(rows, axis=1),
        output_shape=tf.shape(films)[1:3],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="REFLECT",
    )
