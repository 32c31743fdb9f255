"""Comparing what two engines make of the same films, and running the written bundle in TensorFlow.js."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from export.nodes import in_nodes
from plainfilm.bundle import read_bundle
from plainfilm.errors import PlainfilmError
from plainfilm.node import run_bundle
from training.films.arrays import Floats

# Float32 engines differ by the order of their sums; anything above this is a mistake.
LARGEST_DIFFERENCE = 1e-3


class VerificationError(PlainfilmError):
    """Two ways to compute one network disagree."""


def run_in_node(bundle: Path, films: Floats) -> dict[str, Floats]:
    """The bundle's outputs for films `[n, height, width, channels]`, by the page's own engine in Node."""

    def of_some(place: slice) -> list[dict[str, Floats]]:
        results = _run_in_node(bundle, films[place])
        return [{name: np.asarray(values, np.float32) for name, values in results.items() if isinstance(values, list)}]

    parts = in_nodes(len(films), len(films), of_some)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def milliseconds_in_node(bundle: Path) -> float:
    """What one film takes there, on one thread of this machine: the fastest of a few readings, without the heat map."""
    converter = read_bundle(bundle).metadata["image_converter"]
    film = np.full((1, converter["height"], converter["width"], converter["channels"]), 128, np.float32)
    return float(_run_in_node(bundle, film)["milliseconds"])


def _run_in_node(bundle: Path, films: Floats) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        inputs, outputs = Path(folder) / "films.f32", Path(folder) / "outputs.json"
        inputs.write_bytes(films.astype("<f4").tobytes())
        run_bundle(bundle, inputs, len(films), outputs)
        results: dict[str, Any] = json.loads(outputs.read_text("utf-8"))
    return results


def check_agreement(what: str, got: Floats, expected: Floats) -> None:
    """Prints how near two sets of values `[n, …]` are, relative to their size where that is above 1.

    Raises:
        VerificationError: They differ by more than `LARGEST_DIFFERENCE`.
    """
    difference = (np.abs(got - expected) / np.maximum(np.abs(expected), 1)).reshape(len(got), -1).max(axis=1)
    film = int(np.argmax(difference))  # a NaN counts as the largest
    if not difference[film] <= LARGEST_DIFFERENCE:
        raise VerificationError(
            f"{what} disagree on picture {film + 1} of {len(got)}; nothing was written",
            received=got[film].tolist(),
            expected=f"{expected[film].tolist()}, give or take {LARGEST_DIFFERENCE}",
            next_step="report this mistake of the export, with what was exported",
        )
    print(f"{what}: within {difference[film]:.1e} on {len(got)} pictures", flush=True)
