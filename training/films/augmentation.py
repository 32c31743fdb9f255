"""Films varied on the fly: one affine warp, then light and sharpness, all drawn from a seed."""

from __future__ import annotations

import functools
import math
from typing import Any

import msgspec

from training.numbers import Degrees, Part, PartLeft, Quality, Range, Share, SlantDegrees

# Blurs in a row that `sharpness` takes for a wide one: a standard deviation of 1.4 pixels.
WIDE_BLUR = 4
# Of the side: the widest border and the largest corner that are painted over. A marker's letters are within.
BORDER, CORNER = 0.08, 0.25
# Of the side: the sizes of what machines lift or flatten when they process a film, and of unevenly lit parts.
PROCESSED_SIZES, SHADED_SIZE = (1 / 18, 1 / 6), 1 / 3
LATER = 2026


class AugmentationConfig(msgspec.Struct, frozen=True):
    """The `[augmentation]` table: how far a film is varied, anew in every epoch. Ranges are uniform, and symmetric unless noted.

    Attributes:
        smallest_crop: Least share of the film's area that is shown, anywhere in the film; 1 for the whole film always.
        rotation_degrees: Largest rotation.
        zoom: Largest relative change of scale, drawn apart for height and width.
        aspect: Largest change of log(width/height), in addition to the zoom.
        shift: Largest shift as a fraction of the side.
        horizontal_flip: Mirror every second film.
        brightness: Largest change, as a fraction of white.
        contrast: Largest relative change about the film's mean.
        gamma: Largest change of log(gamma).
        blur: Largest share of a 3×3 binomial blur mixed in; negative shares sharpen, down to minus half of it.
        jpeg_quality: Lowest quality of a JPEG file that every second film goes through; 100 for none.
        shear_degrees: Largest shear.
        blanked: Share of the films whose borders and corners, where letters and markers stand, are painted over in part.
        exposure: Largest share of the grey range by which either end of it moves: what lies beyond is cut off, as by another window.
        sharpness: Largest share of the difference from a wide blur that is added (a sharper film) or taken (a softer one).
        processing: The same of blurs as wide as an organ, taken at most half as far: each make of machine lifts and flattens such parts in its own way.
        shading: Largest change of brightness between one part of the film and another, as a fraction of white.
    """

    smallest_crop: Part
    rotation_degrees: Degrees
    zoom: PartLeft
    aspect: Range
    shift: Share
    horizontal_flip: bool
    brightness: Share
    contrast: Share
    gamma: Range
    blur: Share
    jpeg_quality: Quality
    shear_degrees: SlantDegrees = 0.0
    blanked: Share = 0.0
    exposure: Share = 0.0
    sharpness: Share = 0.0
    processing: Range = 0.0
    shading: Share = 0.0


