"""A network that learned nothing is warned of, and one that learned is not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.shared import REPOSITORY
from training.evaluation.doubts import doubts, warn_of_doubts
from training.evaluation.operating_points import choose_operating_points, fit_temperature
from training.run import read_run


def evaluation_of(log_odds: Any, positive: Any, auroc: tuple[float, float | None, float | None]) -> dict[str, Any]:
    """What `evaluate` writes that doubts look at, of a two-class network with these log-odds."""
    logits = np.stack([np.zeros_like(log_odds), log_odds], axis=1)
    temperature = fit_temperature(logits, positive.astype(int))
    points = choose_operating_points(log_odds / temperature, positive)
    value, low, high = auroc
    return {
        "metrics": [{"metric": "auroc", "split": "val", "value": value, "low": low, "high": high}],
        "calibration": {"temperature": temperature},
        "operating_points": [{"name": point.name, "threshold": point.threshold} for point in points],
    }


POSITIVE = np.arange(200) % 2 == 1


def test_a_network_that_gives_every_film_the_same_is_doubted_for_its_points() -> None:
    constant = 0.3 + np.random.default_rng(3).normal(0, 1e-5, 200)
    assert "operating points lie together" in doubts(evaluation_of(constant, POSITIVE, (0.49, 0.41, 0.57)))[-1]


def test_logits_without_information_are_doubted_for_their_auroc_and_temperature(
    capsys: pytest.CaptureFixture[str],
) -> None:
    noise = np.random.default_rng(3).normal(0, 5, 200)
    nothing = evaluation_of(noise, POSITIVE, (0.49, 0.41, 0.57))
    assert [doubt.split()[1] for doubt in doubts(nothing)] == ["validation", "temperature"]
    warn_of_doubts(nothing)
    said = capsys.readouterr()
    assert said.out == ""
    assert "learned nothing" in said.err
    assert "AUROC is 0.490 (0.410–0.570)" in said.err
    assert "next:" in said.err


def test_classes_that_are_wholly_apart_raise_none(capsys: pytest.CaptureFixture[str]) -> None:
    apart = np.where(POSITIVE, 6.0, -6.0) + np.random.default_rng(3).normal(0, 0.5, 200)
    warn_of_doubts(evaluation_of(apart, POSITIVE, (1.0, 1.0, 1.0)))
    assert capsys.readouterr() == ("", "")


def test_a_few_films_without_an_interval_are_judged_by_the_value() -> None:
    learned = evaluation_of(np.where(POSITIVE, 2.0, -2.0), POSITIVE, (0.5, None, None))
    assert doubts(learned)[0] == "its validation AUROC is 0.500; guessing gives 0.5"
    assert doubts(learned | {"metrics": []}) == []


@pytest.mark.parametrize("run", ["mobilenet_v2", "five_block_cnn_2020", "vgg16"])
def test_the_shipped_runs_raise_none(run: str) -> None:
    assert doubts(read_run(REPOSITORY / "training" / "runs" / run).evaluation()) == []
