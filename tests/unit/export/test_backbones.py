"""VGG16 and EfficientNet-Lite0: folded, and run in TensorFlow.js with the numbers of Keras."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from export import graph
from export.__main__ import export
from export.fold import Network, fold
from export.graph import Readout
from export.layers import FoldError
from export.mobilenet import MobileNet
from export.quantise import as_stored
from export.vgg import Vgg
from tests.unit.export.conftest import keras_output, random_films, randomize, write_run
from training.networks.efficientnet_lite0 import EfficientNetLite0Config
from training.networks.network import Network as KerasNetwork
from training.networks.network import build_model
from training.networks.vgg16 import VGG16Config

PLAIN = Readout(temperature=1.0, positive=1, gate=None)


def shared(size: tuple[int, int]) -> Any:
    return {"height": size[0], "width": size[1], "view": "whole", "batch_normalization_momentum": 0.9}


def vgg(cut: str, *, classes: int = 2, size: tuple[int, int] = (34, 40)) -> Any:
    config = VGG16Config(
        **shared(size),
        cut=cut,
        frozen_until="block1_pool",
        frozen_epochs=1,
        head="average",
        dense_units=0,
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
    pytest.param(vgg, "block3_conv3", Vgg, id="VGG16 up to a convolution"),
    pytest.param(vgg, "block2_pool", Vgg, id="VGG16 up to a max-pool"),
    pytest.param(efficientnet, "block_4_add", MobileNet, id="EfficientNet-Lite0 cut"),
    pytest.param(efficientnet, "", MobileNet, id="EfficientNet-Lite0 whole"),
]


@pytest.mark.parametrize(("make", "cut", "kind"), NETWORKS)
@pytest.mark.parametrize("classes", [2, 3])
def test_the_folded_network_gives_what_keras_gives(make: Any, cut: str, kind: type, classes: int) -> None:
    model, films = make(cut, classes=classes), random_films(3, 34, 40)
    network = fold(model, 1)
    assert isinstance(network, kind)
    logit = graph.outputs(network, PLAIN, films)["logit"].numpy()
    expected = keras_output(model, "logit", films)
    scale = np.abs(expected).max()
    np.testing.assert_allclose(logit[:, 1:] if classes == 2 else logit, expected, atol=1e-4 * scale)


@pytest.mark.parametrize("cut", ["block3_conv3", "block2_pool"])
def test_the_heat_map_is_hirescam_of_the_averaged_layer(cut: str) -> None:
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
    np.testing.assert_allclose(graph.outputs(fold(model, 1), PLAIN, films)["heatmap"], expected, atol=1e-4)


def kernels(network: Network) -> dict[str, Any]:
    found: dict[str, Any] = {}
    network.with_kernels(lambda name, kernel: found.setdefault(name, kernel))
    return found


@pytest.mark.parametrize(("make", "cut", "first"), [(vgg, "block2_pool", "first"), (efficientnet, "", "stem")])
def test_bytes_are_for_large_kernels_only(make: Any, cut: str, first: str) -> None:
    network = fold(make(cut), 1)
    exact, stored = kernels(network), kernels(as_stored(network, "uint8"))
    whole = {name for name, kernel in exact.items() if np.array_equal(stored[name], kernel)}
    halves = {name for name, kernel in exact.items() if np.array_equal(stored[name], kernel.astype(np.float16))}
    assert whole == {name for name in exact if "depthwise" in name} | {f"{first}_kernel"}
    assert halves == {"logit_kernel"}
    assert all(len(np.unique(stored[name])) <= 256 for name in set(exact) - whole - halves)


def test_a_head_of_a_hundred_megabytes_is_said_to_be_too_large() -> None:
    config = VGG16Config(
        **shared((32, 32)),
        cut="block2_pool",
        frozen_until="block2_pool",
        frozen_epochs=1,
        head="flatten",
        dense_units=64,
        dropout=0.2,
    )
    with pytest.raises(FoldError, match=r"too large for the web(.|\n)*2 MB(.|\n)*fit vgg16"):
        fold(build_model(config, 2), 1)


def test_a_vgg16_goes_the_whole_way_to_a_bundle(tmp_path: Path) -> None:
    model = vgg("block2_conv2", size=(32, 32))
    bundle = export(write_run(tmp_path, model), tmp_path / "models", name="vgg", precision="float16", prepared=None)
    operations = {node["op"] for node in bundle.model["modelTopology"]["node"]}
    assert "_FusedConv2D" in operations
    assert not {"Conv2D", "BiasAdd"} & operations
