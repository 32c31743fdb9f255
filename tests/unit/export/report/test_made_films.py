"""Made films in the report: what was kept of a GAN's evaluation, as a table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from export.report.made_films import made_in_markdown, read_made_films
from export.report.write import BEGIN_MADE, END, write_report
from plainfilm.errors import PlainfilmError
from tests.unit.export.report.parsed import Page
from tests.unit.export.report.runs import write_run


def of(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.01, "high": value + 0.01}


def space(made: float) -> dict[str, Any]:
    kinds = ("ILL", "WELL")
    return {
        "kernel_distance": {kind: {"made_to_train": of(made), "validation_to_train": of(0.02)} for kind in kinds},
        **{name: {kind: of(0.5) for kind in kinds} for name in ("precision", "recall", "coverage")},
        "memorisation": {
            "median_distance_made": 1.0, "median_distance_validation": 1.0, "validation_share": 0.05, "made_as_near": of(0.03),
        },
        "learned_auroc": {
            "trained_on_real_tested_on_validation": of(0.99),
            "trained_on_made_tested_on_validation": of(0.9),
            "trained_on_real_tested_on_made": of(0.8),
        },
    }  # fmt: skip


EVALUATION = {
    "run": "small_gan",
    "trained": {"size": 64, "steps": 40, "batch_size": 16, "patients": 0.25, "train_films": 300},
    "made_films": 200,
    "spaces": {"one space": space(0.3), "another": space(0.4)},
}


@pytest.fixture
def evaluations(tmp_path: Path) -> Path:
    folder = tmp_path / "evaluations"
    folder.mkdir()
    (folder / "small_gan.json").write_text(json.dumps(EVALUATION))
    return folder


def test_a_figure_stands_beside_what_it_is_to_be_compared_with(evaluations: Path) -> None:
    text = made_in_markdown(read_made_films(evaluations))
    assert (
        "films of 64 pixels, 40 steps of 16 films out of 300, of 25 % of the train patients; 200 made films judged"
        in text
    )
    [row] = [line for line in text.splitlines() if line.startswith("| Kernel distance to train films, ILL |")]
    floor = "validation: 0.020 (0.010 to 0.030)"
    assert row == (
        f"| Kernel distance to train films, ILL | 0.300 (0.290 to 0.310) | {floor} | 0.400 (0.390 to 0.410) | {floor} |"
    )
    assert (
        "| Share as near to a train film as the nearest of validation | 0.030 (0.020 to 0.040) | validation: 5 % |"
        in text
    )
    columns = {line.count(" | ") for line in text.splitlines() if line.startswith("|")}
    assert columns == {4}


def test_the_page_and_the_report_have_the_table(evaluations: Path, tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    write_run(tmp_path / "runs" / "model", seed=1)
    page = tmp_path / "gan.md"
    page.write_text(f"{BEGIN_MADE}\nstale\n{END}\n")
    html = tmp_path / "report.html"
    write_report(tmp_path / "runs", [page], html, models=tmp_path, searches=tmp_path, made_films=evaluations)
    assert "small_gan" in page.read_text()
    assert "stale" not in page.read_text()
    assert "Films that a network made" in html.read_text()
    assert Page(html.read_text()).open == []
    none = tmp_path / "none"
    write_report(tmp_path / "runs", [page], html, models=tmp_path, searches=tmp_path, made_films=none)
    assert "No GAN has been judged." in page.read_text()
    assert "Films that a network made" not in html.read_text()


def test_what_is_no_evaluation_is_named(evaluations: Path) -> None:
    (evaluations / "small_gan.json").write_text('{"run": "small_gan"}')
    with pytest.raises(PlainfilmError, match="cannot be read"):
        read_made_films(evaluations)
