"""What each TensorFlow operation becomes: one or more of `export.network.run.OPERATIONS`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import tensorflow as tf

# Operations one after the other, each with its weights and options.
Parts = list[tuple[str, dict[str, Any], dict[str, Any]]]


class Reader(Protocol):
    """What a rule asks of tensors."""

    def value(self, tensor: Any) -> Any:
        """What a tensor is that does not depend on the picture; raises UnknownError where it does."""

    def is_moving(self, tensor: Any) -> bool:
        """Whether a tensor depends on the picture."""


class UnknownError(Exception):
    """The operation, or how it is set, has no step."""


def _sliding(operation: Any) -> dict[str, Any]:
    if operation.get_attr("data_format") != b"NHWC":
        raise UnknownError
    _, rows, columns, _ = operation.get_attr("strides")
    return {"strides": (rows, columns), "padding": operation.get_attr("padding").decode()}


def _padded(operation: Any, options: dict[str, Any]) -> Parts:
    """A step of zeros around the map, where the operation brings its own padding."""
    if options["padding"] != "EXPLICIT":
        return []
    around = np.reshape(operation.get_attr("explicit_paddings"), (4, 2))[1:3].tolist()
    options["padding"] = "VALID"
    height, width, channels = operation.inputs[0].shape.as_list()[1:]
    shape = (height + sum(around[0]), width + sum(around[1]), channels)
    return [("zero_pad", {}, {"around": tuple(map(tuple, around)), "shape": shape})]


def _conv(operation: Any, reader: Reader) -> Parts:
    kernel, options = reader.value(operation.inputs[1]), _sliding(operation)
    options["dilation"] = tuple(operation.get_attr("dilations")[1:3])
    options["groups"] = operation.inputs[0].shape[-1] // kernel.shape[2]
    return [*_padded(operation, options), ("conv", {"kernel": kernel}, options)]


def _depthwise(operation: Any, reader: Reader) -> Parts:
    kernel, options = reader.value(operation.inputs[1]), _sliding(operation)
    options["dilation"] = tuple(operation.get_attr("dilations")[1:3])
    return [*_padded(operation, options), ("depthwise", {"kernel": kernel}, options)]


def _dense(operation: Any, reader: Reader) -> Parts:
    kernel = reader.value(operation.inputs[1])
    if operation.get_attr("transpose_a"):
        raise UnknownError
    return [("dense", {"kernel": kernel.T if operation.get_attr("transpose_b") else kernel}, {})]


def _pool(op: str) -> Callable[..., Parts]:
    def rule(operation: Any, reader: Reader) -> Parts:
        _, rows, columns, channels = operation.get_attr("ksize")
        if channels != 1:
            raise UnknownError
        options = _sliding(operation)
        if options["padding"] == "EXPLICIT":
            raise UnknownError
        return [(op, {}, {"size": (rows, columns), **options})]

    return rule


def _batch_normalization(operation: Any, reader: Reader) -> Parts:
    if operation.get_attr("is_training") or operation.get_attr("data_format") != b"NHWC":
        raise UnknownError
    gamma, beta, mean, variance = (reader.value(each).astype(np.float64) for each in operation.inputs[1:5])
    scale = gamma / np.sqrt(variance + operation.get_attr("epsilon"))
    return [("affine", {"scale": scale, "shift": beta - mean * scale}, {})]


def _affine(scale: Any, shift: Any, channels: int) -> Parts:
    return [("affine", {"scale": _per_channel(scale, channels), "shift": _per_channel(shift, channels)}, {})]


def _per_channel(value: Any, channels: int) -> Any:
    array = np.asarray(value, np.float64)
    if array.size == 1:
        return array.reshape(())
    if array.size != array.shape[-1] or array.size != channels:
        raise UnknownError
    return array.reshape(-1)


def _bias(operation: Any, reader: Reader) -> Parts:
    if operation.get_attr("data_format") != b"NHWC":
        raise UnknownError
    return _affine(1.0, reader.value(operation.inputs[1]), operation.outputs[0].shape[-1])


def _two(
    op: str, left: Callable[[Any], tuple[Any, Any]], right: Callable[[Any], tuple[Any, Any]]
) -> Callable[..., Parts]:
    """An operation of two: a step where both depend on the picture; scale and shift of the other where one does not."""

    def rule(operation: Any, reader: Reader) -> Parts:
        first, second = operation.inputs
        if reader.is_moving(first) and reader.is_moving(second):
            if op == "divide":
                raise UnknownError
            return [(op, {}, {})]
        value = reader.value(first if reader.is_moving(second) else second).astype(np.float64)
        return _affine(*(right if reader.is_moving(first) else left)(value), operation.outputs[0].shape[-1])

    return rule


def _no(value: Any) -> tuple[Any, Any]:
    raise UnknownError


def _minimum(operation: Any, reader: Reader) -> Parts:
    first, second = operation.inputs
    if reader.is_moving(first) and reader.is_moving(second):
        return [("minimum", {}, {})]
    value = reader.value(first if reader.is_moving(second) else second)
    if value.size != 1:
        raise UnknownError
    return [("activation", {}, {"function": "at_most", "value": float(value.reshape(()))})]


def _maximum(operation: Any, reader: Reader) -> Parts:
    first, second = operation.inputs
    if reader.is_moving(first) and reader.is_moving(second):
        return [("maximum", {}, {})]
    if (reader.value(first if reader.is_moving(second) else second) != 0).any():
        raise UnknownError
    return [("activation", {}, {"function": "relu"})]


def _function(name: str) -> Callable[..., Parts]:
    return lambda operation, reader: [("activation", {}, {"function": name})]


def _leaky(operation: Any, reader: Reader) -> Parts:
    return [("activation", {}, {"function": "leaky_relu", "negative_slope": float(operation.get_attr("alpha"))})]


def _over_the_map(op: str) -> Callable[..., Parts]:
    def rule(operation: Any, reader: Reader) -> Parts:
        axes = sorted(int(axis) % 4 for axis in reader.value(operation.inputs[1]).reshape(-1))
        if operation.inputs[0].shape.rank != 4 or axes != [1, 2]:
            raise UnknownError
        return [(op, {}, {})]

    return rule


def _pad(operation: Any, reader: Reader) -> Parts:
    around = reader.value(operation.inputs[1])
    value = reader.value(operation.inputs[2]) if len(operation.inputs) > 2 else 0
    if around.shape != (4, 2) or around[[0, 3]].any() or np.any(value):
        raise UnknownError
    return [("zero_pad", {}, {"around": tuple(map(tuple, around[1:3].tolist()))})]


def _concatenate(operation: Any, reader: Reader) -> Parts:
    *values, axis = operation.inputs
    if not all(reader.is_moving(each) for each in values):
        raise UnknownError
    axis = int(reader.value(axis)) % values[0].shape.rank
    if axis == 0:
        raise UnknownError
    return [("concatenate", {}, {"axis": axis})]


def _strided_slice(operation: Any, reader: Reader) -> Parts:
    """x[..., ::-1], the order of colours that some networks want."""
    strides = reader.value(operation.inputs[3])
    same = operation.inputs[0].shape.as_list()[1:] == operation.outputs[0].shape.as_list()[1:]
    if not same or strides[-1] != -1 or (strides[:-1] != 1).any():
        raise UnknownError
    return [("reverse", {}, {})]


def _reverse(operation: Any, reader: Reader) -> Parts:
    if [int(axis) % 4 for axis in reader.value(operation.inputs[1]).reshape(-1)] != [3]:
        raise UnknownError
    return [("reverse", {}, {})]


def _pack(operation: Any, reader: Reader) -> Parts:
    """The channels one by one, put together in the same order or the other way round."""
    found = picks(operation)
    if found is None:
        raise UnknownError
    source, channels = found
    if channels not in (list(range(source.shape[-1])), list(range(source.shape[-1]))[::-1]):
        raise UnknownError
    return [] if channels[0] == 0 else [("reverse", {}, {})]


def picks(operation: Any) -> tuple[Any, list[int]] | None:
    """The map whose single channels an operation packs, and which ones."""
    if operation.type != "Pack" or operation.get_attr("axis") not in (-1, 3):
        return None
    channels = []
    for each in operation.inputs:
        maker = each.op
        if maker.inputs[0] is not operation.inputs[0].op.inputs[0]:
            return None
        if maker.type == "Unpack" and maker.get_attr("axis") in (-1, 3):
            channels.append(each.value_index)
        elif maker.type == "StridedSlice" and each.shape.as_list()[1:] == maker.inputs[0].shape.as_list()[1:3]:
            begin = np.asarray(tf.get_static_value(maker.inputs[1])).reshape(-1)
            if maker.get_attr("shrink_axis_mask") != 1 << (len(begin) - 1):
                return None
            channels.append(int(begin[-1]) % maker.inputs[0].shape[-1])
        else:
            return None
    return operation.inputs[0].op.inputs[0], channels


def _reshape(operation: Any, reader: Reader) -> Parts:
    return [("reshape", {}, {})]


def _as_it_is(operation: Any, reader: Reader) -> Parts:
    kind = operation.inputs[0].dtype
    if not (kind.is_floating and operation.outputs[0].dtype.is_floating):
        raise UnknownError
    return []


def _upsample(name: str) -> Callable[..., Parts]:
    def rule(operation: Any, reader: Reader) -> Parts:
        if operation.get_attr("align_corners") or not operation.get_attr("half_pixel_centers"):
            raise UnknownError
        return [("upsample", {}, {"interpolation": name})]

    return rule


_added = _two("add", lambda left: (1.0, left), lambda right: (1.0, right))
_divided = _two("divide", _no, lambda right: (1 / right, 0.0))

# TensorFlow's operation → the steps that it becomes.
RULES: dict[str, Callable[[Any, Reader], Parts]] = {
    "Conv2D": _conv,
    "DepthwiseConv2dNative": _depthwise,
    "MatMul": _dense,
    "BiasAdd": _bias,
    "FusedBatchNorm": _batch_normalization,
    "FusedBatchNormV2": _batch_normalization,
    "FusedBatchNormV3": _batch_normalization,
    "Add": _added,
    "AddV2": _added,
    "Sub": _two("subtract", lambda left: (-1.0, left), lambda right: (1.0, -right)),
    "Mul": _two("multiply", lambda left: (left, 0.0), lambda right: (right, 0.0)),
    "RealDiv": _divided,
    "Div": _divided,
    "Neg": lambda operation, reader: [("affine", {"scale": -1.0, "shift": 0.0}, {})],
    "Minimum": _minimum,
    "Maximum": _maximum,
    "Relu": _function("relu"),
    "Relu6": _function("relu6"),
    "LeakyRelu": _leaky,
    "Elu": _function("elu"),
    "Selu": _function("selu"),
    "Sigmoid": _function("sigmoid"),
    "Tanh": _function("tanh"),
    "Softplus": _function("softplus"),
    "Softmax": _function("softmax"),
    "MaxPool": _pool("max_pool"),
    "AvgPool": _pool("average_pool"),
    "Mean": _over_the_map("global_average"),
    "Max": _over_the_map("global_max"),
    "Pad": _pad,
    "PadV2": _pad,
    "ConcatV2": _concatenate,
    "Pack": _pack,
    "StridedSlice": _strided_slice,
    "ReverseV2": _reverse,
    "ResizeBilinear": _upsample("bilinear"),
    "ResizeNearestNeighbor": _upsample("nearest"),
    "Reshape": _reshape,
    "Squeeze": _reshape,
    "ExpandDims": _reshape,
    "Identity": _as_it_is,
    "StopGradient": _as_it_is,
    "PreventGradient": _as_it_is,
    "Cast": _as_it_is,
}
