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
        predictions: The run's `predictions.csv.gz`, whose films need a `label`, a `split` and a `probability`; of several
            populations also a `population`, by whose calibration the probability is.
        class_names: The bundle's.
    """
    by = [key for key in ("split", "population", "label") if key in predictions]
    films = [
        dict(zip(by, group, strict=True))
        | {"label": class_names.index(str(group[-1])), "probabilities": sorted(rows["probability"].tolist())}
        for group, rows in predictions.groupby(by, sort=False)
    ]
    document = {"schema_version": 1, "films": films}
    check_schema(document, PREDICTIONS)
    (folder / PREDICTIONS).write_text(json.dumps(document, separators=(",", ":")) + "\n", "utf-8")
