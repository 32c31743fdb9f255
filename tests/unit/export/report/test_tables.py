"""Tables of what an audit measured."""

from __future__ import annotations

import json
import re
from pathlib import Path

from export.report.write import write_report
from tests.unit.export.report.runs import write_run


def test_controls_that_were_run_stand_in_the_report(runs: Path, readme: Path, tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    write_run(tmp_path / "runs" / "deep", seed=0)
    controls = {
        "largest_change": 0.01,
        "shape_and_size_alone": [{"classifier": "width/height", "split": "test", "auroc": 0.7, "n": 60}],
        "shortcuts": [
            {"control": "as_it_is", "films": "as it is", "split": "test", "auroc": 0.99, "change": 0.0, "over_the_limit": False},
            {"control": "blanked", "films": "blanked", "split": "test", "auroc": 0.95, "change": -0.04, "over_the_limit": True},
        ],
        "native": {"n": 4, "mean_absolute_logit_change": 0.11, "largest_logit_change": 0.3, "decisions_that_differ": 0},
        "deletion": [
            {"fill": "blur", "n": 9, "fall_hottest": 2.5, "fall_random": 0.5, "share_hottest_falls_more": 0.9}
        ],
        "gate": {
            "sets": [
                {"set": "val", "kind": None, "n": 40, "kept": 39},
                {"set": "not_chest", "kind": "xray-hand", "n": 5, "kept": 1},
                {"set": "not_chest", "kind": "photo", "n": 15, "kept": 0},
            ]
        },
        "latency": {"milliseconds": 12.4, "where": "here"},
    }  # fmt: skip
    (tmp_path / "runs" / "deep" / "audit.json").write_text(json.dumps(controls))
    write_report(tmp_path / "runs", [readme], tmp_path / "report.html", models=tmp_path, searches=tmp_path)
    words = " ".join(re.sub(r"<[^>]+>", " ", (tmp_path / "report.html").read_text()).split())
    assert "blanked 0.950 −0.040 · over 0.01" in words
    assert "radiographs of other parts 5 20.0 % 80.0 %" in words
    assert "not a chest film all 20 5.0 % 95.0 %" in words
    assert "12 ms" in words
    assert "12 ms" in readme.read_text()
