"""The state of a GAN's training in one file, replaced whole: networks, optimisers, strength of the augmentation, step."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from plainfilm.atomic import atomic_file
from plainfilm.errors import PlainfilmError

CHECKPOINT = "checkpoint.npz"


def save_checkpoint(run: Path, step: int, parts: Mapping[str, Any], numbers: Mapping[str, float]) -> None:
    """Writes the variables of every part (a keras model or optimiser), and some numbers."""
    arrays: Any = {f"number/{name}": value for name, value in numbers.items()}
    for name, part in parts.items():
        arrays |= {f"{name}/{index}": np.asarray(variable) for index, variable in enumerate(part.variables)}
    with atomic_file(run / CHECKPOINT) as partial, partial.open("wb") as file:
        np.savez(file, step=step, **arrays)


def finished_steps(run: Path) -> int:
    """The step of the last checkpoint; 0 before the first.

    Raises:
        PlainfilmError: The file is torn.
    """
    return load_checkpoint(run, {})[0]


def load_checkpoint(run: Path, parts: Mapping[str, Any]) -> tuple[int, dict[str, float]]:
    """Puts the variables back into the parts; returns the step and the numbers, `(0, {})` for a new run.

    Raises:
        PlainfilmError: The file is torn or of other networks.
    """
    file = run / CHECKPOINT
    if not file.exists():
        return 0, {}
    try:
        with np.load(file) as held:
            for name, part in parts.items():
                for index, variable in enumerate(part.variables):
                    variable.assign(held[f"{name}/{index}"])
            numbers = {key.removeprefix("number/"): float(held[key]) for key in held.files if key.startswith("number/")}
            return int(held["step"]), numbers
    except Exception as error:  # numpy raises whatever zip and its own format raise, TensorFlow its own
        raise PlainfilmError(
            f"{file} cannot be read, or is of other networks",
            received=f"{type(error).__name__}: {error}",
            expected="the file as the last checkpoint left it",
            next_step=f"remove {run} and repeat the command, which then trains anew",
        ) from None
