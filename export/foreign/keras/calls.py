"""The calls of layers in a saved Keras model: Keras 2, TensorFlow.js and Keras 3 write them differently."""

from __future__ import annotations

from typing import Any

import numpy as np


def listed(entries: Any) -> list[Any]:
    """`["input", 0, 0]` or a list of such."""
    return [entries] if entries and isinstance(entries[0], str) else list(entries)


Call = tuple[list[Any], dict[str, Any]]


class Reference(tuple[str, int]):
    """The output of a layer's call: its name and the number of the call."""

    __slots__ = ()


def call_of(node: Any) -> Call:
    """The arguments of one call of a layer, with references for tensors: Keras 2 and 3 write them differently."""
    if isinstance(node, dict):
        return _resolved(node["args"]), _resolved(node.get("kwargs", {}))
    entries = listed(node)
    # Keras 2 writes `1 - x` as a call with a constant.
    tensors = [entry[2] if entry[0] == "_CONSTANT_VALUE" else Reference((entry[0], int(entry[1]))) for entry in entries]
    options = {key: _referenced(value) for key, value in (entries[0][3] if len(entries[0]) > 3 else {}).items()}
    options.pop("name", None)
    return [tensors[0] if len(tensors) == 1 else tensors], options


def _referenced(value: Any) -> Any:
    """Keras 2: `["layer", 0, 0]` among the options of an operation is a tensor."""
    if (
        isinstance(value, list)
        and len(value) == 3
        and isinstance(value[0], str)
        and all(isinstance(each, int) for each in value[1:])
    ):
        return Reference((value[0], value[1]))
    return [_referenced(each) for each in value] if isinstance(value, list) else value


def _resolved(value: Any) -> Any:
    """Keras 3: tensors are dictionaries."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            name, call, _ = value["config"]["keras_history"]
            return Reference((name, call))
        if value.get("class_name") in ("__tensor__", "__numpy__"):
            return np.asarray(value["config"]["value"], value["config"].get("dtype", "float32"))
        return {key: _resolved(each) for key, each in value.items()}
    return [_resolved(each) for each in value] if isinstance(value, list) else value


def references(value: Any) -> set[tuple[str, int]]:
    """All outputs that arguments refer to."""
    if isinstance(value, Reference):
        return {(value[0], value[1])}
    if isinstance(value, dict):
        value = list(value.values())
    return set().union(*(references(each) for each in value)) if isinstance(value, list | tuple) else set()


def filled(value: Any, outputs: dict[tuple[str, int], Any]) -> Any:
    """The arguments with the outputs themselves in the place of references."""
    if isinstance(value, Reference):
        return outputs[value[0], value[1]]
    if isinstance(value, dict):
        return {key: filled(each, outputs) for key, each in value.items()}
    return [filled(each, outputs) for each in value] if isinstance(value, list) else value
