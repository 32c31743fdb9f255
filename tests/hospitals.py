"""Data sets of several hospitals, as small as they can be, and the collection that names them."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from training.films.phantom import write_dataset

POPULATIONS = """
[[populations]]
name = "children"
title = "Children"
ages = { from = 1, to = 6 }

[[populations]]
name = "adults"
title = "Adults"
ages = { from = 18 }
"""

# City: children, whose file names are Kaggle's. Bay: adults, in class folders alone, named as the NIH names films.
HOSPITALS = """
[[hospitals]]
name = "city"
title = "City Hospital"
population = "children"
folder = "city"
patients = "chest_xray"

[[hospitals]]
name = "bay"
title = "Bay Clinic"
population = "adults"
folder = "bay"
layout = "CLASS"
patients = "chest_xray_14"
"""


def write_noise(path: Path, seed: int) -> None:
    """A small picture that no other seed gives."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (12, 16), dtype=np.uint8)).save(path)


def write_collection(folder: Path, text: str = POPULATIONS + HOSPITALS) -> Path:
    """`city/`, `bay/` and `both.toml` in a folder; returns the last."""
    for number in range(12):
        split = "test" if number < 2 else "train"
        write_noise(folder / "city" / split / "NORMAL" / f"IM-{number:04d}-0001.png", number)
        write_noise(folder / "city" / split / "PNEUMONIA" / f"person{number}_virus_1.png", 100 + number)
        write_noise(folder / "bay" / "NORMAL" / f"{number // 2:08d}_00{number % 2}.png", 200 + number)
        write_noise(folder / "bay" / "PNEUMONIA" / f"{50 + number // 2:08d}_00{number % 2}.png", 300 + number)
    (folder / "both.toml").write_text(text, "utf-8")
    return folder / "both.toml"


def write_phantom_hospitals(folder: Path, *, films_per_class: int = 24, text: str = POPULATIONS + HOSPITALS) -> Path:
    """The same of phantoms; those of Bay Clinic are dim and flat and carry a marker in a corner. Returns the collection."""
    write_dataset(folder / "city", films_per_class=films_per_class, seed=5)
    write_dataset(folder / "drawn", films_per_class=films_per_class, seed=6, test_films_per_class=0)
    for number, file in enumerate(sorted((folder / "drawn" / "train").glob("*/*"))):
        film = np.asarray(Image.open(file)).astype(np.float32) * 0.6 + 20
        film[8:24, 8:16] = 255
        target = folder / "bay" / file.parent.name / f"{number // 2:08d}_00{number % 2}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(film.astype(np.uint8)).save(target)
    shutil.rmtree(folder / "drawn")
    (folder / "both.toml").write_text(text, "utf-8")
    return folder / "both.toml"
