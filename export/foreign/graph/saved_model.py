"""Opening a SavedModel: the signature that it serves, of TensorFlow 2 or 1, frozen."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from textwrap import shorten
from typing import Any

import tensorflow as tf

from export.foreign.graph.frozen import Frozen, does_more, freeze, touches
from export.foreign.graph.signature import refuse_boxes, several_inputs, several_results
from export.foreign.model import ForeignError
from export.graph_model.edit import node_of
from plainfilm.errors import PlainfilmError

AGAIN = "copy or export the whole folder again: model.export('folder')"
FILLS_TABLE = ("InitializeTableFromTextFile", "InitializeTableFromTextFileV2")
# What every SavedModel has to write and read its variables.
SAVER = ("SaveV2", "RestoreV2", "ShardedFilename", "MergeV2Checkpoints")
PREFERRED = ("serving_default", "serve", "predict", "default")


def open_saved_model(file: Path) -> Frozen:
    """The graph of the SavedModel whose `saved_model.pb` this is.

    Raises:
        ForeignError: It is damaged, or does not serve a function of one picture.
    """
    folder = file.parent
    _check(file)
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            loaded = tf.saved_model.load(str(folder))
    except Exception as error:  # TensorFlow raises whatever its readers raise
        raise ForeignError(
            f"{folder} cannot be loaded",
            received=f"{type(error).__name__}: {shorten(str(error), 400)}",
            expected="a whole SavedModel: saved_model.pb and variables/",
            next_step=AGAIN,
        ) from None
    function = _signature(loaded, folder)
    inputs = _given(function)
    names = [f"{each.name} {each.dtype.name} {each.shape}" for each in inputs]
    if len(inputs) == 1 and inputs[0].dtype == tf.string:
        raise ForeignError(
            f"{folder} takes encoded files, not pixels",
            received=names[0],
            expected="an input [n, height, width, channels]",
            next_step="export it for TensorFlow.js, or without the decoding of pictures",
        )
    if len(inputs) != 1:
        raise several_inputs(folder, names)
    outputs = function.structured_outputs
    outputs = outputs if isinstance(outputs, dict) else dict(enumerate(tf.nest.flatten(outputs)))
    refuse_boxes({str(key): _shape(each) for key, each in outputs.items()}, folder)
    chosen = _result(outputs)
    if chosen is None and len(outputs) == 1:
        ((key, only),) = outputs.items()
        raise ForeignError(
            f"{folder} gives no number for each class",
            received=f"output {key} {only.dtype.name} {_shape(only)}",
            expected="probabilities or logits, as floating-point numbers",
            next_step="export the model without what chooses among the classes, such as argmax",
        )
    if chosen is None:
        raise several_results(folder, [f"{key} {each.dtype.name} {_shape(each)}" for key, each in outputs.items()])
    try:
        if len(outputs) > 1:
            function = _with_output(function, chosen)
        return freeze(function, folder)
    except PlainfilmError:
        raise
    except Exception as error:
        raise ForeignError(
            f"the network of {folder} cannot be frozen",
            received=f"{type(error).__name__}: {shorten(str(error), 400)}",
            expected="a signature without state",
            next_step=AGAIN,
        ) from None


def _given(function: Any) -> list[Any]:
    """What a caller gives: variables, and constants such as the mean of a Normalization layer, come in behind that."""
    return list(function.inputs[: len(function.inputs) - len(function.captured_inputs)])


def _signature(loaded: Any, folder: Path) -> Any:
    signatures = dict(loaded.signatures)
    for name in PREFERRED:
        if name in signatures:
            return signatures[name]
    usable = [each for name, each in signatures.items() if not name.startswith("_") and "train" not in name]
    if len(usable) == 1:
        return usable[0]
    raise ForeignError(
        f"{folder} does not say what to call",
        received=f"signatures {', '.join(sorted(signatures)) or '–'}",
        expected="the signature serving_default, with one picture in and one number for each class out",
        next_step="export it with model.export('folder'), or tf.saved_model.save(…, signatures=…)",
    )


def _result(outputs: dict[str, Any]) -> Any:
    """The one output, or the one that is called probabilities, scores or logits."""
    numbers = {key: each for key, each in outputs.items() if each.dtype.is_floating}
    if len(numbers) == 1:
        return next(iter(numbers))
    for name in ("probabilities", "scores", "logits"):
        if name in numbers:
            return name
    return None


def _with_output(function: Any, key: Any) -> Any:
    """The function with one of its outputs alone."""
    (spec,) = [tf.TensorSpec(each.shape, each.dtype) for each in _given(function)]
    (argument,) = function.structured_input_signature[1] or [None]

    def call(image: Any) -> Any:
        outputs = function(**{argument: image}) if argument is not None else function(image)
        return (outputs if isinstance(outputs, dict) else dict(enumerate(tf.nest.flatten(outputs))))[key]

    return tf.function(call, input_signature=[spec], autograph=False).get_concrete_function()


def _shape(tensor: Any) -> list[int]:
    return [] if tensor.shape.rank is None else [-1 if side is None else side for side in tensor.shape.as_list()]


def _check(file: Path) -> None:
    """Looks at all operations before TensorFlow loads, and thereby runs, any.

    Raises:
        ForeignError: It is damaged, or reads or writes files, or runs Python.
    """
    from google.protobuf import text_format
    from tensorflow.core.protobuf import saved_model_pb2

    saved = saved_model_pb2.SavedModel()
    try:
        if file.suffix == ".pbtxt":
            text_format.Parse(file.read_text("utf-8"), saved)
        else:
            saved.ParseFromString(file.read_bytes())
    except Exception as error:  # protobuf's and Unicode's
        raise ForeignError(
            f"{file} is damaged", received=f"{type(error).__name__}: {error}", expected="a SavedModel", next_step=AGAIN
        ) from None
    if not saved.meta_graphs:
        raise ForeignError(f"{file} holds no network", received=f"{file.stat().st_size:,} bytes", next_step=AGAIN)
    for graph in saved.meta_graphs:
        assets = {node_of(each.tensor_info.name) for each in graph.asset_file_def}
        whole = all((file.parent / "assets" / each.filename).is_file() for each in graph.asset_file_def)
        for nodes in (graph.graph_def.node, *(each.node_def for each in graph.graph_def.library.function)):
            # A table that is filled from a file of the model's own, for the names of classes mostly, may lie beside the network.
            known = {node.name for node in nodes if node.op == "Const"} - assets if whole else None
            for node in nodes:
                fills = node.op in FILLS_TABLE and known is not None and node_of(node.input[1]) not in known
                if touches(node) and node.op not in SAVER and not (assets and fills):
                    raise does_more(file, node)
