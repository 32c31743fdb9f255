"""The command line's own part: what it hands to a stage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import training.fit
from training.__main__ import main
from training.films.phantom import write_dataset


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What `fit` was called with."""
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(training.fit, "fit", lambda *arguments, in_memory: calls.append((*arguments, in_memory)))
    return calls


def test_fit_writes_beside_the_shipped_runs_and_not_into_them(fitted: list[tuple[Any, ...]]) -> None:
    main(["fit", "vgg16"])
    assert fitted[0][1] == Path("runs")
    assert fitted[0][-1] is None


def test_fit_trains_on_the_data_it_is_given_prepared_or_not(
    fitted: list[tuple[Any, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_dataset(Path("mine"), films_per_class=6, seed=1)
    main(["fit", "smoke", "--data", "mine"])
    main(["fit", "smoke", "--data", "training/prepared/mine"])
    assert [call[0].data.prepared for call in fitted] == ["training/prepared/mine"] * 2
    assert all(call[0].data.phantom_films == 0 for call in fitted)
    assert fitted[0][0].data.positive_class == "PNEUMONIA"
