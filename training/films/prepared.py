"""A prepared data set: the table of its films, and the films themselves as arrays."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd
from threadpoolctl import threadpool_limits

from plainfilm.errors import PlainfilmError
from plainfilm.files import read_bytes, read_json
from training.films.arrays import Floats, Levels
from training.films.dicom_beginning import is_dicom
from training.films.populations import Hospital, Population
from training.films.preprocessing import Colour, ImageConverter, convert, decode

# Endings of film files, in lower case.
SUFFIXES = {".jpeg", ".jpg", ".png", ".dcm"}
# By which DICOM is known.
HEAD_BYTES = 132
SPLITS = ("train", "val", "test")
LARGEST_SIDE = 200_000  # pixels
SPLITS_COLUMNS = ["path", "label", "patient_id", "split", "sha256", "width", "height"]
# Further ones, of films of several hospitals: whose they are, and the view where it is known.
ORIGIN_COLUMNS = ["hospital", "population", "view"]


@dataclass(frozen=True)
class PreparedData:
    """What `python -m training prepare` wrote.

    Attributes:
        folder: Holds `splits.csv`, `source.json` and `films/`, the lossless copies put back into true geometry.
        source: The data set's own folder; `path` in the table is relative to it. Of several hospitals, the collection's file.
        table: `splits.csv`, one row per film.
        sources: Hospital → its data set's folder; the first part of `path` names the hospital then. Empty for one data set.
        populations, hospitals: The collection's words for them; empty for one data set.
    """

    folder: Path
    source: Path
    table: pd.DataFrame
    sources: Mapping[str, Path] = field(default_factory=dict)
    populations: tuple[Population, ...] = ()
    hospitals: tuple[Hospital, ...] = ()

    @property
    def places(self) -> tuple[Path, ...]:
        """Every folder that films lie in."""
        return tuple(self.sources.values()) or (self.source,)

    def file_of(self, path: str) -> Path:
        """The file to read for a row's `path`: the copy in true geometry where there is one, else the original."""
        restored = (self.folder / "films" / path).with_suffix(".png")
        if restored.exists():
            return restored
        hospital, _, rest = path.partition("/")
        return self.sources[hospital] / rest if hospital in self.sources else self.source / path

    def decode(self, path: str, colour: Colour = "grey") -> Levels:
        """The film in true geometry, uint8 `[height, width]`, or `[height, width, 3]` in colour."""
        return decode(self.file_of(path), colour)

    def load(self, paths: Sequence[str], converter: ImageConverter) -> npt.NDArray[np.float32]:
        """The films as the network sees them, float32 `[n, height, width, channels]` in 0–255."""
        films = np.empty((len(paths), converter.height, converter.width, converter.channels), np.float32)

        def fill(index: int) -> None:
            films[index] = convert(self.decode(paths[index], converter.colour), converter)

        list(in_threads(fill, range(len(paths))))
        return films


def load_files(
    files: Sequence[Path], converter: ImageConverter, change: Callable[[Levels], Levels | Floats] = lambda film: film
) -> Floats:
    """Files as the network sees them, `[n, height, width, channels]` in 0–255, each changed after it is decoded."""
    return np.stack(list(in_threads(lambda file: convert(change(decode(file, converter.colour)), converter), files)))


def picture_files(folder: Path) -> list[Path]:
    """Every picture in a folder and the folders in it, by name."""
    return sorted(file for file in folder.rglob("*") if is_film(file))


def is_film(path: Path) -> bool:
    """Whether a file is tried as a film: by its ending, or as DICOM by its beginning, whatever machines call it."""
    if path.suffix.lower() in SUFFIXES:
        return True
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return is_dicom(file.read(HEAD_BYTES))
    except OSError:
        return False


def native_pairs(films: PreparedData, native: Path) -> list[tuple[Path, str]]:
    """Native files and the paths of their copies in the data set, matched by `CLASS/FILE`.

    Raises:
        PlainfilmError: None matches.
    """
    known = {(Path(path).parent.name, Path(path).name): path for path in films.table["path"]}
    pairs = [(file, known[key]) for file in picture_files(native) if (key := (file.parent.name, file.name)) in known]
    if not pairs:
        raise PlainfilmError(
            f"{native} holds no film of the data set",
            received=f"{len(picture_files(native))} pictures",
            expected="CLASS/FILE, named as the copies are",
        )
    return pairs


