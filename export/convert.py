"""TensorFlow module → TensorFlow.js graph model: `model.json` and weight shards of at most 4 MiB.

    function ─freeze─▶ graph of constants ─optimise─▶ folded and fused ─take_constants─▶ model.json + shards

The Python package tensorflowjs did this once (docs/decisions.md says why it does not any more); the tests still hold this
code against it, byte for byte.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import tensorflow as tf
from google.protobuf.json_format import MessageToDict
from tensorflow.core.framework import types_pb2

from export.graph_model.chance import check_chance
from export.graph_model.channels import split_by_channel
from export.graph_model.errors import ConversionError
from export.graph_model.freeze import freeze
from export.graph_model.operations import check_operations
from export.graph_model.optimise import optimise
from export.graph_model.weights import take_constants, write_weights

__all__ = ["ConversionError", "convert", "convert_function"]


def convert(module: Any, folder: Path, stored_as: dict[str, list[str]]) -> None:
    """Writes `module.serve` into `folder` as a graph model.

    Args:
        module: A `tf.Module` whose `serve` is a `tf.function` with an input signature and a dict of outputs.
        folder: An existing folder.
        stored_as: Patterns of weight names for each storage type (`float16`, `uint8`, `uint8_by_channel`, `uint16`); the rest stays float32.

    Raises:
        ConversionError: The graph has operations that TensorFlow.js lacks.
    """
    convert_function(module.serve.get_concrete_function(), folder, stored_as)


def convert_function(function: Any, folder: Path, stored_as: dict[str, list[str]]) -> None:
    """The same for any concrete function, such as `model.signatures["serving_default"]`, of `model = tf.saved_model.load(FOLDER)`.

    The function does not keep the variables that it reads: whoever calls keeps `model` until this returns.
    """
    frozen = freeze(function)
    check_chance(frozen.graph_def, frozen.output_nodes)
    graph_def = optimise(frozen)
    check_operations(graph_def)
    split_by_channel(graph_def, stored_as)
    values = take_constants(graph_def)
    document = {
        "format": "graph-model",
        "generatedBy": tf.__version__,
        "convertedBy": "Plainfilm",
        "signature": {"inputs": _tensors(frozen.inputs), "outputs": _tensors(frozen.outputs)},
        "modelTopology": MessageToDict(graph_def),
        "weightsManifest": write_weights(folder, values, stored_as),
    }
    text = json.dumps(document, sort_keys=True, separators=(",", ":")) + "\n"
    (folder / "model.json").write_text(text, "utf-8")


def _tensors(named: dict[str, Any]) -> dict[str, Any]:
    """Of each tensor: its name in the graph, its type, its shape."""
    return {
        name: {
            "name": tensor.name,
            "dtype": types_pb2.DataType.Name(tensor.dtype.as_datatype_enum),
            "tensorShape": MessageToDict(tensor.shape.as_proto()),
        }
        for name, tensor in named.items()
    }
