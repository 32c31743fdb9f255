"""The out-of-distribution gate: distances of feature maps in units of the training films' own spread."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from export import ood
from export.source import read_source
from export.training_films import LARGEST_BAR, in_frames


def maps(count: int, channels: int = 6, seed: int = 0) -> np.ndarray:
    """Feature maps `[count, 4, 5, channels]` whose channels vary together from film to film."""
    rng = np.random.default_rng(seed)
    mixing = np.random.default_rng(9).normal(size=(channels, channels))
    levels = rng.normal(size=(count, 1, 1, channels)) @ mixing
    return (levels + rng.normal(size=(count, 4, 5, channels))).astype(np.float32)


def descriptions(*feature_maps: np.ndarray) -> list[np.ndarray]:
    return [ood.describe(each).numpy() for each in feature_maps]


def test_a_map_is_described_by_the_mean_and_the_log_spread_of_each_channel() -> None:
    feature_map = maps(3) * 5
    expected = np.concatenate([feature_map.mean(axis=(1, 2)), np.log(feature_map.std(axis=(1, 2)))], axis=1)
    np.testing.assert_allclose(ood.describe(feature_map), expected, atol=0.01)


def test_the_score_is_the_mahalanobis_distance_over_the_maps_about_1_for_a_training_film() -> None:
    first, second = maps(4000), maps(4000, channels=3, seed=1)
    gate = ood.fit_gate(descriptions(first, second))
    squares = np.zeros(50)
    for each in descriptions(first, second):
        offsets = each[:50] - each.mean(axis=0)
        squares += np.einsum("ni,ij,nj->n", offsets, np.linalg.inv(np.cov(each.T)), offsets)
    score = ood.score(gate, descriptions(first, second)).numpy()
    np.testing.assert_allclose(score[:50], np.sqrt(squares / (2 * 6 + 2 * 3)), rtol=0.02)
    assert np.sqrt(np.mean(np.square(score))) == pytest.approx(1, abs=0.01)


def test_a_channel_that_never_varied_makes_no_infinite_distance() -> None:
    alive, dead = maps(1000), np.zeros((1000, 4, 5, 1), np.float32)
    gate = ood.fit_gate(descriptions(np.concatenate([alive, dead], axis=-1)))
    awake = np.concatenate([alive[:1], dead[:1] + 3], axis=-1)
    asleep = np.concatenate([alive[:1], dead[:1]], axis=-1)
    near, far = ood.score(gate, descriptions(np.concatenate([asleep, awake]))).numpy()
    assert np.isfinite(far)
    assert far > near + 5


def test_of_many_channels_only_the_directions_of_most_variation_count() -> None:
    gate = ood.fit_gate(descriptions(maps(500, channels=ood.COMPONENTS)))
    assert gate.maps[0].whitening.shape == (2 * ood.COMPONENTS, ood.COMPONENTS)


def test_another_texture_is_far_away_though_every_mean_is_as_it_was() -> None:
    films = maps(2000)
    gate = ood.fit_gate(descriptions(films))
    mean = films.mean(axis=(1, 2), keepdims=True)
    coarse = mean + 4 * (films - mean)
    assert ood.score(gate, descriptions(coarse)).numpy().min() > np.quantile(ood.score(gate, descriptions(films)), 0.99)


def test_the_limit_is_a_margin_beyond_99_of_100_validation_films() -> None:
    limit = ood.limit_of(np.append(np.linspace(1, 2, 999), 9).astype(np.float32), "the last two blocks")
    assert limit.threshold == pytest.approx(ood.MARGIN * 1.99, abs=0.01)
    assert limit.kept_fraction == pytest.approx(0.999)
    assert "in the last two blocks" in limit.method
    assert f"threshold {ood.MARGIN} times the distance that 99 % of validation films stay within" in limit.method


def test_half_of_the_films_get_bars_of_one_grey_at_some_sides() -> None:
    films = np.full((400, 50, 40, 1), 77.5, np.float32)
    framed = in_frames(films, np.random.default_rng(0))
    assert (films == 77.5).all(), "the films themselves stay"
    changed = [film for film in framed if (film != 77.5).any()]
    assert 150 < len(changed) < 250
    assert all(len(np.unique(film)) == 2 for film in changed)
    margin = int(50 * LARGEST_BAR)
    assert (framed[:, margin:-margin, margin:-margin] == 77.5).all(), "what is in the middle stays"


def test_the_gates_films_are_varied_and_always_the_same(finished_run: Path) -> None:
    source = read_source(finished_run, None)
    films, again = source.training_films(4), source.training_films(4)
    plain, first = films.plain, films.augmented
    np.testing.assert_array_equal(first, again.augmented)
    np.testing.assert_array_equal(
        plain, source.data.load(source.paths("train", 4), source.run.config.model.image_converter)
    )
    assert first.shape == plain.shape
    assert not any((varied == film).all() for varied, film in itertools.product(first, plain))
    assert first.min() >= 0
    assert first.max() <= 255


def test_of_several_hospitals_the_limit_lets_in_the_films_of_each() -> None:
    scores = np.concatenate([np.linspace(0.5, 1, 1000), np.linspace(1, 2, 100)]).astype(np.float32)
    hospitals = np.repeat(["city", "bay"], [1000, 100])
    alone, apart = ood.limit_of(scores, "some maps"), ood.limit_of(scores, "some maps", hospitals=hospitals)
    assert apart.threshold > alone.threshold
    assert apart.threshold == ood.limit_of(scores[1000:], "some maps").threshold
    assert "of every hospital" in apart.method
    assert ood.limit_of(scores, "some maps", hospitals=np.repeat(["city"], 1100)) == alone
