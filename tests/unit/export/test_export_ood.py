"""The out-of-distribution gate: distances in units of the training films' own spread."""

from __future__ import annotations

import numpy as np
import pytest

from export import ood


@pytest.fixture
def clusters() -> tuple[np.ndarray, np.ndarray]:
    """Two classes of features with one unequal covariance."""
    rng = np.random.default_rng(0)
    mixing = np.linalg.qr(rng.normal(size=(8, 8)))[0] * np.geomspace(0.5, 2, 8)
    labels = np.arange(4000) % 2
    features = rng.normal(size=(4000, 8)) @ mixing + np.where(labels == 0, -3, 3)[:, np.newaxis]
    return features.astype(np.float32), labels


def test_the_score_is_the_mahalanobis_distance_to_the_nearer_class(clusters: tuple[np.ndarray, np.ndarray]) -> None:
    features, labels = clusters
    means = np.stack([features[labels == label].mean(axis=0) for label in (0, 1)])
    precision = np.linalg.inv(np.cov((features - means[labels]).T))
    offsets = features[:50, np.newaxis] - means
    expected = np.sqrt(np.einsum("nci,ij,ncj->nc", offsets, precision, offsets).min(axis=1))
    score = ood.score(ood.fit_gate(features, labels), features[:50]).numpy()
    np.testing.assert_allclose(score, expected, rtol=0.02)  # shrinkage moves it a little


def test_a_feature_that_never_varied_makes_no_infinite_distance(clusters: tuple[np.ndarray, np.ndarray]) -> None:
    features, labels = clusters
    dead = np.concatenate([features, np.zeros((len(features), 1), np.float32)], axis=1)
    gate = ood.fit_gate(dead, labels)
    awake = dead[:1] + np.eye(9, dtype=np.float32)[8] * 5
    near, far = ood.score(gate, np.concatenate([dead[:1], awake])).numpy()
    assert np.isfinite(far)
    assert far > near + 5


def test_many_features_are_projected_onto_the_directions_they_vary_most_in_within_a_class() -> None:
    rng = np.random.default_rng(0)
    spread = np.concatenate([np.full(ood.COMPONENTS, 2.0), np.full(72, 0.1)])
    rotation = np.linalg.qr(rng.normal(size=(200, 200)))[0]
    labels = np.arange(6000) % 2
    # Classes far apart in a direction that nothing varies in must not make it a component.
    means = np.where(np.arange(200) == 199, 50.0, 0.0) * np.array([[-1], [1]]) + 7
    features = ((rng.normal(size=(6000, 200)) * spread + means[labels]) @ rotation).astype(np.float32)
    gate = ood.fit_gate(features, labels)
    assert gate.whitening.shape == (200, ood.COMPONENTS)
    assert gate.variance == pytest.approx(128 * 4 / (128 * 4 + 72 * 0.01), abs=1e-4)
    offsets = (features[:50] @ rotation.T - means[labels[:50]])[:, : ood.COMPONENTS]
    np.testing.assert_allclose(ood.score(gate, features[:50]), np.linalg.norm(offsets / 2, axis=1), rtol=0.05)
    limit = ood.limit_of(np.ones(3, np.float32), gate, "the averaged feature map")
    assert "the averaged feature map, on the 128 directions with 99.9 % of the variance within classes" in limit.method


def test_few_features_are_taken_as_they_are(clusters: tuple[np.ndarray, np.ndarray]) -> None:
    gate = ood.fit_gate(*clusters)
    assert gate.centre is None
    assert gate.whitening.shape == (8, 8)
    assert "directions" not in ood.limit_of(np.ones(3, np.float32), gate, "any layer").method


def test_the_limit_is_a_margin_beyond_99_of_100_validation_films(clusters: tuple[np.ndarray, np.ndarray]) -> None:
    scores = np.append(np.linspace(1, 10, 999), 40).astype(np.float32)
    limit = ood.limit_of(scores, ood.fit_gate(*clusters), "any layer")
    assert limit.threshold == pytest.approx(1.5 * 9.92, abs=0.02)
    assert limit.kept_fraction == pytest.approx(0.999)
    assert limit.method == (
        "Mahalanobis distance on any layer, nearest class mean, tied Ledoit-Wolf covariance; "
        "threshold 1.5 times the distance that 99 % of validation films stay within"
    )
