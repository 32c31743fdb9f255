"""The heat map: HiResCAM of the positive class, with the gradient written out in forward operations.

HiResCAM (Draelos and Carin 2020, arXiv:2011.08891) multiplies the activations of the last convolution by the gradient
of the logit, value by value, and adds up the channels. For a network that is linear behind that layer but for ReLUs,
the map says exactly what each place adds to the logit. Where the logit is linear in the average of a feature map, the
gradient is the logit's weights, and the map is the class activation map of Zhou et al. (2016, arXiv:1512.04150).

TensorFlow.js graph models cannot be differentiated, and need not be: the gradient from the logit back to that layer is a
few comparisons, products and equalities, one rule for each operation (`GRADIENTS`). A network that has another operation
there has no heat map.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from export.network.steps import IMAGE, Network, Step

# Below this a map holds nothing positive worth showing; large enough for half-precision WebGL.
SMALLEST_PEAK = 1e-6

# What leaves the logit linear in the average of a map, and what lies between the last convolution's map and the head.
LINEAR = ("dense", "affine", "reshape")
BETWEEN = ("max_pool", "average_pool", "affine")


@dataclass(frozen=True)
class Head:
    """What lies between the explained feature map and the logits.

    Attributes:
        feature_map: The step that makes the map, or `IMAGE`.
        steps: The steps behind it, in their order, each with a row in `GRADIENTS`.
        missing: Why there can be no heat map; None where there is one.
    """

    feature_map: str
    steps: tuple[Step, ...]
    missing: str | None


def head_of(network: Network) -> Head:
    """Goes back from the logits to the map that is averaged, or else to the output of the last convolution and its activation."""
    by_name = {step.name: step for step in network.steps}
    step, behind = network.steps[-1], list[Step]()
    while not _explained(step, behind):
        before = by_name.get(step.inputs[0])
        if len(step.inputs) != 1 or not _has_rule(step, before):
            return Head(step.name, (), f"there is no rule for the gradient through {step.name!r} ({step.op})")
        if before is None:
            return Head(IMAGE, (), "there is no convolution before the logits")
        behind.append(step)
        step = before
    return Head(step.name, tuple(reversed(behind)), None)


def _explained(step: Step, behind: list[Step]) -> bool:
    """Whether the heat map is that of this step's output, with the steps that lie `behind` it, last first."""
    if len(step.shape) != 3:
        return False
    averaged = behind[-1].op == "global_average" and all(each.op in LINEAR for each in behind[:-1])
    return averaged or (step.op not in BETWEEN and step.shape[:2] != (1, 1))


def heat_map(head: Head, values: dict[str, Any], classes: int, positive: int) -> tuple[Any, Any]:
    """The map `[n, rows, columns]`, the largest value of each film 1, nothing below 0; and that value itself, `[n, 1, 1]`.

    The two multiplied are what each place adds to the logit: of two classes, to the difference of the logits.

    Args:
        head: Of the network, with a rule for all of it.
        values: The outputs of all steps, by their names.
        classes: How many logits there are. With two only their difference counts, so it is the difference that is explained.
        positive: The class that the map speaks of.
    """
    one_hot = np.eye(classes, dtype=np.float32)
    gradient: Any = one_hot[[positive]] - (one_hot[[1 - positive]] if classes == 2 else 0)
    for step in reversed(head.steps):
        gradient = GRADIENTS[step.op](step, gradient, values[step.inputs[0]], values[step.name])
    contribution = tf.nn.relu(tf.reduce_sum(values[head.feature_map] * gradient, axis=-1))
    peak = tf.maximum(tf.reduce_max(contribution, axis=[1, 2], keepdims=True), SMALLEST_PEAK)
    return contribution / peak, peak


# Derivatives of activations, from their input x and their output y.
DERIVATIVES: dict[str, Callable[..., Any]] = {
    "relu": lambda x, y: tf.cast(y > 0, tf.float32),
    "leaky_relu": lambda x, y, negative_slope=0.2: negative_slope + (1.0 - negative_slope) * tf.cast(x > 0, tf.float32),
    "relu6": lambda x, y: tf.cast(y > 0, tf.float32) * tf.cast(y < 6, tf.float32),
    "sigmoid": lambda x, y: y * (1.0 - y),
    "tanh": lambda x, y: 1.0 - y * y,
    "silu": lambda x, y: y + tf.sigmoid(x) * (1.0 - y),
    "elu": lambda x, y: tf.minimum(y, 0.0) + 1.0,
    "hard_silu": lambda x, y: (
        tf.nn.relu6(x + 3.0) * (1 / 6) + x * (1 / 6) * tf.cast(x > -3, tf.float32) * tf.cast(x < 3, tf.float32)
    ),
}


