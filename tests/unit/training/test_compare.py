"""Runs side by side, on validation alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from plainfilm.errors import PlainfilmError
from training.compare import ALL, Read, beside_the_best, compare
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


def test_each_run_stands_beside_the_best_of_a_hospital() -> None:
    positive = np.tile([True, False], 60)
    noise = np.random.default_rng(1).normal(size=(2, 4, 120))
    sharp, blurred = positive * 2.0 + noise[0], positive * 0.5 + noise[1]
    together = {
        name: Read({"plain": draws[:1], "varied": draws, "harder": draws}, None)
        for name, draws in {"sharp": sharp, "the same": sharp.copy(), "blurred": blurred}.items()
    }
    table = pd.DataFrame({"patient_id": np.repeat(range(60), 2), "hospital": ["here"] * 60 + ["there"] * 60})
    found = beside_the_best(table, positive, together)
    assert list(found.columns[:3]) == ["here AUROC", "here below the best", "here standard error"]
    for hospital in ("here", "there"):
        below, error = found[f"{hospital} below the best"], found[f"{hospital} standard error"]
        assert (below["sharp"], below["the same"], error["the same"]) == (0, 0, 0)
        assert below["blurred"] > 2 * error["blurred"] > 0
    assert beside_the_best(table.drop(columns="hospital"), positive, together).columns[0] == "AUROC"
