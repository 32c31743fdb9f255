"""Where no class is looked for: the likeliest is read, and nothing is chosen or measured of one class against the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from training.evaluation.evaluation import evaluation_of
from training.films.prepared import SPLITS_COLUMNS

CLASSES = ["a", "b", "c"]


@dataclass
class Three:
    """A run of three classes."""

    splits: pd.DataFrame
    reads_likeliest: bool
    name: str = "three"
    class_names: list[str] = field(default_factory=lambda: list(CLASSES))
    positive_class: str = "b"


def predictions() -> pd.DataFrame:
    """Of 60 films, most of which are read right."""
    rng = np.random.default_rng(5)
    label = np.arange(60) % 3
    logits = rng.normal(0, 1, (60, 3)) + 3 * np.eye(3)[label]
    split = np.where(np.arange(60) < 30, "val", "test")
    table = pd.DataFrame(
        {
            "path": [
                f"{name}/{CLASSES[number]}/{row}.png"
                for row, (name, number) in enumerate(zip(split, label, strict=True))
            ]
        }
    )
    table = table.assign(label=[CLASSES[number] for number in label], split=split, logit=logits[:, 1])
    return table.assign(**{f"logit_{name}": logits[:, column] for column, name in enumerate(CLASSES)})


def evaluated(reads_likeliest: bool) -> dict[str, Any]:
    films = predictions()
    splits = films.assign(patient_id=films["path"], sha256=films["path"], width=10, height=10)[SPLITS_COLUMNS]
    return evaluation_of(Three(splits, reads_likeliest), films)


def test_no_point_is_chosen_and_only_what_holds_for_all_classes_is_measured() -> None:
    evaluation = evaluated(reads_likeliest=True)
    assert evaluation["operating_points"] == []
    assert evaluation["calibration"]["temperature"] > 0
    measured = {row["metric"] for row in evaluation["metrics"]}
    assert measured == {"loss", "accuracy"} | {f"{each}_{name}" for each in ("precision", "recall") for name in CLASSES}


def test_the_likeliest_class_is_read() -> None:
    evaluation = evaluated(reads_likeliest=True)
    films = predictions()
    tested = films[films["split"] == "test"]
    likeliest = tested[[f"logit_{name}" for name in CLASSES]].to_numpy().argmax(axis=1)
    right = np.mean(np.array(CLASSES)[likeliest] == tested["label"])
    found = {(row["metric"], row["split"]): row["value"] for row in evaluation["metrics"]}
    assert found["accuracy", "test"] == right


def test_with_a_class_that_is_looked_for_both_are_there() -> None:
    evaluation = evaluated(reads_likeliest=False)
    assert evaluation["operating_points"]
    assert {"auroc", "sensitivity"} <= {row["metric"] for row in evaluation["metrics"]}
