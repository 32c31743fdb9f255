"""The constants of a graph → bytes and their manifest, as TensorFlow.js reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from tensorflow.python.framework import tensor_util

from export.graph_model.errors import ConversionError
from export.graph_model.quantisation import BY_CHANNEL, kind_of, quantise

SHARD_BYTES = 4 * 1024 * 1024  # what browsers cache of one file
# JavaScript has one type for each of these.
NARROWED = {"float16": "float32", "float64": "float32", "int64": "int32", "complex128": "complex64"}
STORED = {"float32", "int32", "bool", "uint8", "complex64"}
# Where a constant's protobuf may hold its values.
VALUES = (
    "tensor_content", "half_val", "float_val", "double_val", "int_val", "string_val", "scomplex_val", "int64_val",
    "bool_val", "resource_handle_val", "variant_val", "uint32_val", "uint64_val",
)  # fmt: skip


def take_constants(graph_def: Any) -> dict[str, Any]:
    """Takes the values of all constants out of the graph, and gives them by name, in the graph's order."""
    values = {}
    for node in [*graph_def.node, *_of_functions(graph_def)]:
        if node.op == "Const":
            tensor = node.attr["value"].tensor
            values[node.name] = _in_javascript(node.name, tensor_util.MakeNdarray(tensor))
            for field in VALUES:
                tensor.ClearField(field)
    return values


def _of_functions(graph_def: Any) -> list[Any]:
    """The nodes of the graph's functions, with names that no other function's constants have."""
    nodes = []
    for function in graph_def.library.function:
        prefix = function.signature.name
        constants = {node.name for node in function.node_def if node.op == "Const"}
        for node in function.node_def:
            if node.name in constants:
                node.name = f"{prefix}/{node.name}"
            node.input[:] = [
                f"{prefix}/{reference}" if reference.partition(":")[0] in constants else reference
                for reference in node.input
            ]
            nodes.append(node)
    return nodes


def _in_javascript(name: str, value: Any) -> Any:
    if value.dtype.kind in "SUO":
        return value.astype(object)
    value = value.astype(NARROWED.get(value.dtype.name, value.dtype))
    if value.dtype.name not in STORED:
        raise ConversionError(
            "TensorFlow.js has no such numbers",
            received=f"{value.dtype.name} at {name}",
            expected=", ".join(sorted({*STORED, *NARROWED})),
        )
    return value


def write_weights(folder: Path, values: dict[str, Any], stored_as: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Writes `group1-shardNofM.bin` and returns the manifest; `stored_as` is as in `export.convert.convert`."""
    parts, entries = [], []
    for name, value in values.items():
        entry = {"name": name, "shape": list(value.shape), "dtype": value.dtype.name}
        if value.dtype == np.float32:
            value, about = _stored(value, kind_of(name, stored_as))
            if about:
                entry["quantization"] = about
        if value.dtype == object:
            entry["dtype"] = "string"
        parts.append(_bytes(value))
        entries.append(entry)
    data = b"".join(parts)
    count = -(-len(data) // SHARD_BYTES)
    paths = [f"group1-shard{number}of{count}.bin" for number in range(1, count + 1)]
    for number, path in enumerate(paths):
        (folder / path).write_bytes(data[number * SHARD_BYTES : (number + 1) * SHARD_BYTES])
    return [{"paths": paths, "weights": entries}]


def _stored(value: Any, kind: str) -> tuple[Any, dict[str, Any]]:
    if kind != BY_CHANNEL:
        return quantise(value, kind)
    if value.ndim == 1:  # the scales
        return value, {}
    about = {"dtype": "uint8", "original_dtype": "float32", "min": -128.0, "scale": 1.0}
    return (value + 128).astype(np.uint8), about


def _bytes(value: Any) -> bytes:
    """Little-endian, as all that TensorFlow runs on; a string follows its length in 32 bits."""
    if value.dtype != object:
        data: bytes = value.tobytes()
        return data
    texts = [text if isinstance(text, bytes) else text.encode() for text in value.reshape(-1)]
    return b"".join(len(text).to_bytes(4, "little") + text for text in texts)
