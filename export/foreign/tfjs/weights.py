"""The weights of a TensorFlow.js model: the shards that `weightsManifest` lists, as arrays."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from export.foreign.files.container import inside
from export.foreign.model import ForeignError

# How each type is stored.
STORED = {"float32": "<f4", "int32": "<i4", "bool": "?", "uint8": "u1", "uint16": "<u2", "float16": "<f2"}

# Where the converters cut: every shard but the last of a group has so many bytes.
SHARD = 4 * 1024 * 1024

AGAIN = "download or export the model again, and keep its files together"


def read_weights(model_json: Path, manifest: Any) -> dict[str, Any]:
    """Weight name → array.

    Raises:
        ForeignError: A shard is missing, too short, too long or elsewhere, or the manifest is not one.
    """
    if not isinstance(manifest, list) or not manifest:
        raise ForeignError(
            f"{model_json} lists no weights",
            received=f"weightsManifest: {str(manifest)[:80]}",
            expected="a list of shards and of the weights in them",
            next_step=AGAIN,
        )
    arrays: dict[str, Any] = {}
    try:
        for group in manifest:
            arrays |= _read_group(model_json, [str(path) for path in group["paths"]], list(group["weights"]))
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise ForeignError(
            f"{model_json} has a weightsManifest that cannot be read",
            received=f"{type(error).__name__}: {error}",
            expected="name, shape and dtype of each weight, and the paths of the shards",
            next_step=AGAIN,
        ) from None
    return arrays


def _read_group(model_json: Path, names: list[str], weights: list[Any]) -> dict[str, Any]:
    paths = [inside(model_json.parent, name, model_json) for name in names]
    sizes = [path.stat().st_size for path in paths]
    strings = any(each["dtype"] == "string" for each in weights)  # whose lengths only the data say
    expected = sum(_bytes_of(each) for each in weights if each["dtype"] != "string")
    if sum(sizes) < expected if strings else sum(sizes) != expected:
        odd = [path for path, size in zip(paths[:-1], sizes[:-1], strict=True) if size != SHARD]
        what = odd[0] if odd else paths[-1] if paths else model_json
        others = f"{sum(sizes):,} bytes in its {len(paths)} shards" if len(paths) > 1 else f"{sum(sizes):,} bytes"
        raise ForeignError(
            f"{what} is too {'short' if sum(sizes) < expected else 'long'}",
            received=others,
            expected=f"{expected:,} bytes for the {len(weights)} weights that {model_json.name} lists",
            next_step=AGAIN,
        )
    data = b"".join(path.read_bytes() for path in paths)
    arrays, offset = {}, 0
    for weight in weights:
        if weight["dtype"] == "string":
            arrays[str(weight["name"])], offset = _strings(data, offset, weight)
        else:
            size = _bytes_of(weight)
            arrays[str(weight["name"])] = _array(data[offset : offset + size], weight)
            offset += size
    return arrays


def _stored_as(weight: Any) -> np.dtype[Any]:
    name = weight.get("quantization", {}).get("dtype", weight["dtype"])
    if name not in STORED:
        raise ForeignError(
            f"weight {weight['name']!r} has a type that is not known",
            received=repr(name),
            expected=", ".join(STORED),
            next_step="export the model again, without quantisation or with another one",
        )
    return np.dtype(STORED[name])


def _bytes_of(weight: Any) -> int:
    if any(int(side) < 0 for side in weight["shape"]):
        raise ValueError(f"shape {weight['shape']} of {weight['name']!r}")
    return math.prod(int(side) for side in weight["shape"]) * _stored_as(weight).itemsize


def _array(data: bytes, weight: Any) -> Any:
    """One weight as it is used: what was quantised is float again."""
    stored = np.frombuffer(data, _stored_as(weight))
    quantised = weight.get("quantization", {})
    scale, low = quantised.get("scale"), quantised.get("min")
    values = stored if scale is None else stored.astype(np.float64) * scale + low
    if weight["dtype"] == "int32":
        values = np.rint(values).astype(np.int32)
    elif weight["dtype"] in ("float32", "float16"):
        values = values.astype(np.float32)
    return values.reshape(weight["shape"])


def _strings(data: bytes, offset: int, weight: Any) -> tuple[Any, int]:
    """Strings, each after its length in four bytes."""
    values = []
    for _ in range(math.prod(weight["shape"])):
        length = int.from_bytes(data[offset : offset + 4], "little")
        values.append(data[offset + 4 : offset + 4 + length])
        offset += 4 + length
        if offset > len(data):
            raise ValueError(f"the strings of {weight['name']!r} go on behind the end of the shards")
    return np.array(values, object).reshape(weight["shape"]), offset
