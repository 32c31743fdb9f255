"""Two recipes of evaluated runs, one of them with two seeds, and a README with markers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from export.report.write import BEGIN, END
from tests.unit.export.report.runs import write_run
from training.evaluation import metrics


@pytest.fixture(scope="package", autouse=True)
def few_resamples() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics, "RESAMPLES", 20)
        yield


@pytest.fixture(scope="package")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two recipes, one of them with two seeds."""
    folder = tmp_path_factory.mktemp("runs")
    for seed, name in enumerate(["deep", "deep_seed2", "flat"]):
        write_run(folder / name, seed)
    return folder


@pytest.fixture
def readme(tmp_path: Path) -> Path:
    path = tmp_path / "README.md"
    path.write_text(f"# Title\n\n{BEGIN}\nstale words\n{END}\n\nthe end\n")
    return path
