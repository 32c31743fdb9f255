"""predictions.json: what the page draws its curves from gives the figures that metadata.json states."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from export.predictions import write_predictions
from plainfilm.bundle import BundleError
from tests.shared import REPOSITORY

TABLE = pd.DataFrame(
    {
        "path": ["a.png", "b.png", "c.png", "d.png"],
        "label": ["SICK", "WELL", "WELL", "SICK"],
        "split": ["val", "test", "test", "test"],
        "logit": [2.0, 1.0, -1.0, 3.0],
        "probability": [0.9, 0.7, 0.2, 0.95],
    }
)


def test_films_are_grouped_by_split_and_class_in_order_and_without_their_paths(tmp_path: Path) -> None:
    write_predictions(tmp_path, TABLE, ["WELL", "SICK"])
    text = (tmp_path / "predictions.json").read_text("utf-8")
    assert json.loads(text)["films"] == [
        {"split": "val", "label": 1, "probabilities": [0.9]},
        {"split": "test", "label": 0, "probabilities": [0.2, 0.7]},
        {"split": "test", "label": 1, "probabilities": [0.95]},
    ]
    assert ".png" not in text


def test_films_of_several_populations_are_apart_for_each_has_its_own_calibration(tmp_path: Path) -> None:
    whose = ["adults", "children", "adults", "children"]
    write_predictions(tmp_path, TABLE.assign(population=whose), ["WELL", "SICK"])
    assert json.loads((tmp_path / "predictions.json").read_text("utf-8"))["films"] == [
        {"split": "val", "population": "adults", "label": 1, "probabilities": [0.9]},
        {"split": "test", "population": "children", "label": 0, "probabilities": [0.7]},
        {"split": "test", "population": "adults", "label": 0, "probabilities": [0.2]},
        {"split": "test", "population": "children", "label": 1, "probabilities": [0.95]},
    ]


def test_a_probability_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"predictions\.json is invalid"):
        write_predictions(tmp_path, TABLE.assign(probability=1.5), ["WELL", "SICK"])
    assert list(tmp_path.iterdir()) == []


def test_the_shipped_run_gives_the_counts_that_its_evaluation_states(tmp_path: Path) -> None:
    run = REPOSITORY / "training/runs/five_block_cnn"
    evaluation = json.loads((run / "evaluation.json").read_text("utf-8"))
    names = evaluation["class_names"]
    positive = names.index(evaluation["positive_class"])
    write_predictions(tmp_path, pd.read_csv(run / "predictions.csv.gz"), names)
    groups = json.loads((tmp_path / "predictions.json").read_text("utf-8"))["films"]
    checked = 0
    for point in evaluation["operating_points"]:
        of_split = [group for group in groups if group["split"] == point["split"]]
        for share, wanted in (("sensitivity", True), ("specificity", False)):
            values = [p for g in of_split if (g["label"] == positive) == wanted for p in g["probabilities"]]
            if values:
                right = sum((p >= point["threshold"]) == wanted for p in values)
                assert right / len(values) == pytest.approx(point[share]), point
                checked += 1
    assert checked >= 6
