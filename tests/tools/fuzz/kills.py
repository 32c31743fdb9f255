"""Commands killed at any moment: the next run gives what an undisturbed one gives, and nothing half-written is left."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

from tests.tiny_bundle import write_tiny_bundle
from training.config import SHIPPED_CONFIGS
from training.films.phantom import write_dataset

# What a run says of itself and not of its result: seconds, and moments.
TIMES = {"seconds", "date", "time", "created", "milliseconds", "milliseconds_per_film"}
PATIENCE = 1200


@dataclass(frozen=True)
class Killed:
    """A command that is killed.

    Attributes:
        name: What it is called in the report.
        make_ready: Puts into an empty folder what the command reads.
        command: The command, run in that folder.
        results: Files and folders that it writes, which are compared.
    """

    name: str
    make_ready: Callable[[Path], None]
    command: tuple[str, ...]
    results: tuple[str, ...]


def _films(folder: Path) -> None:
    write_dataset(folder / "films", films_per_class=24, seed=3)


def _bundle(folder: Path) -> None:
    write_tiny_bundle(folder / "models")


def _config(folder: Path) -> None:
    config = tomllib.loads((SHIPPED_CONFIGS / "smoke.toml").read_text("utf-8"))
    config["data"]["phantom_films"] = 24
    config["fit"]["epochs"] = 4
    (folder / "smoke.toml").write_text(tomli_w.dumps(config), "utf-8")


def _run(folder: Path) -> None:
    _config(folder)
    for words in (("training", "fit", "smoke.toml"), ("training", "evaluate", "runs/smoke")):
        _finished(folder, words)


KILLED = {
    "prepare": Killed("prepare", _films, ("training", "prepare", "films", "--out", "prepared"), ("prepared",)),
    "build_site": Killed("build_site", _bundle, ("build_site", "--bundle", "models/tiny"), ("dist",)),
    "fit": Killed(
        "fit", _config, ("training", "fit", "smoke.toml"), ("runs/smoke/model.keras", "runs/smoke/history.csv")
    ),
    "export": Killed("export", _run, ("export", "runs/smoke", "--out", "bundles"), ("bundles",)),
}


@dataclass
class Undisturbed:
    """A command's folder before it, what it gives undisturbed, and how long it takes."""

    killed: Killed
    before: Path
    results: dict[str, str]
    seconds: float

    @classmethod
    def of(cls, name: str, folder: Path) -> Undisturbed:
        """Runs it once."""
        before, after = folder / "before", folder / "after"
        before.mkdir(parents=True)
        killed = KILLED[name]
        killed.make_ready(before)
        shutil.copytree(before, after)
        started = time.monotonic()
        _finished(after, killed.command)
        return cls(killed, before, looked_at(after, killed.results), time.monotonic() - started)

    def kill(self, moment: float, folder: Path) -> dict[str, Any]:
        """Kills it after this share of its time, runs it again, and compares."""
        shutil.copytree(self.before, folder)
        running = _started(folder, self.killed.command)
        try:
            running.wait(timeout=max(0.05, moment * self.seconds))
            was_killed = False
        except subprocess.TimeoutExpired:
            running.kill()
            was_killed = True
        running.communicate()
        again = _started(folder, self.killed.command)
        _, err = again.communicate(timeout=PATIENCE)
        findings = []
        # What was finished before it was killed is said to be finished.
        if again.returncode and "is finished" not in err and "finished run" not in err:
            findings.append(f"{self.killed.name}: killed at {moment:.2f}, the next run failed: {err.strip()[-300:]}")
        now = looked_at(folder, self.killed.results)
        if changed := sorted(name for name in {*now, *self.results} if now.get(name) != self.results.get(name)):
            findings.append(
                f"{self.killed.name}: killed at {moment:.2f}, the next run differs in {', '.join(changed[:5])}"
            )
        places = {folder, *(folder / Path(result).parent for result in self.killed.results)}
        left = [path.name for place in places if place.is_dir() for path in place.glob(".*") if path.suffix != ".lock"]
        if left:
            findings.append(f"{self.killed.name}: killed at {moment:.2f}, left for good: {', '.join(left)}")
        shutil.rmtree(folder, ignore_errors=True)
        return {"command": self.killed.name, "was_killed": was_killed, "findings": findings}


def moments(name: str, unit: int, seed: int) -> float:
    """When a command is killed, as a share of its time; as often late, when it writes, as at any time."""
    rng = np.random.default_rng([seed, unit, len(name)])
    return float(rng.uniform(0.75, 1.02) if unit % 2 else rng.uniform(0.05, 1.0))


def looked_at(folder: Path, results: tuple[str, ...]) -> dict[str, str]:
    """File → digest of its content, but for times; and of weights alone where a file of Keras holds the moment it was written."""
    found = {}
    for result in results:
        top = folder / result
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file():
                found[path.relative_to(folder).as_posix()] = _digest(path, folder)
    return found


def _digest(path: Path, folder: Path) -> str:
    data = path.read_bytes()
    if path.suffix in (".json", ".toml", ".csv"):  # where the films lie differs from run to run
        data = data.replace(str(folder.resolve()).encode(), b"HERE")
    if path.suffix == ".keras":
        import zipfile

        with zipfile.ZipFile(path) as archive:
            data = archive.read("model.weights.h5")
    elif path.suffix == ".json":
        data = json.dumps(_without_times(json.loads(data)), sort_keys=True).encode()
    elif path.name == "history.csv":
        rows = [line.split(",") for line in data.decode().splitlines()]
        kept = [number for number, name in enumerate(rows[0]) if name not in TIMES]
        data = "\n".join(",".join(row[number] for number in kept) for row in rows).encode()
    return hashlib.sha256(data).hexdigest()


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_times(item) for key, item in value.items() if key not in TIMES}
    return [_without_times(item) for item in value] if isinstance(value, list) else value


def _started(folder: Path, words: tuple[str, ...]) -> subprocess.Popen[str]:
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    return subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _finished(folder: Path, words: tuple[str, ...]) -> None:
    running = _started(folder, words)
    out, err = running.communicate(timeout=PATIENCE)
    if running.returncode:
        raise RuntimeError(f"{' '.join(words)} failed\n{out}\n{err}")


def scratch() -> Path:
    """A folder to work in."""
    return Path(tempfile.mkdtemp(prefix="fuzz-kills-"))
