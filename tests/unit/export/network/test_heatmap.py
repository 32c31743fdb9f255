"""The heat map: the written-out gradient is the one that TensorFlow derives."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from export import graph
from export.graph import Readout
from export.network.fold import fold
from export.network.heatmap import head_of
from export.network.steps import Network
from tests.unit.export.conftest import keras_output, random_films
from tests.unit.export.network.keras_models import KINDS, outputs, random_pictures, randomized
from tests.unit.export.network.test_fold import vgg


def folded_heatmap(network: Network, films: Any, positive: int = 1) -> Any:
    return graph.outputs(network, Readout(1.0, positive, None), films)["heatmap"].numpy()


def hirescam_by_tape(model: Any, films: Any, logit_of: Any, name: str | None = None) -> Any:
    """HiResCAM at the last convolution of the Keras model itself, normalised as the bundle's."""
    contribution = np.maximum(contributions_by_tape(model, films, logit_of, name), 0)
    return contribution / np.maximum(contribution.max(axis=(1, 2), keepdims=True), 1e-6)


def contributions_by_tape(model: Any, films: Any, logit_of: Any, name: str | None = None) -> Any:
    """What each place of the last convolution of the Keras model adds to the logit."""
    last = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D) and name in (None, layer.name)][
        -1
    ]
    with tf.GradientTape() as tape:
        outputs = keras.Model(model.input, [last.output, model.get_layer("logit").output])
        # The tape follows the activations only if the head is computed from them.
        activation, _ = outputs(films)
        tape.watch(activation)
        x = activation
        for layer in model.layers[model.layers.index(last) + 1 : model.layers.index(model.get_layer("logit")) + 1]:
            x = layer(x)
        target = logit_of(x)
    gradient = tape.gradient(target, activation)
    return (activation * gradient).numpy().sum(axis=-1)


def test_its_peak_gives_it_the_unit_of_the_logit(make_model: Any, films: Any) -> None:
    model = make_model(average=True)
    maps = graph.outputs(fold(model, 1), Readout(1.0, 1, None), films(6))
    expected = contributions_by_tape(model, films(6), lambda logit: logit[:, 0])
    assert maps["heatmap_peak"].shape == (6, 1, 1)
    got = (maps["heatmap"] * maps["heatmap_peak"]).numpy()
    np.testing.assert_allclose(got, np.maximum(expected, 0), atol=1e-4)


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


@pytest.mark.parametrize("cut", ["", "block_16_project_BN"])
def test_of_a_mobilenet_it_is_hirescam_of_the_averaged_layer(make_mobilenet: Any, cut: str) -> None:
    model, films = make_mobilenet(height=96, width=96, cut=cut, seed=1), random_films(4, 96, 96)
    activation = tf.constant(keras_output(model, cut or "out_relu", films))
    with tf.GradientTape() as tape:
        tape.watch(activation)
        logit = model.get_layer("logit")(model.get_layer("average")(activation))
    contribution = np.maximum((activation * tape.gradient(logit, activation)).numpy().sum(axis=-1), 0)
    expected = contribution / np.maximum(contribution.max(axis=(1, 2), keepdims=True), 1e-6)
    assert expected.max() == 1, "the test wants something to show"
    np.testing.assert_allclose(folded_heatmap(fold(model, 1), films), expected, atol=1e-4)


@pytest.mark.parametrize("cut", ["block3_conv3", "block2_pool"])
def test_of_a_vgg16_it_is_hirescam_of_the_averaged_layer(cut: str) -> None:
    model, films = vgg(cut), random_films(3, 34, 40)
    activation = tf.constant(keras_output(model, cut, films))
    with tf.GradientTape() as tape:
        tape.watch(activation)
        x = activation
        for name in ("average", "features_batch_normalization", "logit"):
            x = model.get_layer(name)(x)
    contribution = np.maximum((activation * tape.gradient(x, activation)).numpy().sum(axis=-1), 0)
    expected = contribution / np.maximum(contribution.max(axis=(1, 2), keepdims=True), 1e-6)
    assert expected.max() == 1, "the test wants something to show"
    np.testing.assert_allclose(folded_heatmap(fold(model, 1), films), expected, atol=1e-4)


