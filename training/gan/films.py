"""The real films that a GAN learns from, and the grey levels of films as numbers of the networks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training.films.part import part_of_patients
from training.films.phantom import draw_phantoms
from training.films.prepared import PreparedData, read_prepared
from training.films.preprocessing import ImageConverter
from training.gan.config import GanConfig
from training.prepare import prepare


@dataclass(frozen=True)
class RealFilms:
    """The films of one split: uint8 `[n, size, size, 1]`, class numbers `[n]`, and the names of the classes."""

    films: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    class_names: list[str]


def films_of(config: GanConfig) -> PreparedData:
    """The prepared films, drawn first where the configuration says so; of train the patients that it names alone."""
    folder = Path(config.data.prepared)
    if config.data.phantom_films and not (folder / "splits.csv").exists():
        drawn = folder.with_name(folder.name + "_films")
        draw_phantoms(drawn, films_per_class=config.data.phantom_films, seed=config.fit.seed)
        prepare(drawn, folder, patients_csv=None, seed=config.fit.seed)
    return part_of_patients(read_prepared(folder), config.data.patients)


def read_films(data: PreparedData, split: str, size: int) -> RealFilms:
    """The films of a split as the networks see them, squared as the page squares them."""
    rows = data.table[data.table["split"] == split]
    print(f"reading {len(rows)} {split} films", flush=True)
    names = sorted(data.table["label"].unique())
    films = np.rint(data.load(rows["path"].tolist(), ImageConverter(size, size, 1, "square"))).astype(np.uint8)
    return RealFilms(films, np.array([names.index(label) for label in rows["label"]], np.int64), names)


def batch_rows(labels: npt.NDArray[np.int64], batch: int, seed: int, step: int) -> npt.NDArray[np.int64]:
    """The films of one step, as row numbers: every class as often as any other."""
    rng = np.random.default_rng([seed, step])
    classes = rng.integers(0, labels.max() + 1, batch)
    return np.array([rng.choice(np.flatnonzero(labels == each)) for each in classes], np.int64)


def as_input(films: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Grey levels 0–255 as −1…1."""
    return films.astype(np.float32) / 127.5 - 1


def as_films(made: Any) -> npt.NDArray[np.uint8]:
    """The other way."""
    return np.asarray(np.rint(np.clip((np.asarray(made) + 1) * 127.5, 0, 255)), np.uint8)
