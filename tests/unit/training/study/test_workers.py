"""Several runs of a study at a time: processes that share the cores (without TensorFlow here), and what is said of one that is killed."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from msgspec.structs import replace

import plainfilm.tensorflow
from plainfilm.errors import PlainfilmError
from training.config import Config, read_config
from training.films.prepared import PreparedData
from training.study import workers

begin = workers._begin


def begin_without_tensorflow(threads: int) -> None:
    """What a worker of this test begins with: its own beginning, with what it asks of TensorFlow kept, and no training."""
    asked: dict[str, int] = {}
    threading = SimpleNamespace(
        set_intra_op_parallelism_threads=lambda count: asked.update(intra=count),
        set_inter_op_parallelism_threads=lambda count: asked.update(inter=count),
    )
    patch = pytest.MonkeyPatch()  # of a process that ends with the test
    patch.setattr(
        plainfilm.tensorflow,
        "import_tensorflow",
        lambda: SimpleNamespace(config=SimpleNamespace(threading=threading)),
    )

    def noted(config: Config, folder: Path, data: PreparedData) -> None:
        if config.name == "killed":
            os._exit(9)
        if config.name == "astray":
            raise PlainfilmError("training went astray", received="nan")
        (folder / config.name).write_text(f"{len(data.table)} films, {asked['intra']} {asked['inter']} threads")

    patch.setattr(workers, "train_and_read", noted)
    begin(threads)


def train(names: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Trains runs of these names by two processes; returns what failed."""
    monkeypatch.setattr(workers, "_begin", begin_without_tensorflow)
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    failed: dict[str, str] = {}
    smoke = read_config(Path("smoke"))
    data = PreparedData(folder, folder, pd.DataFrame({"path": ["a.png", "b.png"]}))
    workers.train_all([replace(smoke, name=name) for name in names], folder, data, 2, failed)
    return failed


def test_two_processes_share_the_cores_and_one_run_that_fails_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(["real", "astray", "made"], tmp_path, monkeypatch) == {"astray": "training went astray"}
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == dict.fromkeys(
        ("real", "made"), "2 films, 3 3 threads"
    )
    said = capsys.readouterr().out
    assert "astray: failed: training went astray; " in said
    assert "3 of 3 runs in " in said


def test_a_process_that_is_killed_is_said_with_the_next_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PlainfilmError, match=r"a process of the study was killed(.|\n)*smaller --jobs"):
        train(["killed", "real"], tmp_path, monkeypatch)
