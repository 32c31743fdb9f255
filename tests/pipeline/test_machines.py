"""Training on more than one device and on more than one machine: each in processes of its own, on the loopback."""

from __future__ import annotations

import csv
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.shared import REPOSITORY
from training.config import Config, read_config, write_config

PATIENCE_S = 300


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Nothing that is drawn for a part of a batch, and batches that two can share."""
    smoke = read_config(Path("smoke"))
    return replace(
        smoke,
        name="shared",
        data=replace(smoke.data, prepared=str(tmp_path_factory.mktemp("data") / "prepared"), phantom_films=24),
        model=replace(smoke.model, height=32, width=32, dropout=(0.0,) * 5, dense_dropout=0.0),
        fit=replace(smoke.fit, epochs=2, kept_epoch="last"),
    )


@pytest.fixture(scope="module")
def alone(config: Config, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, float]]:
    """The history of one process; it prepares the films for the others, too."""
    runs = tmp_path_factory.mktemp("alone")
    ended(start(config, runs))
    return history(runs / config.name)


def start(config: Config, runs: Path, *before: str, **environment: str) -> subprocess.Popen[str]:
    """`fit` in a process of its own; `before` are lines of Python that run first."""
    file = runs / "config.toml"
    write_config(config, file)
    run = ["import sys", "from pathlib import Path", *before]
    run += [
        "from plainfilm.errors import run_main",
        "from training.__main__ import main",
        "run_main(lambda: main(sys.argv[1:]))",
    ]
    return subprocess.Popen(
        [sys.executable, "-c", "\n".join(run), "fit", str(file), "--runs", str(runs)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'build'}", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ended(process: subprocess.Popen[str], code: int = 0) -> str:
    said, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == code, said
    return said


def history(run: Path) -> list[dict[str, float]]:
    with (run / "history.csv").open() as file:
        return [
            {name: float(value) for name, value in row.items() if name != "seconds"} for row in csv.DictReader(file)
        ]


def assert_alike(one: Sequence[dict[str, float]], other: Sequence[dict[str, float]]) -> None:
    assert len(one) == len(other)
    for a, b in zip(one, other, strict=True):
        assert a == pytest.approx(b, rel=2e-3, abs=2e-3)


def two(config: Config, runs: Path) -> list[subprocess.Popen[str]]:
    """Two machines on the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        ports = [one.getsockname()[1], other.getsockname()[1]]
    cluster = {"worker": [f"127.0.0.1:{port}" for port in ports]}
    return [
        start(config, runs, TF_CONFIG=json.dumps({"cluster": cluster, "task": {"type": "worker", "index": index}}))
        for index in range(2)
    ]


def test_two_machines_train_as_one_and_go_on_after_one_was_lost(
    config: Config, alone: list[dict[str, float]], tmp_path: Path
) -> None:
    first, second = two(config, tmp_path)
    run = tmp_path / config.name
    until = time.monotonic() + PATIENCE_S
    while not (run / "checkpoint" / "state.json").exists():
        assert time.monotonic() < until
        assert first.poll() is None, first.communicate()[0]
        assert second.poll() is None, second.communicate()[0]
        time.sleep(0.05)
    second.send_signal(signal.SIGKILL)
    second.communicate()
    said, _ = first.communicate(timeout=PATIENCE_S)
    # It may have ended before it missed the other.
    if first.returncode:
        assert first.returncode == 1, said
        assert "another machine of this training is gone" in said, said
        assert "Traceback" not in said
        for process in two(config, tmp_path):
            ended(process)
    assert (run / "model.keras").exists()
    assert_alike(history(run), alone)


def test_two_devices_of_one_machine_train_as_one(config: Config, alone: list[dict[str, float]], tmp_path: Path) -> None:
    two_devices = (
        "import tensorflow as tf",
        "cpu = tf.config.list_physical_devices('CPU')[0]",
        "tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)",
        "import training.fit as stage",
        "from training.fitting.machines import Machines, SeveralCards",
        "Machines.found = classmethod(lambda cls: cls(SeveralCards(['CPU:0', 'CPU:1'])))",
    )
    ended(start(config, tmp_path, *two_devices))
    assert_alike(history(tmp_path / config.name), alone)
