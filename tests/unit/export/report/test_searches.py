"""Searches in the report."""

from __future__ import annotations

import dataclasses
import html
import json
import re
from pathlib import Path

import pytest

from export.report.write import write_report
from plainfilm.errors import PlainfilmError
from tests.unit.export.report.parsed import Page
from training.search.picks import Tried, draw_pareto


def test_a_search_stands_in_the_report(runs: Path, readme: Path, tmp_path: Path) -> None:
    tried = [Tried("trial_000", 0.981, 400_000, 3.0), Tried("trial_001", 0.992, 1_400_000, 8.0)]
    parameters = {"network": "MobileNetV2 0.35", "size": 128, "learning_rate": 1e-3, "augmentation": 1.0}
    draw_pareto(tried, {"higher_accuracy": tried[1]}, tmp_path / "chest" / "pareto.svg")
    document = {
        "space": {"epochs": 6},
        "counts": {"finished": 2, "stopped": 1, "failed": 0},
        "trials": [{**dataclasses.asdict(one), **parameters, "seconds": 90, "on_front": True} for one in tried],
        "picks": [{"name": "higher_accuracy", "rule": "the highest AUROC", "run": "trial_001"}],
    }
    (tmp_path / "chest" / "search.json").write_text(json.dumps(document))
    write_report(runs, [readme], tmp_path / "report.html", models=tmp_path, searches=tmp_path)
    page = Page((tmp_path / "report.html").read_text())
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", (tmp_path / "report.html").read_text())).split())
    assert "2 finished, 1 stopped trials of 6 epochs each" in words
    assert "higher accuracy the highest AUROC MobileNetV2 0.35 128 px 0.9920 1.40 MB 8.0 ms estimated" in words

    (tmp_path / "chest" / "search.json").write_text("{}")
    with pytest.raises(PlainfilmError, match="cannot be read"):
        write_report(runs, [readme], tmp_path / "report.html", models=tmp_path, searches=tmp_path)
