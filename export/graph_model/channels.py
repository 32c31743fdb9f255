"""Weights in 256 levels with a scale for each channel, for TensorFlow.js, which knows one scale for a whole weight.

The weight becomes a product in the graph, of its levels in uint8 and the channels' scales in float32: any TensorFlow.js computes it as it is,
and the page multiplies once, as it loads the network (site_template/src/engine/tensorflow/fold.ts).
"""

from __future__ import annotations

from typing import Any

from tensorflow.core.framework import types_pb2
from tensorflow.python.framework import tensor_util

from export.graph_model.quantisation import BY_CHANNEL, by_channel, kind_of

LEVELS, SCALE = "/levels", "/scale"


def split_by_channel(graph_def: Any, stored_as: dict[str, list[str]]) -> None:
    """Replaces each constant that is to be stored so by a product of two, the first of which `write_weights` stores in uint8."""
    for node in [each for each in graph_def.node if each.op == "Const"]:
        tensor = node.attr["value"].tensor
        if tensor.dtype != types_pb2.DT_FLOAT or kind_of(node.name, stored_as) != BY_CHANNEL:
            continue
        for name, values in zip((LEVELS, SCALE), by_channel(tensor_util.MakeNdarray(tensor)), strict=True):
            part = graph_def.node.add(name=node.name + name, op="Const")
            part.attr["dtype"].type = types_pb2.DT_FLOAT
            part.attr["value"].tensor.CopyFrom(tensor_util.make_tensor_proto(values))
        node.op = "Mul"
        node.input[:] = [node.name + LEVELS, node.name + SCALE]
        node.attr.clear()
        node.attr["T"].type = types_pb2.DT_FLOAT
