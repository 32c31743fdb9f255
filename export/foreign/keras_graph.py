"""A Keras model as a frozen graph, and as our own steps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from export.foreign.frozen import Frozen, freeze
from export.foreign.model import ForeignError, Scaling
from export.foreign.scaling import with_scaling
from export.foreign.signature import several_inputs, several_results
from export.network.fold import to_logits
from export.network.read import read
from export.network.run import run
from export.network.steps import FoldError, Network

# How far our own steps may be from the model, relative to its largest logit: both compute in single precision.
TOLERANCE = 1e-3


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
            received=f"{type(error).__name__}: {str(error)[:400]}",
            expected="a model of layers that TensorFlow has for a processor",
            next_step="save the model again where it was trained",
        ) from None


def steps_of(model: Any, scaling: Scaling, logits: Callable[[Any], Any], images: Any) -> Network:
    """The steps of a Keras model from pictures in 0-255 to its logits, which are the model's own for `images`.

    Raises:
        FoldError: A layer is not known, or the steps do not give what the model gives.
    """
    network = with_scaling(to_logits(read(model), 1), scaling)
    expected, given = np.asarray(logits(images)), np.asarray(run(network, images)[network.steps[-1].name])
    difference = np.abs(expected - given).max()
    if difference > TOLERANCE * max(1.0, np.abs(expected).max()):
        raise FoldError("the steps differ from the model", received=f"logits that differ by {difference:.3g}")
    return network
