"""A run's own splits, the splits that runs share, and a run that was stored without its weights."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pytest

from plainfilm.errors import PlainfilmError
from tests.shared import REPOSITORY
from training.evaluation.predictions import read_predictions, write_predictions
from training.films.prepared import sha256
from training.run import read_run, read_splits_csv

SPLITS = b"""path,label,patient_id,split,sha256,width,height
train/A/1.png,A,1,train,00,10,10
train/B/2.png,B,2,val,01,10,10
"""
RUNS = REPOSITORY / "training" / "runs"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run beside which its splits lie, shared."""
    (tmp_path / "run").mkdir()
    (tmp_path / "splits.csv.gz").write_bytes(gzip.compress(SPLITS))
    named = {"file": "../splits.csv.gz", "sha256": sha256(SPLITS)}
    (tmp_path / "run" / "splits.json").write_text(json.dumps(named))
    return tmp_path / "run"


def test_a_run_has_its_own_splits_or_shares_those_that_it_names(run: Path, tmp_path: Path) -> None:
    assert read_splits_csv(run) == SPLITS
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "splits.csv").write_bytes(SPLITS)
    assert read_splits_csv(tmp_path / "own") == SPLITS


def test_shared_splits_that_are_not_the_run_s_are_refused(run: Path, tmp_path: Path) -> None:
    (tmp_path / "splits.csv.gz").write_bytes(gzip.compress(SPLITS + b"train/A/3.png,A,3,val,02,10,10\n"))
    with pytest.raises(PlainfilmError, match="does not hold the splits of the run") as raised:
        read_splits_csv(run)
    assert sha256(SPLITS) in str(raised.value)


@pytest.mark.parametrize("damage", ["file gone", "file cut short", "no gzip", "nothing named", "no splits at all"])
def test_splits_that_cannot_be_read_are_an_error_in_words(damage: str, run: Path, tmp_path: Path) -> None:
    shared = tmp_path / "splits.csv.gz"
    if damage == "file gone":
        shared.unlink()
    elif damage == "file cut short":
        shared.write_bytes(shared.read_bytes()[:40])
    elif damage == "no gzip":
        shared.write_bytes(SPLITS)
    elif damage == "nothing named":
        (run / "splits.json").write_text("[]")
    else:
        (run / "splits.json").unlink()
    with pytest.raises(PlainfilmError, match="cannot be read") as raised:
        read_splits_csv(run)
    assert "expected" in str(raised.value)


@pytest.mark.parametrize("name", sorted(path.parent.name for path in RUNS.glob("*/config.toml")))
def test_every_shipped_run_has_its_splits_and_the_predictions_of_their_films(name: str) -> None:
    run = read_run(RUNS / name)
    predictions = read_predictions(run.folder)
    for split in ("val", "test"):
        assert set(predictions.loc[predictions["split"] == split, "path"]) == set(
            run.splits.loc[run.splits["split"] == split, "path"]
        )


def test_a_run_stored_without_weights_names_the_command_that_trains_it_again(tmp_path: Path) -> None:
    shutil.copytree(RUNS / "mobilenet_v2", tmp_path / "mobilenet_v2")
    shutil.copytree(RUNS / "splits", tmp_path / "splits")
    (tmp_path / "mobilenet_v2" / "model.keras").unlink(missing_ok=True)
    with pytest.raises(PlainfilmError, match="holds no weights") as raised:
        read_run(tmp_path / "mobilenet_v2").load_model()
    assert "python -m training fit" in str(raised.value)
    assert "--runs runs" in str(raised.value)


def test_the_same_predictions_are_the_same_bytes_and_read_back_exactly(tmp_path: Path) -> None:
    run = read_run(RUNS / "vgg16")
    table = read_predictions(run.folder)
    written = []
    for name in ("one", "two"):
        copy = tmp_path / name
        copy.mkdir()
        write_predictions(type(run)(copy, run.config, run.splits, run.splits_sha256), table)
        written.append((copy / "predictions.csv.gz").read_bytes())
    assert written[0] == written[1]
    assert read_predictions(tmp_path / "one").equals(table)
