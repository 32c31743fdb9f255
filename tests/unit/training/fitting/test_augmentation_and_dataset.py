"""Films varied on the fly, in an order that the seed fixes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from msgspec.structs import replace

from training.config import read_config
from training.films.augmentation import AugmentationConfig, augment
from training.fitting.dataset import epoch_order, steps_per_epoch, training_dataset
from training.networks.readout import targets_of

STILL = AugmentationConfig(1.0, 0.0, 0.0, 0.0, 0.0, False, 0.0, 0.0, 0.0, 0.0, 100)
RNG = np.random.default_rng(3)
FILMS = RNG.integers(0, 256, (12, 20, 24, 1), dtype=np.uint8)
LABELS = np.array([0, 1, 1] * 4)
FIT = replace(read_config(Path("smoke")).fit, batch_size=5, epochs=3, balanced=True)
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


def test_a_balanced_epoch_draws_every_class_alike_and_other_films_each_time() -> None:
    orders = [epoch_order(LABELS, FIT, epoch) for epoch in range(3)]
    for order in orders:
        assert np.bincount(LABELS[order]).tolist() == [4, 4]
    assert set(orders[0]) != set(orders[1]) or set(orders[1]) != set(orders[2])
    whole = epoch_order(LABELS, replace(FIT, balanced=False), 0)
    assert sorted(whole) == list(range(12))
    assert steps_per_epoch(LABELS, FIT) == 2


def test_a_continued_run_sees_the_batches_it_would_have_seen() -> None:
    config = AugmentationConfig(1.0, 10.0, 0.1, 0.0, 0.1, True, 0.1, 0.0, 0.0, 0.0, 100)
    targets = targets_of(LABELS, 2)
    whole = list(training_dataset(FILMS, LABELS, targets, FIT, config, (20, 24), 0).as_numpy_iterator())
    continued = list(training_dataset(FILMS, LABELS, targets, FIT, config, (20, 24), 2).as_numpy_iterator())
    assert len(whole) == 6
    assert len(continued) == 2
    for (films, labels), (films_again, labels_again) in zip(whole[4:], continued, strict=True):
        np.testing.assert_array_equal(films, films_again)
        np.testing.assert_array_equal(labels, labels_again)


def test_a_crop_of_larger_films_has_the_size_asked_for_and_shows_a_part_of_them() -> None:
    ramp = np.tile(np.arange(100, dtype=np.uint8)[:, None, None], (64, 1, 100, 1))  # brightness tells the row
    varied = augment(ramp, replace(STILL, smallest_crop=0.25), SEED, (20, 24)).numpy()
    assert varied.shape == (64, 20, 24, 1)
    shown = (varied[:, -1, 0, 0] - varied[:, 0, 0, 0]) / 99  # share of the side
    assert 0.4 < shown.min() < 0.6
    assert 0.85 < shown.max() < 1
    assert varied[:, 0, 0, 0].min() < 10
    assert varied[:, -1, 0, 0].max() > 90


def test_teachers_make_half_of_the_target() -> None:
    targets = targets_of(LABELS, 2)
    batches = training_dataset(
        FILMS, LABELS, targets, FIT, STILL, (20, 24), 0, lambda films: 0 * films[:, 0, 0] + 0.4
    ).as_numpy_iterator()
    taught = np.unique(np.concatenate([batch for _, batch in batches]).round(6))
    np.testing.assert_allclose(taught, [0.2, 0.7], atol=1e-6)


def test_more_than_two_classes_have_one_hot_targets() -> None:
    assert targets_of(np.array([2, 0]), 3).tolist() == [[0, 0, 1], [1, 0, 0]]
