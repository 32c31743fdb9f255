"""Reading a frozen graph into our own steps, operation by operation: what a model without Keras's layers is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from export.foreign.frozen import Frozen
from export.network.steps import IMAGE, FoldError, Network, Step

# Operations one after the other, each with its weights and options.
Parts = list[tuple[str, dict[str, Any], dict[str, Any]]]


def read_graph(frozen: Frozen, tensor: str) -> Network:
    """The steps from the picture to a tensor of a graph.

    Raises:
        FoldError: There is an operation on the way that has no step.
    """
    shape = frozen.image_tensor.shape.as_list()[1:]
    if None in shape:
        raise FoldError("the graph cannot be written out", received=f"an input {shape}", expected="a fixed size")
    reader = _Reader(frozen)
    last = reader.read(frozen.graph.get_tensor_by_name(tensor))
    steps = reader.steps
    if steps and len(steps[-1].shape) != 1:
        steps.append(Step(f"{last}_flat", "reshape", (last,), (int(np.prod(steps[-1].shape)),)))
    return Network(tuple(shape), tuple(steps))


class _Reader:
    def __init__(self, frozen: Frozen) -> None:
        self.graph, self.image = frozen.graph, frozen.image_tensor
        self.steps: list[Step] = []
        self.names: dict[Any, str] = {self.image.ref(): IMAGE}
        self.moving = self._dependent()

    def _dependent(self) -> set[Any]:
        """The tensors that depend on the picture, not on the size of it alone."""
        reached, waiting = {self.image.ref()}, [self.image]
        while waiting:
            for operation in waiting.pop().consumers():
                if operation.type in ("Shape", "ShapeN", "Size", "Rank"):
                    continue
                new = [each for each in operation.outputs if each.ref() not in reached]
                reached |= {each.ref() for each in new}
                waiting += new
        return reached

    def read(self, result: Any) -> str:
        """Adds the steps that make a tensor; returns the name of the last one."""
        waiting = [result]
        while waiting:
            tensor = waiting[-1]
            if tensor.ref() in self.names:
                waiting.pop()
                continue
            if tensor.op.type == "IdentityN":  # around operations with a gradient of their own
                source = tensor.op.inputs[tensor.value_index]
                if source.ref() in self.names:
                    self.names[tensor.ref()] = self.names[source.ref()]
                else:
                    waiting.append(source)
                continue
            picks = _picks(tensor.op)
            inputs = [each for each in tensor.op.inputs if each.ref() in self.moving] if picks is None else [picks[0]]
            missing = [each for each in inputs if each.ref() not in self.names]
            if missing:
                waiting += missing
            else:
                self._add(tensor, inputs)
        return self.names[result.ref()]

    def _add(self, tensor: Any, inputs: list[Any]) -> None:
        operation = tensor.op
        rule = RULES.get(operation.type)
        shape = tensor.shape.as_list()[1:] if tensor.shape.rank else [None]
        try:
            if rule is None or None in shape or not inputs or tensor is not operation.outputs[0]:
                raise _UnknownError
            parts = rule(operation, self)
        except _UnknownError:
            raise FoldError(
                "the graph cannot be written out",
                received=f"operation {operation.type}, node {operation.name!r}, output {shape}",
                expected=f"operations out of {', '.join(sorted(RULES))}",
            ) from None
        names = [self.names[each.ref()] for each in inputs]
        for number, (op, weights, options) in enumerate(parts):
            name = operation.name if number == len(parts) - 1 else f"{operation.name}/{op}"
            sides = options.pop("shape", shape)
            weights = {key: np.asarray(value, np.float64) for key, value in weights.items()}
            self.steps.append(Step(name, op, tuple(names), tuple(sides), weights, options))
            names = [name]
        self.names[tensor.ref()] = names[0]

    def value(self, tensor: Any) -> Any:
        """What a tensor is that does not depend on the picture."""
        if tensor.ref() in self.moving:
            raise _UnknownError
        value = tf.get_static_value(tensor)
        if value is None:
            with tf.compat.v1.Session(graph=self.graph) as session:
                value = session.run(tensor)
        return np.asarray(value)

    def is_moving(self, tensor: Any) -> bool:
        """Whether a tensor depends on the picture."""
        return tensor.ref() in self.moving


class _UnknownError(Exception):
    """The operation, or how it is set, has no step."""


def _sliding(operation: Any) -> dict[str, Any]:
    if operation.get_attr("data_format") != b"NHWC":
        raise _UnknownError
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


def _conv(operation: Any, reader: _Reader) -> Parts:
    kernel, options = reader.value(operation.inputs[1]), _sliding(operation)
    options["dilation"] = tuple(operation.get_attr("dilations")[1:3])
    options["groups"] = operation.inputs[0].shape[-1] // kernel.shape[2]
    return [*_padded(operation, options), ("conv", {"kernel": kernel}, options)]


def _depthwise(operation: Any, reader: _Reader) -> Parts:
    kernel, options = reader.value(operation.inputs[1]), _sliding(operation)
    options["dilation"] = tuple(operation.get_attr("dilations")[1:3])
    return [*_padded(operation, options), ("depthwise", {"kernel": kernel}, options)]


def _dense(operation: Any, reader: _Reader) -> Parts:
    kernel = reader.value(operation.inputs[1])
    if operation.get_attr("transpose_a"):
        raise _UnknownError
    return [("dense", {"kernel": kernel.T if operation.get_attr("transpose_b") else kernel}, {})]


def _pool(op: str) -> Callable[..., Parts]:
    def rule(operation: Any, reader: _Reader) -> Parts:
        _, rows, columns, channels = operation.get_attr("ksize")
        if channels != 1:
            raise _UnknownError
        options = _sliding(operation)
        if options["padding"] == "EXPLICIT":
            raise _UnknownError
        return [(op, {}, {"size": (rows, columns), **options})]

    return rule


def _batch_normalization(operation: Any, reader: _Reader) -> Parts:
    if operation.get_attr("is_training") or operation.get_attr("data_format") != b"NHWC":
        raise _UnknownError
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
        raise _UnknownError
    return array.reshape(-1)


def _bias(operation: Any, reader: _Reader) -> Parts:
    if operation.get_attr("data_format") != b"NHWC":
        raise _UnknownError
    return _affine(1.0, reader.value(operation.inputs[1]), operation.outputs[0].shape[-1])


def _two(
    op: str, left: Callable[[Any], tuple[Any, Any]], right: Callable[[Any], tuple[Any, Any]]
) -> Callable[..., Parts]:
    """An operation of two: a step where both depend on the picture; scale and shift of the other where one does not."""

    def rule(operation: Any, reader: _Reader) -> Parts:
        first, second = operation.inputs
        if reader.is_moving(first) and reader.is_moving(second):
            if op == "divide":
                raise _UnknownError
            return [(op, {}, {})]
        value = reader.value(first if reader.is_moving(second) else second).astype(np.float64)
        return _affine(*(right if reader.is_moving(first) else left)(value), operation.outputs[0].shape[-1])

    return rule


def _no(value: Any) -> tuple[Any, Any]:
    raise _UnknownError


def _minimum(operation: Any, reader: _Reader) -> Parts:
    first, second = operation.inputs
    if reader.is_moving(first) and reader.is_moving(second):
        return [("minimum", {}, {})]
    value = reader.value(first if reader.is_moving(second) else second)
    if value.size != 1:
        raise _UnknownError
    return [("activation", {}, {"function": "at_most", "value": float(value.reshape(()))})]


def _maximum(operation: Any, reader: _Reader) -> Parts:
    first, second = operation.inputs
    if reader.is_moving(first) and reader.is_moving(second):
        return [("maximum", {}, {})]
    if (reader.value(first if reader.is_moving(second) else second) != 0).any():
        raise _UnknownError
    return [("activation", {}, {"function": "relu"})]


def _function(name: str) -> Callable[..., Parts]:
    return lambda operation, reader: [("activation", {}, {"function": name})]


def _leaky(operation: Any, reader: _Reader) -> Parts:
    return [("activation", {}, {"function": "leaky_relu", "negative_slope": float(operation.get_attr("alpha"))})]


def _over_the_map(op: str) -> Callable[..., Parts]:
    def rule(operation: Any, reader: _Reader) -> Parts:
        axes = sorted(int(axis) % 4 for axis in reader.value(operation.inputs[1]).reshape(-1))
        if operation.inputs[0].shape.rank != 4 or axes != [1, 2]:
            raise _UnknownError
        return [(op, {}, {})]

    return rule


def _pad(operation: Any, reader: _Reader) -> Parts:
    around = reader.value(operation.inputs[1])
    value = reader.value(operation.inputs[2]) if len(operation.inputs) > 2 else 0
    if around.shape != (4, 2) or around[[0, 3]].any() or np.any(value):
        raise _UnknownError
    return [("zero_pad", {}, {"around": tuple(map(tuple, around[1:3].tolist()))})]


def _concatenate(operation: Any, reader: _Reader) -> Parts:
    *values, axis = operation.inputs
    if not all(reader.is_moving(each) for each in values):
        raise _UnknownError
    axis = int(reader.value(axis)) % values[0].shape.rank
    if axis == 0:
        raise _UnknownError
    return [("concatenate", {}, {"axis": axis})]


def _strided_slice(operation: Any, reader: _Reader) -> Parts:
    """x[..., ::-1], the order of colours that some networks want."""
    strides = reader.value(operation.inputs[3])
    same = operation.inputs[0].shape.as_list()[1:] == operation.outputs[0].shape.as_list()[1:]
    if not same or strides[-1] != -1 or (strides[:-1] != 1).any():
        raise _UnknownError
    return [("reverse", {}, {})]


def _reverse(operation: Any, reader: _Reader) -> Parts:
    if [int(axis) % 4 for axis in reader.value(operation.inputs[1]).reshape(-1)] != [3]:
        raise _UnknownError
    return [("reverse", {}, {})]


def _pack(operation: Any, reader: _Reader) -> Parts:
    """The channels one by one, put together in the same order or the other way round."""
    picks = _picks(operation)
    if picks is None:
        raise _UnknownError
    source, channels = picks
    if channels not in (list(range(source.shape[-1])), list(range(source.shape[-1]))[::-1]):
        raise _UnknownError
    return [] if channels[0] == 0 else [("reverse", {}, {})]


def _picks(operation: Any) -> tuple[Any, list[int]] | None:
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


def _reshape(operation: Any, reader: _Reader) -> Parts:
    return [("reshape", {}, {})]


def _as_it_is(operation: Any, reader: _Reader) -> Parts:
    kind = operation.inputs[0].dtype
    if not (kind.is_floating and operation.outputs[0].dtype.is_floating):
        raise _UnknownError
    return []


def _upsample(name: str) -> Callable[..., Parts]:
    def rule(operation: Any, reader: _Reader) -> Parts:
        if operation.get_attr("align_corners") or not operation.get_attr("half_pixel_centers"):
            raise _UnknownError
        return [("upsample", {}, {"interpolation": name})]

    return rule


_added = _two("add", lambda left: (1.0, left), lambda right: (1.0, right))
_divided = _two("divide", _no, lambda right: (1 / right, 0.0))

# TensorFlow's operation → the steps that it becomes.
RULES: dict[str, Callable[[Any, _Reader], Parts]] = {
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
