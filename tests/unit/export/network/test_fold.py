"""Folding five blocks: fewer steps, the same numbers, and a refusal where that would not hold."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from export import graph
from export.network.fold import fold
from export.network.steps import FoldError, Network, Step
from tests.unit.export.conftest import keras_output, random_films, randomize
from tests.unit.export.network.keras_models import PLAIN
from training.networks.efficientnet_lite0 import EfficientNetLite0Config
from training.networks.network import Network as KerasNetwork
from training.networks.network import build_model
from training.networks.vgg16 import VGG16Config


def affine(network: Network) -> list[Step]:
    return [step for step in network.steps if step.op == "affine"]


def convolutions(network: Network) -> list[Step]:
    return [step for step in network.steps if step.op in ("conv", "depthwise")]


def keras_logits(model: Any, films: Any) -> Any:
    return np.asarray(keras.Model(model.input, model.get_layer("logit").output)(films))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("size", [22, 31])
@pytest.mark.parametrize("average", [False, True])
def test_the_folded_network_gives_the_logits_of_keras(
    make_model: Any, films: Any, average: bool, size: int, seed: int
) -> None:
    model = make_model(size=size, average=average, seed=seed)
    network = fold(model, 1)
    assert any((step.weights["scale"] < 0).any() for step in affine(network)), "the test wants negative gammas"
    logit = graph.outputs(network, PLAIN, films(5, size))["logit"].numpy()
    np.testing.assert_allclose(logit[:, 1], keras_logits(model, films(5, size))[:, 0], atol=1e-4)
    np.testing.assert_array_equal(logit[:, 0], 0)


def test_the_2020_network_at_full_size_folds_exactly(make_model: Any, films: Any) -> None:
    model = make_model(size=150, filters=(32, 64, 64, 128, 256), units=128)
    logit = graph.outputs(fold(model, 1), PLAIN, films(2, 150))["logit"].numpy()
    np.testing.assert_allclose(logit[:, 1], keras_logits(model, films(2, 150))[:, 0], atol=1e-4)


def test_three_classes_keep_their_logits(make_model: Any, films: Any) -> None:
    model = make_model(classes=3)
    logit = graph.outputs(fold(model, 1), PLAIN, films(5))["logit"].numpy()
    np.testing.assert_allclose(logit, keras_logits(model, films(5)), atol=1e-4)


def test_a_network_without_batch_normalisation_needs_no_signs_and_shifts(make_model: Any, films: Any) -> None:
    model = make_model(normalize=False)
    network = fold(model, 1)
    assert not affine(network)
    logit = graph.outputs(network, PLAIN, films(5))["logit"].numpy()
    np.testing.assert_allclose(logit[:, 1], keras_logits(model, films(5))[:, 0], atol=1e-4)


def test_the_last_shift_leaves_no_operation_behind(make_model: Any) -> None:
    shifted = {step.name for step in affine(fold(make_model(), 1)) if (step.weights["shift"] != 0).any()}
    assert shifted == {"block1_batch_normalization", "block2_batch_normalization"}


@pytest.mark.parametrize("change", [{"padding": "valid"}, {"strides": 2}, {"activation": "elu"}])
def test_a_convolution_of_another_kind_under_a_batch_normalisation_is_still_exact(change: dict[str, Any]) -> None:
    layers = keras.layers
    image = keras.Input((16, 15, 1))
    settings = {"padding": "same", "activation": "relu"} | change
    x = layers.BatchNormalization()(layers.Conv2D(4, 3, **settings)(layers.Rescaling(1 / 127.5, offset=-1)(image)))
    x = layers.BatchNormalization()(layers.Conv2D(3, 3, padding="valid")(layers.MaxPooling2D(2)(x)))
    model = keras.Model(image, layers.Dense(3, name="logit")(layers.Flatten()(x)))
    randomize(model, np.random.default_rng(3))
    films = random_films(4, 16, 15)
    logit = graph.outputs(fold(model, 1), PLAIN, films)["logit"].numpy()
    np.testing.assert_allclose(logit, keras_output(model, "logit", films), atol=1e-4)


def test_weights_that_are_not_numbers_are_refused(make_model: Any) -> None:
    model = make_model(seed=5)
    model.get_layer("features").bias.assign(np.full(16, np.nan))
    with pytest.raises(FoldError, match="not numbers"):
        fold(model, 1)


CUTS = ["", "block_16_project_BN", "block_12_add", "block_13_expand_relu"]


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize(("height", "width"), [(64, 64), (65, 50)])
def test_a_folded_mobilenet_gives_the_logits_of_keras(make_mobilenet: Any, cut: str, height: int, width: int) -> None:
    model, films = make_mobilenet(height=height, width=width, cut=cut, seed=height), random_films(4, height, width)
    logit = graph.outputs(fold(model, 1), PLAIN, films)["logit"].numpy()
    np.testing.assert_allclose(logit[:, 1], keras_output(model, "logit", films)[:, 0], atol=1e-4)
    np.testing.assert_array_equal(logit[:, 0], 0)


def test_a_network_that_standardises_and_smooths_films_is_folded_with_it_and_does_not_see_brightness(
    make_mobilenet: Any,
) -> None:
    model, films = make_mobilenet(prepared=True, cut="block_13_expand_relu"), random_films(4)
    network = fold(model, 1)
    logit = graph.outputs(network, PLAIN, films)["logit"].numpy()
    np.testing.assert_allclose(logit[:, 1], keras_output(model, "logit", films)[:, 0], atol=1e-4)
    darker = graph.outputs(network, PLAIN, 0.5 * films + 20)["logit"].numpy()
    np.testing.assert_allclose(darker, logit, atol=5e-3)


def test_three_classes_of_a_mobilenet_keep_their_logits(make_mobilenet: Any) -> None:
    model, films = make_mobilenet(classes=3), random_films(4)
    logit = graph.outputs(fold(model, 1), PLAIN, films)["logit"].numpy()
    np.testing.assert_allclose(logit, keras_output(model, "logit", films), atol=1e-4)


def test_one_grey_channel_goes_in_and_every_residual_connection_stays(make_mobilenet: Any) -> None:
    network = fold(make_mobilenet(), 1)
    assert convolutions(network)[0].weights["kernel"].shape == (3, 3, 1, 16)
    added = {step.name: step.inputs for step in network.steps if step.op == "add"}
    assert len(added) == 10
    assert added["block_4_add"] == ("block_3_project", "block_4_project")
    assert added["block_5_add"] == ("block_4_add", "block_5_project"), "the sum, not what it was added to"


def mobilenet_like(
    layer_between: Any = None, *, relu: float | None = 6, grey: bool = True, foreign: bool = False
) -> Any:
    """A network of the same kind with one convolution and one depthwise convolution, and something odd in it."""
    layers = keras.layers
    image = keras.Input((8, 8, 1))
    x = layers.Rescaling(1 / 127.5, offset=-1)(image)
    x = layers.Concatenate(name="grey")([x, x, x if grey else image])
    first = layers.Conv2D(4, 3, padding="same", name="first")(x)
    x = layers.ReLU(relu, name="relu")(first)
    x = layers.DepthwiseConv2D(3, padding="same", name="depthwise")(x if layer_between is None else layer_between(x))
    x = layers.Add(name="sum")([first if foreign else x, x])
    x = layers.Dense(1, name="logit")(layers.GlobalAveragePooling2D(name="average")(x))
    return keras.Model(image, layers.Activation("sigmoid")(x))


@pytest.mark.parametrize(
    "model",
    [
        lambda: mobilenet_like(relu=None),
        lambda: mobilenet_like(grey=False),
        lambda: mobilenet_like(keras.layers.BatchNormalization(name="late")),
        lambda: mobilenet_like(keras.layers.Conv2D(4, 3, padding="same", activation="relu", name="inner")),
        lambda: mobilenet_like(foreign=True),
    ],
)
def test_what_cannot_be_merged_stays_a_step_of_its_own_and_is_exact(model: Any) -> None:
    network, films = model(), random_films(4, 8, 8)
    randomize(network, np.random.default_rng(4))
    logit = graph.outputs(fold(network, 1), PLAIN, films)["logit"].numpy()
    np.testing.assert_allclose(logit[:, 1], keras_output(network, "logit", films)[:, 0], atol=1e-4)


def test_statistics_that_are_not_numbers_are_refused(make_mobilenet: Any) -> None:
    model = make_mobilenet()
    variance = model.get_layer("block_3_expand_BN").moving_variance
    variance.assign(np.full(variance.shape, np.nan))
    with pytest.raises(FoldError, match="not numbers"):
        fold(model, 1)


def shared(size: tuple[int, int]) -> Any:
    return {"height": size[0], "width": size[1], "view": "whole", "batch_normalization_momentum": 0.9}


def vgg(
    cut: str, *, classes: int = 2, size: tuple[int, int] = (34, 40), head: Any = "average", dense_units: int = 0
) -> Any:
    config = VGG16Config(
        **shared(size),
        cut=cut,
        frozen_until="block1_pool",
        frozen_epochs=1,
        head=head,
        dense_units=dense_units,
        dropout=0.2,
    )
    return randomized(config, classes)


def efficientnet(cut: str, *, classes: int = 2, size: tuple[int, int] = (34, 40)) -> Any:
    return randomized(EfficientNetLite0Config(**shared(size), cut=cut), classes)


def randomized(config: KerasNetwork, classes: int) -> Any:
    model = build_model(config, classes)
    randomize(model, np.random.default_rng(2))
    return model


NETWORKS = [
    pytest.param(vgg, "block3_conv3", id="VGG16 up to a convolution"),
    pytest.param(vgg, "block2_pool", id="VGG16 up to a max-pool"),
    pytest.param(efficientnet, "block_4_add", id="EfficientNet-Lite0 cut"),
    pytest.param(efficientnet, "", id="EfficientNet-Lite0 whole"),
]


@pytest.mark.parametrize(("make", "cut"), NETWORKS)
@pytest.mark.parametrize("classes", [2, 3])
def test_a_folded_backbone_gives_what_keras_gives(make: Any, cut: str, classes: int) -> None:
    model, films = make(cut, classes=classes), random_films(3, 34, 40)
    network = fold(model, 1)
    logit = graph.outputs(network, PLAIN, films)["logit"].numpy()
    expected = keras_output(model, "logit", films)
    scale = np.abs(expected).max()
    np.testing.assert_allclose(logit[:, 1:] if classes == 2 else logit, expected, atol=1e-4 * scale)


def test_a_head_of_a_hundred_megabytes_is_said_to_be_too_large() -> None:
    model = vgg("block2_pool", size=(64, 64), head="flatten", dense_units=800)
    with pytest.raises(FoldError, match=r"too large for the web(.|\n)*105 MB(.|\n)*fit vgg16"):
        fold(model, 1)
