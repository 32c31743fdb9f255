"""How films are varied."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from msgspec.structs import replace

from training.films.augmentation import AugmentationConfig, _compiled, augment

STILL = AugmentationConfig(1.0, 0.0, 0.0, 0.0, 0.0, False, 0.0, 0.0, 0.0, 0.0, 100)

FILMS = np.random.default_rng(3).integers(0, 256, (12, 20, 24, 1), dtype=np.uint8)
SEED = tf.constant([1, 2], tf.int32)


def test_no_variation_leaves_films_as_they_are() -> None:
    np.testing.assert_allclose(augment(FILMS, STILL, SEED), FILMS, atol=1e-3)


def test_the_same_seed_gives_the_same_films_and_another_one_others() -> None:
    config = AugmentationConfig(0.5, 10.0, 0.1, 0.3, 0.1, True, 0.1, 0.3, 0.3, 0.8, 40)
    first, again, other = (augment(FILMS, config, tf.constant(seed)).numpy() for seed in ([1, 2], [1, 2], [1, 3]))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).mean() > 5
    assert first.min() >= 0
    assert first.max() <= 255


def test_a_flip_mirrors_some_films_and_leaves_the_others() -> None:
    varied = augment(FILMS, replace(STILL, horizontal_flip=True), SEED).numpy()
    mirrored = [np.allclose(v, f[:, ::-1], atol=1e-3) for v, f in zip(varied, FILMS, strict=True)]
    unchanged = [np.allclose(v, f, atol=1e-3) for v, f in zip(varied, FILMS, strict=True)]
    assert all(m != u for m, u in zip(mirrored, unchanged, strict=True))
    assert 0 < sum(mirrored) < len(FILMS)


@pytest.mark.parametrize(
    "field",
    [
        "smallest_crop",
        "rotation_degrees",
        "zoom",
        "aspect",
        "shift",
        "brightness",
        "contrast",
        "gamma",
        "blur",
        "jpeg_quality",
        "blanked",
        "exposure",
        "sharpness",
        "processing",
        "shading",
    ],
)
def test_every_range_moves_films_on_its_own(field: str) -> None:
    amount: Any = {"rotation_degrees": 10.0, "jpeg_quality": 10}.get(field, 0.3)
    varied = augment(FILMS, replace(STILL, **{field: amount}), SEED).numpy()
    assert np.abs(varied - FILMS).mean() > 1


def test_a_shift_moves_a_dot_by_at_most_its_range() -> None:
    dots = np.zeros((64, 21, 21, 1), dtype=np.uint8)
    dots[:, 10, 10] = 255
    varied = augment(dots, replace(STILL, shift=0.2), SEED).numpy()[..., 0]
    rows = (varied.sum(axis=2) * np.arange(21)).sum(axis=1) / varied.sum(axis=(1, 2))
    assert np.abs(rows - 10).max() <= 0.2 * 21 + 0.01
    assert np.abs(rows - 10).max() > 2


def test_a_crop_of_larger_films_has_the_size_asked_for_and_shows_a_part_of_them() -> None:
    ramp = np.tile(np.arange(100, dtype=np.uint8)[:, None, None], (64, 1, 100, 1))  # brightness tells the row
    varied = augment(ramp, replace(STILL, smallest_crop=0.25), SEED, (20, 24)).numpy()
    assert varied.shape == (64, 20, 24, 1)
    shown = (varied[:, -1, 0, 0] - varied[:, 0, 0, 0]) / 99  # share of the side
    assert 0.4 < shown.min() < 0.6
    assert 0.85 < shown.max() < 1
    assert varied[:, 0, 0, 0].min() < 10
    assert varied[:, -1, 0, 0].max() > 90


def test_blanked_films_lose_borders_and_corners_and_nothing_else() -> None:
    films = np.full((200, 40, 50, 1), 200, np.uint8)
    films[:, 20:] = 100
    varied = augment(films, replace(STILL, blanked=1.0), SEED).numpy()[..., 0]
    changed = np.abs(varied - films[..., 0]) > 1e-3
    share = changed.mean(axis=0)
    assert changed[:, 11:29, 5:45].sum() == 0
    assert share[0, 0] > 0.5
    assert 0 < share[0, 25] < 1
    assert 0.05 < share[5, 5] < 0.3
    some = augment(films, replace(STILL, blanked=0.5), SEED).numpy()[..., 0]
    kept = np.isclose(some, films[..., 0], atol=1e-3).all(axis=(1, 2))
    assert 60 < kept.sum() < 140


def test_another_exposure_cuts_off_what_lies_beyond() -> None:
    films = np.linspace(0, 255, 256, dtype=np.float32).reshape(1, 16, 16, 1).repeat(40, axis=0)
    varied = augment(films, replace(STILL, exposure=0.3), SEED).numpy()
    assert (varied[:, 0, 0] == 0).any()
    assert (varied[:, 0, 0] > 10).any()
    assert (np.diff(varied.reshape(40, 256), axis=1) >= -1e-3).all()


@pytest.mark.parametrize(
    ("shape", "size"), [((8, 50, 40, 1), (40, 32)), ((3, 33, 33, 3), (33, 33)), ((2, 2, 5, 1), (7, 9))]
)
def test_films_are_resampled_as_tensorflows_own_operation_does(
    shape: tuple[int, int, int, int], size: tuple[int, int]
) -> None:
    rng = np.random.default_rng(5)
    films = rng.integers(0, 256, shape).astype(np.uint8)
    affine = rng.uniform(-1.5, 1.5, (len(films), 6)) * [
        1,
        0.3,
        9,
        0.3,
        1,
        9,
    ]  # beyond the films on every side, and mirrored
    affine = affine.astype(np.float32)
    expected = tf.raw_ops.ImageProjectiveTransformV3(
        images=films.astype(np.float32),
        transforms=np.pad(affine, ((0, 0), (0, 2))),
        output_shape=size,
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )
    y, x = (tf.range(0.0, side) for side in size)
    np.testing.assert_allclose(_compiled()(films, affine[..., None, None], y, x), expected, atol=0.01)
