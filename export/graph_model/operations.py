"""Which operations TensorFlow.js has, by the page's own copy of it."""

from __future__ import annotations

import re
from typing import Any

from export.graph_model.chance import draws, refuse_chance
from export.graph_model.errors import ConversionError
from plainfilm.node import workspace

LISTS = "node_modules/@tensorflow/tfjs-converter/dist/operations/op_list"


def supported() -> frozenset[str]:
    """TensorFlow's names of the operations that the npm package @tensorflow/tfjs-converter knows."""
    texts = [path.read_text("utf-8") for path in (workspace() / LISTS).glob("*.js")]
    names = frozenset(re.findall(r"'tfOpName': '(\w+)'", "".join(texts)))
    if "Conv2D" not in names:
        raise ConversionError("cannot find TensorFlow.js's list of operations", received=str(workspace() / LISTS))
    return names


def check_operations(graph_def: Any) -> None:
    """Asks that TensorFlow.js has every operation of the graph.

    Raises:
        ConversionError: It lacks some, or the graph draws random numbers; the nodes, and so the layers, are named.
    """
    nodes = [*graph_def.node, *(node for each in graph_def.library.function for node in each.node_def)]
    refuse_chance([node for node in nodes if draws(node)])
    known = supported()
    lacking: dict[str, list[str]] = {}
    for node in nodes:
        if node.op not in known:
            lacking.setdefault(node.op, []).append(node.name)
    if lacking:
        raise ConversionError(
            "TensorFlow.js lacks operations of the graph: " + ", ".join(sorted(lacking)),
            received="; ".join(f"{op} at {_some(names)}" for op, names in sorted(lacking.items())),
            expected="operations that https://www.tensorflow.org/js/guide/conversion allows",
            next_step="replace the layer of that name by others, and save the model again",
        )


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
