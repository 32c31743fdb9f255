"""A procedural thorax phantom: films to try every stage on where no real film may be kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.ndimage import gaussian_filter

from plainfilm.atomic import atomic_folder, file_entries
from plainfilm.json_files import write_json
from training.films.arrays import Grey

MANIFEST = "phantoms.json"


def thorax(rng: np.random.Generator, opacity: bool, height: int, width: int, *, lines: bool = False) -> Grey:
    """Draws one frontal film, uint8 `[height, width]`: lungs, ribs, spine, heart, noise; with an `opacity` or `lines`.

    Sizes and positions vary with `rng`, so no two films are alike; the only lasting differences between the kinds are the
    opacity, one or two bright, soft patches inside a lung field, and the lines, which cross both lung fields.
    """
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    y, x = y / height * 2 - 1, x / width * 2 - 1  # both in -1…1
    shift_x, shift_y = rng.uniform(-0.06, 0.06, 2)
    x, y = x - shift_x, y - shift_y

    def ellipse(
        centre_x: float, centre_y: float, radius_x: float, radius_y: float, softness: float
    ) -> npt.NDArray[np.float32]:
        distance = np.hypot((x - centre_x) / radius_x, (y - centre_y) / radius_y)
        return np.asarray(1 / (1 + np.exp((distance - 1) / softness)), dtype=np.float32)

    film = 0.08 + 0.55 * ellipse(0, 0.1, rng.uniform(0.85, 0.98), 1.15, 0.05)
    lungs = np.zeros_like(film)
    lung_centres = []
    for side in (-1, 1):
        centre = (side * rng.uniform(0.38, 0.46), rng.uniform(-0.12, 0.0))
        lung_centres.append(centre)
        lungs = np.maximum(lungs, ellipse(*centre, rng.uniform(0.27, 0.33), rng.uniform(0.58, 0.68), 0.06))
    film -= rng.uniform(0.36, 0.44) * lungs
    film += 0.22 * np.exp(-((x / 0.1) ** 2))  # spine
    film += (
        rng.uniform(0.24, 0.32)
        * ellipse(rng.uniform(0.08, 0.16), 0.28, rng.uniform(0.26, 0.34), 0.36, 0.08)
        * (1 - 0.5 * lungs)
    )
    rib_phase, rib_count = rng.uniform(0, 2 * np.pi), rng.uniform(7, 9)
    film += (
        0.05
        * np.maximum(np.sin(rib_count * np.pi * (y + 0.35 * np.abs(x)) + rib_phase), 0)
        * ellipse(0, 0, 0.85, 0.85, 0.1)
    )
    if lines:
        direction, distance = rng.uniform(0, np.pi), rng.uniform(14, 18)
        for crossing in (direction, direction + rng.uniform(1.2, 1.9)):
            wave = np.sin(distance * np.pi * (x * np.cos(crossing) + y * np.sin(crossing)))
            film += rng.uniform(0.12, 0.18) * np.maximum(wave, 0) ** 4 * lungs
    if opacity:
        for _ in range(rng.integers(1, 3)):
            centre_x, centre_y = lung_centres[rng.integers(2)]
            patch = ellipse(
                centre_x + rng.uniform(-0.1, 0.1),
                centre_y + rng.uniform(-0.15, 0.35),
                rng.uniform(0.14, 0.24),
                rng.uniform(0.16, 0.3),
                0.25,
            )
            film += rng.uniform(0.22, 0.34) * patch * lungs
    texture = gaussian_filter(rng.standard_normal((height, width)), sigma=max(height, width) / 150)
    film += 0.012 * texture / (texture.std() + 1e-9) + 0.008 * rng.standard_normal((height, width))
    film = np.clip(film * rng.uniform(0.9, 1.1) + rng.uniform(-0.03, 0.03), 0, 1)
    return np.asarray(np.rint(film * 255), dtype=np.uint8)


def from_the_side(rng: np.random.Generator, height: int, width: int) -> Grey:
    """Draws one lateral film, uint8 `[height, width]`: both lungs as one field, heart in front, spine behind, domes, noise.

    Every second one looks to the other side.
    """
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    y, x = y / height * 2 - 1, (x / width * 2 - 1) * rng.choice([-1, 1])
    y, x = y - rng.uniform(-0.06, 0.06), x - rng.uniform(-0.06, 0.06)

    def inside(distance: npt.NDArray[np.float32], softness: float) -> npt.NDArray[np.float32]:
        return np.asarray(1 / (1 + np.exp((distance - 1) / softness)), dtype=np.float32)

    tilt = x + rng.uniform(0.08, 0.16) * y
    body = inside(np.hypot(tilt / rng.uniform(0.6, 0.75), (y - 0.3) / 1.25), 0.05)
    lung = inside(np.hypot(tilt / rng.uniform(0.4, 0.48), (y + 0.1) / rng.uniform(0.62, 0.72)), 0.07)
    film = 0.05 + 0.55 * body - rng.uniform(0.28, 0.36) * lung
    film += 0.3 * body * inside(np.hypot(x / 0.6, (y + 1) / 0.4), 0.15)  # arms
    film += rng.uniform(0.2, 0.28) * body * inside(np.hypot((tilt + 0.25) / 0.25, (y - 0.22) / 0.3), 0.12)  # heart
    spine = np.exp(-(((tilt - rng.uniform(0.4, 0.46)) / 0.09) ** 2)) * body
    film += spine * (0.12 + 0.08 * np.sin(rng.uniform(9, 12) * np.pi * y))
    film += 0.3 * body * inside((1.1 - y - 0.35 * tilt) / rng.uniform(0.5, 0.6), 0.06)  # below the domes
    film += 0.04 * np.maximum(np.sin(8 * np.pi * (y - 0.5 * tilt) + rng.uniform(0, 6)), 0) * lung
    texture = gaussian_filter(rng.standard_normal((height, width)), sigma=max(height, width) / 150)
    film += 0.012 * texture / (texture.std() + 1e-9) + 0.008 * rng.standard_normal((height, width))
    film = np.clip(film * rng.uniform(0.9, 1.1) + rng.uniform(-0.03, 0.03), 0, 1)
    return np.asarray(np.rint(film * 255), dtype=np.uint8)


def draw_phantoms(folder: Path, *, films_per_class: int, seed: int, lines: bool = False) -> None:
    """Writes `write_dataset`'s folder whole or not at all.

    Raises:
        OutputError: The folder holds files that this function did not write.
    """
    with atomic_folder(folder, manifest=MANIFEST) as new:
        write_dataset(new, films_per_class=films_per_class, seed=seed, lines=lines)
        write_json(new / MANIFEST, {"seed": seed, "files": file_entries(new)})


def write_dataset(
    folder: Path, *, films_per_class: int, seed: int, test_films_per_class: int | None = None, lines: bool = False
) -> None:
    """Writes a small `{train,test}/{NORMAL,PNEUMONIA}` data set of phantoms with Kaggle-like file names.

    Half of the pneumonia films carry `bacteria` in their names, half `virus`; some patients have two films. With `lines`,
    those named `virus` show lines instead of a patch, so that the two can be told apart.
    """
    rng = np.random.default_rng(seed)
    counts = {
        "test": films_per_class // 2 if test_films_per_class is None else test_films_per_class,
        "train": films_per_class,
    }
    number = 1
    for split, count in counts.items():
        for label in ("NORMAL", "PNEUMONIA"):
            (folder / split / label).mkdir(parents=True, exist_ok=True)
        for index in range(count):
            kind = ("bacteria", "virus")[index % 2]
            patient = number + index - (index % 5 == 4)  # every fifth film is a second one of the patient before
            names = {
                "NORMAL": f"IM-{patient:04d}-{index:04d}.jpeg",
                "PNEUMONIA": f"person{patient}_{kind}_{index}.jpeg",
            }
            for label, name in names.items():
                height = int(rng.integers(200, 260))
                width = int(height * rng.uniform(1.1, 1.5))
                ill, lined = label == "PNEUMONIA", lines and kind == "virus"
                film = thorax(rng, ill and not lined, height, width, lines=ill and lined)
                Image.fromarray(film).save(folder / split / label / name, quality=90)
        number += count
