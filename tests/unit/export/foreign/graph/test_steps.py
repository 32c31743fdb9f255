"""Any graph of usual operations becomes steps that give the same; another operation is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from export.foreign.graph.steps import read_graph
from export.foreign.keras.graph import freeze_keras
from export.foreign.network import logits_of
from export.network.heatmap import head_of
from export.network.steps import FoldError
from tests.unit.export.foreign.foreign_files import SIZE, pictures

layers = keras.layers


def squeezed(x: Any) -> Any:
    """Squeeze and excitation."""
    weights = layers.Reshape((1, 1, 3))(layers.Dense(3, activation="sigmoid")(layers.GlobalAveragePooling2D()(x)))
    return layers.Multiply()([x, weights])


LAYERS: dict[str, Callable[[Any], Any]] = {
    "convolution": layers.Conv2D(4, 3, strides=2, padding="same", activation="relu"),
    "depthwise": layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same"),
    "separable": layers.SeparableConv2D(4, 3),
    "normalised": layers.BatchNormalization(),
    "PReLU": layers.PReLU(shared_axes=[1, 2]),
    "hard swish": layers.Activation("hard_silu"),
    "swish": layers.Activation("silu"),
    "pools": lambda x: layers.Concatenate()([layers.MaxPooling2D()(x), layers.AveragePooling2D(2)(x)]),
    "around": lambda x: layers.ZeroPadding2D(((0, 1), (2, 0)))(x) * 0.5 - 1,
    "colours": lambda x: keras.ops.stack([x[..., 2], x[..., 1], x[..., 0]], axis=-1),
    "turned": lambda x: x[..., ::-1],
    "upsampled": layers.UpSampling2D(2, interpolation="bilinear"),
    "squeezed": squeezed,
    "residual": lambda x: layers.ReLU(6)(layers.Add()([x, layers.Conv2D(3, 1)(x)])),
    "bounded": lambda x: keras.ops.minimum(keras.ops.maximum(x, 0), 0.5),
}


@pytest.mark.parametrize("kind", LAYERS)
def test_steps_give_what_the_graph_gives(kind: str) -> None:
    image = keras.Input((SIZE, SIZE, 3))
    x = layers.Conv2D(4, 3)(LAYERS[kind](image))
    model = keras.Model(image, layers.Dense(3)(layers.GlobalAveragePooling2D()(x)))
    rng = np.random.default_rng(3)
    model.set_weights([weight + rng.uniform(0, 0.3, weight.shape) for weight in model.get_weights()])
    frozen, images = freeze_keras(model, Path("model")), pictures() / 255
    network = read_graph(frozen, frozen.result)
    np.testing.assert_allclose(logits_of(network, images), model(images), rtol=1e-4, atol=1e-4)
    assert head_of(network).missing is None


def test_an_operation_without_steps_is_named() -> None:
    image = keras.Input((SIZE, SIZE, 3))
    model = keras.Model(
        image, layers.Dense(3)(layers.GlobalAveragePooling2D()(keras.ops.sin(layers.Conv2D(4, 3)(image))))
    )
    frozen = freeze_keras(model, Path("model"))
    with pytest.raises(FoldError, match=r"(?s)operation Sin, node"):
        read_graph(frozen, frozen.result)
