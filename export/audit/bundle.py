"""Which pictures a bundle's OOD gate keeps, and the time of one film: by TensorFlow.js in Node, as on the page."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from export.audit.external_pictures import ExternalPictures
from plainfilm.errors import PlainfilmError
from training.evaluation.augmented import varied_films
from training.evaluation.predictions import log_odds
from training.films.arrays import Floats
from training.films.prepared import load_files, picture_files

if TYPE_CHECKING:
    from export.source import Source


# Rounded weights move the logits by about a hundredth, another training by more than one.
LARGEST_MEAN_DIFFERENCE = 0.5


def audit_bundle(
    source: Source,
    bundle: Path,
    val: npt.NDArray[np.float64],
    external: ExternalPictures,
) -> dict[str, Any]:
    """The entries `gate` and `latency` of `audit.json`.

    Args:
        source: The run that the bundle was exported from.
        bundle: The bundle's folder.
        val: Log-odds of the validation films by the run's own network, `[n]`.
        external: Further pictures for the OOD gate.

    Raises:
        PlainfilmError: The bundle holds another network.
    """
    from export.verify import milliseconds_in_node, run_in_node
    from plainfilm.bundle import read_bundle

    ood = read_bundle(bundle).metadata["ood"]
    sets = []
    for name, kind, films in _sets(source, external):
        outputs = run_in_node(bundle, films)
        if name == "val":
            _check_same_network(bundle, source, outputs["logit"], val)
        kept = int((outputs["ood_score"] <= ood["threshold"]).sum())
        sets.append({"set": name, "kind": kind, "n": len(films), "kept": kept})
    where = f"WASM on one thread, Node on {_processor()}"
    return {
        "gate": {"threshold": ood["threshold"], "method": ood["method"], "sets": sets},
        "latency": {"milliseconds": milliseconds_in_node(bundle), "where": where},
    }


def _sets(source: Source, external: ExternalPictures) -> Iterator[tuple[str, str | None, Floats]]:
    """Name, kind, and films as the network sees them, `[n, height, width, channels]`."""
    converter, table = source.run.config.model.image_converter, source.data.table
    val = table.loc[table["split"] == "val", "path"].tolist()
    yield "val", None, source.data.load(val, converter)
    yield "val_varied", None, np.concatenate([films for _, films in varied_films(source.data, val, converter)])
    for folder in external.chest:
        yield folder.name, None, load_files(picture_files(folder), converter)
    for kind, files in external.not_chest_by_kind().items():
        yield "not_chest", kind, load_files(files, converter)


def _check_same_network(bundle: Path, source: Source, logit: Floats, val: npt.NDArray[np.float64]) -> None:
    difference = float(np.abs(log_odds(logit.astype(np.float64), source.positive) - val).mean())
    if not difference <= LARGEST_MEAN_DIFFERENCE:
        raise PlainfilmError(
            f"{bundle} is not the bundle of {source.run.folder}",
            received=f"logits that differ by {difference:.2f} on the mean validation film",
            expected="the run's own",
            next_step=f"python -m export {source.run.folder}",
        )


def _processor() -> str:
    """The name of the machine's processor, as far as the system knows it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
