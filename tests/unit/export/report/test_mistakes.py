"""The worst mistakes on test."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from export.report.mistakes import worst_mistakes
from export.report.results import read_results
from tests.unit.export.report.runs import FILMS


def test_the_worst_mistakes_are_wrong_and_the_farthest_from_the_threshold_first(runs: Path, tmp_path: Path) -> None:
    result = read_results(runs, tmp_path)[0]
    mistakes = worst_mistakes(result)
    assert mistakes
    for mistake in mistakes:
        assert (mistake.probability >= result.threshold) != (mistake.label == "PNEUMONIA")
    log_odds = np.log([m.probability / (1 - m.probability) for m in mistakes])
    distance = np.abs(log_odds - np.log(result.threshold / (1 - result.threshold)))
    assert (np.diff(distance) <= 1e-4).all()
    accuracy = result.metric("accuracy")
    assert accuracy is not None
    assert len(mistakes) == min(round((1 - accuracy["value"]) * FILMS["test"]), 20)
