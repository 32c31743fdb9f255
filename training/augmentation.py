"""Films varied on the fly: one affine warp, then light and sharpness, all drawn from a seed."""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf

from training.config import AugmentationConfig


def augment(films: Any, config: AugmentationConfig, seed: Any) -> Any:
    """Varies a batch.

    Args:
        films: uint8 or float `[n, height, width, channels]` in 0–255.
        config: How far.
        seed: Two int32; the same seed gives the same films.

    Returns:
        float32 of the same shape, in 0–255.
    """
    seeds = tf.random.experimental.stateless_split(seed, 12)
    count = tf.shape(films)[0]

    def uniform(index: int, largest: float) -> Any:
        return tf.random.stateless_uniform([count], seeds[index], -largest, largest)

    films = tf.cast(films, tf.float32)
    films = _warp(
        films,
        angle=uniform(0, math.radians(config.rotation_degrees)),
        zoom_y=(1 + uniform(1, config.zoom)) * tf.exp(uniform(2, config.aspect / 2)),
        zoom_x=(1 + uniform(3, config.zoom)) * tf.exp(uniform(4, config.aspect / 2)),
        shift_y=uniform(5, config.shift),
        shift_x=uniform(6, config.shift),
        mirror=tf.where(uniform(7, 1.0) < 0, -1.0, 1.0) if config.horizontal_flip else tf.ones([count]),
    )
    if config.blur:
        share = tf.random.stateless_uniform([count], seeds[8], -config.blur / 2, config.blur)[:, None, None, None]
        films += share * (_blurred(films) - films)
    if config.gamma:
        exponent = tf.exp(uniform(9, config.gamma))[:, None, None, None]
        films = 255 * tf.pow(tf.clip_by_value(films / 255, 1e-6, 1), exponent)
    if config.contrast:
        mean = tf.reduce_mean(films, axis=[1, 2, 3], keepdims=True)
        films = (films - mean) * (1 + uniform(10, config.contrast))[:, None, None, None] + mean
    if config.brightness:
        films += 255 * uniform(11, config.brightness)[:, None, None, None]
    return tf.clip_by_value(films, 0, 255)


def _warp(films: Any, *, angle: Any, zoom_y: Any, zoom_x: Any, shift_y: Any, shift_x: Any, mirror: Any) -> Any:
    """One bilinear resampling for every geometric change, about the film's centre; the border is repeated outwards.

    All arguments but `films` are `[n]`; the zooms scale what is looked at, so a zoom below 1 magnifies.
    """
    height, width = films.shape[1], films.shape[2]
    centre_y, centre_x = (height - 1) / 2, (width - 1) / 2
    cos, sin = tf.cos(angle), tf.sin(angle)
    # Input position = A · output position + b; A rotates, then scales the input's axes (and mirrors the columns).
    a_xx, a_xy = mirror * zoom_x * cos, -mirror * zoom_x * sin
    a_yx, a_yy = zoom_y * sin, zoom_y * cos
    b_x = centre_x + shift_x * width - a_xx * centre_x - a_xy * centre_y
    b_y = centre_y + shift_y * height - a_yx * centre_x - a_yy * centre_y
    zero = tf.zeros_like(angle)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=films,
        transforms=tf.stack([a_xx, a_xy, b_x, a_yx, a_yy, b_y, zero, zero], axis=1),
        output_shape=[height, width],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )


def _blurred(films: Any) -> Any:
    """A 3×3 binomial filter, the border repeated; the same shape."""
    padded = tf.pad(films, [[0, 0], [1, 1], [1, 1], [0, 0]], "SYMMETRIC")
    rows = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    return (rows[:, :, :-2] + 2 * rows[:, :, 1:-1] + rows[:, :, 2:]) / 16
