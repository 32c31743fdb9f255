"""Generator and discriminator: small relatives of StyleGAN2's (Karras et al. 2020, arXiv:1912.04958), conditional on the class.

The generator sums a film from grey pictures of every size (its skips); the discriminator is residual and compares its features with
those of the class (projection, Miyato and Koyama 2018).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import keras
from keras import layers, ops

from training.gan.config import GanNetworks

SLOPE = 0.2
EPSILON = 1e-8


class Normalised(layers.Layer):
    """Every vector along the channels at unit mean square."""

    def call(self, x: Any) -> Any:
        """Any shape, channels last."""
        return x * ops.rsqrt(ops.mean(ops.square(x), axis=-1, keepdims=True) + EPSILON)


class Spread(layers.Layer):
    """Adds a channel with the spread of the batch, by which films that are all alike give themselves away (Karras et al. 2018)."""

    def call(self, x: Any) -> Any:
        """`[n, h, w, c]` to `[n, h, w, c + 1]`."""
        spread = ops.mean(ops.sqrt(ops.mean(ops.square(x - ops.mean(x, axis=0)), axis=0) + EPSILON))
        return ops.concatenate([x, ops.ones_like(x[..., :1]) * spread], axis=-1)

    def compute_output_spec(self, x: Any) -> Any:
        """One channel more."""
        return keras.KerasTensor((*x.shape[:-1], x.shape[-1] + 1), x.dtype)


def build_generator(config: GanNetworks, classes: int) -> Any:
    """A keras.Model from `[latent [n, z], class [n] int32]` to films `[n, size, size, 1]`, about −1…1."""
    latent = keras.Input((config.latent,), name="latent")
    label = keras.Input((), dtype="int32", name="class")
    of_class = layers.Embedding(classes, config.latent, name="class_embedding")(label)
    style = layers.Concatenate()([Normalised()(latent), Normalised()(of_class)])
    for number in range(2):
        style = _active(layers.Dense(config.latent, kernel_initializer="he_normal", name=f"mapping_{number}")(style))

    first = config.sizes[0]
    x = layers.Dense(first * first * config.channels_of(first), name="first")(style)
    x = layers.Reshape((first, first, config.channels_of(first)))(x)
    film = None
    for side in config.sizes:
        if side != first:
            x = layers.UpSampling2D(interpolation="bilinear", name=f"up_{side}")(x)
        for number in range(2):
            x = _styled(x, style, config.channels_of(side), f"{side}_{number}")
        grey = layers.Conv2D(1, 1, name=f"grey_{side}")(x)
        film = grey if film is None else layers.UpSampling2D(interpolation="bilinear")(film) + grey
    return keras.Model([latent, label], film, name="generator")


def build_discriminator(config: GanNetworks, classes: int) -> Any:
    """A keras.Model from `[film [n, size, size, 1], class [n] int32]` to logits `[n]`: above 0 for films it takes for real."""
    film = keras.Input((config.size, config.size, 1), name="film")
    label = keras.Input((), dtype="int32", name="class")
    sides = config.sizes[::-1]
    x = _active(layers.Conv2D(config.channels_of(sides[0]), 1, kernel_initializer="he_normal", name="from_grey")(film))
    for side, half in pairwise(sides):
        straight = layers.Conv2D(config.channels_of(half), 1, use_bias=False, name=f"straight_{side}")(x)
        x = _convolved(x, config.channels_of(side), f"down_{side}_0")
        x = _convolved(x, config.channels_of(half), f"down_{side}_1")
        x = (layers.AveragePooling2D(2)(x) + layers.AveragePooling2D(2)(straight)) * 2**-0.5
    x = Spread()(x)
    x = _convolved(x, config.channels_of(sides[-1]), "last")
    units = config.most_channels
    x = _active(layers.Dense(units, kernel_initializer="he_normal", name="features")(layers.Flatten()(x)))
    of_class = layers.Embedding(classes, units, name="class_embedding")(label)
    logit = layers.Dense(1, name="logit")(x)[:, 0] + ops.sum(x * of_class, axis=-1) * units**-0.5
    return keras.Model([film, label], logit, name="discriminator")


def _active(x: Any) -> Any:
    return layers.LeakyReLU(negative_slope=SLOPE)(x)


def _convolved(x: Any, channels: int, name: str) -> Any:
    return _active(layers.Conv2D(channels, 3, padding="same", kernel_initializer="he_normal", name=name)(x))


def _styled(x: Any, style: Any, channels: int, name: str) -> Any:
    """A convolution whose maps are normalised, then scaled by the style."""
    x = layers.Conv2D(channels, 3, padding="same", kernel_initializer="he_normal", name=f"conv_{name}")(x)
    scale = layers.Dense(channels, bias_initializer="ones", name=f"style_{name}")(style)
    return _active(Normalised()(x) * layers.Reshape((1, 1, channels))(scale))
