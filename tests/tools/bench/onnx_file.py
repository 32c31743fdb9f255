"""A folded network as an ONNX file of float32, for onnxruntime-web: protobuf's wire format by hand, as no package that writes ONNX fits TensorFlow's.

The fields are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (IR 8, operators of version 13).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from export.network.steps import IMAGE, Network, Step
from plainfilm.errors import PlainfilmError

IR, OPERATORS = 8, 13
FLOAT, INT64 = 1, 7
# Of a film [1, height, width, channels] and of what ONNX convolves, [1, channels, height, width].
TO_CHANNELS_FIRST = (0, 3, 1, 2)
AXES = {0: 0, 1: 2, 2: 3, 3: 1}


def onnx_file(network: Network) -> bytes:
    """The network from one film to its logits: input `image`, output `logits`.

    Raises:
        PlainfilmError: It has an operation that is not written here.
    """
    graph = _Graph()
    graph.node("Transpose", [IMAGE], "channels_first", perm=TO_CHANNELS_FIRST)
    names = {IMAGE: "channels_first"}
    for step in network.steps:
        if step.op not in OPERATIONS:
            raise PlainfilmError(
                "the network cannot be written as ONNX here",
                received=f"{step.op} in {step.name}",
                expected=", ".join(OPERATIONS),
            )
        names[step.name] = OPERATIONS[step.op](graph, step, [names[each] for each in step.inputs])
    graph.node("Identity", [names[network.steps[-1].name]], "logits")
    parts = [_bytes(2, b"network"), *graph.parts]
    parts += [
        _bytes(11, _value(IMAGE, (1, *network.shape))),
        _bytes(12, _value("logits", (1, *network.steps[-1].shape))),
    ]
    return _number(1, IR) + _bytes(7, b"".join(parts)) + _bytes(8, _bytes(1, b"") + _number(2, OPERATORS))


class _Graph:
    """The fields of a GraphProto: nodes and the weights that they name."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def node(self, operator: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        fields = [*(_bytes(1, name.encode()) for name in inputs), _bytes(2, output.encode())]
        fields += [_bytes(3, output.encode()), _bytes(4, operator.encode())]
        fields += [_bytes(5, _attribute(name, value)) for name, value in attributes.items()]
        self.parts.append(_bytes(1, b"".join(fields)))
        return output

    def weight(self, name: str, values: Any) -> str:
        array = np.asarray(values)
        kind = INT64 if array.dtype.kind == "i" else FLOAT
        raw = np.ascontiguousarray(array, "<i8" if kind == INT64 else "<f4").tobytes()
        dims = b"".join(_number(1, side) for side in array.shape)
        self.parts.append(_bytes(5, dims + _number(2, kind) + _bytes(8, name.encode()) + _bytes(9, raw)))
        return name


def _conv(graph: _Graph, step: Step, inputs: list[str]) -> str:
    kernel = step.weights["kernel"]
    if step.op == "depthwise":  # [rows, columns, channels, multiplier]: each channel's own, one after the other
        rows, columns, channels, multiplier = kernel.shape
        kernel, groups = kernel.reshape(rows, columns, 1, channels * multiplier), channels
    else:
        groups = step.options["groups"]
    given = [*inputs, graph.weight(f"{step.name}/kernel", kernel.transpose(3, 2, 0, 1))]
    if step.weights.get("bias") is not None:
        given.append(graph.weight(f"{step.name}/bias", step.weights["bias"]))
    options = {"strides": step.options["strides"], "dilations": step.options["dilation"], "group": groups}
    return graph.node("Conv", given, step.name, auto_pad=_padding(step), kernel_shape=kernel.shape[:2], **options)


def _dense(graph: _Graph, step: Step, inputs: list[str]) -> str:
    weights = [graph.weight(f"{step.name}/{name}", step.weights[name]) for name in ("kernel", "bias")]
    return graph.node("Gemm", [*inputs, *weights], step.name)


def _affine(graph: _Graph, step: Step, inputs: list[str]) -> str:
    shape = (-1, 1, 1) if len(step.shape) == 3 else (-1,)
    scale, shift = (
        graph.weight(f"{step.name}/{name}", np.asarray(step.weights[name]).reshape(shape))
        for name in ("scale", "shift")
    )
    return graph.node("Add", [graph.node("Mul", [*inputs, scale], f"{step.name}/scaled"), shift], step.name)


