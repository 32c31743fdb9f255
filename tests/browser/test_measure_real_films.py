"""'Measure it here' on real films: the shipped page gives scikit-learn's figures to the digit, refused films included."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect
from sklearn.metrics import accuracy_score, precision_score, recall_score, roc_auc_score

from build_site.config import read_site_config
from build_site.site import build
from plainfilm.bundle import read_bundle
from tests.conftest import Open, Serve
from tests.shared import CHEST_XRAY, EXTERNAL, REPOSITORY, needs_films

pytestmark = needs_films
DEFAULT = read_site_config(REPOSITORY / "site_template" / "site.toml").bundles[0]
BUNDLE = REPOSITORY / "export" / "models" / DEFAULT
LABELS = ("NORMAL", "PNEUMONIA")


@pytest.fixture(scope="module")
def shipped_address(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    return serve(build(tmp_path_factory.mktemp("shipped") / "dist", bundle=BUNDLE).out)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("films", "of_a_class", "population"),
    [(CHEST_XRAY / "test", 100, "children"), (EXTERNAL, 50, "adults")],
    ids=["official", "external"],
)
def test_the_shipped_page_measures_real_films_as_scikit_learn_does(
    films: Path, of_a_class: int, population: str, shipped_address: str, visit: Open, tmp_path: Path
) -> None:
    for name in LABELS:
        (tmp_path / "ours" / name).mkdir(parents=True)
        some = sorted((films / name).iterdir())
        for path in some[:: max(1, len(some) // of_a_class)][:of_a_class]:
            shutil.copy(path, tmp_path / "ours" / name / path.name)
    one = visit(shipped_address).until_engine("ready")
    one.say_whose(population)
    page = one.page
    page.set_input_files("#folder", str(tmp_path / "ours"))
    page.get_by_role("button", name="Measure it here").click(timeout=60_000)
    readings = one.readings(2 * of_a_class)
    expect(page.locator(".measured-waiting")).to_be_empty(timeout=120_000)
    expect(page.get_by_test_id("measured-line")).to_contain_text(
        f"On your {2 * of_a_class} films ({of_a_class} with", timeout=60_000
    )

    label = np.array([int("/PNEUMONIA/" in reading["file"]) for reading in readings])
    was_read = np.array([reading["status"] == "done" for reading in readings])
    known = {each["name"]: each for each in read_bundle(BUNDLE).metadata["populations"]}
    threshold = known[population]["operating_points"][0]["threshold"]
    score = np.array([float(reading.get("probability") or "nan") for reading in readings])
    said = score >= threshold
    # Left out, counted as read as positive, counted as read wrongly.
    ways = [(label[was_read], said[was_read]), (label, said | ~was_read), (label, np.where(was_read, said, label == 0))]
    rows = (
        page.get_by_test_id("measured-figures")
        .locator("tbody tr")
        .evaluate_all(
            "rows => rows.map((row) => [...row.cells].map((cell) => cell.firstChild.textContent.replace(/\\s/g, ' ')))"
        )
    )
    shown = {name: values for name, *values in rows}
    columns = 3 if not was_read.all() else 1
    assert shown["AUROC"][0] == f"{roc_auc_score(label[was_read], score[was_read]):.3f}"
    measures: dict[str, Callable[[Any, Any], float]] = {
        "Sensitivity": lambda y, p: recall_score(y, p),
        "Specificity": lambda y, p: recall_score(y, p, pos_label=0),
        "PPV": lambda y, p: precision_score(y, p),
        "NPV": lambda y, p: precision_score(y, p, pos_label=0),
        "Accuracy": lambda y, p: accuracy_score(y, p),
    }
    for name, measure in measures.items():
        for column, (truth, answer) in enumerate(ways[:columns]):
            assert shown[name][column] == f"{100 * measure(truth, answer.astype(int)):.1f} %", (name, column)
    assert one.problems == []
