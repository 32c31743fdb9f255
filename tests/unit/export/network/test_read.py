"""Reading any Keras model: what the folded network gives is what Keras gives, and an unknown layer is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from export import graph
from export.convert import convert
from export.network.fold import fold
from export.network.layers import IDLE, LAYERS
from export.network.read import read
from export.network.run import OPERATIONS
from export.network.steps import FoldError
from export.verify import run_in_node
from tests.tiny_bundle import sign, write_tiny_bundle
from tests.unit.export.network.keras_models import KINDS, PLAIN, outputs, random_pictures, randomized

OUTPUTS = [(1, "sigmoid"), (2, "softmax"), (3, "softmax"), (3, None), (1, None)]


def assert_same(model: Any, activation: str | None, films: Any) -> None:
    """The logits, or else the probabilities, are those of Keras, as near as single precision allows."""
    result, expected = outputs(model, films), np.asarray(model(films, training=False))
    got = result["logit" if activation is None else "probability"]
    if expected.shape[1] == 1:
        assert got.shape == (len(films), 2)
        got = got[:, 1:]
    np.testing.assert_allclose(got, expected, atol=1e-5 * max(1, np.abs(expected).max()))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("channels", [1, 3])
def test_the_network_gives_what_keras_gives(kind: str, channels: int) -> None:
    for classes, activation in OUTPUTS:
        model = randomized(KINDS[kind](channels, classes, activation))
        assert_same(model, activation, random_pictures(3, model.input_shape[1:]))


@pytest.mark.parametrize(("name", "classes"), [("ResNet50V2", 2), ("EfficientNetB0", 2), ("MobileNetV3Small", 3)])
def test_a_network_of_keras_applications_gives_what_keras_gives(name: str, classes: int) -> None:
    make = getattr(keras.applications, name)
    model = randomized(make(weights=None, input_shape=(48, 40, 3), classes=classes, classifier_activation=None))
    films = random_pictures(2, (48, 40, 3))
    assert_same(model, None, films)
    shown = []
    for positive in range(2):
        expected = hirescam_of_the_average(model, films, positive)
        np.testing.assert_allclose(outputs(model, films, positive)["heatmap"], expected, atol=1e-3)
        shown.append(expected.max())
    assert max(shown) == 1, "the test wants something to show"


def hirescam_of_the_average(model: Any, films: Any, positive: int) -> Any:
    """HiResCAM of the map that the last global average takes, by TensorFlow's own gradient."""
    average = [layer for layer in model.layers if isinstance(layer, layers.GlobalAveragePooling2D)][-1]
    activation = tf.convert_to_tensor(keras.Model(model.input, average.input)(films))
    with tf.GradientTape() as tape:
        tape.watch(activation)
        x = activation
        for layer in model.layers[model.layers.index(average) :]:
            x = layer(x)
        target = x[:, positive] - (x[:, 1 - positive] if x.shape[1] == 2 else 0)
    contribution = np.maximum((activation * tape.gradient(target, activation)).numpy().sum(axis=-1), 0)
    return contribution / np.maximum(contribution.max(axis=(1, 2), keepdims=True), 1e-6)


def test_a_saved_model_is_read_like_the_one_that_was_saved(tmp_path: Path) -> None:
    model = randomized(KINDS["squeeze and excite"](1, 1, "sigmoid"))
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    films = random_pictures(2, model.input_shape[1:])
    np.testing.assert_array_equal(outputs(model, films)["logit"], outputs(again, films)["logit"])


