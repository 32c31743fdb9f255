"""What a model that was trained elsewhere is worth on labelled pictures: as for our own, chosen on one part, reported on the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from export import reference
from export.foreign.model import ForeignError, ForeignModel
from export.foreign.positive import Positive
from training.evaluation.chosen import NOTHING_CHOSEN, choose
from training.evaluation.doubts import doubts
from training.evaluation.evaluation import evaluation_of, scores_of
from training.evaluation.predictions import log_odds
from training.films.arrays import Doubles
from training.films.prepared import PreparedData
from training.films.progress import counted

BATCH = 128
# Pictures of the positive class, and of the others, below which temperature and thresholds would follow single pictures.
FEWEST = 10
# Below which the operating point `screening`, which allows one miss in fifty, is that of the lowest picture.
FEW = 50
TITLES = {
    "val": "validation pictures",
    "test": "test pictures",
    "test_without_duplicates": "test pictures without duplicates",
}


@dataclass(frozen=True)
class Measured:
    """Whose predictions are evaluated, as `training.evaluation.chosen.Evaluated` wants it.

    Attributes:
        name: The bundle's.
        class_names, positive_class: The model's.
        reads_likeliest: Whether no class is looked for.
        splits: The pictures, with the columns of splits.csv.
    """

    name: str
    class_names: list[str]
    positive_class: str
    reads_likeliest: bool
    splits: pd.DataFrame


@dataclass(frozen=True)
class Measurement:
    """What came of it.

    Attributes:
        predictions: One row per picture: path, label, split, logit, `logit_CLASS` for each class, probability.
        evaluation: As evaluation.json.
        notes: What could not be estimated, and what is doubtful; one sentence each.
    """

    predictions: pd.DataFrame
    evaluation: dict[str, Any]
    notes: tuple[str, ...]


def measure(
    model: ForeignModel, name: str, class_names: list[str], positive: Positive, data: PreparedData
) -> Measurement:
    """Reads every picture and evaluates the readings.

    Raises:
        ForeignError: The model gives no numbers.
    """
    logits = predict(model, data)
    predictions = data.table[["path", "label", "split"]].assign(
        logit=log_odds(logits, class_names.index(positive.name)),
        **{f"logit_{each}": logits[:, column] for column, each in enumerate(class_names)},
    )
    likeliest = len(class_names) > 2 and not positive.is_told
    predictions, notes = _choosing(predictions, class_names, None if likeliest else positive.name)
    subject = Measured(name, class_names, positive.name, likeliest, data.table.assign(split=predictions["split"]))
    chosen = choose(subject, predictions) if "val" in set(predictions["split"]) else NOTHING_CHOSEN
    evaluation = evaluation_of(subject, predictions, TITLES, chosen)
    points, calibration = evaluation["operating_points"], evaluation["calibration"]
    temperature = calibration["temperature"] if calibration else 1.0
    scores = scores_of(subject, predictions, temperature, points[0]["threshold"] if points else None)
    if calibration:
        found = doubts(evaluation)
        notes += [f"doubtful: {doubt}" for doubt in found]
        notes += ["look at the order of --classes, at --input and at --view"] if found else []
    return Measurement(predictions.assign(probability=scores.positive_probability), evaluation, tuple(notes))


def _choosing(
    predictions: pd.DataFrame, class_names: list[str], positive_class: str | None
) -> tuple[pd.DataFrame, list[str]]:
    """The predictions, all of them in `test` where those of `val` are too few to choose by; and what is to be said of it.

    `positive_class` is None where no class is looked for: then a temperature alone is chosen.
    """
    labels = set(predictions["label"])
    notes = []
    if missing := [each for each in class_names if each not in labels]:
        notes.append(f"there is no picture of {', '.join(missing)}, so nothing is known of how these are read")
    side = positive_class or str(predictions["label"].mode()[0])
    what = "temperature and thresholds" if positive_class else "temperature"
    is_val, is_positive = predictions["split"] == "val", predictions["label"] == side
    sides = {side: int((is_val & is_positive).sum()), "others": int((is_val & ~is_positive).sum())}
    counts = " and ".join(f"{count} of {side}" for side, count in sides.items())
    if min(sides.values()) < FEWEST:
        notes.append(
            f"no {what.replace('and', 'and no')}: {counts} are too few to choose by ({FEWEST} of each are the least). The figures are of "
            "all pictures, with the model's own probabilities, each picture read as its likeliest class"
        )
        predictions = predictions.assign(split="test")
    elif min(sides.values()) < FEW if positive_class else sum(sides.values()) < FEW:
        notes.append(f"{what} from {counts}: other pictures would give others")
    reported = is_positive[predictions["split"] == "test"]
    if len(reported) == 0:
        notes.append("no picture is left to report on: the figures are of the very pictures that chose, and too good")
    elif positive_class and (reported.all() or not reported.any()):
        other = "specificity" if reported.all() else "sensitivity"
        notes.append(f"the reported pictures are of one kind: no AUROC and no {other}, and no prevalence to speak of")
    return predictions, notes


def predict(model: ForeignModel, data: PreparedData) -> Doubles:
    """The model's logits for every picture of the table, `[n, classes]`.

    Raises:
        ForeignError: They are not numbers.
    """
    paths = data.table["path"].tolist()
    batches = [paths[first : first + BATCH] for first in range(0, len(paths), BATCH)]
    logits = np.concatenate(
        [
            reference.outputs_of(lambda films: {"logit": model.logits(films)}, data.load(batch, model.image_converter))[
                "logit"
            ]
            for batch in counted(batches, len(batches), "reading with the model, batch")
        ]
    )
    wrong = np.flatnonzero(~np.isfinite(logits).all(axis=1))
    if len(wrong):
        raise ForeignError(
            f"{model.path} gives no numbers for {paths[wrong[0]]}",
            received=logits[wrong[0]].tolist(),
            expected="a finite score for each class",
            next_step="look at the picture, and say with --input what the model wants its pixels to be",
        )
    return logits.astype(np.float64)
