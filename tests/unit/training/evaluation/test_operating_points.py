"""Points and calibration that a small validation set does not give by accident."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, logit

from training.evaluation.operating_points import (
    BALANCED,
    RULE_IN,
    RULE_IN_BOUND,
    RULE_IN_SPECIFICITY,
    SCREENING,
    choose_operating_points,
    choose_sure_points,
    fit_offset,
    offset_helps,
    specificity_bound,
)


def drawn(films: int, apart: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds of so many films of each class, whose means lie so many standard deviations apart."""
    rng = np.random.default_rng(seed)
    positive = np.repeat([False, True], films)
    return rng.normal(size=2 * films) + apart * (positive - 0.5), positive


def test_a_rule_in_lies_above_the_balanced_point_and_shows_its_specificity() -> None:
    log_odds, positive = drawn(300, 4.0)
    points, left_out = choose_sure_points(log_odds, positive, 300)
    at = {point.name: point.threshold for point in points}
    assert left_out.get(RULE_IN) is None
    read = expit(log_odds[~positive])
    above_balanced, above = (read >= at[BALANCED]).sum(), (read >= at[RULE_IN]).sum()
    assert above <= above_balanced / 2
    assert 1 - above / 300 >= RULE_IN_SPECIFICITY
    assert specificity_bound(above, 300) >= RULE_IN_BOUND
    old = {point.name: point.threshold for point in choose_operating_points(log_odds, positive)}
    assert old[RULE_IN] == old[BALANCED] < at[RULE_IN], "a nearly separated validation meets the old rule by accident"


def test_few_patients_ask_for_a_higher_rule_in_and_too_few_for_none() -> None:
    log_odds, positive = drawn(200, 1.5)
    by_patients = {
        patients: {point.name: point.threshold for point in choose_sure_points(log_odds, positive, patients)[0]}
        for patients in (20, 40, 200)
    }
    assert RULE_IN not in by_patients[20]
    assert by_patients[40][RULE_IN] > by_patients[200][RULE_IN] > by_patients[200][BALANCED]
    assert "20 patients" in choose_sure_points(log_odds, positive, 20)[1][RULE_IN]


def test_classes_that_are_wholly_apart_have_one_point() -> None:
    log_odds, positive = drawn(100, 40.0)
    points, left_out = choose_sure_points(log_odds, positive, 100)
    assert [point.name for point in points] == [BALANCED]
    assert set(left_out) == {SCREENING, RULE_IN}


@pytest.mark.parametrize(("shift", "helps"), [(0.0, False), (1.5, True)])
def test_an_offset_is_taken_where_it_helps_on_films_that_it_was_not_fitted_to(shift: float, helps: bool) -> None:
    rng = np.random.default_rng(5)
    true = rng.normal(0, 2, 400)
    labels = (rng.uniform(size=400) < expit(true)).astype(np.int64)
    logits = np.stack([np.zeros(400), 2 * (true - shift)], axis=1)
    patients = np.arange(400) // 2
    temperature, offset = fit_offset(logits, labels, 1)
    assert temperature == pytest.approx(2, abs=0.4)
    assert offset == pytest.approx(shift, abs=0.35)
    assert offset_helps(logits, labels, 1, patients) is helps


def test_an_offset_needs_both_classes_from_two_patients_each() -> None:
    logits = np.stack([np.zeros(6), np.arange(6.0)], axis=1)
    assert not offset_helps(logits, np.array([0, 0, 0, 1, 1, 1]), 1, np.array([1, 1, 1, 2, 2, 2]))


def test_the_bound_is_that_of_clopper_and_pearson() -> None:
    assert specificity_bound(0, 64) == pytest.approx(0.05 ** (1 / 64))
    assert specificity_bound(10, 10) == 0
    assert logit(specificity_bound(1, 50)) < logit(specificity_bound(1, 500))
