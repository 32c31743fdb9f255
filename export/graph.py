"""The network as TensorFlow operations that TensorFlow.js has, with the outputs of a bundle."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import tensorflow as tf

from export import heatmap, ood
from export.fold import Network

OUTPUTS = ("heatmap", "logit", "ood_score", "probability")


@dataclass(frozen=True)
class Readout:
    """What is computed from the network's logits and features.

    Attributes:
        temperature: What logits are divided by before the softmax.
        positive: Column of the class that the heat map speaks of.
        gate: Statistics for `ood_score`; None leaves that output out.
    """

    temperature: float
    positive: int
    gate: ood.Gate | None


def outputs(network: Network, readout: Readout, image: Any) -> dict[str, Any]:
    """The bundle's outputs for films `image`, float32 `[n, height, width, channels]` in 0-255.

    Each output hangs on its own branch, so that whoever asks for the probability alone pays for nothing else.
    """
    network = _in_graph(network)
    activation, pooled = _blocks(network, tf.convert_to_tensor(image))
    preactivation = _preactivation(network, pooled)
    features = tf.nn.relu(preactivation)
    logit = tf.nn.bias_add(tf.matmul(features, network.logit_kernel), network.logit_bias)
    result = {
        "logit": logit,
        "probability": tf.nn.softmax(logit / readout.temperature),
        "heatmap": heatmap.heatmap(activation, pooled, features, network, readout.positive),
    }
    if readout.gate is not None:
        result["ood_score"] = ood.score(readout.gate, preactivation)
    return result


def preactivation(network: Network, image: Any) -> Any:
    """The dense layer `features` before its ReLU, `[n, features]`, for films `image` as above."""
    return _preactivation(network, _blocks(network, tf.convert_to_tensor(image))[1])


def build(network: Network, readout: Readout, input_shape: tuple[int, int, int]) -> Any:
    """A `tf.Module` with the signature `serve(image) -> outputs`; `input_shape` is (height, width, channels)."""
    module = tf.Module()
    signature = [tf.TensorSpec([None, *input_shape], tf.float32, name="image")]
    module.serve = tf.function(lambda image: outputs(network, readout, image), input_signature=signature)
    return module


def _blocks(network: Network, image: Any) -> tuple[Any, Any]:
    """The last block's output before and after its max-pool."""
    pooled = image
    for block in network.blocks:
        activation = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(pooled, block.kernel, 1, "SAME"), block.bias))
        if block.sign is not None:
            activation = activation * block.sign
        pooled = tf.nn.max_pool2d(activation, 2, 2, "SAME")
        if block.shift is not None:
            pooled = pooled + block.shift
    return activation, pooled


def _preactivation(network: Network, pooled: Any) -> Any:
    _, rows, columns, channels = pooled.shape
    head = (
        tf.reduce_mean(pooled, axis=[1, 2]) if network.average else tf.reshape(pooled, [-1, rows * columns * channels])
    )
    return tf.nn.bias_add(tf.matmul(head, network.feature_kernel), network.feature_bias)


def _in_graph(network: Network) -> Network:
    """The network with its large weights as constants of the graph: each stored once, under a name that stays."""

    def constant(value: Any, name: str) -> Any:
        return tf.constant(value, name=name)

    names = ["first_kernel", *(f"block{number}_kernel" for number in range(2, len(network.blocks) + 1))]
    return replace(
        network,
        blocks=tuple(
            replace(block, kernel=constant(block.kernel, name))
            for block, name in zip(network.blocks, names, strict=True)
        ),
        feature_kernel=constant(network.feature_kernel, "feature_kernel"),
        logit_kernel=constant(network.logit_kernel, "logit_kernel"),
    )
