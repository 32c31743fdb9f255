"""Models as `open_foreign` gives them, made of tiny Keras networks; and labelled pictures that one of them can tell apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from PIL import Image

from export.foreign.model import ForeignModel
from export.network.fold import fold
from training.films.preprocessing import Colour, ImageConverter

SIZE = 24


def tiny(channels: int = 1, classes: int = 2) -> Any:
    """A network that looks for brightness: the brighter a picture, the higher the last class. Its layers are of the usual kinds."""
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((SIZE, SIZE, channels)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(4, 3, padding="same", activation="relu"),
            layers.Conv2D(4, 3, strides=2, padding="same", activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(classes),
        ]
    )
    rng = np.random.default_rng(5)
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            kernel = np.abs(rng.normal(0.05, 0.05, layer.kernel.shape))
            layer.set_weights([kernel / kernel.sum(axis=(0, 1, 2)), rng.normal(0, 0.01, layer.bias.shape)])
    steps = np.linspace(-1, 1, classes)
    model.layers[-1].set_weights([np.tile(8 * steps, (4, 1)) + rng.normal(0, 0.2, (4, classes)), -13 * steps])
    return model


def opened(
    class_names: tuple[str, ...] = ("CLEAR", "BRIGHT"), *, channels: int = 1, layers_known: bool = True
) -> ForeignModel:
    """A model of these classes."""
    network = tiny(channels, len(class_names))
    colour: Colour = "rgb" if channels == 3 else "grey"
    model = ForeignModel(
        kind="a Keras model",
        path=Path("bright.keras"),
        class_names=class_names,
        image_converter=ImageConverter(SIZE, SIZE, channels, "square", colour, "antialias"),
        scaling="0..1",
        network=fold(network, len(class_names) - 1),
        logits=lambda films: network(tf.convert_to_tensor(films), training=False),
        notes=("its scaling is inside",),
    )
    return model if layers_known else replace(model, network=None)


def write_pictures(folder: Path, levels: dict[str, float], count: int, *, colour: bool = False, seed: int = 1) -> None:
    """`count` pictures in a folder for each of `levels`: the folder's name and the mean level of its pictures."""
    rng = np.random.default_rng(seed)
    for name, level in levels.items():
        (folder / name).mkdir(parents=True)
        for number in range(count):
            shape = (30, 40, 3) if colour else (30, 40)
            ramp = np.linspace(-40, 40, 40)[:, None] if colour else np.linspace(-40, 40, 40)
            values = level + rng.normal(0, 25) + ramp + rng.normal(0, 12, shape)
            Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)).save(folder / name / f"{name}{number}.png")
