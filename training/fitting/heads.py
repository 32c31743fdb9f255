"""A head for each population: every film trains that of its own, and the finished network has their mean.

The heads are linear, so that the mean of their weights gives the mean of their logits: graph and export see one head, as ever.
"""

from __future__ import annotations

from typing import Any

import numpy as np

HEADS = "heads"


def with_heads(model: Any, populations: int) -> Any:
    """The network for training, which shares all layers with `model` but the last.

    Args:
        model: As `training.networks.network.build_model` gives it; each head starts from its layer `logit`.
        populations: Number of heads.

    Returns:
        A keras.Model of `image` and `population`, `[n, populations]`: the share of each head in a film's logit.
    """
    import keras
    from keras import layers

    single = model.get_layer("logit")
    share = keras.Input((populations,), name="population")
    dense = layers.Dense(single.units * populations, name=HEADS, dtype="float32")
    logits = layers.Reshape((populations, single.units), dtype="float32")(dense(single.input))
    logit = layers.Dot(axes=(1, 1), name="logit", dtype="float32")([logits, share])
    probability = layers.Activation(model.get_layer("probability").activation, name="probability", dtype="float32")(
        logit
    )
    kernel, bias = single.get_weights()
    dense.set_weights([np.tile(kernel, (1, populations)), np.tile(bias, populations)])
    return keras.Model([model.input, share], probability, name=f"{model.name}_heads")


def average_heads(trained: Any, model: Any) -> None:
    """Puts the mean of the heads of `trained` into the last layer of `model`."""
    single = model.get_layer("logit")
    kernel, bias = trained.get_layer(HEADS).get_weights()  # [features, populations · units], [populations · units]
    single.set_weights(
        [kernel.reshape(len(kernel), -1, single.units).mean(axis=1), bias.reshape(-1, single.units).mean(axis=0)]
    )
