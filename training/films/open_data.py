"""DATA on a command line: a data set, prepared if it has not been, or a folder that `prepare` wrote."""

from __future__ import annotations

from pathlib import Path

from training.films.prepared import PreparedData, read_prepared
from training.prepare import prepare

SEED = 2020


def default_prepared(data: Path) -> Path:
    """Where `prepare` writes unless told otherwise."""
    return Path("training/prepared") / data.resolve().name


def open_data(data: Path) -> PreparedData:
    """Opens DATA; a data set that was prepared to the usual place before is not prepared again.

    Raises:
        PlainfilmError: It is neither a data set nor a prepared one.
    """
    if (data / "splits.csv").exists():
        return read_prepared(data)
    usual = default_prepared(data)
    if (usual / "splits.csv").exists():
        prepared = read_prepared(usual)
        if prepared.source == data.resolve():
            return prepared
    return prepare(data, usual, patients_csv=None, seed=SEED)
