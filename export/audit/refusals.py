"""`python -m export refusals RUN`: what a bundle's film checks and OOD gate refuse, of good films and of made-up mistakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from export.audit.external_pictures import NOTHING, ExternalPictures
from export.fit_lateral import halves
from plainfilm.json_files import write_json
from training.evaluation.augmented import varied_films
from training.films.arrays import Grey
from training.films.prepared import PreparedData, in_threads, picture_files
from training.films.preprocessing import decode

if TYPE_CHECKING:
    from export.source import Source

Pictures = Sequence[npt.NDArray[np.uint8]]

# Films of each split; collages are made of them.
FILMS = 250
# Width or height of the strips between the films of a collage, as a share of the film.
GUTTERS = (0.0, 0.01, 0.04)
# Made-up mistake → the reason to refuse it by, and how it is made of a film.
SPOILT: dict[str, tuple[str, Callable[[Grey], npt.NDArray[np.uint8]]]] = {
    "inverted": ("inverted", lambda film: np.asarray(255 - film)),
    "upside down": ("upside-down", lambda film: film[::-1, ::-1]),
    "turned clockwise": ("sideways", lambda film: np.rot90(film, 3)),
    "turned anticlockwise": ("sideways", lambda film: np.rot90(film, 1)),
    "nearly black": ("too-dark-or-blank", lambda film: film // 20),
    "nearly white": ("too-dark-or-blank", lambda film: np.asarray(255 - (255 - film) // 20)),
    "thumbnail of 96 pixels": ("too-small", lambda film: _shrunk(film, 96)),
}
# The same of a film from the side, which stays one.
SIDE_SPOILT: dict[str, Callable[[Grey], npt.NDArray[np.uint8]]] = {
    "mirrored": lambda film: film[:, ::-1],
    "inverted": lambda film: np.asarray(255 - film),
    "darker": lambda film: film // 2,
    "brighter": lambda film: np.asarray(255 - (255 - film) // 2),
    "in a black frame": lambda film: _in_frame(film, 0),
    "in a white frame": lambda film: _in_frame(film, 255),
    "the middle alone": lambda film: film[
        len(film) // 10 : -len(film) // 10, film.shape[1] // 10 : -film.shape[1] // 10
    ],
    "squashed": lambda film: np.asarray(Image.fromarray(film).resize((256, 256), Image.Resampling.BILINEAR)),
}
# Varied copies of each film from the side.
SIDE_COPIES = 20
# Of a frame, as a share of the film's shorter side.
FRAME = 0.1
LAYOUTS = ((1, 2), (2, 1), (2, 2), (1, 3), (3, 1))
# A scan in sepia is not a photograph: red, green and blue as shares of grey.
SEPIA = (1.0, 0.88, 0.72)


def refusals(
    folder: Path,
    *,
    prepared: Path | None = None,
    models: Path = Path("export/models"),
    external: ExternalPictures = NOTHING,
) -> list[dict[str, Any]]:
    """Writes `refusals.json` into the run: for every set of pictures, how many are read, and the reasons why the others are refused.

    It reads no film of the split `test`. Its arguments are those of `audit`.

    Raises:
        PlainfilmError: The run is not evaluated, its films are gone, or it has no bundle.
    """
    from export.film_checks import read
    from export.source import read_source

    source = read_source(folder, prepared)
    bundle = models / source.run.config.name
    rows: list[dict[str, Any]] = []
    for name, expected, pictures in _sets(source, external):
        reasons = Counter(one.reason for one in read(pictures, bundle))
        refused = {reason: count for reason, count in reasons.most_common() if reason is not None}
        rows.append({"set": name, "expected": expected, "n": len(pictures), "read": reasons[None], "refused": refused})
        print(f"{name}: {reasons[None]} of {len(pictures)} read   {refused or ''}", flush=True)
    write_json(folder / "refusals.json", {"schema_version": 1, "sets": rows})
    return rows


def _sets(source: Source, external: ExternalPictures) -> Iterator[tuple[str, str | None, Pictures]]:
    """Name, the reason for which the pictures should be refused (None: they should be read), and the pictures."""
    from export.film_checks import as_pictures
    from export.training_films import vary

    converter = source.run.config.model.image_converter
    learned = source.training_films()
    train = learned.decoded
    val = _decoded(source.data, source.paths("val"))
    yield "train", None, train
    yield "train, varied and framed", None, as_pictures(learned.augmented)
    yield "val", None, val
    val_varied = [films for _, films in varied_films(source.data, source.paths("val"), converter)]
    yield "val, varied", None, as_pictures(np.concatenate(val_varied))
    yield "train, in sepia", None, [_in_sepia(film) for film in train[:FILMS]]
    for folder in external.chest:
        yield folder.name, None, list(in_threads(decode, picture_files(folder)))
    for origin, films in (("train", train), ("val", val)):
        some = films[:: max(len(films) // FILMS, 1)]
        for name, (reason, spoil) in SPOILT.items():
            yield f"{origin}, {name}", reason, [np.ascontiguousarray(spoil(film)) for film in some]
        for rows, columns in LAYOUTS:
            yield f"{origin}, {rows} × {columns} in one picture", "several-films", list(_collages(some, rows, columns))
    if external.laterals is not None:
        for name, files in zip(("learned from", "held back"), halves(picture_files(external.laterals)), strict=True):
            films = list(in_threads(decode, files))
            yield f"lateral, {name}", "lateral", films
            for how, spoil in SIDE_SPOILT.items():
                yield f"lateral, {name}, {how}", "lateral", [np.ascontiguousarray(spoil(film)) for film in films]
            varied = vary([film for film in films for _ in range(SIDE_COPIES)], converter)
            yield f"lateral, {name}, varied and framed", "lateral", as_pictures(varied)
    for kind, files in external.not_chest_by_kind().items():
        yield f"no chest: {kind}", "not-a-chest-xray", [_in_colour(file) for file in files]


def _decoded(data: PreparedData, paths: Sequence[str]) -> Pictures:
    return list(in_threads(data.decode, paths))


def _in_colour(file: Path) -> npt.NDArray[np.uint8]:
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB"))


def _in_sepia(film: Grey) -> npt.NDArray[np.uint8]:
    return np.stack([np.rint(film * share) for share in SEPIA], axis=-1).astype(np.uint8)


def _in_frame(film: Grey, level: int) -> npt.NDArray[np.uint8]:
    return np.pad(film, round(FRAME * min(film.shape)), constant_values=level)


def _shrunk(film: Grey, side: int) -> npt.NDArray[np.uint8]:
    image = Image.fromarray(film)
    image.thumbnail((side * 4, side), Image.Resampling.BILINEAR)
    return np.asarray(image)


def _collages(films: Pictures, rows: int, columns: int) -> Iterator[npt.NDArray[np.uint8]]:
    """Several films in one picture, each at the size of the first, with or without a black, white or grey gutter."""
    rng = np.random.default_rng(2020)
    for first in range(0, len(films) - rows * columns + 1, rows * columns):
        height, width = films[first].shape
        gutter = round(float(rng.choice(GUTTERS)) * width)
        shape = (rows * (height + gutter) - gutter, columns * (width + gutter) - gutter)
        whole = np.full(shape, rng.choice([0, 255, 128]), np.uint8)
        for index in range(rows * columns):
            top, left = (index // columns) * (height + gutter), (index % columns) * (width + gutter)
            film = Image.fromarray(films[first + index]).resize((width, height), Image.Resampling.BILINEAR)
            whole[top : top + height, left : left + width] = np.asarray(film)
        yield whole
