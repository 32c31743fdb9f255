"""Children of one hospital and adults of another the whole way: a collection, one network with two heads, a bundle and a card that tell them apart."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from export.verify import run_in_node
from tests.command import run
from tests.hospitals import write_phantom_hospitals
from training.films.prepared import PreparedData, read_prepared
from training.run import read_run

CONFIG = """
extends = "smoke"
name = "both"
title = "Two hospitals"
training_population = "Drawn children and adults"

[fit]
heads = "population"
epochs = 10

[fit.weights]
bay = 0.7

[augmentation]
blanked = 0.3
exposure = 0.1
sharpness = 0.3
"""


@pytest.fixture(scope="module")
def hospitals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the films of two hospitals, and what every command made of them: `prepared/`, `runs/both`, `models/both`, `dist/`."""
    here = tmp_path_factory.mktemp("hospitals")
    write_phantom_hospitals(here, films_per_class=40)
    # Adults without the disease of a third hospital, which the network never sees.
    other = tmp_path_factory.mktemp("third")
    write_phantom_hospitals(other, films_per_class=8)
    shutil.copytree(other / "bay" / "NORMAL", here / "external_sea" / "NORMAL")
    (here / "both_config.toml").write_text(CONFIG, "utf-8")
    run("training", "prepare", "both.toml", "--out", "prepared", cwd=here)
    run("training", "fit", "both_config.toml", "--data", "prepared", cwd=here)
    external = ("--external", "external_sea", "normal films of Sea Clinic", "adults")
    run("training", "evaluate", "runs/both", *external, cwd=here)
    run("export", "runs/both", "--out", "models", "--precision", "float32", cwd=here)
    run("build_site", "--bundle", "models/both", cwd=here)
    return here


@pytest.fixture(scope="module")
def metadata(hospitals: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((hospitals / "models" / "both" / "metadata.json").read_text())
    return document


def test_the_bundle_tells_populations_apart(metadata: dict[str, Any]) -> None:
    children, adults = metadata["populations"]
    assert (children["title"], children["ages"]) == ("Children", {"from": 1, "to": 6})
    assert (adults["title"], adults["ages"]) == ("Adults", {"from": 18})
    assert metadata["calibration"] == children["calibration"]
    assert metadata["operating_points"] == children["operating_points"]
    assert children["operating_points"][0]["threshold"] != adults["operating_points"][0]["threshold"]
    assert {point["split"] for point in adults["operating_points"]} == {"val", "val_varied"}
    titles = {split["name"]: split["title"] for split in metadata["splits"]}
    assert titles["external_sea"] == "normal films of Sea Clinic"
    assert [(hospital["title"], hospital["seen"]) for hospital in adults["hospitals"]] == [
        ("Bay Clinic", "trained on"),
        ("normal films of Sea Clinic", "never seen"),
    ]


def test_the_graph_gives_every_population_the_probability_that_python_gave(
    hospitals: Path, metadata: dict[str, Any]
) -> None:
    run_folder = read_run(hospitals / "runs" / "both")
    prepared = read_prepared(hospitals / "prepared")
    predictions = pd.read_csv(hospitals / "runs" / "both" / "predictions.csv.gz")
    converter = run_folder.config.model.image_converter
    for population in metadata["populations"]:
        own = predictions[(predictions["population"] == population["name"]) & (predictions["split"] != "val_varied")]
        inside = own[~own["split"].str.startswith("external_")]
        films = prepared.load(inside["path"].tolist(), converter)
        outside = own[own["split"] == "external_sea"]
        if len(outside):
            folder = hospitals / "external_sea"
            sea = PreparedData(folder, folder, outside)
            films = np.concatenate([films, sea.load(outside["path"].tolist(), converter)])
        logit = run_in_node(hospitals / "models" / "both", films)["logit"].astype(np.float64)
        calibration = population["calibration"]
        given = (logit[:, 1] - logit[:, 0]) / calibration["temperature"] + calibration.get("offset", 0)
        expected = np.concatenate([inside["probability"], outside["probability"]])
        np.testing.assert_allclose(1 / (1 + np.exp(-given)), expected, atol=2e-3)


def test_the_network_has_learned_both(metadata: dict[str, Any]) -> None:
    for population in metadata["populations"]:
        found = {(row["metric"], row["split"]): row["value"] for row in population["evaluation"]}
        assert found["auroc", "val"] > 0.8, population["name"]


def test_the_card_says_what_was_measured_where_and_what_was_never_seen(hospitals: Path) -> None:
    card = (hospitals / "dist" / "model-card.html").read_text("utf-8")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", card))
    assert "Populations and hospitals" in text
    assert re.search(r"Adults Bay Clinic yes: \d+", text)
    assert re.search(r"Adults normal films of Sea Clinic never", text)


def test_the_audit_asks_what_tells_the_hospital_and_the_report_has_the_table(hospitals: Path) -> None:
    run("export", "audit", "runs/both", "--models", "models", cwd=hospitals)
    probe = json.loads((hospitals / "runs" / "both" / "audit.json").read_text())["hospital_probe"]
    assert {hospital["name"] for hospital in probe["hospitals"]} == {"city", "bay"}
    assert probe["chance"] == 0.5
    assert 0 <= probe["balanced_accuracy"] <= 1
    (hospitals / "README.md").write_text("<!-- results: python -m export report -->\n<!-- end of results -->\n")
    run("export", "report", "--runs", "runs", "--into", "README.md", "--html", "report.html", cwd=hospitals)
    report = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", (hospitals / "report.html").read_text("utf-8")))
    for words in (
        "Population by hospital",
        "Bay Clinic trained on",
        "never seen",
        "names the hospital",
        "Calibration, population",
    ):
        assert words in report
