"""How films are varied."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from msgspec.structs import replace

from training.films.augmentation import AugmentationConfig, augment

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
