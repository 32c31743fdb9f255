"""What a study says of its arms: intervals that hold what they say, paired by patient and seed."""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluation import paired
from training.evaluation.metrics import auroc_of
from training.study import figures as study_figures
from training.study.figures import arm_figures
from training.study.plan import Arm, Plan

PLAN = Plan("t", "q", "smoke", (1, 2), (Arm("recipe", "r"), Arm("same", "s"), Arm("sharper", "b"), Arm("missing", "m")))
FILMS = 120


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (paired, study_figures):
        monkeypatch.setattr(module, "RESAMPLES", 200)


def test_an_arm_that_reads_the_same_differs_by_nothing_and_a_better_one_by_something() -> None:
    rng = np.random.default_rng(1)
    positive, patients = np.arange(FILMS) % 2 == 0, np.arange(FILMS) // 3
    varied = {}
    for seed in (1, 2):
        readings = rng.normal(size=(4, FILMS)) + positive
        varied["recipe", seed] = varied["same", seed] = readings
        varied["sharper", seed] = readings + 2 * positive
    figures = arm_figures(PLAN, varied, positive, patients)
    assert list(figures) == ["recipe", "same", "sharper"]
    assert figures["recipe"]["against"] == []
    (same,), (sharper,) = figures["same"]["against"], figures["sharper"]["against"]
    assert (same["value"], same["low"], same["high"], same["seeds"]) == (0, 0, 0, 2)
    assert 0 < sharper["low"] < sharper["value"] < sharper["high"]
    assert figures["recipe"]["low"] < figures["recipe"]["value"] < figures["recipe"]["high"]
    assert figures["recipe"]["value"] == pytest.approx(np.mean(figures["recipe"]["by_seed"]), abs=1e-5)


def test_seeds_that_differ_widen_the_interval() -> None:
    rng = np.random.default_rng(2)
    positive, patients = np.arange(FILMS) % 2 == 0, np.arange(FILMS)
    alike = rng.normal(size=(4, FILMS)) + 1.5 * positive
    worse = rng.normal(size=(4, FILMS)) + 0.2 * positive
    widths = []
    for second in (alike, worse):
        found = arm_figures(PLAN, {("recipe", 1): alike, ("recipe", 2): second}, positive, patients)["recipe"]
        widths.append(found["high"] - found["low"])
    assert widths[1] > 2 * widths[0]


def test_arms_are_compared_by_the_seeds_that_both_have() -> None:
    rng = np.random.default_rng(3)
    positive = np.arange(FILMS) % 2 == 0
    varied = {key: rng.normal(size=(4, FILMS)) + positive for key in (("recipe", 1), ("recipe", 2), ("same", 2))}
    (compared,) = arm_figures(PLAN, varied, positive, np.arange(FILMS))["same"]["against"]
    expected = auroc_of(np.tile(positive, 4), varied["same", 2].ravel()) - auroc_of(
        np.tile(positive, 4), varied["recipe", 2].ravel()
    )
    assert (compared["seeds"], compared["value"]) == (1, pytest.approx(expected, abs=1e-5))


def test_one_class_alone_gives_no_interval() -> None:
    read = {("recipe", 1): np.zeros((4, FILMS))}
    found = arm_figures(PLAN, read, np.ones(FILMS, bool), np.arange(FILMS))["recipe"]
    assert (found["low"], found["high"]) == (None, None)
