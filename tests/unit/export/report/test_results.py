"""What is known of runs: that it follows from their predictions, and which seeds belong together."""

from __future__ import annotations

from pathlib import Path

import pytest

from export.report.results import read_results
from plainfilm.errors import PlainfilmError
from tests.unit.export.report.runs import write_run


def test_an_evaluation_that_does_not_follow_from_the_predictions_stops_the_report(runs: Path, tmp_path: Path) -> None:
    write_run(tmp_path / "deep", seed=5)
    (tmp_path / "deep" / "evaluation.json").write_bytes((runs / "deep" / "evaluation.json").read_bytes())
    with pytest.raises(PlainfilmError, match="do not belong together") as raised:
        read_results(tmp_path, tmp_path)
    assert "python -m training evaluate" in str(raised.value)


def test_runs_with_other_seeds_stand_inside_the_first_of_their_recipe(runs: Path, tmp_path: Path) -> None:
    deep, flat = read_results(runs, tmp_path)
    assert [seed.run.config.name for seed in deep.seeds] == ["deep_seed2"]
    assert flat.seeds == ()
    assert deep.training_seconds == 180
