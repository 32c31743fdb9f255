"""Scaling of pixels: by the model, by us, and which of them it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from export.foreign.keras.graph import freeze_keras
from export.foreign.model import SCALINGS, Scaling
from export.foreign.network import logits_of
from export.foreign.scaling import MEANING, scaled, scaling_inside, with_scaling
from export.network.read import read
from tests.unit.export.foreign.foreign_files import SIZE, pictures

layers, applications = keras.layers, keras.applications


def model(first: Callable[[Any], Any]) -> Any:
    image = keras.Input((SIZE, SIZE, 3))
    return keras.Model(image, layers.Dense(2)(layers.Flatten()(layers.Conv2D(2, 3, padding="same")(first(image)))))


def adapted(low: float, high: float) -> Any:
    layer = layers.Normalization()
    layer.adapt(np.random.default_rng(1).uniform(low, high, (20, SIZE, SIZE, 3)).astype(np.float32))
    return layer


BEGINNINGS: dict[str, tuple[Callable[[Any], Any], Scaling | None]] = {
    "nothing": (lambda x: x, None),
    "augmentation and padding": (lambda x: layers.ZeroPadding2D()(layers.RandomFlip()(x)), None),
    "1/255": (layers.Rescaling(1 / 255), "0..255"),
    "1/127.5 - 1": (layers.Rescaling(1 / 127.5, offset=-1), "0..255"),
    "division": (lambda x: x / 255.0, "0..255"),
    "padded": (lambda x: layers.ZeroPadding2D()(layers.Rescaling(1 / 255)(x)), "0..255"),
    "of 0..1": (layers.Rescaling(2, offset=-1), "0..1"),
    "half": (layers.Rescaling(1, offset=-0.5), "0..1"),
    "mobilenet": (applications.mobilenet_v2.preprocess_input, "0..255"),
    "vgg": (applications.vgg16.preprocess_input, "0..255"),
    "densenet": (applications.densenet.preprocess_input, "0..255"),
    "adapted to 0..255": (adapted(0, 255), "0..255"),
    "adapted to 0..1": (adapted(0, 1), "0..1"),
    "each picture by itself": (layers.LayerNormalization(axis=[1, 2, 3], center=False, scale=False), "0..255"),
    "batch normalisation": (layers.BatchNormalization(), None),
    "of -1..1 or 0..1": (layers.Rescaling(0.5, offset=1), None),
}


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_whether_a_model_scales_its_pixels_is_seen(beginning: str) -> None:
    first, expected = BEGINNINGS[beginning]
    assert scaling_inside(freeze_keras(model(first), Path("model"))) == expected


def test_every_scaling_is_explained() -> None:
    assert set(MEANING) == set(SCALINGS)


@pytest.mark.parametrize(
    ("scaling", "expected"),
    [
        ("0..255", lambda x: x),
        ("0..1", lambda x: x / 255),
        ("-1..1", lambda x: x / 127.5 - 1),
        ("caffe", lambda x: applications.vgg16.preprocess_input(x.copy())),
        ("torch", lambda x: applications.densenet.preprocess_input(x.copy())),
    ],
)
def test_pixels_are_scaled_as_keras_does_and_so_do_the_steps(scaling: Scaling, expected: Callable[[Any], Any]) -> None:
    images = pictures()
    np.testing.assert_allclose(scaled(images, scaling), expected(images), atol=1e-4)
    plain = model(lambda x: x)
    network = with_scaling(read(plain), scaling)
    np.testing.assert_allclose(logits_of(network, images), plain(expected(images)), rtol=1e-4, atol=1e-3)
