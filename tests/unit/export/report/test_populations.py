"""The report of a run that tells populations apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from export.report import tables
from export.report.results import read_results
from export.report.write import BEGIN, BEGIN_HOSPITALS, END, write_report
from plainfilm.errors import PlainfilmError
from tests.unit.export.report.runs import write_run_of_two_hospitals


@pytest.fixture
def both(tmp_path: Path) -> Path:
    (tmp_path / "runs").mkdir()
    write_run_of_two_hospitals(tmp_path / "runs" / "both", 5)
    return tmp_path / "runs"


def test_population_by_hospital_says_what_was_trained_on_and_what_was_never_seen(both: Path, tmp_path: Path) -> None:
    [result] = read_results(both, tmp_path)
    rows = [[cell.text for cell in row[:3]] + [row[1].aside] for row in tables.hospitals(result).rows]
    assert rows == [
        ["Children", "City Hospital", "validation films", "trained on, 20 films"],
        ["Children", "City Hospital", "varied validation films", "trained on, 20 films"],
        ["Children", "City Hospital", "test films", "trained on, 20 films"],
        ["Adults", "Bay Clinic", "validation films", "trained on, 10 films"],
        ["Adults", "Bay Clinic", "varied validation films", "trained on, 10 films"],
        ["Adults", "normal films of Sea Clinic", "normal films of Sea Clinic", "never seen"],
    ]
    external = dict(zip(tables.hospitals(result).header, tables.hospitals(result).rows[-1], strict=True))
    assert (external["AUROC"].text, external["Sensitivity"].text) == (tables.NONE, tables.NONE)
    assert 0 < float(external["Specificity"].text) < 1


def test_calibration_and_points_stand_for_each_population(both: Path, tmp_path: Path) -> None:
    [result] = read_results(both, tmp_path)
    assert [row[0].text for row in tables.calibration(result).rows] == ["Children", "Adults"]
    assert [row[-1].text for row in tables.calibration(result).rows] == [f"{each:.3f}" for each in result.ece_by_chance]
    assert all(0 < each < 0.5 for each in result.ece_by_chance)
    captions = [tables.operating_points(result, title, own).caption for title, own in result.by_population]
    assert captions == [f"Operating points: probabilities fixed on validation, {who}" for who in ("Children", "Adults")]
    left_out = {(row[0].text, row[1].text) for row in tables.left_out(result).rows}
    assert ("Children", "rule-in") in left_out, "ten patients show no specificity"


def test_a_page_with_the_marker_gets_the_table_and_says_where_there_is_none(both: Path, tmp_path: Path) -> None:
    page = tmp_path / "results.md"
    page.write_text(f"{BEGIN}\n{END}\n\n{BEGIN_HOSPITALS}\nstale\n{END}\nthe end\n")
    write_report(both, [page], tmp_path / "report.html", models=tmp_path, searches=tmp_path)
    text = page.read_text()
    assert "stale" not in text
    assert "Both: population by hospital" in text
    assert "| Adults | normal films of Sea Clinic (never seen) |" in text
    assert "An ECE is never 0 by chance" in text
    assert text.endswith("the end\n")
    html = (tmp_path / "report.html").read_text()
    assert "Population by hospital" in html
    assert "Operating points that are left out" in html


def test_figures_of_a_population_that_do_not_follow_from_the_predictions_are_found(both: Path, tmp_path: Path) -> None:
    file = both / "both" / "evaluation.json"
    evaluation = json.loads(file.read_text())
    row = next(row for row in evaluation["populations"][1]["evaluation"] if row["metric"] == "auroc")
    row["value"] += 0.01
    file.write_text(json.dumps(evaluation))
    with pytest.raises(PlainfilmError, match="do not belong together"):
        read_results(both, tmp_path)
