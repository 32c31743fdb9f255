"""What is fixed on validation before any test film is seen, and by whose predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from training.evaluation.operating_points import OperatingPoint, choose_operating_points, fit_temperature
from training.evaluation.predictions import labels_of, log_odds, logits_of

CHOSEN_ON = ("val", "val_varied")


class Evaluated(Protocol):
    """Whose predictions are evaluated: a run, or a model that was trained elsewhere."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def class_names(self) -> list[str]:
        """In the order of the network's outputs."""

    @property
    def positive_class(self) -> str:
        """The class whose probability is thresholded."""

    @property
    def reads_likeliest(self) -> bool:
        """Whether a film is read as its likeliest class, at no operating point."""

    @property
    def splits(self) -> pd.DataFrame:
        """The films with the columns of splits.csv."""


@dataclass(frozen=True)
class Chosen:
    """What validation fixes.

    Attributes:
        temperature: What logits are divided by before the softmax.
        points: The operating points, the default first.
    """

    temperature: float
    points: tuple[OperatingPoint, ...]


# Of a network that no film could fix anything of: its probabilities as they are, and the likeliest class.
NOTHING_CHOSEN = Chosen(1.0, ())


def choose(run: Evaluated, predictions: pd.DataFrame) -> Chosen:
    """Fixes the temperature on plain validation, the operating points, if any, on plain and augmented validation."""
    logits, labels = logits_of(predictions, run.class_names), labels_of(predictions, run.class_names)
    split = predictions["split"].to_numpy()
    val, choosing = split == "val", np.isin(split, CHOSEN_ON)
    temperature = fit_temperature(logits[val], labels[val])
    if run.reads_likeliest:
        return Chosen(temperature, ())
    positive = run.class_names.index(run.positive_class)
    points = choose_operating_points(log_odds(logits[choosing] / temperature, positive), labels[choosing] == positive)
    return Chosen(temperature, tuple(points))
