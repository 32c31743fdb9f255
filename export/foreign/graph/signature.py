"""Which tensors of a graph are the picture and the result: by its signature, or by its ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from export.foreign.model import ForeignError
from export.graph_model.edit import node_of

# Names of what object detection gives.
BOXES = ("box", "detection", "postprocessor", "bbox", "anchor")
DETECTION = "a model that finds objects and their boxes, not one that says what the whole picture is"
CLASSIFY = "a model that gives one number for each class of the whole picture"
TRAIN_CLASSIFIER = "train a model for image classification (AutoML: single-label classification), and export that"


def one_image(graph_def: Any, inputs: Any, file: Path) -> str:
    """The node of the one input.

    Args:
        graph_def: The graph.
        inputs: The signature's, as TensorFlow writes them in JSON; empty if there is none.
        file: For messages.

    Raises:
        ForeignError: There is none, or more than one.
    """
    placeholders = [node.name for node in graph_def.node if node.op == "Placeholder"]
    names = sorted({node_of(entry.get("name", key)) for key, entry in inputs.items()}) or placeholders
    if len(names) != 1:
        raise several_inputs(file, names)
    _check_there(names[0], graph_def, file)
    return names[0]


def _check_there(node: str, graph_def: Any, file: Path) -> None:
    if node not in {each.name for each in graph_def.node}:
        raise ForeignError(
            f"{file} has a signature that names no part of its network",
            received=f"{node!r}, which is not among its {len(graph_def.node):,} nodes",
            expected="the picture and the result by the names of their nodes",
            next_step="export the model again with tensorflowjs_converter",
        )


def several_inputs(file: Path, names: list[str]) -> ForeignError:
    """The error for any number of inputs but one."""
    return ForeignError(
        f"{file} takes {'no picture' if not names else 'more than a picture'}",
        received=f"inputs {', '.join(names) or '–'}",
        expected="one input, the picture",
        next_step="export a model that takes one picture",
    )


def one_result(graph_def: Any, outputs: Any, file: Path) -> str:
    """The tensor with a number for each class.

    Raises:
        ForeignError: The model finds boxes, or it has several outputs of which none is that one.
    """
    shapes = {
        str(entry.get("name", key)): [
            int(each.get("size", -1)) for each in (entry.get("tensorShape") or {}).get("dim", [])
        ]
        for key, entry in outputs.items()
    }
    if not shapes:
        used = {node_of(name) for node in graph_def.node for name in node.input}
        ends = [
            node for node in graph_def.node if node.name not in used and node.op not in ("Const", "NoOp", "Placeholder")
        ]
        shapes = {f"{node.name}:0": [] for node in ends}
    refuse_boxes(shapes, file)
    by_name = {node.name: node for node in graph_def.node}
    names = [_tensor(name) for name in shapes]
    if len(names) > 1:
        names = _classes(names, by_name) or names
    if len(names) == 1:
        _check_there(node_of(names[0]), graph_def, file)
    else:
        raise several_results(file, [f"{name} {shape}" for name, shape in shapes.items()])
    return names[0]


def several_results(file: Path, names: list[str]) -> ForeignError:
    """The error for any number of outputs but one."""
    return ForeignError(
        f"{file} gives {'nothing' if not names else 'more than one result'}",
        received=f"outputs {', '.join(names) or '–'}",
        expected="one output, a number for each class",
        next_step="export the model with that output alone",
    )


def refuse_boxes(shapes: dict[str, list[int]], file: Path) -> None:
    """Refuses object detection.

    Args:
        shapes: Output → its shape, empty where that is not known.
        file: For messages.

    Raises:
        ForeignError: An output gives boxes.
    """
    four = len(shapes) > 1 and any(shape[-1:] == [4] for shape in shapes.values())
    named = any(part in name.lower() for name in shapes for part in BOXES)
    if four or named:
        raise ForeignError(
            f"{file} is {DETECTION}",
            received=f"outputs {', '.join(f'{name} {shape}' if shape else name for name, shape in shapes.items())}",
            expected=CLASSIFY,
            next_step=TRAIN_CLASSIFIER,
        )


def _classes(names: list[str], by_name: dict[str, Any]) -> list[str]:
    """Out of several outputs the one that a softmax or sigmoid makes, if there is just one."""
    found = []
    for name in names:
        node = by_name.get(node_of(name))
        while node is not None and node.op in ("Identity", "Squeeze", "Reshape") and node.input:
            node = by_name.get(node_of(node.input[0]))
        if node is not None and node.op in ("Softmax", "Sigmoid"):
            found.append(name)
    return found if len(found) == 1 else []


def _tensor(name: str) -> str:
    return name if ":" in name else f"{name}:0"
