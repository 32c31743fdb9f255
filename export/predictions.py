"""predictions.json of a bundle: the run's probabilities for every film outside train, by split and class, without a path."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from plainfilm.bundle import PREDICTIONS, check_schema


def write_predictions(folder: Path, predictions: pd.DataFrame, class_names: list[str]) -> None:
    """Writes predictions.json.

    Args:
        folder: The bundle's folder.
        predictions: The run's `predictions.csv.gz`, whose films need a `label`, a `split` and a `probability`.
        class_names: The bundle's.
    """
    films = [
        {"split": split, "label": class_names.index(str(label)), "probabilities": sorted(rows["probability"].tolist())}
        for (split, label), rows in predictions.groupby(["split", "label"], sort=False)
    ]
    document = {"schema_version": 1, "films": films}
    check_schema(document, PREDICTIONS)
    (folder / PREDICTIONS).write_text(json.dumps(document, separators=(",", ":")) + "\n", "utf-8")
