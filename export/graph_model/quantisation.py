"""Numbers in fewer bits, as TensorFlow.js reads them: half precision, or 256 or 65536 levels between two ends."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from plainfilm.errors import PlainfilmError

LEVELS = {"uint8": 255, "uint16": 65535}
# 255 levels for each channel of the last axis, around zero, with a scale for each: `export.graph_model.channels`.
BY_CHANNEL = "uint8_by_channel"


def kind_of(name: str, stored_as: dict[str, list[str]]) -> str:
    """How the weight of this name is stored, by the first patterns that fit it; `float32` where none does."""
    kinds = (kind for kind, patterns in stored_as.items() if any(fnmatchcase(name, each) for each in patterns))
    return next(kinds, "float32")


def by_channel(values: Any) -> tuple[Any, Any]:
    """Levels of float32 values, whole numbers from -127 to 127, and the scale of each channel of the last axis."""
    scale = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0) / np.float32(127)
    scale = np.where(scale == 0, np.float32(1), scale).astype(np.float32)
    return np.rint(values / scale).astype(np.float32), scale


def quantise(values: Any, kind: str) -> tuple[Any, dict[str, Any]]:
    """What is stored of float32 values, and what the manifest says of it, from which `restore` makes values again.

    Args:
        values: float32, of any shape.
        kind: `float32`, `float16`, `uint8` or `uint16`.
    """
    if kind == "float32":
        return values, {}
    about = {"dtype": kind, "original_dtype": "float32"}
    if kind == "float16":
        return values.astype(np.float16), about
    if kind not in LEVELS:
        raise PlainfilmError("weights cannot be stored so", received=kind, expected="float32, float16, uint8 or uint16")
    low, high = float(values.min()), float(values.max())
    if low == high:
        return np.zeros(values.shape, kind), about | {"min": low, "scale": 1.0}
    scale = (high - low) / LEVELS[kind]
    if low <= 0 <= high:  # one of the levels is zero itself, so that what is padded with zeros stays so
        low = -np.round(-low / scale) * scale
        high = LEVELS[kind] * scale + low
    stored = np.round((values.astype(np.float64).clip(low, high) - low) / scale).astype(kind)
    return stored, about | {"min": float(low), "scale": scale}


def restore(stored: Any, about: dict[str, Any]) -> Any:
    """The float32 values that TensorFlow.js makes of what is stored."""
    if "scale" not in about:
        return stored.astype(np.float32)
    return (stored * about["scale"] + about["min"]).astype(np.float32)
