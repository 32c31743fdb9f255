"""The whole way on phantoms: prepare, fit, evaluate, export, build, and films read in a browser as Python reads them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from export.report.write import BEGIN, END
from tests.browser.visit import Visit
from tests.command import run
from tests.conftest import Open, Serve
from tests.pipeline.conftest import DATA, NAME


def test_the_page_reads_every_test_film_as_python_does(workplace: Path, serve: Serve, visit: Open) -> None:
    predictions = pd.read_csv(workplace / "runs" / NAME / "predictions.csv.gz")
    predictions = predictions[predictions["split"] == "test"]
    page = visit(serve(workplace / "dist") + "?backend=wasm").until_engine("ready")
    read_as_python(page, workplace, predictions)
    assert page.problems == []
    assert all(address.startswith(("http://127.0.0.1", "blob:")) for address in page.requests)


def test_the_page_in_one_file_reads_them_from_disk(workplace: Path, visit: Open) -> None:
    predictions = pd.read_csv(workplace / "runs" / NAME / "predictions.csv.gz")
    predictions = predictions[predictions["split"] == "test"].iloc[::10]
    page = visit((workplace / "dist" / "standalone.html").as_uri()).until_engine("ready")
    read_as_python(page, workplace, predictions)
    assert page.problems == []


def test_the_network_has_learned_what_the_phantoms_teach(workplace: Path) -> None:
    evaluation = json.loads((workplace / "runs" / NAME / "evaluation.json").read_text())
    found = {(row["metric"], row["split"]): row["value"] for row in evaluation["metrics"]}
    assert found["auroc", "test"] > 0.9


def test_controls_are_measured_on_run_and_bundle_and_stand_in_the_report(workplace: Path, tmp_path: Path) -> None:
    folder = workplace / "runs" / NAME
    (tmp_path / "other" / "photo").mkdir(parents=True)
    for number in range(2):
        noise = np.random.default_rng(number).integers(0, 256, (90, 120), dtype=np.uint8)
        Image.fromarray(noise).save(tmp_path / "other" / "photo" / f"{number}.png")
    films = workplace / DATA
    given = ["--native", films / "test", "--external", films / "test", "--not-chest", tmp_path / "other"]
    run("export", "audit", f"runs/{NAME}", "--models", "models", *given, cwd=workplace)
    controls = json.loads((folder / "audit.json").read_text())

    stored = json.loads((folder / "evaluation.json").read_text())["metrics"]
    auroc = {row["split"]: row["value"] for row in stored if row["metric"] == "auroc"}
    as_it_is = {row["split"]: row["auroc"] for row in controls["shortcuts"] if row["control"] == "as_it_is"}
    assert as_it_is == pytest.approx({split: auroc[split] for split in ("val", "test")}, abs=1e-3)
    assert {row["control"] for row in controls["shortcuts"]} > {"squashed", "cropped", "blanked", "equalised"}
    assert controls["native"]["largest_logit_change"] == 0  # the same files
    assert controls["native"]["decisions_that_differ"] == 0
    # How well a heat map of phantoms points is not a matter of this test: tests/unit/export/audit/test_audit.py has maps that do and do not.
    assert [row["fill"] for row in controls["deletion"]] == ["the film's mean", "its own blur"]
    assert all(row["n"] > 0 and np.isfinite(row["fall_hottest"]) for row in controls["deletion"])
    counts = {(row["set"], row["kind"]): (row["kept"], row["n"]) for row in controls["gate"]["sets"]}
    assert counts["not_chest", "photo"][1] == 2
    assert counts["val", None][0] >= 0.9 * counts["val", None][1]
    assert controls["latency"]["milliseconds"] > 0

    readme = workplace / "README.md"
    readme.write_text(f"{BEGIN}\n{END}\n")
    run(
        "export",
        "report",
        "--runs",
        "runs",
        "--into",
        "README.md",
        "--html",
        "report.html",
        "--with-films",
        cwd=workplace,
    )
    assert f"{auroc['test']:.3f}" in readme.read_text()
    plain, with_films = (workplace / "report.html").read_text(), (workplace / "report-with-films.html").read_text()
    assert "data:image" not in plain
    assert with_films.count("data:image/jpeg") == with_films.count("data:image/webp") == with_films.count("labelled ")
    assert "Deletion test" in plain


def read_as_python(page: Visit, workplace: Path, predictions: pd.DataFrame) -> None:
    """Gives the films to the page and compares; a film that the gate refuses must still be read so by `classify`."""
    metadata = json.loads((workplace / "models" / NAME / "metadata.json").read_text())
    threshold = metadata["operating_points"][0]["threshold"]
    files = [workplace / DATA / path for path in predictions["path"]]
    page.give(*files)
    readings = page.readings(len(files))
    for file, reading, probability in zip(files, readings, predictions["probability"], strict=True):
        assert reading["file"] == file.name
        said: dict[str, Any] = {**reading}
        if reading["status"] == "refused":
            assert float(reading["oodScore"]) > metadata["ood"]["threshold"]
            said = page.classify(file)
        assert said["label"] == ("PNEUMONIA" if probability >= threshold else "NORMAL")
        assert float(said["probability"]) == pytest.approx(probability, abs=0.002)
