"""Data sets of several hospitals, as small as they can be, and the collection that names them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

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
