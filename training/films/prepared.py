"""A prepared data set: the table of its films, and the films themselves as arrays."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from threadpoolctl import threadpool_limits

from plainfilm.errors import PlainfilmError
from training.films.arrays import Floats, Levels
from training.films.preprocessing import Colour, ImageConverter, convert, decode

# Endings of film files, in lower case.
SUFFIXES = {".jpeg", ".jpg", ".png", ".dcm"}
SPLITS_COLUMNS = ["path", "label", "patient_id", "split", "sha256", "width", "height"]


@dataclass(frozen=True)
class PreparedData:
    """What `python -m training prepare` wrote.

    Attributes:
        folder: Holds `splits.csv`, `source.json` and `films/`, the lossless copies put back into true geometry.
        source: The data set's own folder; `path` in the table is relative to it.
        table: `splits.csv`, one row per film.
    """

    folder: Path
    source: Path
    table: pd.DataFrame

    def file_of(self, path: str) -> Path:
        """The file to read for a row's `path`: the copy in true geometry where there is one, else the original."""
        restored = (self.folder / "films" / path).with_suffix(".png")
        return restored if restored.exists() else self.source / path

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
    return sorted(file for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES)


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
        source = Path(json.loads((folder / "source.json").read_text())["data"])
    except (OSError, ValueError, KeyError, TypeError):
        raise PlainfilmError(
            f"{folder} is not a prepared data set",
            received="no readable source.json in it",
            expected="a folder written by prepare",
            next_step=f"python -m training prepare DATA --out {folder}   (DATA: the folder that holds train/ and test/)",
        ) from None
    table = read_splits(folder / "splits.csv")
    prepared = PreparedData(folder, source, table)
    if not prepared.file_of(table["path"].iloc[0]).exists():
        raise PlainfilmError(
            "the films have moved",
            received=f"{source} no longer holds {table['path'].iloc[0]}",
            expected="the data set where it was when it was prepared",
            next_step=f"python -m training prepare DATA --out {folder}",
        )
    return prepared


def read_splits(path: Path) -> pd.DataFrame:
    """Reads `splits.csv` (docs/contracts.md, contract 1)."""
    try:
        return parse_splits(path.read_bytes(), path)
    except OSError as error:
        raise _not_splits(path, error) from None


def parse_splits(text: bytes, path: Path) -> pd.DataFrame:
    """Reads the text of a `splits.csv`; errors name it by `path`."""
    columns = {"path": str, "label": str, "patient_id": str, "split": str, "sha256": str}
    try:
        table = pd.read_csv(io.BytesIO(text), dtype=columns)
    except ValueError as error:
        raise _not_splits(path, error) from None
    if list(table.columns) != SPLITS_COLUMNS or table.empty:
        raise PlainfilmError(
            f"{path} is not a splits file",
            received=f"columns {', '.join(table.columns)}",
            expected=", ".join(SPLITS_COLUMNS),
        )
    return table


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
