"""Three classes the whole way: labels from file names, a softmax, and a page that shows all three."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.command import run
from tests.conftest import Open, Serve
from tests.shared import REPOSITORY
from training.films.phantom import write_dataset

CLASSES = ["BACTERIA", "NORMAL", "VIRUS"]
CONFIG = r"""
extends = "smoke"
name = "three"
title = "Three classes"

[data]
positive_class = "BACTERIA"
labels = [
  { pattern = '/person\d+_bacteria_', label = "BACTERIA" },
  { pattern = '/person\d+_virus_', label = "VIRUS" },
]
"""


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `films/`, `training/prepared/`, `runs/three`, `models/three` and `dist/`."""
    here = tmp_path_factory.mktemp("three")
    write_dataset(here / "films", films_per_class=60, seed=11, lines=True)
    (here / "three.toml").write_text(CONFIG, "utf-8")
    run("training", "fit", "three.toml", "--data", "films", cwd=here)
    run("training", "evaluate", "runs/three", cwd=here)
    run("export", "runs/three", "--out", "models", "--precision", "float32", cwd=here)
    site = REPOSITORY / "docs" / "examples" / "three_classes" / "site.toml"
    run("build_site", "--config", site, "--bundle", "models/three", cwd=here)
    return here


def test_labels_come_from_file_names_and_the_folders_stay_as_they_are(three: Path) -> None:
    splits = pd.read_csv(three / "training" / "prepared" / "films_bacteria_virus" / "splits.csv")
    assert sorted(splits["label"].unique()) == CLASSES
    folders = splits["path"].str.split("/").str[1]
    assert set(folders[splits["label"] != "NORMAL"]) == {"PNEUMONIA"}
    assert (splits["path"].str.contains("_virus_") == (splits["label"] == "VIRUS")).all()
    before = (three / "training" / "prepared" / "films_bacteria_virus" / "splits.csv").stat().st_mtime_ns
    prepared = run("training", "prepare", "films", "--labels", "three.toml", "--out", "again", cwd=three)
    assert "BACTERIA" in prepared.stdout
    assert pd.read_csv(three / "again" / "splits.csv").equals(splits)
    assert (three / "training" / "prepared" / "films_bacteria_virus" / "splits.csv").stat().st_mtime_ns == before


def test_the_evaluation_tells_the_positive_class_from_the_other_two(three: Path) -> None:
    evaluation = json.loads((three / "runs" / "three" / "evaluation.json").read_text())
    assert evaluation["class_names"] == CLASSES
    predictions = pd.read_csv(three / "runs" / "three" / "predictions.csv.gz")
    logits = predictions[[f"logit_{name}" for name in CLASSES]].to_numpy()
    calibrated = np.exp(logits / evaluation["calibration"]["temperature"])
    np.testing.assert_allclose(predictions["probability"], calibrated[:, 0] / calibrated.sum(axis=1), atol=1e-5)
    found = {(row["metric"], row["split"]): row["value"] for row in evaluation["metrics"]}
    assert found["auroc", "test"] > 0.7
    assert len({row["class"] for row in evaluation["classification_report"]}) == 3


def test_the_page_shows_three_classes_and_reads_every_class_as_python_does(
    three: Path, serve: Serve, visit: Open
) -> None:
    metadata = json.loads((three / "models" / "three" / "metadata.json").read_text())
    assert metadata["class_names"] == CLASSES
    threshold = metadata["operating_points"][0]["threshold"]
    temperature = metadata["calibration"]["temperature"]
    predictions = pd.read_csv(three / "runs" / "three" / "predictions.csv.gz")
    chosen = predictions[predictions["split"] == "test"].groupby("label").head(2)
    logits = chosen[[f"logit_{name}" for name in CLASSES]].to_numpy() / temperature
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)  # [6, 3]
    page = visit(serve(three / "dist") + "?backend=wasm").until_engine("ready")
    for path, probabilities in zip(chosen["path"], expected, strict=True):
        reading = page.classify(three / "films" / path, anyway=True)
        read = {each["class_name"]: each["probability"] for each in reading["probabilities"]}
        assert list(read) == CLASSES
        np.testing.assert_allclose(list(read.values()), probabilities, atol=0.002)
        likeliest_other = CLASSES[1 + int(probabilities[1:].argmax())]
        assert reading["label"] == (CLASSES[0] if probabilities[0] >= threshold else likeliest_other)

    page.give(*(three / "films" / path for path in chosen["path"]))
    statuses = [reading["status"] for reading in page.readings(len(chosen))]
    assert set(statuses) <= {"done", "refused"}
    card = page.page.get_by_test_id("reading").nth(statuses.index("done"))
    rows = card.locator(".class-row")
    assert rows.locator("dt").all_inner_texts() == ["bacterial pneumonia", "normal", "viral pneumonia"]
    assert rows.evaluate_all("all => all.map((row) => row.dataset.className)") == CLASSES
    assert rows.locator(".tick.chosen").count() == 1, "the operating point is one of the positive class"
    assert rows.nth(0).locator(".tick.chosen").count() == 1
    shares = rows.locator(".share").all_inner_texts()
    assert sum(float(re.sub(r"[^0-9.]", "", share)) for share in shares) == pytest.approx(100, abs=0.15)
    stage = card.locator(".stage")
    stage.focus()
    stage.press("h")
    expect(stage.locator("canvas")).to_be_visible()

    counted = metadata["confusion_matrix"]
    assert sum(row["n"] for row in counted if row["split"] == "test") == (predictions["split"] == "test").sum()
    beside = page.page.context.new_page()
    beside.set_viewport_size({"width": 320, "height": 700})
    beside.goto(page.page.url.partition("?")[0] + "model-card.html")
    matrix = beside.locator(".confusion", has_text="Confusion matrix, test ").first
    expect(matrix.locator("td b")).to_have_text([str(row["n"]) for row in counted if row["split"] == "test"])
    assert beside.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(beside) == {}
    beside.close()

    with page.page.expect_download() as download:
        page.page.get_by_role("button", name="Table (CSV)").click()
    table = pd.read_csv(download.value.path())
    assert table["status"].tolist() == statuses
    in_table = table.loc[table["status"] == "done", [f"probability_{name}" for name in CLASSES]].to_numpy()
    np.testing.assert_allclose(in_table, expected[np.array(statuses) == "done"], atol=0.002)
    assert page.problems == []
