"""Time and memory of training at three sizes, by films in memory and on disk, by network, and by one and two machines; and of a search."""

from __future__ import annotations

import csv
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tests.tools.scaling.processes import Asked, Ran, cluster, run_all
from training.config import Config, read_config, write_config
from training.films.phantom import write_dataset


@dataclass(frozen=True)
class Amount:
    """How much is measured.

    Attributes:
        sizes: Films for training, half of them of each class.
        trials: Of a search, by every worker.
    """

    sizes: tuple[int, ...]
    trials: int


WHOLE, SMALL = Amount((300, 600, 1200), 3), Amount((80, 160, 320), 1)
SIDE = 224  # pixels, as networks for CheXpert mostly take
LARGE_SIDE = 1024  # where memory is measured: a megabyte for each film
EPOCHS = 2  # the first one also builds the network's graph; the second is told
# One that takes longer than making its batches does, of which every machine makes all.
MACHINES_NETWORK = "five_block_cnn"
NETWORKS = ("smoke", "five_block_cnn", "mobilenet_v2")
STEPS, BATCH = 3, 16
TRIALS_RAN = re.compile(r"^(\d+) finished", re.MULTILINE)


def config_for(films: Path, name: str) -> Config:
    """The network of the smoke test on films of a usual size: what reading films costs stands out, and what TensorFlow needs for it."""
    smoke = read_config(Path("smoke"))
    return replace(
        smoke,
        name=name,
        data=replace(smoke.data, prepared=str(films), phantom_films=0),
        model=replace(smoke.model, height=SIDE, width=SIDE),
        fit=replace(smoke.fit, epochs=EPOCHS, batch_size=BATCH, balanced=False, kept_epoch="last"),
    )


def measure_films(folder: Path, amount: Amount) -> dict[str, Any]:
    """Preparing and training at three sizes, with the films in memory and on disk."""
    rows = []
    for size in amount.sizes:
        place = folder / str(size)
        write_dataset(place / "films", films_per_class=size // 2, seed=size, test_films_per_class=2)
        (prepared,) = run_all([Asked(["training", "prepare", "films", "--out", "prepared"])], place)
        row: dict[str, Any] = {"films": size, "prepare_s": prepared.seconds, "prepare_processor_s": prepared.processor}
        for way, limit in (("memory", "1000"), ("disk", "0")):
            ran, epoch = _fit(place, way, "--films-in-memory", limit)
            row |= {
                f"{way}_s": ran.seconds,
                f"{way}_epoch_s": epoch,
                f"{way}_processor_s": ran.processor,
                f"{way}_peak": ran.peak,
            }
        row["cache_bytes"] = sum(file.stat().st_size for file in (place / "prepared.cache").rglob("*.npy"))
        rows.append(row)
        print(row, flush=True)
    return {"rows": rows, "side": SIDE, "epochs": EPOCHS}


def measure_memory(folder: Path, amount: Amount) -> dict[str, Any]:
    """The largest memory of a process that reads large films as `fit` does, from memory and from disk, at three sizes."""
    write_dataset(folder / "films", films_per_class=amount.sizes[-1] // 2, seed=1, test_films_per_class=2)
    run_all([Asked(["training", "prepare", "films", "--out", "prepared"])], folder)
    rows = []
    for share in (4, 2, 1):
        row: dict[str, Any] = {"films": amount.sizes[-1] * 3 // 4 // share}  # the others are for validation
        for way, limit in (("memory", 1 << 40), ("disk", 0)):
            (ran,) = run_all([Asked(["tests.tools.scaling.reading", "prepared", row["films"], limit])], folder)
            row[f"{way}_peak"] = ran.peak
        rows.append(row)
        print(row, flush=True)
    return {"rows": rows, "side": LARGE_SIDE}


def _fit(place: Path, name: str, *options: str) -> tuple[Ran, float]:
    """What it took, and the seconds of its last epoch."""
    write_config(config_for(place / "prepared", name), place / f"{name}.toml")
    (ran,) = run_all([Asked(["training", "fit", f"{name}.toml", *options])], place)
    return ran, last_epoch(place / "runs" / name)


def last_epoch(run: Path) -> float:
    """Its seconds."""
    with (run / "history.csv").open() as file:
        return float(list(csv.DictReader(file))[-1]["seconds"])


def measure_networks(folder: Path, amount: Amount) -> dict[str, Any]:
    """Milliseconds that one film takes in training, forwards and backwards, by networks at their own size."""
    (ran,) = run_all([Asked(["tests.tools.scaling.step", *NETWORKS])], folder)
    rows = [line.split("\t") for line in ran.said.splitlines() if line.count("\t") == 3]
    return {
        "rows": [
            {"network": name, "title": title, "side": int(side), "ms_per_film": float(ms)}
            for name, title, side, ms in rows
        ]
    }


def measure_machines(folder: Path, amount: Amount) -> dict[str, Any]:
    """The same training by one process and by two of one core each."""
    cores = sorted(os.sched_getaffinity(0))[:2]
    if len(cores) < 2:
        return {"missing": "two machines: this one has a single core"}
    write_dataset(folder / "films", films_per_class=amount.sizes[1] // 2, seed=1, test_films_per_class=2)
    run_all([Asked(["training", "prepare", "films", "--out", "prepared"])], folder)
    network = read_config(Path(MACHINES_NETWORK))
    rows = []
    for count in (1, 2):
        name = f"machines_{count}"
        config = replace(config_for(folder / "prepared", name), model=network.model, augmentation=network.augmentation)
        write_config(config, folder / f"{name}.toml")
        asked = [
            Asked(["training", "fit", f"{name}.toml"], [core], {**environment, "TF_NUM_INTRAOP_THREADS": "1"})
            for core, environment in zip(cores, cluster(count), strict=False)
        ]
        ran = run_all(asked, folder)
        rows.append(
            {
                "machines": count,
                "films": amount.sizes[1],
                "epoch_s": last_epoch(folder / "runs" / name),
                "all_s": ran[0].seconds,
                "processor_s": ran[0].processor,
            }
        )
        print(rows[-1], flush=True)
    return {"rows": rows, "network": network.title}


def measure_search(folder: Path, amount: Amount) -> dict[str, Any]:
    """Trials an hour of one worker and of two on one study, each on a core of its own."""
    cores = sorted(os.sched_getaffinity(0))[:2]
    if len(cores) < 2:
        return {"missing": "two workers: this machine has a single core"}
    write_dataset(folder / "films", films_per_class=30, seed=1, test_films_per_class=2)
    run_all([Asked(["training", "prepare", "films", "--out", "prepared"])], folder)
    rows = []
    for workers in (1, 2):
        started = time.monotonic()
        asked = [
            Asked(
                ["tests.tools.scaling.searching", "prepared", f"study_{workers}", amount.trials],
                [core],
                {"TF_NUM_INTRAOP_THREADS": "1"},
            )
            for core in cores[:workers]
        ]
        ran = run_all(asked, folder)
        seconds = time.monotonic() - started
        trials = max(int(TRIALS_RAN.findall(each.said)[-1]) for each in ran)
        rows.append(
            {
                "workers": workers,
                "trials": trials,
                "seconds": seconds,
                "processor_s": ran[0].processor,
                "per_hour": trials * 3600 / seconds,
            }
        )
        print(rows[-1], flush=True)
    return {"rows": rows}
