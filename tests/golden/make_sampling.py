"""Writes tests/golden/sampling.json, by which Python and TypeScript hold each other to every sampling, and to colour.

Run `python -m tests.golden.make_sampling` after a change that is meant; a test compares the file with this.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from training.films.preprocessing import ImageConverter, convert, resize_matrix
from training.films.sampling import Sampling

GOLDEN = Path(__file__).with_name("sampling.json")
SAMPLINGS: tuple[Sampling, ...] = ("bilinear", "bilinear-corner", "nearest")
# size_in, size_out, start, length
STRETCHES = ((7, 3, 0.0, 7.0), (3, 7, 0.0, 3.0), (10, 10, 0.0, 10.0), (13, 4, 1.5, 10.0), (30, 23, 0.5, 29.0))
CONVERTERS = (
    ImageConverter(6, 6, 3, "square", "rgb"),
    ImageConverter(5, 8, 3, "whole", "rgb", "bilinear"),
    ImageConverter(6, 6, 3, "square", "rgb", "nearest"),
    ImageConverter(12, 9, 1, "whole", "grey", "bilinear-corner"),
    ImageConverter(7, 7, 3, "square", "grey", "bilinear"),
)


def golden() -> dict[str, object]:
    """Matrices, and pictures `[11, 17]` or `[11, 17, 3]` with what becomes of them, rounded to what float32 holds."""
    matrices = [
        {"sampling": sampling, "size_in": i, "size_out": o, "start": s, "length": n}
        | {"rows": _rounded(resize_matrix(i, o, s, n, sampling))}
        for sampling in SAMPLINGS
        for i, o, s, n in STRETCHES
    ]
    pictures = []
    generator = np.random.Generator(np.random.PCG64(2026))
    for converter in CONVERTERS:
        levels = generator.integers(0, 256, (11, 17, 3) if converter.colour == "rgb" else (11, 17), dtype=np.uint8)
        pictures.append(
            {"converter": asdict(converter), "levels": levels.tolist(), "input": _rounded(convert(levels, converter))}
        )
    return {"matrices": matrices, "pictures": pictures}


def _rounded(values: np.ndarray) -> object:
    return np.round(values.astype(np.float64), 5).tolist()


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(golden(), separators=(",", ":")) + "\n", "utf-8")
