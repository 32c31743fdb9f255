"""A model of somebody else as our own steps: by its Keras layers, or by its operations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import tensorflow as tf

from export.foreign.graph.head import Head
from export.foreign.graph.steps import read_graph
from export.foreign.model import Scaling
from export.foreign.picture import Picture
from export.foreign.scaling import with_scaling
from export.network.fold import to_logits
from export.network.read import read
from export.network.run import run
from export.network.steps import FoldError, Network

# How far our own steps may be from the model, relative to its largest logit: both compute in single precision.
TOLERANCE = 1e-3


def network_of(model: Any, picture: Picture, head: Head, scaling: Scaling, images: Any, expected: Any) -> Network:
    """The steps from pictures in 0-255 to the logits.

    Args:
        model: The Keras model, if it is one.
        picture, head: What is known of its graph.
        scaling: What it wants its pixels to be.
        images, expected: Pictures in 0-255, and the model's own logits for them.

    Raises:
        FoldError: A layer and an operation are not known, or the steps do not give what the model gives.
    """
    if model is not None:
        try:
            return _checked(with_scaling(to_logits(read(model), 1), scaling), images, expected)
        except FoldError:
            pass  # a layer that is not known may be made of operations that are
    if picture.channels_first or head.ending == "probabilities":
        raise FoldError(
            "the graph cannot be written out",
            received="channels first" if picture.channels_first else "probabilities that no softmax makes",
        )
    return _checked(with_scaling(to_logits(read_graph(picture.frozen, head.tensor), 1), scaling), images, expected)


def _checked(network: Network, images: Any, expected: Any) -> Network:
    difference = np.abs(np.asarray(expected) - logits_of(network, images)).max()
    if not difference <= TOLERANCE * max(1.0, np.abs(expected).max()):
        raise FoldError("the steps differ from the model", received=f"logits that differ by {difference:.3g}")
    return network


def logits_of(network: Network, images: Any) -> Any:
    """What a network's last step gives for pictures `[n, height, width, channels]`, in single precision."""
    single = (
        replace(step, weights={name: np.asarray(weight, np.float32) for name, weight in step.weights.items()})
        for step in network.steps
    )
    values = run(replace(network, steps=tuple(single)), tf.constant(images, tf.float32))
    return np.asarray(values[network.steps[-1].name])
