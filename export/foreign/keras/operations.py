"""TensorFlow and Keras operations between the layers of a saved Keras model, by the names under which they are saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from keras import ops

Operation = Callable[..., Any]


def _number(value: Any) -> Any:
    """A number or a list of them as an array; tensors as they are."""
    return np.asarray(value, np.float32) if isinstance(value, list | int | float) else value


def _two(operation: Operation) -> Operation:
    def apply(x: Any, y: Any = None, **_: Any) -> Any:
        return operation(_number(x), _number(y))

    return apply


def _one(operation: Operation, *kept: str) -> Operation:
    def apply(x: Any = None, **options: Any) -> Any:
        for other in ("features", "logits", "input_tensor", "input", "tensor"):  # TensorFlow's names for x
            x = options.pop(other) if x is None and other in options else x
        return operation(x, **{key: options[key] for key in kept if options.get(key) is not None})

    return apply


def _bias_add(value: Any, bias: Any = None, **_: Any) -> Any:
    return value + _number(bias)


def _get_item(x: Any, key: Any = None, slice_spec: Any = None, **_: Any) -> Any:
    spec = slice_spec if key is None else key
    return x[tuple(_slice(each) for each in spec)] if isinstance(spec, list) else x[_slice(spec)]


def _slice(spec: Any) -> Any:
    """A slice as Keras saves it: Keras 2 and 3 differ."""
    if isinstance(spec, dict):
        if spec.get("class_name") == "__ellipsis__":
            return Ellipsis
        spec = spec.get("config", spec)
        return slice(spec.get("start"), spec.get("stop"), spec.get("step"))
    return Ellipsis if spec in ("...", "Ellipsis") else spec


def _reduced(operation: Operation) -> Operation:
    def apply(x: Any = None, axis: Any = None, keepdims: bool = False, **options: Any) -> Any:
        x = options.get("input_tensor") if x is None else x
        return operation(x, axis=tuple(axis) if isinstance(axis, list) else axis, keepdims=bool(keepdims))

    return apply


def _clip(x: Any, clip_value_min: float = 0.0, clip_value_max: float = 1.0, **options: Any) -> Any:
    low, high = options.get("x_min", clip_value_min), options.get("x_max", clip_value_max)
    return ops.clip(x, low, high)


def _concat(values: Any, axis: int = -1, **_: Any) -> Any:
    return ops.concatenate(values, axis)


def _reshape(tensor: Any, shape: Any = None, newshape: Any = None, **_: Any) -> Any:
    return ops.reshape(tensor, tuple(shape or newshape))


def _cast(x: Any, dtype: Any = "float32", **_: Any) -> Any:
    name = dtype if isinstance(dtype, str) else "float32"
    return x if name.startswith(("float", "mixed", "bfloat")) else ops.cast(x, name)


# TensorFlow's, from Keras 2 (TFOpLambda and SlicingOpLambda), by `function`.
TENSORFLOW: dict[str, Operation] = {
    **dict.fromkeys(("math.truediv", "math.divide", "divide", "truediv", "__operators__.truediv"), _two(ops.divide)),
    **dict.fromkeys(("math.subtract", "subtract", "__operators__.sub"), _two(ops.subtract)),
    **dict.fromkeys(("math.multiply", "multiply", "__operators__.mul"), _two(ops.multiply)),
    **dict.fromkeys(("math.add", "add", "__operators__.add"), _two(ops.add)),
    **dict.fromkeys(("math.maximum", "maximum"), _two(ops.maximum)),
    **dict.fromkeys(("math.minimum", "minimum"), _two(ops.minimum)),
    "math.add_n": lambda inputs, **_: sum(inputs[1:], inputs[0]),
    "nn.bias_add": _bias_add,
    "nn.relu": _one(ops.relu),
    "nn.relu6": _one(ops.relu6),
    **dict.fromkeys(("nn.sigmoid", "math.sigmoid", "sigmoid"), _one(ops.sigmoid)),
    **dict.fromkeys(("nn.tanh", "math.tanh", "tanh"), _one(ops.tanh)),
    **dict.fromkeys(("nn.silu", "nn.swish"), _one(ops.silu)),
    **dict.fromkeys(("nn.softmax", "math.softmax"), _one(ops.softmax, "axis")),
    "nn.elu": _one(ops.elu),
    **dict.fromkeys(("math.reduce_mean", "reduce_mean"), _reduced(ops.mean)),
    **dict.fromkeys(("math.reduce_max", "reduce_max"), _reduced(ops.max)),
    **dict.fromkeys(("math.reduce_sum", "reduce_sum"), _reduced(ops.sum)),
    **dict.fromkeys(("math.square", "square"), _one(ops.square)),
    **dict.fromkeys(("math.sqrt", "sqrt"), _one(ops.sqrt)),
    **dict.fromkeys(("math.abs", "abs"), _one(ops.abs)),
    **dict.fromkeys(("math.exp", "exp"), _one(ops.exp)),
    **dict.fromkeys(("math.negative", "negative"), _one(ops.negative)),
    "clip_by_value": _clip,
    "concat": _concat,
    "reshape": _reshape,
    "cast": _cast,
    **dict.fromkeys(("identity", "stop_gradient", "convert_to_tensor"), _one(lambda x: x)),
    **dict.fromkeys(("__operators__.getitem", "_slice_helper"), _get_item),
    **dict.fromkeys(("expand_dims",), _one(ops.expand_dims, "axis")),
    **dict.fromkeys(("squeeze",), _one(ops.squeeze, "axis")),
}

# Keras 3's own, where a legacy .h5 names them as if they were layers.
KERAS: dict[str, Operation] = {
    **dict.fromkeys(("TrueDivide", "Divide"), TENSORFLOW["math.truediv"]),
    "Subtract": TENSORFLOW["math.subtract"],
    "Multiply": TENSORFLOW["math.multiply"],
    "Add": TENSORFLOW["math.add"],
    "Maximum": TENSORFLOW["math.maximum"],
    "Minimum": TENSORFLOW["math.minimum"],
    "GetItem": _get_item,
    "Relu": TENSORFLOW["nn.relu"],
    "Relu6": TENSORFLOW["nn.relu6"],
    "Sigmoid": TENSORFLOW["nn.sigmoid"],
    "Silu": TENSORFLOW["nn.silu"],
    "Tanh": TENSORFLOW["nn.tanh"],
    "Negative": TENSORFLOW["math.negative"],
    "Cast": _cast,
}

# Those of Keras 3 with settings of their own, which are kept in the layer's configuration.
WITH_SETTINGS: dict[str, Operation] = {
    "Mean": _reduced(ops.mean),
    "Max": _reduced(ops.max),
    "Stack": lambda x, axis=0, **_: ops.stack(x, axis),
    "Concatenate": _concat,
    "Reshape": _reshape,
    "Transpose": lambda x, axes=None, **_: ops.transpose(x, axes),
    "ExpandDims": _one(ops.expand_dims, "axis"),
    "Squeeze": _one(ops.squeeze, "axis"),
    "LeakyRelu": _one(ops.leaky_relu, "negative_slope"),
    "Clip": _clip,
}
