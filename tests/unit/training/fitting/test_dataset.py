"""In which order films are drawn, and with which targets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from training.config import read_config
from training.films.augmentation import AugmentationConfig
from training.fitting.dataset import epoch_order, steps_per_epoch, training_dataset
from training.fitting.origins import Origins
from training.networks.readout import targets_of

STILL = AugmentationConfig(1.0, 0.0, 0.0, 0.0, 0.0, False, 0.0, 0.0, 0.0, 0.0, 100)
FILMS = np.random.default_rng(3).integers(0, 256, (12, 20, 24, 1), dtype=np.uint8)
LABELS = np.array([0, 1, 1] * 4)
# Six films of one hospital's children, six of another's adults; two of each are of the first class.
ORIGINS = Origins(("first", "small"), ("children", "adults"), np.repeat([0, 1], [6, 6]), np.repeat([0, 1], [6, 6]))
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
        FILMS, LABELS, targets, FIT, STILL, (20, 24), 0, lambda films, _: (0 * films[:, 0, 0] + 0.4, None)
    ).as_numpy_iterator()
    taught = np.unique(np.concatenate([batch for _, batch in batches]).round(6))
    np.testing.assert_allclose(taught, [0.2, 0.7], atol=1e-6)


def test_films_that_no_teacher_teaches_keep_their_labels() -> None:
    def teach(films: Any, population: Any) -> tuple[Any, Any]:
        return 0 * films[:, 0, 0] + 0.4, population == 1

    batches = training_dataset(FILMS, LABELS, targets_of(LABELS, 2), FIT, STILL, (20, 24), 0, teach, ORIGINS)
    taught = np.unique(np.concatenate([batch for _, batch in batches.as_numpy_iterator()]).round(6))
    np.testing.assert_allclose(taught, [0, 0.2, 0.7, 1], atol=1e-6)


def test_an_epoch_draws_hospitals_and_classes_alike_but_for_their_weights() -> None:
    for weights, draws in (
        ({}, [2, 2, 2, 2]),
        ({"small": 0.5}, [2, 2, 1, 1]),
        ({"small": 0.0}, [2, 2, 0, 0]),
        ({"small": 3.0}, [2, 2, 6, 6]),
    ):
        fit = replace(FIT, weights=weights)
        order = epoch_order(LABELS, fit, 0, ORIGINS)
        counts = np.bincount(2 * ORIGINS.hospital[order] + LABELS[order], minlength=4)
        assert counts.tolist() == draws
        assert steps_per_epoch(LABELS, fit, ORIGINS) == -(-sum(draws) // 5)
    np.testing.assert_array_equal(epoch_order(LABELS, FIT, 3, ORIGINS), epoch_order(LABELS, FIT, 3, ORIGINS))


def test_one_hospital_is_drawn_as_one_data_set_is() -> None:
    alone = Origins(("first",), ("all",), np.zeros(12, np.int64), np.zeros(12, np.int64))
    for epoch in range(3):
        np.testing.assert_array_equal(epoch_order(LABELS, FIT, epoch, alone), epoch_order(LABELS, FIT, epoch))


def test_hospitals_count_alike_in_the_validation_loss() -> None:
    weights = ORIGINS.weights
    assert weights.mean() == pytest.approx(1)
    assert weights[ORIGINS.hospital == 0].sum() == pytest.approx(weights[ORIGINS.hospital == 1].sum())


def test_every_film_comes_with_the_head_of_its_population() -> None:
    fit = replace(FIT, heads="population")
    batches = training_dataset(FILMS, LABELS, targets_of(LABELS, 2), fit, STILL, (20, 24), 0, None, ORIGINS)
    shares = np.concatenate([given["population"] for given, _ in batches.as_numpy_iterator()])
    assert set(map(tuple, shares)) == {(1, 0), (0, 1)}
    assert ORIGINS.mean_of_heads.tolist() == [[0.5, 0.5]] * 12


def test_more_than_two_classes_have_one_hot_targets() -> None:
    assert targets_of(np.array([2, 0]), 3).tolist() == [[0, 0, 1], [1, 0, 0]]
