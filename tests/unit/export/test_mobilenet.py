"""A MobileNetV2 as a bundle: fused, small, and run in TensorFlow.js with the numbers of Keras."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from export import graph, verify
from export.graph import Readout
from export.network.fold import fold
from export.quantise import as_stored
from export.source import read_source
from plainfilm.bundle import Bundle, Precision, read_bundle
from tests.unit.export.conftest import keras_output, random_films

ROOT = Path(__file__).parents[3]
PLAIN = Readout(temperature=1.0, positive=1, gate=None)


@pytest.mark.parametrize("precision", ["float16", "uint8"])
def test_the_first_and_the_depthwise_kernels_keep_full_precision(make_mobilenet: Any, precision: Precision) -> None:
    exact = fold(make_mobilenet(), 1)
    stored = as_stored(exact, precision)
    for before, after in zip(exact.steps, stored.steps, strict=True):
        if "kernel" in before.weights:
            kept = (after.weights["kernel"] == before.weights["kernel"]).all()
            assert kept == (before.op == "depthwise" or before.name == "Conv1"), before.name


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


def test_weights_take_a_third_of_the_bytes_and_each_is_stored_once(bundle: Bundle) -> None:
    weights = bundle.model["weightsManifest"][0]["weights"]
    stored = {weight["name"]: weight.get("quantization", {}).get("dtype") for weight in weights}

    def of_kind(kind: str) -> set[str]:
        return {name.removesuffix("/levels").split("/")[-1] for name in stored if stored[name] == kind}

    assert of_kind("float16") >= {"expanded_conv_project_kernel", "logit_kernel", "gate1_whitening", "gate2_whitening"}
    assert of_kind("uint8") >= {"block_16_project_kernel", "Conv_1_kernel"}
    assert not of_kind("float16") & of_kind("uint8")
    pointwise = ("expand_kernel", "project_kernel", "Conv_1_kernel")
    assert {name for name in of_kind("float16") | of_kind("uint8") if name.endswith(pointwise)} == {
        name.removesuffix("/levels").removesuffix("/scale").split("/")[-1]
        for name in stored
        if name.removesuffix("/levels").removesuffix("/scale").endswith(pointwise)
    }
    shapes = {weight["name"].split("/")[-1]: tuple(weight["shape"]) for weight in weights}
    assert shapes["gate1_whitening"] == (64, 64)
    assert sum((bundle.path / name).stat().st_size for name in bundle.weight_files) < 0.8e6


def test_tensorflow_js_gives_the_numbers_of_keras(bundle: Bundle, mobilenet_run: Path) -> None:
    films = random_films(5)
    outputs = verify.run_in_node(bundle.path, films)
    model = keras.models.load_model(mobilenet_run / "model.keras")
    z = keras_output(model, "logit", films)[:, 0]
    np.testing.assert_allclose(outputs["logit"][:, 1], z, atol=0.05)  # weights in fewer bits
    np.testing.assert_allclose(outputs["probability"][:, 1], 1 / (1 + np.exp(-outputs["logit"][:, 1] / 1.5)), atol=1e-5)
    heatmap = graph.outputs(fold(model, 1), PLAIN, films)["heatmap"]
    np.testing.assert_allclose(outputs["heatmap"], heatmap, atol=0.02 * float(np.abs(heatmap).max()))


def test_the_gate_keeps_the_share_of_validation_films_that_it_says(bundle: Bundle, mobilenet_run: Path) -> None:
    films = np.concatenate(list(read_source(mobilenet_run, None).batches("val")))
    kept = np.mean(verify.run_in_node(bundle.path, films)["ood_score"] <= bundle.metadata["ood"]["threshold"])
    assert kept == bundle.metadata["ood"]["kept_fraction"]
    assert bundle.metadata["ood"]["method"].startswith("Mahalanobis distance of the channels' means")
