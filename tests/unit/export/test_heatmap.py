"""The heat map: the written-out gradient is the one that TensorFlow derives."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from export import graph
from export.fold import Network, fold
from export.graph import Readout


def folded_heatmap(network: Network, films: Any, positive: int = 1) -> Any:
    return graph.outputs(network, Readout(1.0, positive, None), films)["heatmap"].numpy()


def hirescam_by_tape(model: Any, films: Any, logit_of: Any) -> Any:
    """HiResCAM at the last convolution of the Keras model itself, normalised as the bundle's."""
    last = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)][-1]
    with tf.GradientTape() as tape:
        outputs = keras.Model(model.input, [last.output, model.get_layer("logit").output])
        # The tape follows the activations only if the head is computed from them.
        activation, _ = outputs(films)
        tape.watch(activation)
        x = activation
        for layer in model.layers[model.layers.index(last) + 1 : -1]:
            x = layer(x)
        target = logit_of(x)
    gradient = tape.gradient(target, activation)
    contribution = np.maximum((activation * gradient).numpy().sum(axis=-1), 0)
    return contribution / np.maximum(contribution.max(axis=(1, 2), keepdims=True), 1e-6)


@pytest.mark.parametrize("size", [22, 31, 33])
@pytest.mark.parametrize("average", [False, True])
@pytest.mark.parametrize("seed", [0, 1])
def test_it_is_hirescam_of_the_last_convolution(
    make_model: Any, films: Any, average: bool, size: int, seed: int
) -> None:
    model = make_model(size=size, average=average, seed=seed)
    expected = hirescam_by_tape(model, films(6, size), lambda logit: logit[:, 0])
    np.testing.assert_allclose(folded_heatmap(fold(model, 1), films(6, size)), expected, atol=1e-4)


def test_with_three_classes_it_explains_the_positive_one(make_model: Any, films: Any) -> None:
    model = make_model(classes=3)
    for positive in range(3):
        expected = hirescam_by_tape(model, films(4), lambda logit, column=positive: logit[:, column])
        np.testing.assert_allclose(folded_heatmap(fold(model, 1), films(4), positive), expected, atol=1e-4)


def test_a_sigmoid_network_may_have_its_positive_class_first(make_model: Any, films: Any) -> None:
    model = make_model()
    network = fold(model, positive=0)
    expected = hirescam_by_tape(model, films(4), lambda logit: logit[:, 0])
    np.testing.assert_allclose(folded_heatmap(network, films(4), positive=0), expected, atol=1e-4)
    probability = graph.outputs(network, Readout(1.0, 0, None), films(4))["probability"].numpy()
    np.testing.assert_allclose(probability[:, 0], np.asarray(model(films(4)))[:, 0], atol=1e-5)


def test_every_map_lies_in_0_to_1_and_one_without_evidence_is_all_zero(make_model: Any, films: Any) -> None:
    model = make_model()
    maps = folded_heatmap(fold(model, 1), films(6))
    assert maps.min() >= 0
    assert maps.max() <= 1
    model.get_layer("logit").kernel.assign(np.zeros((16, 1)))
    np.testing.assert_array_equal(folded_heatmap(fold(model, 1), films(6)), 0)


def test_equal_maxima_of_a_pool_share_its_gradient(make_model: Any) -> None:
    network = fold(make_model(size=16, filters=(4,), normalize=False), 1)
    flat = np.full((1, 16, 16, 1), 200, np.float32)  # the inner activations are all alike
    inner = folded_heatmap(network, flat)[0, 2:4, 2:4]
    np.testing.assert_allclose(inner, inner[0, 0], rtol=1e-4)
