"""Films as the network sees them, kept on disk: the runs of a study read the same ones again and again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

from plainfilm.atomic import atomic_file
from plainfilm.lock import HeldError, held
from training.films.prepared import PreparedData, sha256
from training.films.preprocessing import ImageConverter


@dataclass(frozen=True)
class KeptFilms(PreparedData):
    """A prepared data set whose `load` decodes a list of films once.

    Attributes:
        kept: Folder of arrays, which may be removed at any time.
    """

    kept: Path = Path()

    def load(self, paths: Sequence[str], converter: ImageConverter) -> npt.NDArray[np.float32]:
        """See `PreparedData.load`."""
        of_path = dict(zip(self.table["path"], self.table["sha256"], strict=True))
        said = "\n".join([repr(converter), *(f"{path} {of_path[path]}" for path in paths)])
        file = self.kept / f"{sha256(said.encode())[:24]}.npy"
        shape = (len(paths), converter.height, converter.width, converter.channels)
        try:
            films: npt.NDArray[np.float32] = np.load(file)
            if films.shape == shape and films.dtype == np.float32:
                return films
        except (OSError, ValueError, EOFError):
            pass  # not there yet, or torn
        films = super().load(paths, converter)
        self.kept.mkdir(parents=True, exist_ok=True)
        # Of runs that train at once, one writes; the others have what they need.
        lock = held(file.with_suffix(".lock"), str(file))
        with suppress(HeldError), lock, atomic_file(file) as partial, partial.open("wb") as stream:
            np.save(stream, films)
        return films


def kept_films(data: PreparedData, folder: Path) -> KeptFilms:
    """The same data set, with a folder to keep arrays in."""
    return KeptFilms(**{field.name: getattr(data, field.name) for field in fields(data)}, kept=folder)
