"""Films of a split on disk, for data sets larger than memory: NumPy arrays of some hundred films each, read film by film.

They lie beside the prepared films, `PREPARED.cache/SPLIT-SIZE/`, so that every run of that size reads the same ones. Each array is
written whole or not at all, and `cache.json` says which are; a killed command goes on after the last one. What was made of other films or
in another way is made anew, and so is an array that is not what was written. Nothing but these files is ever replaced or removed, and
removing the folder costs no more than making it again.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from plainfilm.atomic import atomic_file, check_workplace
from plainfilm.errors import FULL, PlainfilmError
from plainfilm.files import read_json
from plainfilm.json_files import write_json
from plainfilm.lock import HeldError, held
from training.films.arrays import Floats, Levels
from training.films.prepared import PreparedData, in_threads, sha256
from training.films.preprocessing import ImageConverter

MANIFEST = "cache.json"
SHARD_BYTES = 256 << 20  # of a file, about
# Films decoded at a time: what is in memory as float32.
DECODED_AT_ONCE = 64
# To be raised when the same file and converter come to give other pixels.
WAY = 1
# Bytes that are left free on the disk.
LEFT_FREE = 64 << 20
# Seconds without any progress of another command that writes the same films.
PATIENCE_S = 900


class Shard(msgspec.Struct, frozen=True):
    """A file of films; `sha256` is empty until it is written."""

    path: str
    sha256: str = ""


class Manifest(msgspec.Struct, frozen=True):
    """`cache.json`.

    Attributes:
        made_of: What the films were made of, and how: by this a stale cache is known.
        films_in_file: Films in every file but the last.
        files: Every file.
    """

    made_of: dict[str, Any]
    films_in_file: int
    files: tuple[Shard, ...]


@dataclass(frozen=True)
class FilmCache:
    """Films on disk.

    Attributes:
        shards: uint8 `[≤ films_in_shard, height, width, channels]` each, all but the last equally long.
        shape: `(n, height, width, channels)` of all of them.
    """

    shards: tuple[Levels, ...]
    shape: tuple[int, ...]

    def __len__(self) -> int:
        return self.shape[0]

    def rows(self, numbers: npt.NDArray[np.int64]) -> Levels:
        """The films of these row numbers, `[len(numbers), height, width, channels]`."""
        found = np.empty((len(numbers), *self.shape[1:]), np.uint8)
        for place, number in enumerate(numbers):
            shard, row = divmod(int(number), len(self.shards[0]))
            found[place] = self.shards[shard][row]
        return found


def load_rounded(data: PreparedData, paths: Sequence[str], converter: ImageConverter) -> Levels:
    """Films rounded to uint8, `[n, height, width, channels]`, of which few at a time are in memory as float32."""
    films = np.empty((len(paths), converter.height, converter.width, converter.channels), np.uint8)
    for first in range(0, len(paths), DECODED_AT_ONCE):
        decoded: Floats = data.load(paths[first : first + DECODED_AT_ONCE], converter)
        films[first : first + len(decoded)] = np.rint(decoded, out=decoded)
    return films


def on_disk(data: PreparedData, split: str, converter: ImageConverter, beside: Path) -> FilmCache:
    """The films of a split on disk: made, completed or found there.

    Args:
        data: The prepared films.
        split: `train`, `val` or `test`.
        converter: What a film becomes.
        beside: The folder for all caches of these films.

    Raises:
        OutputError: The folder holds something else, or may not be written.
        PlainfilmError: The disk is full, a film cannot be read, or another command that makes the same films makes no progress.
    """
    rows = data.table[data.table["split"] == split]
    paths = rows["path"].tolist()
    of_film = (converter.height, converter.width, converter.channels)
    per_file = max(1, min(SHARD_BYTES // int(np.prod(of_film)), len(paths)))
    stated = rows[["path", "sha256", "width", "height"]].to_csv(index=False)
    wanted = Manifest(
        {"films": sha256(stated.encode()), "count": len(paths), "way": WAY, **asdict(converter)},
        per_file,
        tuple(Shard(f"films-{number:05}.npy") for number in range(-(-len(paths) // per_file))),
    )
    size = "x".join(str(side) for side in (converter.width, converter.height, converter.channels))
    folder = beside / f"{split}-{size}-{converter.view}"
    check_workplace(folder, mark=MANIFEST)
    beside.mkdir(parents=True, exist_ok=True)
    with _in_turn(folder):
        check_workplace(folder, mark=MANIFEST)
        manifest = _begun(folder, wanted)
        missing = [number for number, each in enumerate(manifest.files) if not each.sha256]
        _check_room(folder, sum(_films_in(number, manifest, len(paths)) for number in missing) * int(np.prod(of_film)))
        for number in missing:
            first = number * per_file
            films = load_rounded(data, paths[first : first + per_file], converter)
            digest = _write(folder / manifest.files[number].path, films)
            written = msgspec.structs.replace(manifest.files[number], sha256=digest)
            files = (*manifest.files[:number], written, *manifest.files[number + 1 :])
            manifest = msgspec.structs.replace(manifest, files=files)
            write_json(folder / MANIFEST, msgspec.to_builtins(manifest))
            print(f"{first + len(films)} of {len(paths)} {split} films are on disk, in {folder}", flush=True)
        shards = tuple(np.load(folder / each.path, mmap_mode="r") for each in manifest.files)
    return FilmCache(shards, (len(paths), *of_film))


def _films_in(number: int, manifest: Manifest, count: int) -> int:
    return min(manifest.films_in_file, count - number * manifest.films_in_file)


def _begun(folder: Path, wanted: Manifest) -> Manifest:
    """What is there of the wanted films, without what is stale or damaged; the folder's manifest says so too."""
    there = _read(folder)
    if there is None or (there.made_of, there.films_in_file) != (wanted.made_of, wanted.films_in_file):
        for each in there.files if there else ():
            (folder / Path(each.path).name).unlink(missing_ok=True)
        there = wanted

    def checked(each: Shard) -> Shard:
        return each if each.sha256 and each.sha256 == _digest(folder / each.path) else Shard(each.path)

    there = msgspec.structs.replace(there, files=tuple(in_threads(checked, there.files)))
    folder.mkdir(exist_ok=True)
    write_json(folder / MANIFEST, msgspec.to_builtins(there))
    return there


