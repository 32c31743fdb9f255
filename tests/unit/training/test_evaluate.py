"""What `evaluate` writes into a run, and what it says of a run that is missing or broken."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from msgspec.structs import replace

from plainfilm.errors import PlainfilmError
from training.config import Config
from training.evaluate import evaluate
from training.evaluation.augmented import DRAWS
from training.evaluation.evaluation import evaluation_of
from training.evaluation.predictions import read_predictions
from training.films.external import ExternalFilms
from training.films.phantom import write_dataset
from training.fit import fit
from training.prepare import prepare
from training.run import read_run


def test_a_run_folder_holds_all_of_contract_two(run: Path) -> None:
    names = {path.name for path in run.iterdir()}
    assert names == {
        "model.keras",
        "config.toml",
        "splits.csv",
        "history.csv",
        "predictions.csv.gz",
        "evaluation.json",
        "figures",
    }
    history = pd.read_csv(run / "history.csv")
    assert history["epoch"].tolist() == [1, 2, 3]
    assert {"loss", "val_loss", "auroc", "val_auroc", "learning_rate"} <= set(history.columns)
    figures = {path.name for path in (run / "figures").iterdir()}
    assert figures == {
        "confusion_matrix_test.svg",
        "confusion_matrix_val.svg",
        "confusion_matrix_val_varied.svg",
        "roc.svg",
        "precision_recall.svg",
        "reliability.svg",
        "learning_curves.svg",
    }


def test_predictions_and_evaluation_agree_with_each_other(run: Path) -> None:
    predictions = pd.read_csv(run / "predictions.csv.gz")
    evaluation = json.loads((run / "evaluation.json").read_text())
    counts = predictions["split"].value_counts()
    assert set(counts.index) == {"val", "val_varied", "test"}
    assert counts["val_varied"] == DRAWS * counts["val"]
    temperature = evaluation["calibration"]["temperature"]
    np.testing.assert_allclose(
        predictions["probability"], 1 / (1 + np.exp(-predictions["logit"] / temperature)), atol=1e-5
    )
    names = [p["name"] for p in evaluation["operating_points"]]
    assert names == ["balanced"] * 3 + ["screening"] * 3 + ["rule-in"] * 3, "the first is the default"
    point = {p["split"]: p for p in evaluation["operating_points"] if p["name"] == "balanced"}
    assert point["val"]["threshold"] == point["test"]["threshold"]
    test = predictions[predictions["split"] == "test"]
    positive, read = test["label"] == "PNEUMONIA", test["probability"] >= point["test"]["threshold"]
    assert point["test"]["sensitivity"] == pytest.approx((read & positive).sum() / positive.sum())
    accuracy = next(m for m in evaluation["metrics"] if m["metric"] == "accuracy" and m["split"] == "test")
    assert accuracy["value"] == pytest.approx((read == positive).mean())
    assert {"bacterial_recall", "viral_recall"} <= {m["metric"] for m in evaluation["metrics"]}


def test_the_evaluation_follows_from_the_predictions_alone(run: Path) -> None:
    stored = json.loads((run / "evaluation.json").read_text())
    assert evaluation_of(read_run(run), read_predictions(run)) == stored
    assert stored["thresholds_chosen_on"] == ["val", "val_varied"]


def test_external_films_are_measured_under_their_title_and_go_when_they_are_not_named_again(
    run: Path, tmp_path: Path
) -> None:
    folder, elsewhere = tmp_path / "run", tmp_path / "external_other_clinic"
    shutil.copytree(run, folder)
    write_dataset(tmp_path / "drawn", films_per_class=6, seed=5)
    (tmp_path / "drawn" / "train").rename(elsewhere)
    (folder / "figures" / "confusion_matrix_mine.svg").write_text("<svg/>")
    evaluate(folder, external=[ExternalFilms(elsewhere, "films of another clinic")])
    evaluation = json.loads((folder / "evaluation.json").read_text())
    assert evaluation["splits"][-1] == {"name": "external_other_clinic", "title": "films of another clinic", "n": 12}
    rows = {row["metric"] for row in evaluation["metrics"] if row["split"] == "external_other_clinic"}
    assert {"auroc", "average_precision", "sensitivity", "specificity", "ece", "accuracy", "indeterminate"} <= rows
    assert "auroc_of_shape_alone" not in rows
    assert evaluation["calibration"] == read_run(run).evaluation()["calibration"], "films from elsewhere choose nothing"
    assert (folder / "figures" / "confusion_matrix_external_other_clinic.svg").exists()
    evaluate(folder)
    of_evaluate = {file.name for file in (run / "figures").iterdir()}
    assert {file.name for file in (folder / "figures").iterdir()} == of_evaluate | {"confusion_matrix_mine.svg"}
    for name in ("evaluation.json", "predictions.csv.gz", "figures/roc.svg", "figures/learning_curves.svg"):
        assert (folder / name).read_bytes() == (run / name).read_bytes(), "evaluated again, to the byte"


def test_what_is_missing_or_broken_is_said_with_the_next_command(run: Path, tmp_path: Path) -> None:
    with pytest.raises(PlainfilmError, match="is not a run"):
        evaluate(tmp_path)
    broken = tmp_path / "broken"
    shutil.copytree(run, broken)
    (broken / "model.keras").write_bytes((run / "model.keras").read_bytes()[:1000])
    with pytest.raises(PlainfilmError, match="cannot be read"):
        evaluate(broken)
    (broken / "model.keras").unlink()
    with pytest.raises(PlainfilmError, match="training fit"):
        evaluate(broken)
    with pytest.raises(PlainfilmError, match="training prepare"):
        evaluate(run, tmp_path / "nowhere")
    (broken / "evaluation.json").unlink()
    with pytest.raises(PlainfilmError, match="training evaluate"):
        read_run(broken).evaluation()


def test_a_changed_film_is_noticed_before_it_is_evaluated(run: Path, tmp_path: Path) -> None:
    changed = tmp_path / "run"
    shutil.copytree(run, changed)
    table = pd.read_csv(changed / "splits.csv")
    table.loc[0, "sha256"] = "0" * 64
    table.to_csv(changed / "splits.csv", index=False)
    with pytest.raises(PlainfilmError, match="not the data set of the run"):
        evaluate(changed)


def test_three_classes_go_the_whole_way(config: Config, tmp_path: Path) -> None:
    films = tmp_path / "films"
    write_dataset(films, films_per_class=24, seed=9)
    for split in ("train", "test"):
        for film in (films / split / "PNEUMONIA").glob("*_virus_*"):
            (films / split / "VIRUS").mkdir(exist_ok=True)
            film.rename(films / split / "VIRUS" / film.name)
        (films / split / "PNEUMONIA").rename(films / split / "BACTERIA")
    prepare(films, tmp_path / "prepared", patients_csv=None, seed=1)
    three = replace(
        config,
        name="three",
        data=replace(config.data, prepared=str(tmp_path / "prepared"), positive_class="VIRUS", phantom_films=0),
        fit=replace(config.fit, epochs=1),
    )
    folder = fit(three, tmp_path / "runs")
    evaluation = evaluate(folder)
    assert evaluation["class_names"] == ["BACTERIA", "NORMAL", "VIRUS"]
    predictions = pd.read_csv(folder / "predictions.csv.gz")
    logits = predictions[["logit_BACTERIA", "logit_NORMAL", "logit_VIRUS"]].to_numpy()
    calibrated = np.exp(logits / evaluation["calibration"]["temperature"])
    np.testing.assert_allclose(predictions["probability"], calibrated[:, 2] / calibrated.sum(axis=1), atol=1e-5)
    assert sum(row["support"] for row in evaluation["classification_report"] if row["split"] == "test") == 24
