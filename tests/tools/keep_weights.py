"""`python -m tests.tools.keep_weights RUN`: makes the `model.keras` of a run that ships small: 16 significant bits a weight, packed with LZMA.

Bundles store 11 bits (float16) of weights that have been folded and multiplied since, so 16 bits move a reading by less than a bundle's own rounding, and the
noise of the other eight is what no packing makes smaller. `lateral.json` names the file by its hash: run this before `export lateral`.
"""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

BITS = 16  # of the 24 of a float32


def rounded(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The nearest numbers that have `BITS` significant bits; exponents are kept, zero and what is no number too."""
    mantissa, exponent = np.frexp(values)
    kept: NDArray[np.float32] = np.ldexp(np.round(np.ldexp(mantissa, BITS)), exponent - BITS).astype(np.float32)
    return kept


def thinned(weights: bytes) -> bytes:
    """Keras's HDF5 file with every float32 weight rounded."""
    file = io.BytesIO(weights)
    with h5py.File(file, "r+") as stored:

        def thin(_: str, item: object) -> None:
            if isinstance(item, h5py.Dataset) and item.dtype == np.float32:
                item[...] = rounded(item[...])

        stored.visititems(thin)
    return file.getvalue()


def keep(model: Path) -> None:
    """Writes `model` anew, in place; a second time changes nothing."""
    packed = io.BytesIO()
    with zipfile.ZipFile(model) as whole, zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as small:
        for entry in whole.infolist():
            data = whole.read(entry)
            name = zipfile.ZipInfo(entry.filename, entry.date_time)
            name.compress_type = zipfile.ZIP_LZMA
            small.writestr(name, thinned(data) if entry.filename.endswith(".h5") else data)
    beside = model.with_name(model.name + ".new")
    beside.write_bytes(packed.getvalue())
    beside.replace(model)


if __name__ == "__main__":
    for run in sys.argv[1:]:
        keep(Path(run) / "model.keras")