def _has_rule(step: Step, before: Step | None) -> bool:
    """Whether `GRADIENTS` holds for a step on the output of another."""
    shape = before.shape if before else ()
    match step.op:
        case "activation":
            return step.options["function"] in DERIVATIVES
        case "conv":
            return shape[:2] == (1, 1) and step.options["groups"] == 1 and step.weights["kernel"].shape[:2] == (1, 1)
        case "max_pool" | "average_pool":  # of windows that do not overlap; an average of padded ones is one of fewer
            size = tuple(step.options["size"])
            fits = all(side % each == 0 for side, each in zip(shape, size, strict=False))
            return size == tuple(step.options["strides"]) and (fits or step.op == "max_pool")
        case "affine":
            return shape == step.shape
        case _:
            return step.op in GRADIENTS


def _dense(step: Step, gradient: Any, x: Any, y: Any) -> Any:
    return tf.matmul(gradient, step.weights["kernel"], transpose_b=True)


def _conv_on_a_pixel(step: Step, gradient: Any, x: Any, y: Any) -> Any:
    kernel = tf.reshape(step.weights["kernel"], step.weights["kernel"].shape[2:])
    at_inputs = tf.matmul(tf.reshape(gradient, [-1, kernel.shape[1]]), kernel, transpose_b=True)
    return tf.reshape(at_inputs, [-1, 1, 1, kernel.shape[0]])


def _activation(step: Step, gradient: Any, x: Any, y: Any) -> Any:
    options = dict(step.options)
    return gradient * DERIVATIVES[options.pop("function")](x, y, **options)


def _affine(step: Step, gradient: Any, x: Any, y: Any) -> Any:
    return gradient * step.weights["scale"]


def _reshape(step: Step, gradient: Any, x: Any, y: Any) -> Any:
    return tf.reshape(gradient, [-1, *x.shape[1:]])


def _global_average(step: Step, gradient: Any, x: Any, y: Any) -> Any:
    """The same everywhere: `[n or 1, 1, 1, channels]`."""
    _, rows, columns, channels = x.shape
    return tf.reshape(gradient, [-1, 1, 1, channels]) / (rows * columns)


def _global_max(step: Step, gradient: Any, x: Any, y: Any) -> Any:
    largest = tf.cast(tf.equal(x, tf.reduce_max(x, axis=[1, 2], keepdims=True)), tf.float32)
    gradient = tf.reshape(gradient, [-1, 1, 1, x.shape[-1]])
    return largest * (gradient / tf.reduce_sum(largest, axis=[1, 2], keepdims=True))


def _max_pool(step: Step, gradient: Any, x: Any, y: Any) -> Any:
    """To the largest value of each window, shared between ties."""

    def carry(x: Any) -> Any:
        largest = tf.cast(tf.equal(x, _enlarged(step, y)), tf.float32)
        ties = size[0] * size[1] * tf.nn.avg_pool2d(largest, size, size, "VALID")
        return largest * _enlarged(step, gradient / ties)

    size = step.options["size"]
    # "same" pools pad with what is never the largest. Zeros do here as well: where one ties with the largest, that is
    # zero too and contributes nothing.
    return _on_whole_windows(step, carry, x)


def _average_pool(step: Step, gradient: Any, x: Any, y: Any) -> Any:
    rows, columns = step.options["size"]
    return _enlarged(step, gradient / (rows * columns))


def _enlarged(step: Step, values: Any) -> Any:
    """Each value as often as a window has places; a gradient that is the same everywhere stays as it is."""
    if values.shape[1:3] == (1, 1) != step.shape[:2]:
        return values
    (rows, columns), (height, width) = step.shape[:2], step.options["size"]
    return tf.image.resize(values, [rows * height, columns * width], method="nearest")


def _on_whole_windows(step: Step, carry: Callable[[Any], Any], x: Any) -> Any:
    """`carry` of x padded ("same") or cut ("valid") to whole windows, brought back to x's size."""
    _, *sides, _ = x.shape
    whole = [count * size for count, size in zip(step.shape[:2], step.options["size"], strict=True)]
    if sides == whole:
        return carry(x)
    if step.options["padding"] == "VALID":
        rest = [[0, side - fitting] for side, fitting in zip(sides, whole, strict=True)]
        return tf.pad(carry(x[:, : whole[0], : whole[1]]), [[0, 0], *rest, [0, 0]])
    before = [(fitting - side) // 2 for side, fitting in zip(sides, whole, strict=True)]
    after = [fitting - side - some for side, fitting, some in zip(sides, whole, before, strict=True)]
    gradient = carry(tf.pad(x, [[0, 0], *zip(before, after, strict=True), [0, 0]]))
    return gradient[:, before[0] : before[0] + sides[0], before[1] : before[1] + sides[1]]


# The gradient at a step's input x, from that at its output y.
GRADIENTS: dict[str, Callable[[Step, Any, Any, Any], Any]] = {
    "dense": _dense,
    "conv": _conv_on_a_pixel,
    "activation": _activation,
    "affine": _affine,
    "reshape": _reshape,
    "global_average": _global_average,
    "global_max": _global_max,
    "max_pool": _max_pool,
    "average_pool": _average_pool,
}