def augment(films: Any, config: AugmentationConfig, seed: Any, size: tuple[int, int] | None = None) -> Any:
    """Varies a batch.

    Args:
        films: uint8 or float `[n, rows, columns, channels]` in 0–255, at the size of the result or, for crops, larger.
        config: How far.
        seed: Two int32; the same seed gives the same films.
        size: Height and width of the result; none for those of `films`.

    Returns:
        float32 `[n, height, width, channels]` in 0–255.
    """
    import tensorflow as tf

    seeds = tf.random.experimental.stateless_split(seed, 18)
    count = tf.shape(films)[0]

    def uniform(index: int, largest: float) -> Any:
        return tf.random.stateless_uniform([count], seeds[index], -largest, largest)

    # What came later has seeds of its own, so that older configurations vary films as they ever did.
    further = tf.random.experimental.stateless_split(tf.random.experimental.stateless_fold_in(seed, LATER), 8)

    def uniform_of(index: int, lowest: float, highest: float) -> Any:
        return tf.random.stateless_uniform([count], further[index], lowest, highest)

    crop = tf.sqrt(tf.random.stateless_uniform([count], seeds[12], config.smallest_crop, 1.0))  # of the side
    films = _warp(
        films,
        size or (films.shape[1], films.shape[2]),
        angle=uniform(0, math.radians(config.rotation_degrees)),
        shear=uniform(17, math.radians(config.shear_degrees)),
        zoom_y=crop * (1 + uniform(1, config.zoom)) * tf.exp(uniform(2, config.aspect / 2)),
        zoom_x=crop * (1 + uniform(3, config.zoom)) * tf.exp(uniform(4, config.aspect / 2)),
        shift_y=uniform(5, config.shift) + (1 - crop) * uniform(13, 0.5),
        shift_x=uniform(6, config.shift) + (1 - crop) * uniform(14, 0.5),
        mirror=tf.where(uniform(7, 1.0) < 0, -1.0, 1.0) if config.horizontal_flip else tf.ones([count]),
    )
    if config.blur:
        share = tf.random.stateless_uniform([count], seeds[8], -config.blur / 2, config.blur)[:, None, None, None]
        films += share * (_blurred(films) - films)
    if config.sharpness:
        share = uniform_of(0, -config.sharpness, config.sharpness)[:, None, None, None]
        films += share * (films - _blurred(films, times=WIDE_BLUR))
    for index, size_of_part in enumerate(PROCESSED_SIZES if config.processing else ()):
        share = uniform_of(5 + index, -config.processing / 2, config.processing)[:, None, None, None]
        films += share * (films - _without_parts(films, size_of_part))
    if config.shading:
        films += 255 * config.shading * _shade(films, further[7])
    if config.exposure:
        # The grey levels that become black and white; inwards they cut, outwards they leave the film flat.
        black = 255 * uniform_of(1, -config.exposure, config.exposure)[:, None, None, None]
        white = 255 * (1 + uniform_of(2, -config.exposure, config.exposure))[:, None, None, None]
        films = 255 * (films - black) / tf.maximum(white - black, 1.0)
    if config.gamma:
        exponent = tf.exp(uniform(9, config.gamma))[:, None, None, None]
        films = 255 * tf.pow(tf.clip_by_value(films / 255, 1e-6, 1), exponent)
    if config.contrast:
        mean = tf.reduce_mean(films, axis=[1, 2, 3], keepdims=True)
        films = (films - mean) * (1 + uniform(10, config.contrast))[:, None, None, None] + mean
    if config.brightness:
        films += 255 * uniform(11, config.brightness)[:, None, None, None]
    films = tf.clip_by_value(films, 0, 255)
    if config.blanked:
        chosen = uniform_of(3, 0.0, 1.0) < config.blanked
        films = tf.where(chosen[:, None, None, None], _blanked(films, further[4]), films)
    if config.jpeg_quality < 100:
        quality = tf.random.stateless_uniform([count], seeds[15], config.jpeg_quality, 100, tf.int32)
        films = tf.where(uniform(16, 1.0)[:, None, None, None] < 0, _through_jpeg(films, quality), films)
    return films


def _warp(
    films: Any,
    size: tuple[int, int],
    *,
    angle: Any,
    shear: Any,
    zoom_y: Any,
    zoom_x: Any,
    shift_y: Any,
    shift_x: Any,
    mirror: Any,
) -> Any:
    """One bilinear resampling for every geometric change, about the film's centre; the border is repeated outwards.

    All arguments but `films` and `size` are `[n]`; the zooms scale what is looked at, so a zoom below 1 magnifies.
    """
    import tensorflow as tf

    (rows, columns), (height, width) = films.shape[1:3], size
    cos, sin = tf.cos(angle), tf.sin(angle)
    scale_y, scale_x = zoom_y * (rows / height), mirror * zoom_x * (columns / width)
    # Input position = A · output position + b; A shears, rotates, then scales the input's axes (and mirrors the columns).
    a_xx, a_xy = scale_x * cos, -scale_x * tf.sin(angle + shear)
    a_yx, a_yy = scale_y * sin, scale_y * tf.cos(angle + shear)
    b_x = (columns - 1) / 2 + shift_x * columns - a_xx * (width - 1) / 2 - a_xy * (height - 1) / 2
    b_y = (rows - 1) / 2 + shift_y * rows - a_yx * (width - 1) / 2 - a_yy * (height - 1) / 2
    affine = tf.stack([a_xx, a_xy, b_x, a_yx, a_yy, b_y], axis=1)[..., tf.newaxis, tf.newaxis]
    return _compiled()(films, affine, tf.range(0.0, height), tf.range(0.0, width))


@functools.cache
def _compiled() -> Any:
    """`_resampled`, compiled by XLA: a third of the time of TensorFlow's own `ImageProjectiveTransformV3`, and the same but for rounding."""
    import tensorflow as tf

    return tf.function(_resampled, jit_compile=True)


