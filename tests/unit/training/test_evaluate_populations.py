"""Two populations, each read by its own temperature, points and figures."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plainfilm.errors import UsageError
from tests.hospitals import write_phantom_hospitals
from training.__main__ import main
from training.evaluate import evaluate
from training.evaluation.operating_points import BALANCED, RULE_IN, SCREENING
from training.evaluation.populations import evaluation_of_run
from training.evaluation.predictions import read_predictions
from training.films.external import ExternalFilms
from training.run import read_run


@pytest.fixture(scope="module")
def evaluated(run_of_two_hospitals: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run, measured on external films of a hospital of adults that has ill ones only, too."""
    folder = tmp_path_factory.mktemp("evaluated")
    write_phantom_hospitals(folder, films_per_class=10)
    (folder / "bay").rename(folder / "external_sea")
    shutil.rmtree(folder / "external_sea" / "NORMAL")
    shutil.copytree(run_of_two_hospitals, folder / "run")
    (folder / "city" / "train").rename(folder / "external_hill")
    evaluate(
        folder / "run",
        external=[
            ExternalFilms(folder / "external_sea", "ill adults of Sea Clinic", "adults"),
            ExternalFilms(folder / "external_hill", "children of Hill Clinic", "children"),
        ],
    )
    return folder / "run"


@pytest.fixture(scope="module")
def evaluation(evaluated: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((evaluated / "evaluation.json").read_text())
    return document


def test_every_film_is_calibrated_for_its_population(evaluated: Path, evaluation: dict[str, Any]) -> None:
    predictions = read_predictions(evaluated)
    assert set(predictions["population"]) == {"children", "adults"}
    of_external = predictions.groupby("split")["population"].unique()
    assert of_external["external_sea"].tolist() == ["adults"]
    assert of_external["external_hill"].tolist() == ["children"]
    for population in evaluation["populations"]:
        own = predictions[predictions["population"] == population["name"]]
        calibration = population["calibration"]
        given = own["logit"] / calibration["temperature"] + calibration.get("offset", 0)
        np.testing.assert_allclose(own["probability"], 1 / (1 + np.exp(-given)), atol=1e-5)
    assert "offset" not in evaluation["populations"][0]["calibration"]


def test_the_whole_speaks_of_the_first_population(evaluation: dict[str, Any]) -> None:
    children, adults = evaluation["populations"]
    assert (children["name"], children["ages"]) == ("children", {"from": 1, "to": 6})
    assert evaluation["calibration"] == children["calibration"]
    assert evaluation["operating_points"] == children["operating_points"]
    assert evaluation["metrics"] == children["evaluation"]
    assert children["calibration"] != adults["calibration"]
    names = [split["name"] for split in evaluation["splits"]]
    assert names == ["val", "val_varied", "test", "external_sea", "external_hill"] or sorted(names[3:]) == [
        "external_hill",
        "external_sea",
    ]
    assert {row["split"] for row in adults["evaluation"]} == {"val", "val_varied", "external_sea"}
    assert {row["split"] for row in children["evaluation"]} == {"val", "val_varied", "test", "external_hill"}


def test_films_of_one_class_have_one_share_and_no_curve(evaluated: Path, evaluation: dict[str, Any]) -> None:
    rows = {row["metric"] for row in evaluation["populations"][1]["evaluation"] if row["split"] == "external_sea"}
    assert "sensitivity" in rows
    assert not rows & {"specificity", "auroc", "ece", "precision_PNEUMONIA"}
    assert all(point["split"] != "external_sea" for point in evaluation["populations"][1]["operating_points"])
    assert "external_sea" not in (evaluated / "figures" / "adults" / "roc.svg").read_text()
    assert (evaluated / "figures" / "adults" / "confusion_matrix_external_sea.svg").exists()
    assert not (evaluated / "figures" / "confusion_matrix_external_sea.svg").exists()


def test_every_hospital_is_measured_and_says_whether_it_was_seen(evaluation: dict[str, Any]) -> None:
    found = {
        (population["name"], hospital["name"]): hospital
        for population in evaluation["populations"]
        for hospital in population["hospitals"]
    }
    assert {place: hospital["seen"] for place, hospital in found.items()} == {
        ("children", "city"): "trained on",
        ("adults", "bay"): "trained on",
        ("children", "hill"): "never seen",
        ("adults", "sea"): "never seen",
    }
    assert {place for place, hospital in found.items() if hospital["trained_on"]} == {
        ("children", "city"),
        ("adults", "bay"),
    }
    of_bay = {(row["metric"], row["split"]): row["value"] for row in found["adults", "bay"]["evaluation"]}
    of_adults = {(row["metric"], row["split"]): row["value"] for row in evaluation["populations"][1]["evaluation"]}
    assert of_bay.items() <= of_adults.items()
    assert {metric for metric, _ in of_bay} == {"auroc", "sensitivity", "specificity", "ece"}
    assert [row["metric"] for row in found["adults", "sea"]["evaluation"]] == ["sensitivity"]


def test_points_that_coincide_or_that_validation_cannot_show_are_left_out_with_a_reason(
    evaluation: dict[str, Any],
) -> None:
    for population in evaluation["populations"]:
        there = {point["name"] for point in population["operating_points"]}
        missing = {point["name"] for point in population["left_out_points"]}
        assert BALANCED in there
        assert there | missing == {BALANCED, SCREENING, RULE_IN}
        assert not there & missing
        assert all(point["reason"] for point in population["left_out_points"])
        thresholds = {point["threshold"] for point in population["operating_points"]}
        assert len(thresholds) == len(there)


def test_the_evaluation_follows_from_the_predictions_alone(evaluated: Path, evaluation: dict[str, Any]) -> None:
    titles = {split["name"]: split["title"] for split in evaluation["splits"]}
    again, _ = evaluation_of_run(read_run(evaluated), read_predictions(evaluated), titles)
    assert json.loads(json.dumps(again)) == evaluation


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["external_sea", "films"], "whose films does external_sea hold?"),
        (["external_sea", "films", "old"], "one of children, adults"),
        (["external_sea"], "--external takes a folder"),
        (["external_sea", "ill", "adults", "films"], "--external takes a folder"),
    ],
)
def test_an_external_set_must_say_whose_films_it_has(evaluated: Path, given: list[str], words: str) -> None:
    with pytest.raises(UsageError) as error:
        main(["evaluate", str(evaluated), "--external", *given])
    assert words in str(error.value)
