"""Small random networks of the kind that the export takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

MakeModel = Callable[..., Any]


@pytest.fixture(scope="session")
def make_model() -> MakeModel:
    """Builds blocks of the 2020 network with random weights, and batch-norm statistics that include negative gammas."""

    def make(
        *,
        size: int = 22,
        filters: tuple[int, ...] = (4, 6, 5),
        average: bool = False,
        classes: int = 1,
        normalize: bool = True,
        units: int = 16,
        seed: int = 0,
    ) -> Any:
        layers = keras.layers
        image = keras.Input((size, size, 1), name="image")
        x = layers.Rescaling(1 / 255, name="rescaling")(image)
        for block, channels in enumerate(filters, start=1):
            x = layers.Conv2D(channels, 3, padding="same", activation="relu", name=f"block{block}_convolution")(x)
            x = layers.Dropout(0.1, name=f"block{block}_dropout")(x)
            if normalize:
                x = layers.BatchNormalization(name=f"block{block}_batch_normalization")(x)
            x = layers.MaxPooling2D(2, padding="same", name=f"block{block}_max_pool")(x)
        x = layers.GlobalAveragePooling2D()(x) if average else layers.Flatten(name="flatten")(x)
        x = layers.Dense(units, activation="relu", name="features")(x)
        x = layers.Dropout(0.2, name="features_dropout")(x)
        x = layers.Dense(classes, name="logit")(x)
        x = layers.Activation("sigmoid" if classes == 1 else "softmax", dtype="float32", name="probability")(x)
        model = keras.Model(image, x)
        randomize(model, np.random.default_rng(seed))
        return model

    return make


def randomize(model: Any, rng: np.random.Generator) -> None:
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            channels = layer.gamma.shape[0]
            gamma = rng.normal(0, 1, channels)
            gamma[0] = -abs(gamma[0])
            mean, variance = rng.normal(0.2, 0.2, channels), rng.uniform(0.3, 2, channels)
            layer.set_weights([gamma, rng.normal(0, 0.5, channels), mean, variance])
        elif isinstance(layer, keras.layers.Conv2D | keras.layers.Dense):
            kernel = rng.normal(0, np.sqrt(2 / np.prod(layer.kernel.shape[:-1])), layer.kernel.shape)
            layer.set_weights([kernel, rng.normal(0, 0.1, layer.bias.shape)])


@pytest.fixture(scope="session")
def films() -> Any:
    """Random films `[n, size, size, 1]` in 0-255, with a black stripe, as real films have."""

    def make(count: int, size: int = 22) -> Any:
        values = np.random.default_rng(1).uniform(0, 255, (count, size, size, 1)).astype(np.float32)
        values[:, :, : size // 5] = 0
        return values

    return make
