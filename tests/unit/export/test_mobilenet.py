"""MobileNetV2: folded, fused and run in TensorFlow.js with the numbers of Keras."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from export import graph, verify
from export.fold import fold
from export.graph import Readout
from export.layers import FoldError
from export.mobilenet import MobileNet
from export.quantise import as_stored
from export.source import read_source
from plainfilm.bundle import Bundle, Precision, read_bundle
from tests.unit.export.conftest import keras_output, random_films

ROOT = Path(__file__).parents[3]
PLAIN = Readout(temperature=1.0, positive=1, gate=None)
CUTS = ["", "block_16_project_BN", "block_12_add", "block_13_expand_relu"]


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize(("height", "width"), [(64, 64), (65, 50)])
def test_the_folded_network_gives_the_logits_of_keras(make_mobilenet: Any, cut: str, height: int, width: int) -> None:
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


def test_three_classes_keep_their_logits(make_mobilenet: Any) -> None:
    model, films = make_mobilenet(classes=3), random_films(4)
    logit = graph.outputs(fold(model, 1), PLAIN, films)["logit"].numpy()
    np.testing.assert_allclose(logit, keras_output(model, "logit", films), atol=1e-4)


@pytest.mark.parametrize(
    ("cut", "layers"),
    [
        ("", ["block_11_add", "block_12_add"]),
        ("block_13_expand_relu", ["block_11_add", "block_12_add"]),
        ("block_3_expand_relu", ["block_1_project_BN", "block_2_add"]),
    ],
)
def test_the_gate_looks_at_the_last_bottlenecks_that_are_not_too_coarse(
    make_mobilenet: Any, cut: str, layers: list[str]
) -> None:
    model, films = make_mobilenet(cut=cut), random_films(4)
    gate_maps = fold(model, 1).gate_maps(films)
    for got, layer in zip(gate_maps, layers, strict=True):
        np.testing.assert_allclose(got, keras_output(model, layer, films), atol=1e-4)


def test_one_grey_channel_goes_in_and_every_residual_connection_stays(make_mobilenet: Any) -> None:
    network = fold(make_mobilenet(), 1)
    assert isinstance(network, MobileNet)
    assert network.convolutions[0].kernel.shape == (3, 3, 1, 16)
    added = {each.name: each.plus for each in network.convolutions if each.plus}
    assert len(added) == 10
    assert added["block_4_project"] == "block_3_project"
    assert added["block_5_project"] == "block_4_project", "the sum, not what it was added to"


@pytest.mark.parametrize("cut", CUTS[:2])
def test_the_heat_map_is_hirescam_of_the_averaged_layer(make_mobilenet: Any, cut: str) -> None:
    model, films = make_mobilenet(height=96, width=96, cut=cut, seed=1), random_films(4, 96, 96)
    activation = tf.constant(keras_output(model, cut or "out_relu", films))
    with tf.GradientTape() as tape:
        tape.watch(activation)
        logit = model.get_layer("logit")(model.get_layer("average")(activation))
    contribution = np.maximum((activation * tape.gradient(logit, activation)).numpy().sum(axis=-1), 0)
    expected = contribution / np.maximum(contribution.max(axis=(1, 2), keepdims=True), 1e-6)
    assert expected.max() == 1, "the test wants something to show"
    np.testing.assert_allclose(graph.outputs(fold(model, 1), PLAIN, films)["heatmap"], expected, atol=1e-4)


@pytest.mark.parametrize("precision", ["float16", "uint8"])
def test_the_first_and_the_depthwise_kernels_keep_full_precision(make_mobilenet: Any, precision: Precision) -> None:
    exact = fold(make_mobilenet(), 1)
    stored = as_stored(exact, precision)
    assert isinstance(exact, MobileNet)
    assert isinstance(stored, MobileNet)
    for before, after in zip(exact.convolutions, stored.convolutions, strict=True):
        kept = (after.kernel == before.kernel).all()
        assert kept == (before.depthwise or before.name == "Conv1"), before.name


def tiny(layer_between: Any = None, *, relu: float | None = 6, grey: bool = True, foreign: bool = False) -> Any:
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
    ("model", "named"),
    [
        (lambda: tiny(relu=None), "'relu' .ReLU.*ReLU up to 6"),
        (lambda: tiny(grey=False), "'grey'.*film with itself"),
        (lambda: tiny(keras.layers.BatchNormalization(name="late")), "'late' .BatchNormalization"),
        (lambda: tiny(keras.layers.Conv2D(4, 3, activation="relu", name="inner")), "'inner'.*linear convolution"),
        (lambda: tiny(foreign=True), "'sum'.*an earlier output"),
    ],
)
def test_what_cannot_be_folded_exactly_is_refused_by_name(model: Any, named: str) -> None:
    with pytest.raises(FoldError, match=f"(?s){named}"):
        fold(model(), 1)


def test_weights_that_are_not_numbers_are_refused(make_mobilenet: Any) -> None:
    model = make_mobilenet()
    variance = model.get_layer("block_3_expand_BN").moving_variance
    variance.assign(np.full(variance.shape, np.nan))
    with pytest.raises(FoldError, match="not numbers"):
        fold(model, 1)


@pytest.fixture(scope="module")
def bundle(mobilenet_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The run exported from the command line."""
    out = tmp_path_factory.mktemp("models")
    command: list[str | Path] = [sys.executable, "-m", "export", mobilenet_run, "--out", out, "--name", "tiny"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "the last two bottlenecks" in done.stdout
    return read_bundle(out / "tiny")


def test_every_convolution_is_fused_and_no_batch_normalisation_is_left(bundle: Bundle) -> None:
    found = Counter(node["op"] for node in bundle.model["modelTopology"]["node"])
    assert (found["_FusedConv2D"], found["FusedDepthwiseConv2dNative"], found["_FusedMatMul"]) == (35, 17, 1)
    assert found["MatMul"] == 2, "the out-of-distribution score, for each of its maps"
    assert found["AddV2"] == 15, "ten residual connections, the rescaling, two for each map of the gate"
    unfused = {"Conv2D", "DepthwiseConv2dNative", "BiasAdd", "Relu6"}
    assert not [name for name in found if "BatchNorm" in name or name in unfused]


def test_weights_take_half_the_bytes_and_each_is_stored_once(bundle: Bundle) -> None:
    weights = bundle.model["weightsManifest"][0]["weights"]
    stored = {weight["name"].split("/")[-1]: weight.get("quantization", {}).get("dtype") for weight in weights}
    assert {"Conv1_kernel", "block_16_project_kernel", "logit_kernel", "gate1_whitening", "gate2_whitening"} <= set(
        stored
    )
    halved = {name for name in stored if stored[name] == "float16"}
    assert halved == {
        name
        for name in stored
        if name.endswith(("expand_kernel", "project_kernel", "Conv_1_kernel", "logit_kernel", "whitening"))
    }
    shapes = {weight["name"].split("/")[-1]: tuple(weight["shape"]) for weight in weights}
    assert shapes["gate1_whitening"] == (64, 64)
    assert sum((bundle.path / name).stat().st_size for name in bundle.weight_files) < 1.2e6


def test_tensorflow_js_gives_the_numbers_of_keras(bundle: Bundle, mobilenet_run: Path) -> None:
    films = random_films(5)
    outputs = verify.run_in_node(bundle.path, films)
    model = keras.models.load_model(mobilenet_run / "model.keras")
    z = keras_output(model, "logit", films)[:, 0]
    np.testing.assert_allclose(outputs["logit"][:, 1], z, atol=0.02)  # float16 weights
    np.testing.assert_allclose(outputs["probability"][:, 1], 1 / (1 + np.exp(-outputs["logit"][:, 1] / 1.5)), atol=1e-5)
    heatmap = graph.outputs(as_stored(fold(model, 1), "float16"), PLAIN, films)["heatmap"]
    np.testing.assert_allclose(outputs["heatmap"], heatmap, atol=1e-3)


def test_the_gate_keeps_the_share_of_validation_films_that_it_says(bundle: Bundle, mobilenet_run: Path) -> None:
    films = np.concatenate(list(read_source(mobilenet_run, None).batches("val")))
    kept = np.mean(verify.run_in_node(bundle.path, films)["ood_score"] <= bundle.metadata["ood"]["threshold"])
    assert kept == bundle.metadata["ood"]["kept_fraction"]
    assert bundle.metadata["ood"]["method"].startswith("Mahalanobis distance of the channels' means")
