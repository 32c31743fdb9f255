"""The figures of an evaluation, on cases small enough to do by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import average_precision_score

from training.evaluation import metrics
from training.evaluation.evaluation import classification_report, confusion_matrix
from training.evaluation.metrics import Scores
from training.evaluation.operating_points import choose_operating_points, decide, fit_temperature
from training.evaluation.predictions import log_odds


def scores(labels: list[int], probabilities: list[float], threshold: float = 0.5) -> Scores:
    p = np.array(probabilities)
    probability = np.stack([1 - p, p], axis=1)
    return Scores(np.array(labels), decide(probability, 1, threshold), probability, 1)


def test_the_figures_of_six_films_are_those_done_by_hand() -> None:
    s = scores([0, 0, 0, 1, 1, 1], [0.1, 0.2, 0.7, 0.6, 0.8, 0.9])
    assert metrics.accuracy(s) == pytest.approx(5 / 6)
    assert metrics.sensitivity(s) == 1
    assert metrics.specificity(s) == pytest.approx(2 / 3)
    assert metrics.auroc(s) == pytest.approx(8 / 9)
    assert metrics.average_precision(s) == pytest.approx((1 + 1 + 3 / 4) / 3)
    assert metrics.loss(s) == pytest.approx(-np.log([0.9, 0.8, 0.3, 0.6, 0.8, 0.9]).mean())
    assert metrics.expected_calibration_error(s) == pytest.approx(np.mean([0.1, 0.2, 0.7, 0.4, 0.2, 0.1]))
    report = {row["class"]: row for row in classification_report("test", s, ["N", "P"])}
    assert report["P"]["precision"] == pytest.approx(3 / 4)
    assert report["N"]["recall"] == pytest.approx(2 / 3)
    assert report["N"]["f1"] == pytest.approx(0.8)
    assert report["P"]["support"] == 3
    assert [row["n"] for row in confusion_matrix("test", s, ["N", "P"])] == [2, 1, 0, 3]


def test_a_probability_at_the_threshold_is_read_as_positive() -> None:
    assert decide(np.array([[0.5, 0.5], [0.51, 0.49]]), 1, 0.5).tolist() == [1, 0]


def test_with_three_classes_the_likeliest_other_is_read_below_the_threshold() -> None:
    assert decide(np.array([[0.2, 0.3, 0.5], [0.2, 0.1, 0.7]]), 2, 0.6).tolist() == [1, 2]


def test_log_odds_agree_with_the_sigmoid_and_the_softmax() -> None:
    logits = np.array([[0.0, 1.5], [0.0, -3.0]])
    np.testing.assert_allclose(log_odds(logits, 1), [1.5, -3.0])
    np.testing.assert_allclose(expit(log_odds(np.array([[1.0, 2.0, 0.5]]), 1)), np.exp(2) / np.exp([1, 2, 0.5]).sum())


def test_temperature_recovers_the_one_the_labels_were_drawn_with() -> None:
    rng = np.random.default_rng(0)
    z = rng.normal(0, 3, 20_000)
    labels = (rng.random(20_000) < expit(z)).astype(np.int64)
    assert fit_temperature(np.stack([np.zeros_like(z), z * 2.5], axis=1), labels) == pytest.approx(2.5, rel=0.05)


def test_the_balanced_threshold_is_halfway_between_the_medians_and_ignores_doubtful_labels_and_tails() -> None:
    negative, positive = np.linspace(-6, -2, 101), np.linspace(2, 6, 101)
    z, y = np.concatenate([negative, positive]), np.repeat([False, True], 101)
    assert choose_operating_points(z, y)[0].threshold == pytest.approx(0.5)
    z[-40:] += 100  # films that are read with ever more certainty
    assert choose_operating_points(z, y)[0].threshold == pytest.approx(0.5)
    z[101:104] = -9  # three positives that look normal to everyone
    assert choose_operating_points(z, y)[0].threshold == pytest.approx(0.5)


def test_between_screening_and_rule_in_lie_the_films_that_neither_can_have() -> None:
    rng = np.random.default_rng(5)
    y = np.repeat([False, True], [400, 300])
    z = rng.normal(np.where(y, 1.0, -1.0), 1.0)
    balanced, screening, rule_in = choose_operating_points(z, y)
    assert (balanced.name, screening.name, rule_in.name) == ("balanced", "screening", "rule-in")
    assert screening.threshold < balanced.threshold < rule_in.threshold
    p = expit(z)
    assert (p[y] >= screening.threshold).sum() == 294, "98 % of 300, not one more"
    assert (p[~y] < rule_in.threshold).sum() == 380, "95 % of 400, not one more"


def test_neither_of_them_crosses_the_balanced_threshold() -> None:
    z, y = np.concatenate([np.linspace(-6, -5, 50), np.linspace(5, 6, 50)]), np.repeat([False, True], 50)
    assert [point.threshold for point in choose_operating_points(z, y)] == pytest.approx([0.5] * 3)


def test_the_interval_covers_the_value_and_is_wider_over_patients_than_over_films() -> None:
    rng = np.random.default_rng(1)
    labels = np.repeat(rng.integers(0, 2, 40), 5)
    p = expit(np.repeat(rng.normal(0, 1, 40), 5) + labels)
    s = scores(labels.tolist(), p.tolist())
    value, low, high = metrics.with_interval(metrics.accuracy, s, np.repeat(np.arange(40), 5))
    _, film_low, film_high = metrics.with_interval(metrics.accuracy, s, np.arange(200))
    assert low is not None
    assert high is not None
    assert film_low is not None
    assert film_high is not None
    assert low < value < high
    assert high - low > 1.5 * (film_high - film_low)
    assert metrics.with_interval(metrics.accuracy, s, np.arange(200)) == metrics.with_interval(
        metrics.accuracy, s, np.arange(200)
    )


def test_a_split_of_one_class_has_an_interval_of_what_needs_no_other() -> None:
    s = scores([1] * 30, [0.6, 0.7, 0.2] * 10)
    for metric in (metrics.accuracy, metrics.sensitivity):
        value, low, high = metrics.with_interval(metric, s, np.arange(30))
        assert value == pytest.approx(2 / 3)
        assert low is not None
        assert high is not None
        assert low < value < high
    for metric in (metrics.specificity, metrics.auroc, metrics.average_precision):
        value, low, high = metrics.with_interval(metric, s, np.arange(30))
        assert np.isnan(value)
        assert (low, high) == (None, None)


def test_two_classes_of_one_patient_each_have_no_interval() -> None:
    s = scores([1, 0], [0.6, 0.2])
    assert metrics.with_interval(metrics.accuracy, s, np.array(["a", "a"])) == (1, 1, 1), (
        "one patient: always both films"
    )
    assert metrics.with_interval(metrics.auroc, s, np.array(["a", "b"]))[1:] == (1, 1)


def test_all_intervals_of_a_split_are_those_that_each_metric_has_alone() -> None:
    rng = np.random.default_rng(2)
    s = scores(rng.integers(0, 2, 60).tolist(), rng.random(60).round(1).tolist())
    patients = rng.integers(0, 40, 60)
    together = metrics.with_intervals(metrics.METRICS, s, patients)
    for name, metric in metrics.METRICS.items():
        assert together[name] == metrics.with_interval(metric, s, patients), name


def test_average_precision_is_scikit_learns_ties_and_all() -> None:
    rng = np.random.default_rng(3)
    for films in (2, 3, 7, 100):
        labels = [1, 0, *rng.integers(0, 2, films - 2).tolist()]
        probabilities = rng.random(films).round(1)
        got = metrics.average_precision(scores(labels, probabilities.tolist()))
        assert got == pytest.approx(average_precision_score(labels, probabilities), abs=1e-12)


def test_few_films_have_a_calibration_error_by_chance_alone() -> None:
    probability = np.random.default_rng(3).random(4000)
    many, few = metrics.ece_by_chance(probability, draws=200), metrics.ece_by_chance(probability[:40], draws=200)
    assert many < 0.03 < 0.1 < few
    assert metrics.ece_by_chance(np.array([0.0, 1.0, 1.0])) == 0, "there is no chance in what is certain"
