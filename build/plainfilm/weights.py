"""The weights that a bundle's model.json lists, held against its shards by their sizes: no byte of them is read for it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from plainfilm.errors import PlainfilmError

# Bytes of a stored value. TensorFlow.js knows strings and complex numbers too; no network that reads pictures stores any.
STORED = {"float32": 4, "int32": 4, "bool": 1, "uint8": 1, "uint16": 2, "float16": 2}
# A constant's type in the graph, and what a manifest calls it.
CONSTANTS = {
    "DT_FLOAT": {"float32"},
    "DT_HALF": {"float16", "float32"},
    "DT_BFLOAT16": {"float32"},
    "DT_DOUBLE": {"float32"},
    "DT_INT32": {"int32"},
    "DT_INT64": {"int32"},
    "DT_BOOL": {"bool"},
    "DT_UINT8": {"uint8", "int32"},
}
MOST_DIMENSIONS, LARGEST_SIDE = 8, 2**31 - 1


class WeightsError(PlainfilmError):
    """model.json and its shards do not belong together."""


def shards_of(model: Mapping[str, Any]) -> list[str]:
    """Names of the shards, in the order in which they are to be joined.

    Raises:
        WeightsError: There is no list of them.
    """
    try:
        shards = [path for group in model["weightsManifest"] for path in group["paths"]]
    except (KeyError, TypeError):
        raise WeightsError("model.json is not a TensorFlow.js model", expected="a weightsManifest") from None
    if not all(isinstance(path, str) for path in shards):
        raise WeightsError("model.json names shards that are no files", received=str(shards)[:80], expected="names")
    return shards


def check_weights(model: Mapping[str, Any], sizes: Mapping[str, int]) -> None:
    """Checks that each group's weights take as many bytes as its shards have, and that the graph's constants are of their types.

    Args:
        model: A graph model's model.json.
        sizes: Bytes of each of the bundle's files.

    Raises:
        WeightsError: They do not; names the weight, or says how many bytes there should be.
    """
    shards_of(model)
    types: dict[str, str] = {}
    for group in model["weightsManifest"]:
        weights = group.get("weights")
        if not isinstance(weights, list):
            raise WeightsError("model.json lists no weights for its shards", received=str(weights)[:80])
        expected = sum(_bytes_of(weight) for weight in weights)
        for weight in weights:
            if weight["name"] in types:
                raise WeightsError("model.json lists a weight twice", received=weight["name"][:80])
            types[weight["name"]] = weight["dtype"]
        received = sum(sizes.get(path, 0) for path in group["paths"])
        if received != expected:
            raise WeightsError(
                f"the shards {', '.join(group['paths'])[:80]} are too {'long' if received > expected else 'short'}",
                received=f"{received:,} bytes",
                expected=f"{expected:,} bytes for the {len(weights)} weights that model.json lists",
            )
    _check_constants(model, types)


def check_signature(model: Mapping[str, Any]) -> None:
    """Checks that the graph says what goes in and what comes out.

    Raises:
        WeightsError: It does not.
    """
    signature = model.get("signature")
    for side, names in (("inputs", ("image",)), ("outputs", ("logit", "probability"))):
        found = signature.get(side) if isinstance(signature, dict) else None
        if not isinstance(found, dict) or not all(isinstance(found.get(name), dict) for name in names):
            raise WeightsError(
                f"model.json has no {side} of a bundle's network",
                received=str(found)[:80],
                expected=", ".join(names),
            )


def _bytes_of(weight: Any) -> int:
    """Bytes that a weight takes in its shards."""
    if not isinstance(weight, dict) or not isinstance(weight.get("name"), str):
        raise WeightsError("model.json lists a weight without a name", received=str(weight)[:80])
    name, shape, quantised = weight["name"][:80], weight.get("shape"), weight.get("quantization") or {}
    sides = shape if isinstance(shape, list) else [None]
    if len(sides) > MOST_DIMENSIONS or not all(type(side) is int and 0 <= side <= LARGEST_SIDE for side in sides):
        raise WeightsError(
            f"the weight {name} has a shape that is none",
            received=str(shape)[:80],
            expected=f"a list of at most {MOST_DIMENSIONS} whole numbers",
        )
    stored = quantised.get("dtype", weight.get("dtype")) if isinstance(quantised, dict) else None
    for kind in (weight.get("dtype"), stored):
        if not isinstance(kind, str) or kind not in STORED:
            raise WeightsError(
                f"the weight {name} has a type that is not known", received=str(kind)[:80], expected=", ".join(STORED)
            )
    for key in ("scale", "min"):
        number = quantised.get(key, 0)
        if type(number) not in (int, float) or not math.isfinite(number):
            raise WeightsError(
                f"the weight {name} has a quantisation without numbers", received=f"{key} {number!r}"[:80]
            )
    return math.prod(sides) * STORED[str(stored)]


def _check_constants(model: Mapping[str, Any], types: Mapping[str, str]) -> None:
    """Constants without weights, and weights of another type than their constant, end the engine or mislead it."""
    topology = model.get("modelTopology")
    nodes = topology.get("node") if isinstance(topology, dict) else None
    if not isinstance(nodes, list) or not all(isinstance(node, dict) for node in nodes):
        raise WeightsError("model.json holds no network", received=str(topology)[:80], expected="a TensorFlow graph")
    names = [node.get("name") for node in nodes]
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise WeightsError("model.json has nodes without a name of their own")
    for node in nodes:
        if node.get("op") != "Const" or node["name"] not in types:
            continue
        attributes = node.get("attr")
        kind = attributes.get("dtype") if isinstance(attributes, dict) else None
        known = CONSTANTS.get(str(kind.get("type")) if isinstance(kind, dict) else "")
        if known is not None and types[node["name"]] not in known:
            raise WeightsError(
                f"the weight {node['name'][:80]} is of another type than the network says",
                received=types[node["name"]],
                expected=" or ".join(sorted(known)),
            )
