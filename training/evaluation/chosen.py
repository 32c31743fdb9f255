"""What is fixed on validation before any test film is seen, and by whose predictions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from training.evaluation.operating_points import (
    HIGHEST_TEMPERATURE,
    LOWEST_TEMPERATURE,
    OperatingPoint,
    calibrated,
    choose_operating_points,
    choose_sure_points,
    fit_offset,
    fit_temperature,
    offset_helps,
)
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
        offset: What is added to the positive class's column of the divided logits.
        left_out: Operating points that there are not, and why; only of populations.
    """

    temperature: float
    points: tuple[OperatingPoint, ...]
    offset: float = 0.0
    left_out: Mapping[str, str] = field(default_factory=dict)


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


def choose_for_population(
    run: Evaluated, predictions: pd.DataFrame, patients: npt.NDArray[Any], *, may_offset: bool
) -> Chosen:
    """The same for the films of one population, by rules that small validation sets do not meet by accident.

    Args:
        run: The run.
        predictions: Those of the population's films.
        patients: The patient of each.
        may_offset: Whether an offset may be chosen, of two classes, where it helps on films that it was not fitted to.
    """
    logits, labels = logits_of(predictions, run.class_names), labels_of(predictions, run.class_names)
    split = predictions["split"].to_numpy()
    val, choosing = split == "val", np.isin(split, CHOSEN_ON)
    positive = run.class_names.index(run.positive_class)
    temperature, offset = fit_temperature(logits[val], labels[val]), 0.0
    if may_offset and len(run.class_names) == 2 and offset_helps(logits[val], labels[val], positive, patients[val]):
        with_offset = fit_offset(logits[val], labels[val], positive)
        # Where classes are wholly apart, nothing fixes either of them.
        if 1.01 * LOWEST_TEMPERATURE < with_offset[0] < 0.99 * HIGHEST_TEMPERATURE:
            temperature, offset = with_offset
    if run.reads_likeliest:
        return Chosen(temperature, (), offset)
    given = calibrated(logits[choosing], temperature, offset, positive)
    of_others = len(np.unique(patients[val & (labels != positive)]))
    points, left_out = choose_sure_points(log_odds(given, positive), labels[choosing] == positive, of_others)
    return Chosen(temperature, tuple(points), offset, left_out)
