"""The networks, by the Keras Functional API. Input: float32 `[n, height, width, 1]` in 0–255; all scaling is inside."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from training.config import ModelConfig


def five_block_cnn(config: ModelConfig, classes: int) -> Any:
    """The capstone's network of 2020: five blocks of convolution, batch normalisation and max-pooling, then Dense 128.

    At 150×150 with the 2020 filters it has 1,246,401 weights.

    Args:
        config: Size, filters, dropout, head.
        classes: Two classes give one sigmoid unit, more give a softmax.

    Returns:
        A keras.Model from `image` to `probability`: `[n, 1]` of the positive class, or `[n, classes]`. The layer `logit` holds
        the values before it, the layer `features` the penultimate ones.
    """
    image = keras.Input((config.height, config.width, 1), name="image")
    x = layers.Rescaling(1 / 255, name="rescaling")(image)
    for number, (filters, dropout) in enumerate(zip(config.filters, config.dropout, strict=True), start=1):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu", name=f"block{number}_convolution")(x)
        if dropout:
            x = layers.Dropout(dropout, name=f"block{number}_dropout")(x)
        x = layers.BatchNormalization(
            momentum=config.batch_normalization_momentum, name=f"block{number}_batch_normalization"
        )(x)
        x = layers.MaxPooling2D(2, padding="same", name=f"block{number}_max_pool")(x)
    x = (
        layers.Flatten(name="flatten")(x)
        if config.head == "flatten"
        else layers.GlobalAveragePooling2D(name="average")(x)
    )
    x = layers.Dense(config.dense_units, activation="relu", name="features")(x)
    x = layers.Dropout(config.dense_dropout, name="features_dropout")(x)
    units, activation = (1, "sigmoid") if classes == 2 else (classes, "softmax")
    # The last two stay in float32 under mixed precision.
    logit = layers.Dense(units, name="logit", dtype="float32")(x)
    probability = layers.Activation(activation, name="probability", dtype="float32")(logit)
    return keras.Model(image, probability, name="five_block_cnn")


def logit_model(model: Any) -> Any:
    """The same network, ending at its logits: `[n, 1]` or `[n, classes]`."""
    return keras.Model(model.input, model.get_layer("logit").output)