def read_prepared(folder: Path) -> PreparedData:
    """Opens a folder that `prepare` wrote.

    Raises:
        PlainfilmError: The folder is not one, or the data set it was made from has gone.
    """
    try:
        stated = read_json(folder / "source.json")
        source = Path(stated["data"])
        sources = {name: Path(place) for name, place in stated.get("sources", {}).items()}
        populations = msgspec.convert(stated.get("populations", []), tuple[Population, ...])
        hospitals = msgspec.convert(stated.get("hospitals", []), tuple[Hospital, ...])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise PlainfilmError(
            f"{folder} is not a prepared data set",
            received="no readable source.json in it",
            expected="a folder written by prepare",
            next_step=f"python -m training prepare DATA --out {folder}   (DATA: the folder that holds train/ and test/)",
        ) from None
    table = read_splits(folder / "splits.csv")
    prepared = PreparedData(folder, source, table, sources, populations, hospitals)
    first = table.groupby(table["hospital"], sort=False)["path"].first() if sources else table["path"].iloc[:1]
    for path in first:
        if not (file := prepared.file_of(path)).exists():
            again = f"{source} --folder HOSPITAL=DIR" if sources else "DATA"
            raise PlainfilmError(
                "the films have moved",
                received=f"no {file} any more" if sources else f"{source} no longer holds {path}",
                expected="the data set where it was when it was prepared",
                next_step=f"python -m training prepare {again} --out {folder}",
            )
    return prepared


def read_splits(path: Path) -> pd.DataFrame:
    """Reads `splits.csv` (docs/contracts.md, contract 1)."""
    try:
        return parse_splits(read_bytes(path), path)
    except OSError as error:
        raise _not_splits(path, error) from None


def parse_splits(text: bytes, path: Path) -> pd.DataFrame:
    """Reads the text of a `splits.csv`; errors name it by `path`."""
    words = ("path", "label", "patient_id", "split", "sha256", *ORIGIN_COLUMNS)
    try:
        table = pd.read_csv(io.BytesIO(text), dtype=dict.fromkeys(words, str), keep_default_na=False)
    except ValueError as error:
        raise _not_splits(path, error) from None
    if list(table.columns) not in (SPLITS_COLUMNS, SPLITS_COLUMNS + ORIGIN_COLUMNS) or table.empty:
        raise PlainfilmError(
            f"{path} is not a splits file",
            received=f"columns {', '.join(table.columns)}",
            expected=f"{', '.join(SPLITS_COLUMNS)}; of several hospitals, {', '.join(ORIGIN_COLUMNS)} behind them",
        )
    _check_rows(table, path)
    return table


def _check_rows(table: pd.DataFrame, path: Path) -> None:
    """Checks that every row of a `splits.csv` is a film: an own path within the data set, a class, a split, a size.

    Raises:
        PlainfilmError: One is not; names it.
    """
    paths = table["path"]
    within = ~paths.str.contains(r"^/|^[A-Za-z]:|\x00|(?:^|/)\.\.(?:/|$)", regex=True)
    sizes = table[["width", "height"]].apply(pd.to_numeric, errors="coerce")
    right = {
        "path": (paths != "") & within & ~paths.duplicated(),
        "label": table["label"] != "",
        "split": table["split"].isin(SPLITS),
        "width": sizes["width"].between(1, LARGEST_SIDE),
        "height": sizes["height"].between(1, LARGEST_SIDE),
    }
    for column, is_right in right.items():
        if not is_right.all():
            number = int((~is_right).to_numpy().argmax())
            raise PlainfilmError(
                f"{path} is not a splits file: {column} of its film {number + 1} is not right",
                received=repr(table[column].iloc[number])[:200],
                expected="a file as prepare wrote it",
                next_step="copy it from where it was written, or repeat python -m training prepare",
            )


def _not_splits(path: Path, error: Exception) -> PlainfilmError:
    return PlainfilmError(
        f"cannot read {path}", received=error, expected=f"a CSV with the columns {', '.join(SPLITS_COLUMNS)}"
    )


Item = TypeVar("Item")
Result = TypeVar("Result")


def in_threads(action: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Results in order. Each film's two small matrix products keep to their own thread: a BLAS that spreads them over
    all cores from every thread at once is twenty times slower.
    """
    with threadpool_limits(1, "blas"), ThreadPoolExecutor() as pool:
        yield from pool.map(action, items)


def sha256(data: bytes) -> str:
    """Hexadecimal SHA-256."""
    return hashlib.sha256(data).hexdigest()
