"""A Keras model as a frozen graph."""

from __future__ import annotations

from pathlib import Path
from textwrap import shorten
from typing import Any

import tensorflow as tf

from export.foreign.graph.frozen import Frozen, freeze
from export.foreign.graph.signature import several_inputs, several_results
from export.foreign.model import ForeignError


def freeze_keras(model: Any, file: Path) -> Frozen:
    """The graph of a Keras model at inference.

    Raises:
        ForeignError: It takes anything but one input, gives anything but one output, or cannot be computed.
    """
    inputs, outputs = list(model.inputs or []), list(model.outputs or [])
    if len(inputs) != 1:
        raise several_inputs(file, [f"{each.name} {list(each.shape)}" for each in inputs])
    if len(outputs) != 1:
        raise several_results(file, [f"{each.name} {list(each.shape)}" for each in outputs])
    spec = tf.TensorSpec([None, *inputs[0].shape[1:]], tf.float32, name="image")
    try:
        function = tf.function(lambda image: model(image, training=False), input_signature=[spec], autograph=False)
        return freeze(function.get_concrete_function(), file)
    except ForeignError:
        raise
    except Exception as error:  # Keras raises whatever its layers raise
        raise ForeignError(
            f"the network of {file} cannot be computed",
            received=f"{type(error).__name__}: {shorten(str(error), 400)}",
            expected="a model of layers that TensorFlow has for a processor",
            next_step="save the model again where it was trained",
        ) from None
