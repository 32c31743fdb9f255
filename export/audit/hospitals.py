"""How well a network's last features tell the hospital: what it could lean on instead of the disease."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from training.films.arrays import Doubles

if TYPE_CHECKING:
    from export.source import Source

# Films of each hospital that are looked at, and parts that they are divided into.
FILMS, FOLDS = 400, 5
SEED = 2020


def hospital_probe(source: Source) -> dict[str, Any] | None:
    """A linear probe that names the hospital of films without the positive class, by the features before the last layer.

    Whole patients are held out in turn. Films of the positive class stay away, for hospitals differ in how many they have. Training
    films are among them: the probe asks what the features hold, not how well the network reads.

    Returns:
        `hospitals` with the films of each, `balanced_accuracy`, `chance`; None where fewer than two hospitals have enough films.
    """
    table = source.data.table
    if "hospital" not in table:
        return None
    films = some_films(table, source.run.config.data.positive_class)
    if films["hospital"].nunique() < 2:
        return None
    accuracy = probe(features_of(source, films["path"].tolist()), films["hospital"], films["patient_id"])
    counts = films["hospital"].value_counts(sort=False)
    return {
        "hospitals": [{"name": str(name), "n": int(n)} for name, n in counts.items()],
        "balanced_accuracy": accuracy,
        "chance": 1 / len(counts),
    }


def some_films(table: pd.DataFrame, positive_class: str) -> pd.DataFrame:
    """Up to so many films of each hospital, evenly spread, none of the positive class and none of test; hospitals of few patients are left out."""
    films = table[(table["label"] != positive_class) & (table["split"] != "test")]
    parts = []
    for _, own in films.groupby("hospital", sort=True):
        if own["patient_id"].nunique() >= FOLDS:
            parts.append(own.iloc[np.linspace(0, len(own) - 1, min(FILMS, len(own))).round().astype(int)])
    return pd.concat(parts, ignore_index=True) if parts else films.iloc[:0]


def features_of(source: Source, paths: list[str]) -> Doubles:
    """What the last layer is given, `[n, features]`."""
    import keras

    from export.reference import load_model

    model = load_model(source.run)
    before = keras.Model(model.input, model.get_layer("logit").input)
    given = source.data.load(paths, source.run.config.model.image_converter)
    return np.asarray(before.predict(given, batch_size=64, verbose=0), np.float64)


def probe(features: Doubles, hospitals: pd.Series, patients: pd.Series) -> float:
    """Balanced accuracy of a logistic regression on films of patients that it was not fitted to."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import balanced_accuracy_score
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, class_weight="balanced", max_iter=2000))
    folds = StratifiedGroupKFold(n_splits=FOLDS, shuffle=True, random_state=SEED)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class")
        said = cross_val_predict(model, features, hospitals, groups=patients, cv=folds)
    return float(balanced_accuracy_score(hospitals, said))