def _resampled(films: Any, affine: Any, y: Any, x: Any) -> Any:
    """The films, `[n, rows, columns, c]`, at the places that `affine`, `[n, 6, 1, 1]`, has for the rows `y` and columns `x` of the result."""
    import tensorflow as tf

    count, (rows, columns), channels = tf.shape(films)[0], films.shape[1:3], films.shape[3]
    from_x = tf.clip_by_value(affine[:, 0] * x + affine[:, 1] * y[:, tf.newaxis] + affine[:, 2], 0.0, columns - 1.0)
    from_y = tf.clip_by_value(affine[:, 3] * x + affine[:, 4] * y[:, tf.newaxis] + affine[:, 5], 0.0, rows - 1.0)
    # The last place lies between the last two pixels, at the very end.
    left, top = (tf.floor(tf.minimum(at, max(side - 2.0, 0.0))) for at, side in ((from_x, columns), (from_y, rows)))
    right_share, lower_share = (from_x - left)[..., tf.newaxis], (from_y - top)[..., tf.newaxis]
    first = (tf.range(count)[:, tf.newaxis, tf.newaxis] * rows + tf.cast(top, tf.int32)) * columns + tf.cast(
        left, tf.int32
    )
    pixels = tf.reshape(tf.cast(films, tf.float32), [-1, channels])
    upper, lower = (
        (1 - right_share) * tf.gather(pixels, first + row) + right_share * tf.gather(pixels, first + row + 1)
        for row in (0, columns)
    )
    return (1 - lower_share) * upper + lower_share * lower


def _blurred(films: Any, times: int = 1) -> Any:
    """A 3×3 binomial filter, the border repeated, some times over; the same shape."""
    import tensorflow as tf

    if times > 1:
        films = _blurred(films, times - 1)
    padded = tf.pad(films, [[0, 0], [1, 1], [1, 1], [0, 0]], "SYMMETRIC")
    rows = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    return (rows[:, :, :-2] + 2 * rows[:, :, 1:-1] + rows[:, :, 2:]) / 16


def _without_parts(films: Any, of_side: float) -> Any:
    """The films without what is smaller than this share of their side; the same shape."""
    import tensorflow as tf

    small = [max(round(1 / of_side), 2)] * 2
    return tf.image.resize(tf.image.resize(films, small, antialias=True), films.shape[1:3], method="bicubic")


def _shade(films: Any, seed: Any) -> Any:
    """A smooth field in -1…1 for each film, as a grid or a bed out of line makes; the shape of `films`, one channel."""
    import tensorflow as tf

    small = [tf.shape(films)[0], round(1 / SHADED_SIZE), round(1 / SHADED_SIZE), 1]
    return tf.image.resize(tf.random.stateless_uniform(small, seed, -1, 1), films.shape[1:3])


def _blanked(films: Any, seed: Any) -> Any:
    """The films with a border of some width on each side, and each second corner, painted over by one grey level each; the same shape."""
    import tensorflow as tf

    count, height, width = tf.shape(films)[0], films.shape[1], films.shape[2]
    drawn = tf.random.stateless_uniform([count, 17], seed)
    from_top, from_left = tf.range(0.5, height) / height, tf.range(0.5, width) / width  # of the side
    mask = tf.zeros([count, height, width], tf.bool)
    for index, place in enumerate((from_top[:, None], 1 - from_top[:, None], from_left[None], 1 - from_left[None])):
        mask |= place < BORDER * drawn[:, index, None, None]
    corners = [(y, x) for y in (from_top, 1 - from_top) for x in (from_left, 1 - from_left)]
    for index, (y, x) in enumerate(corners):
        tall, wide, chosen = (drawn[:, 4 + 3 * index + part, None, None] for part in range(3))
        mask |= (chosen < 0.5) & (y[:, None] < CORNER * tall) & (x[None] < CORNER * wide)
    level = drawn[:, 16, None, None, None] * tf.reduce_mean(
        films, axis=[1, 2, 3], keepdims=True
    )  # black to the film's mean
    return tf.where(mask[..., None], level, films)


def _through_jpeg(films: Any, quality: Any) -> Any:
    """The films as JPEG files of these qualities `[n]` give them back; the same shape."""

    import tensorflow as tf

    def one(film_and_quality: tuple[Any, Any]) -> Any:
        film, percent = film_and_quality
        file = tf.raw_ops.EncodeJpegVariableQuality(images=film, quality=percent)
        return tf.ensure_shape(tf.io.decode_jpeg(file, channels=film.shape[-1]), film.shape)

    rounded = tf.cast(tf.round(films), tf.uint8)
    return tf.cast(tf.map_fn(one, (rounded, quality), fn_output_signature=tf.uint8), tf.float32)
