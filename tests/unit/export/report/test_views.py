"""The table of films from the side: what the page's code and the fit counted, with exact intervals."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from export.report.results import Result, read_results
from export.report.views import views, views_in_markdown
from export.report.write import BEGIN, BEGIN_VIEWS, END, write_report

LATERAL = {
    "sets": [
        {"set": "lateral, held back", "lateral": True, "n": 11, "refused": 11},
        {"set": "films, training", "lateral": False, "n": 900, "refused": 0},
        {"set": "nih_adults, validation", "lateral": False, "n": 124, "refused": 1},
    ]
}
REFUSALS = {
    "sets": [
        {"set": "train", "expected": None, "n": 900, "read": 900, "refused": {}},
        {"set": "val", "expected": None, "n": 500, "read": 497, "refused": {"lateral": 1, "not-a-chest-xray": 2}},
        {"set": "val, inverted", "expected": "inverted", "n": 500, "read": 0, "refused": {"inverted": 500}},
        {"set": "lateral, held back", "expected": "lateral", "n": 11, "read": 0, "refused": {"lateral": 11}},
    ]
}


def test_frontal_films_and_those_from_the_side_stand_with_exact_intervals(runs: Path, tmp_path: Path) -> None:
    first, *_ = read_results(runs, tmp_path)
    assert not views(first).rows, "a run that was given no laterals has no such table"
    rows = [[cell.text for cell in row] for row in views(measured(first)).rows]
    assert rows == [
        ["nih adults, validation", "124", "1 (0.8 %)", "0.0–4.4 %", "–"],
        ["val", "500", "1 (0.2 %)", "0.0–1.1 %", "2"],
        ["lateral, held back", "11", "11 (100.0 %)", "71.5–100.0 %", "0"],
    ]
    assert views_in_markdown([first, measured(first)]).count("\n") == 4


def test_a_page_may_have_markers_for_both_tables(runs: Path, tmp_path: Path) -> None:
    page = tmp_path / "results.md"
    page.write_text(f"{BEGIN}\nstale\n{END}\nbetween\n{BEGIN_VIEWS}\nstale\n{END}\nafter\n")
    write_report(runs, [page], tmp_path / "report.html", models=tmp_path, searches=tmp_path)
    text = page.read_text()
    assert "stale" not in text
    assert text.count(END) == 2
    assert "No network was given films from the side." in text.partition("between")[2]
    assert text.endswith("after\n")


def measured(result: Result) -> Result:
    return dataclasses.replace(result, lateral=LATERAL, refusals=REFUSALS)