def _activation(graph: _Graph, step: Step, inputs: list[str]) -> str:
    function = step.options["function"]
    if function == "relu":
        return graph.node("Relu", inputs, step.name)
    if function != "relu6":
        raise PlainfilmError("the network cannot be written as ONNX here", received=function, expected="relu or relu6")
    ends = [graph.weight(f"{step.name}/{end}", np.float32(end)) for end in (0, 6)]
    return graph.node("Clip", [*inputs, *ends], step.name)


def _standardise(graph: _Graph, step: Step, inputs: list[str]) -> str:
    axes, name = [AXES[axis] for axis in step.options["axes"]], step.name
    mean = graph.node("ReduceMean", inputs, f"{name}/mean", axes=axes, keepdims=1)
    centred = graph.node("Sub", [*inputs, mean], f"{name}/centred")
    squared = graph.node("Mul", [centred, centred], f"{name}/squared")
    variance = graph.node("ReduceMean", [squared], f"{name}/variance", axes=axes, keepdims=1)
    more = graph.node(
        "Add", [variance, graph.weight(f"{name}/epsilon", np.float32(step.options["epsilon"]))], f"{name}/more"
    )
    return graph.node("Div", [centred, graph.node("Sqrt", [more], f"{name}/spread")], name)


def _pool(operator: str) -> Callable[[_Graph, Step, list[str]], str]:
    def write(graph: _Graph, step: Step, inputs: list[str]) -> str:
        options = {"kernel_shape": step.options["size"], "strides": step.options["strides"]}
        return graph.node(operator, inputs, step.name, auto_pad=_padding(step), **options)

    return write


def _zero_pad(graph: _Graph, step: Step, inputs: list[str]) -> str:
    (top, bottom), (left, right) = step.options["around"]
    around = graph.weight(f"{step.name}/around", np.array([0, 0, top, left, 0, 0, bottom, right]))
    return graph.node("Pad", [*inputs, around], step.name)


def _global_average(graph: _Graph, step: Step, inputs: list[str]) -> str:
    mean = graph.node("GlobalAveragePool", inputs, f"{step.name}/mean")
    return mean if len(step.shape) == 3 else graph.node("Flatten", [mean], step.name)


def _add(graph: _Graph, step: Step, inputs: list[str]) -> str:
    total = inputs[0]
    for number, each in enumerate(inputs[1:], 1):
        total = graph.node("Add", [total, each], step.name if number == len(inputs) - 1 else f"{step.name}/{number}")
    return total


OPERATIONS: dict[str, Callable[[_Graph, Step, list[str]], str]] = {
    "conv": _conv,
    "depthwise": _conv,
    "dense": _dense,
    "affine": _affine,
    "activation": _activation,
    "standardise": _standardise,
    "average_pool": _pool("AveragePool"),
    "max_pool": _pool("MaxPool"),
    "zero_pad": _zero_pad,
    "global_average": _global_average,
    "add": _add,
}


def _padding(step: Step) -> str:
    return "SAME_UPPER" if step.options["padding"] == "SAME" else "VALID"


def _value(name: str, shape: Sequence[int]) -> bytes:
    """A ValueInfoProto of float32."""
    sides = b"".join(_bytes(1, _number(1, side)) for side in shape)
    return _bytes(1, name.encode()) + _bytes(2, _bytes(1, _number(1, FLOAT) + _bytes(2, sides)))


def _attribute(name: str, value: Any) -> bytes:
    """An AttributeProto: text, a whole number, or several."""
    if isinstance(value, str):
        return _bytes(1, name.encode()) + _bytes(4, value.encode()) + _number(20, 3)
    if isinstance(value, int):
        return _bytes(1, name.encode()) + _number(3, value) + _number(20, 2)
    return _bytes(1, name.encode()) + b"".join(_number(8, int(each)) for each in value) + _number(20, 7)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, data: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    """Seven bits at a time, the lowest first."""
    groups = []
    while value > 127:
        groups.append(value & 127 | 128)
        value >>= 7
    return struct.pack(f"{len(groups) + 1}B", *groups, value)
