"""The check for films from the side: a linear read-out of feature maps that the network has anyway, and its file `lateral.json`.

A film from the side is a chest film, so the OOD gate lets it in, and the network reads it as if it were frontal. The maps that
the gate looks at tell the two views apart though: a few lateral films suffice to find the direction (`export.fit_lateral`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from plainfilm.errors import PlainfilmError
from plainfilm.files import read_json
from plainfilm.json_files import write_json
from training.films.arrays import Floats
from training.films.prepared import sha256
from training.run import Run

FILE = "lateral.json"


@dataclass(frozen=True)
class Readout:
    """Log-odds of a film from the side, linear in the descriptions of feature maps (`ood.describe`).

    Attributes:
        maps: Names of the steps that make them.
        weights: `[2 channels]` for each.
        bias: What is added.
    """

    maps: tuple[str, ...]
    weights: tuple[Floats, ...]
    bias: float


@dataclass(frozen=True)
class Limit:
    """From where on a film is taken for one from the side; `metadata.lateral`.

    Attributes:
        threshold: Films with a greater score are refused.
        kept_fraction: Share of the frontal validation films that are not.
        laterals: Lateral films that had no part in any of it.
        refused: How many of them are refused.
        method: How the score and the threshold came about.
    """

    threshold: float
    kept_fraction: float
    laterals: int
    refused: int
    method: str


@dataclass(frozen=True)
class Check:
    """What a run's `lateral.json` gives to its bundle."""

    readout: Readout
    limit: Limit


def score(readout: Readout, descriptions: Sequence[Any]) -> Any:
    """The score of each film, `[n]`, from its maps' descriptions `[n, 2 channels]`."""
    import tensorflow as tf

    weights = np.concatenate(readout.weights).astype(np.float32)[:, np.newaxis]
    product = tf.matmul(tf.concat(descriptions, axis=-1), tf.constant(weights, name="lateral_weights"))
    return tf.reshape(product, [-1]) + np.float32(readout.bias)


def write(run: Run, check: Check, sets: Sequence[dict[str, Any]]) -> None:
    """Writes `lateral.json` into the run; `sets` are counts of films, `n` and `refused`, for people to read."""
    readout, limit = check.readout, check.limit
    maps = [
        {"name": name, "weights": [_rounded(weight) for weight in weights]}
        for name, weights in zip(readout.maps, readout.weights, strict=True)
    ]
    document = {
        "schema_version": 1,
        "model_sha256": sha256(run.model_file.read_bytes()),
        "threshold": _rounded(limit.threshold),
        "kept_fraction": limit.kept_fraction,
        "laterals": limit.laterals,
        "refused": limit.refused,
        "method": limit.method,
        "sets": list(sets),
        "bias": _rounded(readout.bias),
        "maps": maps,
    }
    write_json(run.folder / FILE, document)


def read(run: Run) -> Check | None:
    """The run's check for films from the side; None where none was fitted.

    Raises:
        PlainfilmError: Its file is damaged, or belongs to other weights than the run's.
    """
    file = run.folder / FILE
    if not file.exists():
        return None
    again = (
        f"python -m export lateral {run.folder} --laterals DIR, or remove the file: the bundle then has no such check"
    )
    try:
        stated = read_json(file)
        maps = stated["maps"]
        weights = tuple(np.asarray(each["weights"], np.float32) for each in maps)
        readout = Readout(tuple(str(each["name"]) for each in maps), weights, float(stated["bias"]))
        limit = Limit(
            float(stated["threshold"]),
            float(stated["kept_fraction"]),
            int(stated["laterals"]),
            int(stated["refused"]),
            str(stated["method"]),
        )
        model = stated["model_sha256"]
        if not maps or any(each.ndim != 1 or not np.isfinite(each).all() for each in weights):
            raise ValueError("weights that are no numbers")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PlainfilmError(
            f"cannot read {file}",
            received=f"{type(error).__name__}: {error}",
            expected="what python -m export lateral wrote",
            next_step=again,
        ) from None
    if run.model_file.exists() and sha256(run.model_file.read_bytes()) != model:
        raise PlainfilmError(
            f"{file} was made for another network",
            received=f"weights of a model.keras with SHA-256 {str(model)[:16]}…",
            expected=f"those of {run.model_file}",
            next_step=again,
        )
    return Check(readout, limit)


def _rounded(value: float) -> float:
    """Enough digits for float32, and none of its noise."""
    return float(f"{value:.9g}")
