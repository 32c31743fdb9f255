"""The end of a network: what its outputs are, and the logits behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import tensorflow as tf

from export.foreign.graph.frozen import Frozen
from export.foreign.graph.signature import CLASSIFY
from export.foreign.model import ForeignError
from export.graph_model.chance import draws, refuse_chance

Ending = Literal["softmax", "sigmoid", "logits", "probabilities"]

# What changes a result's shape or type alone.
PASSED = ("Identity", "Squeeze", "Reshape", "Cast", "ExpandDims", "StopGradient", "PreventGradient", "IdentityN")
# What no output of a classifier goes through last.
SQUASHED = (
    "Relu",
    "Relu6",
    "Tanh",
    "Elu",
    "Selu",
    "Softplus",
    "Softsign",
    "ArgMax",
    "TopKV2",
    "Round",
    "Sign",
    "Greater",
)

# What puts several outputs together.
COMBINING = ("Mul", "RealDiv", "Mean", "Add", "AddV2", "AddN", "ConcatV2", "Pack")

# What changes each number by itself, without bending it, so that what bends it may stand before.
STRAIGHT = ("Mul", "RealDiv", "Add", "AddV2", "Sub", "Neg", "BiasAdd")
# What bends: no softmax belongs behind it, also no second one. Keras's gelu, exponential and hard_sigmoid are made of these.
BENT = (
    *SQUASHED,
    "Softmax",
    "Exp",
    "Expm1",
    "Erf",
    "Erfc",
    "LeakyRelu",
    "Minimum",
    "Maximum",
    "ClipByValue",
    "Square",
    "Abs",
)

# Below this, and above 1 less this, a probability says no more in single precision.
LEAST = 1e-7


@dataclass(frozen=True)
class Head:
    """How a network ends.

    Attributes:
        ending: What makes the outputs.
        outputs: How many there are.
        tensor: Name of the tensor that is computed: before the softmax or sigmoid, or the output itself.
    """

    ending: Ending
    outputs: int
    tensor: str

    @property
    def classes(self) -> int:
        """How many classes there are: one sigmoid stands for two."""
        return max(self.outputs, 2)

    def logits(self, frozen: Frozen) -> Callable[[Any], Any]:
        """TensorFlow: pictures as the network wants them → `[n, classes]`."""
        compute = frozen.function(self.tensor)

        def logits(image: Any) -> Any:
            values = tf.reshape(tf.cast(compute(image), tf.float32), [-1, self.outputs])
            if self.ending == "sigmoid":
                return tf.concat([tf.zeros_like(values), values], axis=-1)
            return tf.math.log(tf.maximum(values, LEAST)) if self.ending == "probabilities" else values

        return logits


def find_head(frozen: Frozen, probe: Any) -> Head:
    """Finds out how a network ends.

    Args:
        frozen: The network.
        probe: A few pictures as it wants them, `[n, height, width, channels]`.

    Raises:
        ForeignError: It does not give one number for each of two or more classes that exclude each other.
    """
    values = frozen.evaluate(frozen.result, probe)
    outputs = _check_shape(frozen, values, len(probe))
    if not np.isfinite(values.astype(np.float64)).all():
        raise ForeignError(
            f"{frozen.file} gives no numbers",
            received=f"{values.reshape(-1)[:4]} for a picture of noise",
            expected="finite numbers",
            next_step="look whether the weights are whole, or train the model again",
        )
    _check_each_by_itself(frozen, values, probe)
    last = _maker(frozen.result_tensor)
    if last.type == "Softmax" and outputs > 1 and _width(last.inputs[0]) in (outputs, None):
        return Head("softmax", outputs, last.inputs[0].name)
    if last.type in ("Sigmoid", "HardSigmoid") or (last.type == "LogSoftmax" and outputs == 1):
        return _sigmoid(frozen, last, outputs)
    if outputs == 1:
        raise ForeignError(
            f"{frozen.file} gives one number without a sigmoid",
            received=f"{'a softmax over one output, which is always 1' if last.type == 'Softmax' else f'an output of {last.type}'}",
            expected=f"{CLASSIFY}, or one sigmoid for two classes",
            next_step="a model that estimates a quantity is none of these; if it was trained with from_logits=True, "
            "add keras.layers.Activation('sigmoid') and save it again",
        )
    if last.type in SQUASHED:
        raise _no_classes(frozen, last)
    rows = values.reshape(len(probe), outputs).astype(np.float64)
    if (rows >= 0).all() and np.allclose(rows.sum(-1), 1, atol=1e-3):
        return Head("probabilities", outputs, frozen.result)
    if _of_sigmoids(last):
        raise _not_exclusive(frozen, outputs, rows)
    if (bent := _bent(frozen, last)) is not None:
        raise _no_classes(frozen, bent)
    return Head("logits", outputs, frozen.result)


def _check_shape(frozen: Frozen, values: Any, pictures: int) -> int:
    """The number of outputs for one picture."""
    shape = list(values.shape)
    sides = [side for side in shape[1:] if side != 1]
    if not shape or shape[0] != pictures or len(sides) > 1:
        what = (
            "a picture or map" if len(shape) == 4 else "several rows for one picture" if len(shape) == 3 else "no table"
        )
        raise ForeignError(
            f"{frozen.file} gives {what}",
            received=f"an output {shape} for {pictures} pictures",
            expected=f"[{pictures}, classes]: {CLASSIFY}",
            next_step="export a model for image classification",
        )
    return int(np.prod(shape[1:]))


def _check_each_by_itself(frozen: Frozen, values: Any, probe: Any) -> None:
    """Refuses a network that reads a picture otherwise when others are read with it, as a softmax over the wrong axis does."""
    together, alone = values[:1].astype(np.float64), frozen.evaluate(frozen.result, probe[:1]).astype(np.float64)
    if together.shape == alone.shape and np.abs(together - alone).max() <= 1e-3 * max(1.0, np.abs(alone).max()):
        return
    refuse_chance([node for node in frozen.graph_def.node if draws(node)])
    raise ForeignError(
        f"{frozen.file} reads a picture otherwise when others are read with it",
        received=f"{together.reshape(-1)[:3].round(4)} beside another picture, {alone.reshape(-1)[:3].round(4)} alone",
        expected="an answer for each picture by itself",
        next_step="look for a layer that works across pictures, such as a softmax over axis 0, and export the model without it",
    )


def _no_classes(frozen: Frozen, operation: Any) -> ForeignError:
    return ForeignError(
        f"{frozen.file} gives numbers that are neither probabilities nor logits",
        received=f"outputs of {operation.type}, node {operation.name!r}",
        expected="softmax, one sigmoid, or a linear layer",
        next_step="export the model with such an end",
    )


def _bent(frozen: Frozen, last: Any) -> Any:
    """The operation that bends the outputs, with nothing but straight ones behind it; None if there is none."""
    of_picture, waiting = set[str](), [frozen.image_tensor.op]
    while waiting:
        operation = waiting.pop()
        if operation.name not in of_picture:
            of_picture.add(operation.name)
            waiting += [user for tensor in operation.outputs for user in tensor.consumers()]
    waiting = [last]
    while waiting:
        operation = waiting.pop()
        if operation.name in of_picture and operation.type in BENT:
            return operation
        if operation.name in of_picture and operation.type in (*PASSED, *STRAIGHT):
            waiting += [tensor.op for tensor in operation.inputs]
    return None


def _sigmoid(frozen: Frozen, last: Any, outputs: int) -> Head:
    if outputs > 1:
        raise _not_exclusive(frozen, outputs, None)
    return Head("sigmoid", 1, last.inputs[0].name)


def _not_exclusive(frozen: Frozen, outputs: int, rows: Any) -> ForeignError:
    sums = "" if rows is None else f", which sum to {rows.sum(-1)[0]:.2f}"
    return ForeignError(
        f"{frozen.file} answers {outputs} questions, each with yes or no",
        received=f"{outputs} sigmoid outputs{sums}: a picture may be of several classes, or of none",
        expected="classes that exclude each other: a softmax, or one sigmoid for two classes",
        next_step="train the model with a softmax, or export one of its outputs alone: keras.Model(model.input, "
        "model.output[:, :1])",
    )


def _maker(tensor: Any) -> Any:
    """The operation that computes a result, past what only changes its shape."""
    while tensor.op.type in PASSED and tensor.op.inputs:
        tensor = tensor.op.inputs[tensor.value_index if tensor.op.type == "IdentityN" else 0]
    return tensor.op


def _of_sigmoids(operation: Any) -> bool:
    """Whether outputs are averages, products or a list of sigmoids."""
    waiting = [operation]
    while waiting:
        each = waiting.pop()
        if each.type == "Sigmoid":
            return True
        if each.type in (*PASSED, *COMBINING):
            waiting += [tensor.op for tensor in each.inputs]
    return False


def _width(tensor: Any) -> int | None:
    shape = tensor.shape
    return None if shape.rank is None else shape[-1]
