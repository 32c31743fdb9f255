"""Keras models of many kinds, such as strangers have, with random weights and batch-norm statistics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from export import graph
from export.graph import Readout
from export.network.fold import fold

PLAIN = Readout(temperature=1.0, positive=1, gate=None)


def outputs(model: Any, films: Any, positive: int = 1) -> dict[str, Any]:
    """What the folded network gives for films."""
    readout = Readout(temperature=1.0, positive=positive, gate=None)
    return {name: value.numpy() for name, value in graph.outputs(fold(model, positive), readout, films).items()}


def random_pictures(count: int, size: tuple[int, ...]) -> Any:
    """Pictures `[count, rows, columns, channels]` with a black stripe and a white one, where a wrong border would show."""
    values = np.random.default_rng(1).uniform(0, 255, (count, *size)).astype(np.float32)
    values[:, :, :5] = 0
    values[:, -5:] = 255
    return values


def randomized(model: Any, seed: int = 0) -> Any:
    """The model with random weights and batch-norm statistics, some factors negative; always the same."""
    rng = np.random.default_rng(seed)
    for layer in model._flatten_layers(include_self=False):
        if isinstance(layer, layers.BatchNormalization):
            channels = layer.moving_mean.shape[0]
            if layer.scale:
                layer.gamma.assign(rng.uniform(0.6, 1.4, channels) * np.where(rng.random(channels) < 0.2, -1, 1))
            layer.beta.assign(rng.normal(0, 0.3, channels))
            layer.moving_mean.assign(rng.normal(0, 0.2, channels))
            layer.moving_variance.assign(rng.uniform(0.5, 2, channels))
        else:
            for weight in layer.weights:
                spread = 0.1
                if "kernel" in weight.name:
                    inputs = np.prod(weight.shape[:2] if "Depthwise" in type(layer).__name__ else weight.shape[:-1])
                    spread = np.sqrt(2 / inputs)
                if "kernel" in weight.name or weight.name in ("bias", "beta"):
                    weight.assign(rng.normal(0, spread, weight.shape))
    return model


def head(x: Any, classes: int, activation: str | None) -> Any:
    return layers.Dense(classes, activation=activation, name="classes")(layers.GlobalAveragePooling2D()(x))


def plain_sequential(channels: int, classes: int, activation: str | None) -> Any:
    return keras.Sequential(
        [
            keras.Input((20, 18, channels)),
            layers.RandomFlip("horizontal"),
            layers.Rescaling(1 / 127.5, offset=-1),
            layers.Conv2D(6, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(3),
            layers.Conv2D(8, 3, padding="same"),
            layers.BatchNormalization(),
            layers.LeakyReLU(0.1),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="tanh"),
            layers.Dense(classes, activation=activation),
        ]
    )


def nested(channels: int, classes: int, activation: str | None) -> Any:
    """A backbone inside a Sequential inside a model; the backbone's own size is open."""
    inside = keras.Input((None, None, 4))
    x = layers.BatchNormalization(name="same_name")(layers.Conv2D(4, 3, padding="same", name="convolution")(inside))
    backbone = keras.Model(inside, layers.Add()([inside, layers.ReLU()(x)]), name="backbone")
    stem = keras.Sequential([layers.Conv2D(4, 3, 2, name="convolution"), layers.ReLU(6)], name="stem")
    image = keras.Input((21, 20, channels))
    return keras.Model(image, head(backbone(backbone(stem(image))), classes, activation))


def grey_as_colours(channels: int, classes: int, activation: str | None) -> Any:
    """The film several times, each of another mean and spread, zero-padded."""
    image = keras.Input((17, 19, channels))
    x = layers.Concatenate()([image, image, image])
    x = layers.Rescaling(1 / 255)(x)
    scale, shift = np.linspace(0.5, 2, 3 * channels), np.linspace(-0.4, 0.3, 3 * channels)
    x = x * scale.astype("float32") + shift.astype("float32")
    x = layers.Conv2D(5, 3, 2)(layers.ZeroPadding2D(1)(x))
    return keras.Model(image, head(layers.Activation("swish")(x), classes, activation))


def squeeze_and_excite(channels: int, classes: int, activation: str | None) -> Any:
    """As in EfficientNet and MobileNetV3, with Keras operations between the layers."""
    image = keras.Input((24, 24, channels))
    x = layers.Conv2D(8, 3, 2, padding="same", use_bias=False)((image - 100.0) / 50.0)
    x = ops.silu(layers.BatchNormalization()(x))
    y = layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2)(x)
    y = y * ops.relu6(y + 3.0) * (1 / 6)
    attention = layers.Reshape((1, 1, 16))(layers.GlobalAveragePooling2D()(y))
    attention = layers.Conv2D(16, 1, activation="hard_sigmoid")(layers.Conv2D(4, 1, activation="relu")(attention))
    y = layers.BatchNormalization()(layers.Conv2D(8, 1)(layers.Multiply()([y, attention])))
    return keras.Model(image, head(x + y, classes, activation))


def branches(channels: int, classes: int, activation: str | None) -> Any:
    """Ways that part and meet, pools that overlap, groups, separable convolutions, one layer used twice."""
    image = keras.Input((22, 23, channels))
    x = layers.Rescaling(1 / 255)(image)
    x = layers.Conv2D(8, 3, dilation_rate=2, activation="elu")(x)
    twice = layers.Conv2D(8, 3, padding="same", groups=2, name="twice")
    pooled = layers.AveragePooling2D(3, strides=1, padding="same")(layers.BatchNormalization()(x))
    largest = layers.MaxPooling2D(3, strides=1, padding="same")(layers.BatchNormalization()(x))
    parts = [twice(x), twice(pooled), layers.SeparableConv2D(6, 3, padding="same", depth_multiplier=2)(largest)]
    x = layers.BatchNormalization()(layers.Concatenate()([*parts, layers.Maximum()([x, pooled])]))
    x = layers.UpSampling2D(2)(layers.Cropping2D(((1, 2), (0, 1)))(layers.ReLU(max_value=2.5)(x)))
    x = layers.LayerNormalization()(layers.Conv2D(6, 5, 3, activation="gelu")(x))
    x = layers.Average()([x, layers.Subtract()([x, ops.tanh(x)])])
    return keras.Model(image, head(x, classes, activation))


def dense_blocks(channels: int, classes: int, activation: str | None) -> Any:
    """Batch normalisation before the convolution, as in DenseNet and ResNetV2; a largest value instead of an average."""
    image = keras.Input((20, 20, channels))
    x = layers.MaxPooling2D(2)(layers.Conv2D(6, 3, 1, padding="same")(image / 255))
    for _ in range(2):
        y = layers.ReLU()(layers.BatchNormalization()(x))
        x = layers.Concatenate()([x, layers.Conv2D(4, 3, padding="same")(y)])
    x = layers.GlobalMaxPooling2D(keepdims=True)(layers.BatchNormalization()(x))
    x = layers.Conv2D(8, 1, activation="silu")(x)
    x = layers.Flatten()(layers.Conv2D(classes, 1)(x))
    return keras.Model(image, layers.Activation(activation or "linear")(x))


KINDS: dict[str, Callable[[int, int, str | None], Any]] = {
    "a Sequential": plain_sequential,
    "nested models": nested,
    "a grey film as colours": grey_as_colours,
    "squeeze and excite": squeeze_and_excite,
    "branches": branches,
    "dense blocks": dense_blocks,
}
