"""Writes tests/golden/resize.json, by which Python and TypeScript hold each other to the one resize.

Run `python -m tests.golden.make_resize` after a change that is meant; a test compares the file with this.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from training.films.preprocessing import resize, resize_matrix

GOLDEN = Path(__file__).with_name("resize.json")
MATRICES = (
    (7, 3, 0.0, 7.0),
    (7, 3, 1.0, 5.0),
    (3, 7, 0.0, 3.0),
    (10, 10, 0.0, 10.0),
    (13, 4, 1.5, 10.0),
    (53, 16, 6.5, 40.0),
)
IMAGES = (
    (11, 17, 6, 6, "square"),
    (11, 17, 6, 9, "whole"),
    (30, 19, 8, 8, "square"),
    (5, 4, 12, 10, "whole"),
    (9, 9, 9, 9, "square"),
)


def golden() -> dict[str, object]:
    """Matrices and resized pictures, rounded to what float32 holds."""
    matrices = [
        {"size_in": i, "size_out": o, "start": s, "length": n, "rows": _rounded(resize_matrix(i, o, s, n))}
        for i, o, s, n in MATRICES
    ]
    images = []
    generator = np.random.Generator(np.random.PCG64(2020))
    for rows, columns, height, width, view in IMAGES:
        levels = generator.integers(0, 256, (rows, columns), dtype=np.uint8)
        resized = _rounded(resize(levels, height, width, view))  # type: ignore[arg-type]
        images.append({"levels": levels.tolist(), "height": height, "width": width, "view": view, "resized": resized})
    return {"matrices": matrices, "images": images}


def _rounded(values: np.ndarray) -> object:
    return np.round(values.astype(np.float64), 5).tolist()


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(golden(), separators=(",", ":")) + "\n", "utf-8")