@pytest.mark.parametrize(
    "activation",
    ["relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "sigmoid", "hard_sigmoid", "swish", "hard_swish", "tanh", "softplus"],
)  # fmt: skip
def test_every_activation_is_that_of_keras(activation: str) -> None:
    image = keras.Input((6, 6, 1))
    x = layers.Conv2D(8, 3, activation=activation)(image / 40 - 3)
    assert_same(keras.Model(image, layers.Dense(2)(layers.Flatten()(x))), None, random_pictures(4, (6, 6, 1)))


@pytest.mark.parametrize(
    "layer", [each for each in IDLE if each is not layers.InputLayer], ids=lambda layer: layer.__name__
)
def test_layers_that_are_passed_over_do_nothing_at_inference(layer: Any) -> None:
    arguments: dict[Any, list[Any]] = {
        layers.Identity: [],
        layers.ActivityRegularization: [],
        layers.RandomFlip: ["horizontal"],
        layers.RandomTranslation: [0.3, 0.3],
    }
    films = random_pictures(2, (8, 8, 3))
    model = keras.Sequential([keras.Input((8, 8, 3)), layer(*arguments.get(layer, [0.3]))])
    np.testing.assert_array_equal(model(films, training=False), films)


@pytest.mark.parametrize("kind", KINDS)
def test_tensorflow_js_gives_the_numbers_of_keras(kind: str, tmp_path: Path) -> None:
    model = randomized(KINDS[kind](1, 3, "softmax"))
    shape = model.input_shape[1:]
    bundle = write_tiny_bundle(tmp_path)
    metadata = json.loads((bundle / "metadata.json").read_text())
    metadata["image_converter"] |= dict(zip(("height", "width", "channels"), shape, strict=True))
    (bundle / "metadata.json").write_text(json.dumps(metadata))
    for old in bundle.glob("*.bin"):
        old.unlink()
    convert(graph.build(fold(model, 1), PLAIN, shape), bundle, {})
    sign(bundle)
    films = random_pictures(2, shape)
    in_node, expected = run_in_node(bundle, films), outputs(model, films)
    np.testing.assert_allclose(in_node["probability"], np.asarray(model(films, training=False)), atol=1e-5)
    np.testing.assert_allclose(in_node["logit"], expected["logit"], atol=1e-5 * max(1, np.abs(expected["logit"]).max()))
    assert ("heatmap" in in_node) == ("heatmap" in expected)
    if "heatmap" in expected:
        np.testing.assert_allclose(in_node["heatmap"], expected["heatmap"], atol=1e-4)


def test_an_unknown_layer_is_named_with_its_place_and_what_is_known() -> None:
    inside = keras.Input((8, 8, 2))
    odd = keras.Model(inside, layers.GroupNormalization(1, name="odd_one")(inside), name="inner")
    image = keras.Input((8, 8, 1))
    x = layers.Conv2D(2, 3, padding="same", activation="relu", name="first")(image)
    expected = (
        r"(?s)'odd_one' .GroupNormalization. in 'inner' after 'first_relu'.*MaxPooling2D.*next: +build the network"
    )
    with pytest.raises(FoldError, match=expected):
        fold(keras.Model(image, odd(x)), 1)


def custom(x: Any) -> Any:
    return x * x


custom.__name__ = "relu"


@pytest.mark.parametrize(
    ("layer", "named"),
    [
        (layers.Conv2D(2, 3, activation=custom, name="own"), "'own' .Conv2D.*an activation out of linear, relu"),
        (layers.ReLU(threshold=0.5, name="late"), "'late' .ReLU.*threshold 0"),
        (layers.BatchNormalization(axis=1, name="rows"), "'rows' .BatchNormalization.*last axis"),
        (layers.Lambda(lambda x: x + 1, name="free"), "'free' .Lambda.*one of Activation"),
    ],
)
def test_a_layer_set_in_another_way_says_which_way_is_known(layer: Any, named: str) -> None:
    image = keras.Input((8, 8, 1))
    model = keras.Model(image, layers.Dense(1)(layers.Flatten()(layer(image))))
    with pytest.raises(FoldError, match=f"(?s){named}"):
        fold(model, 1)


class Subclassed(keras.Model):
    """Its layers are known, but what it does with them is not."""

    def call(self, x: Any) -> Any:
        return x


def test_a_subclassed_model_is_refused() -> None:
    model = Subclassed()
    model(np.zeros((1, 8, 8, 1)))
    with pytest.raises(FoldError, match=r"Subclassed with inputs(.|\n)*a Sequential or Functional model"):
        read(model)


def test_a_model_of_two_inputs_or_of_an_open_size_is_refused() -> None:
    first, second = keras.Input((8, 8, 1)), keras.Input((8, 8, 1))
    with pytest.raises(FoldError, match="one input of a fixed size"):
        read(keras.Model([first, second], layers.Add()([first, second])))
    image = keras.Input((None, None, 1))
    with pytest.raises(FoldError, match="one input of a fixed size"):
        read(keras.Model(image, layers.GlobalAveragePooling2D()(image)))


@pytest.mark.parametrize(
    ("end", "named"),
    [
        (lambda x: layers.Dense(3, activation="sigmoid", name="labels")(x), r"'labels.*sigmoid.*softmax over several"),
        (lambda x: layers.Dense(1, activation="softmax", name="sure")(x), r"'sure.*softmax.*sigmoid over one logit"),
        (lambda x: layers.Dense(2, activation="relu", name="cut")(x), r"'cut.*relu.*the logits themselves"),
        (lambda x: layers.Reshape((1, 5), name="flat")(x), r"\[1, 5\] of 'flat'"),
    ],
)
def test_an_output_that_is_not_one_of_classes_is_refused(end: Any, named: str) -> None:
    image = keras.Input((8, 8, 1))
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(5, 3)(image))
    with pytest.raises(FoldError, match=f"(?s){named}"):
        fold(keras.Model(image, end(x)), 1)


def test_every_operation_that_is_read_can_be_run() -> None:
    read_as = {step.op for kind in KINDS.values() for step in read(kind(1, 3, "softmax")).steps}
    assert read_as <= set(OPERATIONS)
    assert len(LAYERS) > 40
