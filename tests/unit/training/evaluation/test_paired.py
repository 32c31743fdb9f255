"""The same patients drawn again for several networks."""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluation.metrics import auroc_of
from training.evaluation.paired import patients_drawn_again, weighted_aurocs


def test_a_weighted_auroc_is_that_of_films_that_stand_there_so_often() -> None:
    rng = np.random.default_rng(0)
    positive, values = rng.random(40) < 0.5, rng.integers(0, 8, 40).astype(float)  # with ties
    times = rng.integers(0, 4, (5, 40))
    expected = [auroc_of(np.repeat(positive, row), np.repeat(values, row)) for row in times]
    assert weighted_aurocs(positive, values, times.astype(float)) == pytest.approx(expected)
    assert np.isnan(weighted_aurocs(positive, values, positive[np.newaxis].astype(float))).all()


def test_whole_patients_are_drawn() -> None:
    times = patients_drawn_again(np.array(["a", "b", "a", "c"]))
    assert (times[:, 0] == times[:, 2]).all()
    assert (times[:, [0, 1, 3]].sum(axis=1) == 3).all()
    assert len(np.unique(times, axis=0)) > 5
