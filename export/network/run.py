"""Running a network's steps by TensorFlow operations that TensorFlow.js has."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from export.network.steps import IMAGE, Network, Step

# Activations by Keras's names for them; `at_most` is the upper bound of a ReLU.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "relu": tf.nn.relu,
    "relu6": tf.nn.relu6,
    "leaky_relu": lambda x, negative_slope=0.2: tf.nn.leaky_relu(x, negative_slope),
    "elu": tf.nn.elu,
    "selu": tf.nn.selu,
    "sigmoid": tf.sigmoid,
    "hard_sigmoid": lambda x: tf.nn.relu6(x + 3.0) * (1 / 6),
    "silu": lambda x: x * tf.sigmoid(x),
    "hard_silu": lambda x: x * (tf.nn.relu6(x + 3.0) * (1 / 6)),
    "gelu": lambda x, approximate=False: _gelu(x, approximate=approximate),
    "tanh": tf.tanh,
    "softplus": tf.nn.softplus,
    "softmax": tf.nn.softmax,
    "at_most": lambda x, value: tf.minimum(x, value),
}


def run(network: Network, image: Any) -> dict[str, Any]:
    """The outputs of all steps by their names, for films `image`, float32 `[n, rows, columns, channels]` in 0-255."""
    values = {IMAGE: image}
    for step in network.steps:
        values[step.name] = OPERATIONS[step.op](step, *(values[name] for name in step.inputs))
    return values


def _conv(step: Step, x: Any) -> Any:
    groups = step.options["groups"]
    kernel, strides = step.weights["kernel"], step.options["strides"]

    def convolve(x: Any, kernel: Any) -> Any:
        return tf.nn.conv2d(x, kernel, strides, step.options["padding"], dilations=step.options["dilation"])

    if groups == 1:
        return _biased(step, convolve(x, kernel))
    # TensorFlow.js convolves no groups.
    pairs = zip(tf.split(x, groups, axis=-1), tf.split(kernel, groups, axis=-1), strict=True)
    return _biased(step, tf.concat([convolve(*pair) for pair in pairs], axis=-1))


def _depthwise(step: Step, x: Any) -> Any:
    strides = [1, *step.options["strides"], 1]
    padding, dilation = step.options["padding"], step.options["dilation"]
    return _biased(step, tf.nn.depthwise_conv2d(x, step.weights["kernel"], strides, padding, dilations=dilation))


def _dense(step: Step, x: Any) -> Any:
    kernel = step.weights["kernel"]
    if len(step.shape) == 1:
        return _biased(step, tf.matmul(x, kernel))
    rows = _biased(step, tf.matmul(tf.reshape(x, [-1, kernel.shape[0]]), kernel))
    return tf.reshape(rows, [-1, *step.shape])


def _biased(step: Step, x: Any) -> Any:
    bias = step.weights.get("bias")
    return x if bias is None else tf.nn.bias_add(x, bias)


def _affine(step: Step, x: Any) -> Any:
    scale, shift = step.weights["scale"], step.weights["shift"]
    x = x if (scale == 1).all() else x * scale
    return x if (shift == 0).all() else x + shift


def _activation(step: Step, x: Any) -> Any:
    options = dict(step.options)
    return FUNCTIONS[options.pop("function")](x, **options)


def _gelu(x: Any, *, approximate: bool) -> Any:
    if approximate:
        return 0.5 * x * (1.0 + tf.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))
    return 0.5 * x * (1.0 + tf.math.erf(x * math.sqrt(0.5)))


def _standardise(step: Step, x: Any) -> Any:
    axes = step.options["axes"]
    centred = x - tf.reduce_mean(x, axis=axes, keepdims=True)
    variance = tf.reduce_mean(tf.square(centred), axis=axes, keepdims=True)
    return centred * tf.math.rsqrt(variance + step.options["epsilon"])


def _max_pool(step: Step, x: Any) -> Any:
    return tf.nn.max_pool2d(x, step.options["size"], step.options["strides"], step.options["padding"])


def _average_pool(step: Step, x: Any) -> Any:
    return tf.nn.avg_pool2d(x, step.options["size"], step.options["strides"], step.options["padding"])


def _global_average(step: Step, x: Any) -> Any:
    return tf.reduce_mean(x, axis=[1, 2], keepdims=len(step.shape) == 3)


def _global_max(step: Step, x: Any) -> Any:
    return tf.reduce_max(x, axis=[1, 2], keepdims=len(step.shape) == 3)


def _reshape(step: Step, x: Any) -> Any:
    return tf.reshape(x, [-1, *step.shape])


def _zero_pad(step: Step, x: Any) -> Any:
    return tf.pad(x, [[0, 0], *step.options["around"], [0, 0]])


def _crop(step: Step, x: Any) -> Any:
    (top, _), (left, _) = step.options["around"]
    rows, columns, _ = step.shape
    return x[:, top : top + rows, left : left + columns]


def _upsample(step: Step, x: Any) -> Any:
    return tf.image.resize(x, step.shape[:2], method=step.options["interpolation"])


def _concatenate(step: Step, *inputs: Any) -> Any:
    return tf.concat(inputs, axis=step.options["axis"])


def _each_with_next(operation: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def combine(step: Step, first: Any, *others: Any) -> Any:
        for other in others:
            first = operation(first, other)
        return first

    return combine


_add = _each_with_next(lambda x, y: x + y)

OPERATIONS: dict[str, Callable[..., Any]] = {
    "conv": _conv,
    "depthwise": _depthwise,
    "dense": _dense,
    "affine": _affine,
    "activation": _activation,
    "standardise": _standardise,
    "max_pool": _max_pool,
    "average_pool": _average_pool,
    "global_average": _global_average,
    "global_max": _global_max,
    "reshape": _reshape,
    "zero_pad": _zero_pad,
    "crop": _crop,
    "upsample": _upsample,
    "reverse": lambda step, x: tf.reverse(x, [-1]),
    "concatenate": _concatenate,
    "add": _add,
    "subtract": _each_with_next(lambda x, y: x - y),
    "multiply": _each_with_next(lambda x, y: x * y),
    "average": lambda step, *inputs: _add(step, *inputs) * (1 / len(inputs)),
    "maximum": _each_with_next(tf.maximum),
    "minimum": _each_with_next(tf.minimum),
}