def _read(folder: Path) -> Manifest | None:
    try:
        return msgspec.convert(read_json(folder / MANIFEST), Manifest)
    except (OSError, ValueError, msgspec.ValidationError):
        return None


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return "gone"


def _write(file: Path, films: Levels) -> str:
    """Writes an array as NumPy does and returns the SHA-256 of the file; np.save does not say of a full disk that it is full."""
    try:
        with atomic_file(file) as partial:
            with partial.open("wb") as opened:
                np.lib.format.write_array_header_1_0(opened, np.lib.format.header_data_from_array_1_0(films))
                opened.write(films.data)
            return _digest(partial)
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise _no_room(file.parent, films.nbytes, shutil.disk_usage(file.parent).free) from None


def _check_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed and free < needed + LEFT_FREE:
        raise _no_room(folder, needed, free)


def _no_room(folder: Path, needed: int, free: int) -> PlainfilmError:
    return PlainfilmError(
        f"the disk has no room for the films in {folder}",
        received=f"{free / 1e9:.1f} GB free",
        expected=f"{(needed + LEFT_FREE) / 1e9:.1f} GB: the films as the network takes them, which do not fit into the memory that they may take",
        next_step="make room and give the same command again, which goes on where it stopped; or prepare the films on a larger disk "
        "(prepare DATA --out DIR); or allow them more memory (fit --films-in-memory GB)",
    )


@contextmanager
def _in_turn(folder: Path) -> Iterator[None]:
    """Waits while another command makes the same films, as long as it goes on.

    Raises:
        HeldError: It does not.
    """
    lock = folder.with_name(f".{folder.name}.lock")
    with ExitStack() as stack:
        _retried(lambda: stack.enter_context(held(lock, str(folder))), folder)
        yield


def _retried(enter: Callable[[], None], folder: Path) -> None:
    seen, since, said = -1.0, time.monotonic(), False
    while True:
        try:
            enter()
            return
        except HeldError as error:
            newest = max((each.stat().st_mtime for each in _files_of(folder)), default=0.0)
            if newest != seen:
                seen, since = newest, time.monotonic()
            if time.monotonic() - since > PATIENCE_S:
                raise
            if not said:
                print(f"waiting: {error.what}", flush=True)
            said = True
            time.sleep(0.5)


def _files_of(folder: Path) -> list[Path]:
    try:
        return [each for each in folder.iterdir() if each.exists()]
    except OSError:
        return []
