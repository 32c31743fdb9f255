"""DATA on a command line: a data set, which is prepared if need be, or a folder that `prepare` wrote."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

import msgspec

from plainfilm.errors import UsageError
from plainfilm.files import read_json
from training.films.collection import is_collection
from training.films.labels import LabelRule
from training.films.prepared import PreparedData, read_prepared
from training.prepare import prepare

SEED = 2020


def default_prepared(data: Path, labels: Sequence[LabelRule] = ()) -> Path:
    """Where `prepare` writes unless told otherwise: a folder named as the data set and the labels that rules give."""
    names = dict.fromkeys(rule.label.lower() for rule in labels)
    return Path("training/prepared") / "_".join([data.resolve().name, *names])


def open_data(data: Path, labels: Sequence[LabelRule] = ()) -> PreparedData:
    """Opens DATA; a data set that was prepared to the usual place before, by the same rules, is not prepared again.

    Raises:
        PlainfilmError: It is neither a data set nor a folder that `prepare` wrote.
        UsageError: It is a collection of several hospitals' films, which only `prepare` opens.
    """
    if is_collection(data):
        raise UsageError(
            f"{data} is a collection of several hospitals' films",
            expected="the folder that it was prepared to",
            next_step=f"python -m training prepare {shlex.quote(str(data))} --out DIR, then give DIR",
        )
    if (data / "splits.csv").exists():
        return read_prepared(data)
    usual = default_prepared(data, labels)
    if (usual / "splits.csv").exists():
        prepared = read_prepared(usual)
        rules = read_json(usual / "source.json").get("labels", [])
        if prepared.source == data.resolve() and rules == msgspec.to_builtins(list(labels)):
            return prepared
    return prepare(data, usual, patients_csv=None, seed=SEED, labels=labels)
