"""Two recipes of evaluated runs, one of them with two seeds, and a README with markers."""

from __future__ import annotations

from pathlib import Path

import pytest

from export.report.write import BEGIN, END
from tests.unit.export.report.runs import write_run
from training.evaluation import metrics

FEW = 20


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each test alone: between two tests of this folder a worker may run others, which count on all resamples."""
    monkeypatch.setattr(metrics, "RESAMPLES", FEW)


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two recipes, one of them with two seeds."""
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics, "RESAMPLES", FEW)
        for seed, name in enumerate(["deep", "deep_seed2", "flat"]):
            write_run(folder / name, seed)
    return folder


@pytest.fixture
def readme(tmp_path: Path) -> Path:
    path = tmp_path / "README.md"
    path.write_text(f"# Title\n\n{BEGIN}\nstale words\n{END}\n\nthe end\n")
    return path
