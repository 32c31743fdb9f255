"""In which order films are drawn, and with which targets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from msgspec.structs import replace

from training.config import read_config
from training.films.augmentation import AugmentationConfig
from training.fitting.dataset import epoch_order, steps_per_epoch, training_dataset
from training.networks.readout import targets_of

STILL = AugmentationConfig(1.0, 0.0, 0.0, 0.0, 0.0, False, 0.0, 0.0, 0.0, 0.0, 100)
FILMS = np.random.default_rng(3).integers(0, 256, (12, 20, 24, 1), dtype=np.uint8)
LABELS = np.array([0, 1, 1] * 4)
FIT = replace(read_config(Path("smoke")).fit, batch_size=5, epochs=3, balanced=True)


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


def test_teachers_make_half_of_the_target() -> None:
    targets = targets_of(LABELS, 2)
    batches = training_dataset(
        FILMS, LABELS, targets, FIT, STILL, (20, 24), 0, lambda films: 0 * films[:, 0, 0] + 0.4
    ).as_numpy_iterator()
    taught = np.unique(np.concatenate([batch for _, batch in batches]).round(6))
    np.testing.assert_allclose(taught, [0.2, 0.7], atol=1e-6)


def test_more_than_two_classes_have_one_hot_targets() -> None:
    assert targets_of(np.array([2, 0]), 3).tolist() == [[0, 0, 1], [1, 0, 0]]
