"""Runs side by side, on validation alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from plainfilm.errors import PlainfilmError
from training.compare import ALL, compare
from training.run import read_run


def test_runs_are_compared_on_validation_alone(run: Path, tmp_path: Path) -> None:
    prepared = read_run(run).prepared()
    films = prepared.table[prepared.table["split"] == "test"]["path"]
    hidden = [
        prepared.file_of(path) for path in films.iloc[1:]
    ]  # one is looked for, whether the data set is still there
    for film in hidden:
        film.rename(film.with_suffix(".hidden"))
    try:
        native = tmp_path / "native"
        val = prepared.table[prepared.table["split"] == "val"]["path"].iloc[0]
        (native / Path(val).parent.name).mkdir(parents=True)
        shutil.copy(prepared.file_of(val), native / Path(val).parent.name / Path(val).name)
        table = compare([run, run], native=native)
    finally:
        for film in hidden:
            film.with_suffix(".hidden").rename(film)
    assert list(table.index) == ["small", "small (2)", ALL]
    evaluation = json.loads((run / "evaluation.json").read_text())
    for set_, split, off in (("plain", "val", 1e-3), ("varied", "val_varied", 0.1)):
        [stated] = [m["value"] for m in evaluation["metrics"] if (m["metric"], m["split"]) == ("auroc", split)]
        assert table[f"{set_} AUROC"].tolist() == pytest.approx([stated] * 3, abs=off)
    assert table["native |Δ logit|"].tolist() == pytest.approx([0.0] * 3, abs=1e-5)


def test_a_native_folder_of_other_films_is_refused(run: Path, tmp_path: Path) -> None:
    with pytest.raises(PlainfilmError, match="holds no film of the data set"):
        compare([run], native=tmp_path)
