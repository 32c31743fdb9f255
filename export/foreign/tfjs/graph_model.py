"""Opening a graph-model of TensorFlow.js: model.json holds a TensorFlow graph, the shards its constants.

TensorFlow.js fuses operations into ones that TensorFlow lacks, or has for some processors only: they are taken apart again.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import shorten
from typing import Any

import tensorflow as tf
from google.protobuf import json_format

from export.foreign.graph.frozen import Frozen, check_operations
from export.foreign.graph.signature import one_image, one_result
from export.foreign.model import ForeignError
from export.foreign.tfjs.weights import read_weights

# Fused operation → the one it begins with.
FUSED = {
    "_FusedConv2D": "Conv2D",
    "FusedConv2D": "Conv2D",
    "FusedDepthwiseConv2dNative": "DepthwiseConv2dNative",
    "_FusedDepthwiseConv2dNative": "DepthwiseConv2dNative",
    "_FusedMatMul": "MatMul",
    "FusedMatMul": "MatMul",
}
# What of its attributes the first operation keeps.
KEPT = {
    "Conv2D": ("T", "strides", "padding", "explicit_paddings", "data_format", "dilations", "use_cudnn_on_gpu"),
    "DepthwiseConv2dNative": ("T", "strides", "padding", "explicit_paddings", "data_format", "dilations"),
    "MatMul": ("T", "transpose_a", "transpose_b"),
}


def open_graph_model(model_json: Path, content: Any) -> Frozen:
    """The graph of a model.json whose content is given.

    Raises:
        ForeignError: It does not take one picture and give one result, its weights are not all there, or it has operations
            that TensorFlow does not.
    """
    graph_def = tf.compat.v1.GraphDef()
    try:
        json_format.ParseDict(content["modelTopology"], graph_def, ignore_unknown_fields=True)
    except (json_format.ParseError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ForeignError(
            f"{model_json} has a network that cannot be read",
            received=shorten(str(error), 400),
            expected="a TensorFlow graph",
            next_step="export the model again with tensorflowjs_converter",
        ) from None
    image, result = _ends(graph_def, content, model_json)
    _fill(graph_def, read_weights(model_json, content.get("weightsManifest")), model_json)
    graph_def = _unfused(graph_def)
    check_operations(graph_def, result, model_json)
    return Frozen(graph_def, image, result, model_json)


def _ends(graph_def: Any, content: Any, model_json: Path) -> tuple[str, str]:
    """The node of the input and the tensor of the result; newer converters write the signature elsewhere than older ones."""
    try:
        signature = content.get("signature") or (content.get("userDefinedMetadata") or {}).get("signature") or {}
        image = one_image(graph_def, signature.get("inputs") or {}, model_json)
        return image, one_result(graph_def, signature.get("outputs") or {}, model_json)
    except (AttributeError, TypeError, ValueError) as error:
        raise ForeignError(
            f"{model_json} has a signature that cannot be read",
            received=shorten(str(error), 400),
            expected="inputs and outputs with their names",
            next_step="export the model again with tensorflowjs_converter",
        ) from None


def _fill(graph_def: Any, arrays: dict[str, Any], file: Path) -> None:
    """Puts the weights into the constants."""
    for node in [*graph_def.node, *(each for function in graph_def.library.function for each in function.node_def)]:
        if node.op != "Const":
            continue
        if node.name in arrays:
            dtype = tf.dtypes.as_dtype(node.attr["dtype"].type) if node.attr["dtype"].type else None
            array = arrays[node.name]
            node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(array, dtype=dtype, shape=array.shape))
            node.attr["dtype"].type = node.attr["value"].tensor.dtype
        elif not node.attr["value"].HasField("tensor"):
            raise ForeignError(
                f"{file} lists no weights for a constant of its network",
                received=f"node {node.name!r}, {len(arrays)} weights",
                expected="weights for every constant",
                next_step="download or export the model again",
            )


def _unfused(graph_def: Any) -> Any:
    result = tf.compat.v1.GraphDef(versions=graph_def.versions, library=graph_def.library)
    for node in graph_def.node:
        if node.op in FUSED:
            result.node.extend(_parts(node))
        elif node.op == "Prelu":
            result.node.extend(_prelu(node.name, node.input[0], node.input[1], node.attr["T"].type or 1))
        else:
            result.node.add().CopyFrom(node)
    return result


def _parts(node: Any) -> list[Any]:
    """A fused node as a chain of plain ones, the last of them with its name."""
    op = FUSED[node.op]
    steps = [each.decode() for each in node.attr["fused_ops"].list.s]
    inputs = [each for each in node.input if not each.startswith("^")]
    dtype = node.attr["T"].type or tf.float32.as_datatype_enum
    first = tf.compat.v1.NodeDef(name=node.name if not steps else f"{node.name}/{op}", op=op, input=inputs[:2])
    for key in KEPT[op]:
        if key in node.attr:
            first.attr[key].CopyFrom(node.attr[key])
    first.attr["T"].type = dtype
    chain, more = [first], inputs[2:]
    for number, step in enumerate(steps):
        name = node.name if number == len(steps) - 1 else f"{node.name}/{step}"
        before = chain[-1].name
        if step in ("Prelu", "PRelu"):
            chain += _prelu(name, before, more.pop(0), dtype)
            continue
        added = tf.compat.v1.NodeDef(name=name, op=step, input=[before])
        added.attr["T"].type = dtype
        if step == "BiasAdd":
            added.input.append(more.pop(0))
            if "data_format" in node.attr and op != "MatMul":
                added.attr["data_format"].CopyFrom(node.attr["data_format"])
        elif step in ("FusedBatchNorm", "FusedBatchNormV3"):
            added.op = "FusedBatchNormV3"
            added.input.extend(more.pop(0) for _ in range(4))
            added.attr["U"].type = dtype
            added.attr["is_training"].b = False
            added.attr["epsilon"].f = node.attr["epsilon"].f
        elif step == "LeakyRelu":
            added.attr["alpha"].f = node.attr["leakyrelu_alpha"].f
        chain.append(added)
    return chain


def _prelu(name: str, x: str, alpha: str, dtype: int) -> list[Any]:
    """relu(x) - alpha · relu(-x)."""
    made = []

    def add(part: str, op: str, *inputs: str) -> str:
        node = tf.compat.v1.NodeDef(name=f"{name}/{part}" if part else name, op=op, input=inputs)
        node.attr["T"].type = dtype
        made.append(node)
        return str(node.name)

    below = add("scaled", "Mul", alpha, add("below", "Relu", add("negative", "Neg", x)))
    add("", "Sub", add("above", "Relu", x), below)
    return made
