"""Shortcut tests: how far shape and size alone tell the classes apart, and films with one cue removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.linear_model import LogisticRegression

from training.evaluation.metrics import auroc_of
from training.films.arrays import Grey
from training.films.preprocessing import restore_geometry

Film = Grey | npt.NDArray[np.float32]

# Shares of a film's shorter side, wide enough for the letters that stand in the corners, and for collimator edges.
BORDER, CORNER = 0.04, 0.18


@dataclass(frozen=True)
class Control:
    """A way to remove one cue from every film.

    Attributes:
        name: For programs; it never changes.
        words: The change to a film, for people.
        change: From a decoded film in true geometry, uint8 `[height, width]`, to the one that is read instead.
    """

    name: str
    words: str
    change: Callable[[Grey], Film]


def shortcut_controls(ratio: float, mean: float, spread: float) -> list[Control]:
    """The controls: unchanged films, then films with one cue removed each.

    Args:
        ratio: Width/height that every film gets.
        mean, spread: Mean and standard deviation of grey levels, 0–255, that every film gets.
    """
    return [
        Control("as_it_is", "as it is", lambda film: film),
        Control("squashed", f"squashed to one width/height, {ratio:.2f}", lambda film: restore_geometry(film, ratio)),
        Control("cropped", f"cropped to one width/height, {ratio:.2f}", lambda film: crop(film, ratio)),
        Control("blanked", "borders and corners, where letters stand, blanked", blank_edges),
        Control("equalised", "brightness and contrast made equal", lambda film: equalise(film, mean, spread)),
    ]


def shape_and_size_alone(table: pd.DataFrame, positive_class: str) -> list[dict[str, str | float | int]]:
    """AUROC of two classifiers that see no picture: logistic regressions of the log of one number, fitted on train.

    Args:
        table: Rows of `splits.csv`. Sizes are those of the files read. Of films stored as 224-pixel copies the native size is
            not known, and once they are put back into true geometry their size follows from their shape.
        positive_class: The class against the rest.
    """
    inputs = {"width/height": table["width"] / table["height"], "width × height": table["width"] * table["height"]}
    positive = table["label"] == positive_class
    train = table["split"] == "train"
    rows: list[dict[str, str | float | int]] = []
    for what, value in inputs.items():
        logarithm = np.log(value.to_numpy(np.float64))[:, None]  # [n, 1]
        fitted = LogisticRegression().fit(logarithm[train], positive[train])
        for split in ("train", "val", "test"):
            chosen = (table["split"] == split).to_numpy()
            if positive[chosen].nunique() == 2:
                auroc = auroc_of(positive[chosen].to_numpy(), fitted.decision_function(logarithm[chosen]))
                rows.append({"classifier": what, "split": split, "auroc": auroc, "n": int(chosen.sum())})
    return rows


def crop(film: Grey, ratio: float) -> Grey:
    """The largest centred part of a film with this width/height, its geometry left true."""
    rows, columns = film.shape
    height, width = max(min(rows, round(columns / ratio)), 1), max(min(columns, round(rows * ratio)), 1)
    top, left = (rows - height) // 2, (columns - width) // 2
    return film[top : top + height, left : left + width]


def blank_edges(film: Grey) -> Film:
    """The film with a frame and a square in every corner painted over by the mean of the rest."""
    side = min(film.shape)
    border, corner = max(round(BORDER * side), 1), max(round(CORNER * side), 1)
    kept = np.zeros(film.shape, bool)
    kept[border:-border, border:-border] = True
    for rows in (slice(corner), slice(-corner, None)):
        for columns in (slice(corner), slice(-corner, None)):
            kept[rows, columns] = False
    return np.asarray(np.where(kept, film, film[kept].mean()), np.float32)


def equalise(film: Grey, mean: float, spread: float) -> Film:
    """The film with this mean and standard deviation of grey levels, clipped to 0–255."""
    values = film.astype(np.float32)
    scaled = (values - values.mean()) * (spread / max(float(values.std()), 1.0)) + mean
    return np.asarray(np.clip(scaled, 0, 255), np.float32)
