"""docs/digits.md, run line by line: ten classes that have nothing to do with X-rays, from their package to a page that reads them."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from plainfilm.bundle import read_bundle
from tests import documents
from tests.command import run
from tests.conftest import Open, Serve
from tests.shared import REPOSITORY
from tests.unit.build_site.test_other_pictures import OF_CHEST_FILMS, words_of

DIGITS = [str(digit) for digit in range(10)]
# The repository keeps its own bundles in export/models/.
INSTEAD = [
    (r"^python -m export runs/\S+$", r"\g<0> --out models --precision float32"),
    (r"\bexport/models/", "models/"),
    (r"\bdocs/examples/", f"{REPOSITORY / 'docs' / 'examples'}/"),
]
OF_MEDICINE = re.compile(r"patient|medical|medicine|disease|hospital|clinic|diagnos|prevalence", re.IGNORECASE)


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `digits/`, `runs/digits`, `models/digits` and `dist/`."""
    here = tmp_path_factory.mktemp("digits")
    for line in documents.shell_lines(documents.read("docs/digits.md")):
        for pattern, replacement in INSTEAD:
            line = re.sub(pattern, replacement, line)
        run(*shlex.split(line)[2:], cwd=here)
    return here


def test_every_digit_is_told_apart_and_only_what_holds_for_all_is_measured(digits: Path) -> None:
    evaluation = json.loads((digits / "runs" / "digits" / "evaluation.json").read_text("utf-8"))
    assert evaluation["class_names"] == DIGITS
    assert evaluation["operating_points"] == []
    found = {row["metric"]: row["value"] for row in evaluation["metrics"] if row["split"] == "test"}
    assert found["accuracy"] > 0.93
    assert found.keys() == {"loss", "accuracy"} | {
        f"{each}_{digit}" for each in ("precision", "recall") for digit in DIGITS
    }
    assert {split["title"] for split in evaluation["splits"]} >= {"validation pictures", "test pictures"}


def test_the_bundle_has_no_check_that_only_holds_for_x_rays(digits: Path) -> None:
    bundle = read_bundle(digits / "models" / "digits")
    assert set(bundle.metadata["film_checks"]) <= {"least_range", "smallest_side"}
    assert bundle.metadata["ood"] is not None
    assert not OF_CHEST_FILMS.search(bundle.metadata["ood"]["method"])
    assert "heatmap" not in bundle.model["signature"]["outputs"], "no class is looked for"
    assert not (bundle.path / "predictions.json").exists(), "there is no threshold to move over them"


def test_the_model_card_says_what_was_fixed_without_a_threshold(digits: Path) -> None:
    card = words_of((digits / "dist" / "model-card.html").read_text("utf-8"))
    assert card.count("expected calibration error") == 2, "among the details, and under Calibration"
    assert "No threshold was chosen" in card
    assert "By covering the picture bit by bit" in card


@pytest.mark.parametrize("name", ["index.html", "about.html", "model-card.html", "standalone.html"])
def test_no_page_says_a_word_of_x_rays_and_what_is_read_says_none_of_medicine(digits: Path, name: str) -> None:
    words = words_of((digits / "dist" / name).read_text("utf-8"))
    assert "Plaindigit" in words
    assert OF_CHEST_FILMS.findall(words) == []
    assert "{picture" not in words
    if name in ("about.html", "model-card.html"):
        assert OF_MEDICINE.findall(words) == []


def test_the_page_reads_digits_as_python_does_without_a_threshold(digits: Path, serve: Serve, visit: Open) -> None:
    predictions = pd.read_csv(digits / "runs" / "digits" / "predictions.csv.gz", dtype={"label": str})
    chosen = predictions[predictions["split"] == "test"].groupby("label").head(1)
    temperature = read_bundle(digits / "models" / "digits").metadata["calibration"]["temperature"]
    logits = chosen[[f"logit_{digit}" for digit in DIGITS]].to_numpy() / temperature
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    page = visit(serve(digits / "dist") + "?backend=wasm").until_engine("ready")
    files = [digits / "digits" / path for path in chosen["path"]]
    for file, probabilities in zip(files[:3], expected, strict=False):
        reading = page.classify(file)
        assert reading["status"] == "done"
        assert reading["operating_point"] is None
        read = [each["probability"] for each in reading["probabilities"]]
        np.testing.assert_allclose(read, probabilities, atol=0.002)

    page.give(*files)
    readings = page.readings(len(files))
    assert {reading["status"] for reading in readings} == {"done"}
    assert [reading["label"] for reading in readings] == [DIGITS[row.argmax()] for row in expected]
    card = page.page.get_by_test_id("reading").first
    rows = card.locator(".class-row")
    assert rows.locator("dt").all_inner_texts()[-1] == "all others together"
    assert rows.count() == 5, "the four likeliest of ten, and the rest"
    shares = [float(re.sub(r"[^0-9.]", "", text)) for text in rows.locator(".share").all_inner_texts()]
    assert sum(shares) == pytest.approx(100, abs=0.05)
    assert card.locator(".tick").count() == 0, "there is no threshold"
    card.locator(".tools [data-tool=heatmap]").click()
    expect(card.locator("canvas")).to_be_visible()
    expect(card.locator(".covered")).to_contain_text(
        f"lowers the answer for {card.locator('.is-read dt').inner_text()}"
    )
    assert page.problems == []
