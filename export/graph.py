"""The network as TensorFlow operations that TensorFlow.js has, with the outputs of a bundle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import tensorflow as tf

from export import lateral, ood
from export.network.gate_maps import gate_maps
from export.network.heatmap import head_of, heat_map
from export.network.run import run
from export.network.steps import Network

# From films `[n, height, width, channels]` in 0-255 to a bundle's outputs, by name.
Outputs = Callable[[Any], dict[str, Any]]

OUTPUTS = ("heatmap", "heatmap_peak", "lateral_score", "logit", "ood_score", "probability")


@dataclass(frozen=True)
class Readout:
    """What is computed from the network's logits and feature maps.

    Attributes:
        temperature: What logits are divided by before the softmax.
        positive: Column of the class that the heat map speaks of; None leaves that output out, for the page to cover films
            for the class that it read.
        gate: Statistics for `ood_score`; None leaves that output out.
        lateral: Weights for `lateral_score`; None leaves that output out.
    """

    temperature: float
    positive: int | None
    gate: ood.Gate | None
    lateral: lateral.Readout | None = None


def outputs(network: Network, readout: Readout, image: Any) -> dict[str, Any]:
    """The bundle's outputs for films `image`, float32 `[n, height, width, channels]` in 0-255.

    Each output hangs on its own branch, so that whoever asks for the probability alone pays for nothing else. `heatmap` and
    `heatmap_peak` are missing where `head_of` finds none, and where no class is looked for.
    """
    # Kernels as constants of the graph: each stored once, under a name that says its role.
    network = network.with_kernels(lambda name, kernel: tf.constant(kernel, name=name))
    values = run(network, tf.convert_to_tensor(image))
    logit, head = values[network.steps[-1].name], head_of(network)
    result = {"logit": logit, "probability": tf.nn.softmax(logit / readout.temperature)}
    if head.missing is None and readout.positive is not None:
        result["heatmap"], result["heatmap_peak"] = heat_map(head, values, logit.shape[-1], readout.positive)
    looked_at = gate_maps(network).names if readout.gate is not None else ()
    others = readout.lateral.maps if readout.lateral is not None else ()
    described = {name: ood.describe(values[name]) for name in dict.fromkeys([*looked_at, *others])}
    if readout.gate is not None:
        result["ood_score"] = ood.score(_as_constants(readout.gate), [described[name] for name in looked_at])
    if readout.lateral is not None:
        result["lateral_score"] = lateral.score(readout.lateral, [described[name] for name in others])
    return result


def _as_constants(gate: ood.Gate) -> ood.Gate:
    named = (tf.constant(each.whitening, name=f"gate{number}_whitening") for number, each in enumerate(gate.maps, 1))
    return ood.Gate(tuple(replace(each, whitening=whitening) for each, whitening in zip(gate.maps, named, strict=True)))


def build(network: Network, readout: Readout, input_shape: tuple[int, int, int]) -> Any:
    """The network as a module for `convert`; `input_shape` is (height, width, channels)."""
    return module_of(partial(outputs, network, readout), input_shape)


def module_of(compute: Outputs, input_shape: tuple[int, ...]) -> Any:
    """A `tf.Module` with the signature `serve(image) -> outputs`."""
    module = tf.Module()
    module.serve = traced(compute, input_shape)
    module.captured = module.serve.get_concrete_function().variables  # a module saves what hangs on it
    return module


def traced(compute: Outputs, input_shape: tuple[int, ...]) -> Any:
    """The same function as a graph, which is made when it is first called."""
    signature = [tf.TensorSpec([None, *input_shape], tf.float32, name="image")]
    return tf.function(compute, input_signature=signature, autograph=False)