def layers_between() -> dict[str, Any]:
    """Heads behind a last convolution, each of other operations."""
    layers = keras.layers
    return {
        "pools of three, unpadded": [layers.MaxPooling2D(3), layers.Flatten(), layers.Dense(6, "relu")],
        "pools of three, padded": [layers.MaxPooling2D(3, padding="same"), layers.Flatten(), layers.Dense(6, "elu")],
        "an average pool": [
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(20, "tanh"),
            layers.Dense(20, "relu6"),
        ],
        "the largest": [layers.GlobalMaxPooling2D(), layers.Dense(6, "swish")],
        "two dense layers": [
            layers.GlobalAveragePooling2D(),
            layers.Dense(6),
            layers.LeakyReLU(0.1),
            layers.Dense(5, "sigmoid"),
        ],
        "convolutions of a pixel": [
            layers.GlobalAveragePooling2D(keepdims=True),
            layers.Conv2D(6, 1, activation="hard_swish"),
            layers.Conv2D(5, 1, activation="sigmoid"),
            layers.Flatten(),
        ],
        "batch normalisation": [
            layers.BatchNormalization(),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(6),
            layers.BatchNormalization(),
            layers.ReLU(),
        ],
    }


@pytest.mark.parametrize("head", layers_between())
def test_every_rule_for_a_gradient_is_the_one_that_tensorflow_derives(head: str) -> None:
    layers = keras.layers
    image = keras.Input((14, 12, 1))
    x = layers.Conv2D(7, 3, activation="relu", name="last")(layers.Rescaling(1 / 255)(image))
    for layer in layers_between()[head]:
        x = layer(x)
    model = randomized(keras.Model(image, layers.Dense(3, name="logit")(x)), seed=2)
    # Without the stripes of other tests: equal values in one window share its gradient here, but not in TensorFlow.
    films = np.random.default_rng(0).uniform(0, 255, (5, 14, 12, 1)).astype(np.float32)
    highest = []
    for positive in range(3):
        expected = hirescam_by_tape(model, films, lambda logit, column=positive: logit[:, column], "last")
        np.testing.assert_allclose(outputs(model, films, positive)["heatmap"], expected, atol=1e-4)
        highest.append(expected.max())
    assert max(highest) == 1, "the test wants something to show"


def test_a_network_without_a_rule_for_its_head_has_no_heat_map_and_says_why() -> None:
    layers = keras.layers
    image = keras.Input((14, 12, 1))
    x = layers.Dense(6, "relu")(layers.GlobalAveragePooling2D()(layers.Conv2D(7, 3)(image)))
    model = keras.Model(image, layers.Dense(2)(layers.Add(name="around")([x, layers.Dense(6)(x)])))
    assert head_of(fold(model, 1)).missing == "there is no rule for the gradient through 'around' (add)"
    assert "heatmap" not in outputs(model, random_pictures(2, (14, 12, 1)))


def test_a_network_without_convolutions_has_no_heat_map() -> None:
    image = keras.Input((8, 8, 1))
    model = keras.Model(image, keras.layers.Dense(2)(keras.layers.Flatten()(image)))
    assert head_of(fold(model, 1)).missing == "there is no convolution before the logits"


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_the_network_is_averaged_maps_are_class_activation_maps(kind: str) -> None:
    model = KINDS[kind](1, 3, None)
    network = fold(randomized(model), 1)
    head = head_of(network)
    if [step.op for step in head.steps] == ["global_average", "dense"]:
        assert head.feature_map == network[head.steps[0].name].inputs[0]
        assert head.missing is None
    else:
        assert kind in ("a Sequential", "dense blocks")
