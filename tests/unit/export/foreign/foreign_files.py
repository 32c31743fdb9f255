"""Files as other tools write them, made from tiny networks: TensorFlow.js models, Keras 2 configurations, ZIPs."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from google.protobuf import json_format

from export.foreign.model import ForeignModel, ForeignOptions, Scaling
from export.foreign.network import logits_of
from export.foreign.open import open_foreign

SIZE = 16
NAMES = ("HEALTHY", "NO PNEUMONIA DETECTED", "sick")


def options(count: int | None = 3, scaling: Scaling | None = "0..1", **more: Any) -> ForeignOptions:
    """Options that leave nothing to ask for."""
    return ForeignOptions(classes=None if count is None else NAMES[:count], scaling=scaling, **more)


def pictures(channels: int = 3, height: int = SIZE, width: int = SIZE) -> Any:
    """Two pictures of noise in 0-255 with a bright edge, where a wrongly placed border would show."""
    values = np.random.default_rng(2).uniform(0, 255, (2, height, width, channels)).astype(np.float32)
    values[:, :3], values[..., -2:, :] = 250, 5
    return values


def probabilities(model: ForeignModel, images: Any) -> Any:
    """What an opened model says of pictures in 0-255, after it was held against its own steps."""
    logits = np.asarray(model.logits(images))
    if model.network is not None:
        np.testing.assert_allclose(logits_of(model.network, images), logits, rtol=1e-4, atol=1e-4)
    return np.asarray(tf.nn.softmax(logits))


def check(path: Path, expected: Any, asked: ForeignOptions, images: Any) -> ForeignModel:
    """Opens a model and holds its probabilities against those expected."""
    model = open_foreign(path, asked)
    np.testing.assert_allclose(probabilities(model, images), expected, atol=1e-5)
    return model


def write_tfjs(
    folder: Path, topology: Any, weights: Mapping[str, Any], *, shards: Sequence[int] = (), **more: Any
) -> Path:
    """Writes model.json and shards as TensorFlow.js's converter does; `shards` are the sizes of all but the last."""
    folder.mkdir(parents=True, exist_ok=True)
    data = b"".join(np.ascontiguousarray(array).tobytes() for array in weights.values())
    cuts = [0, *np.cumsum(shards).tolist(), len(data)]
    names = [f"group1-shard{number}of{len(cuts) - 1}.bin" for number in range(1, len(cuts))]
    for name, start, end in zip(names, cuts, cuts[1:], strict=False):
        (folder / name).write_bytes(data[start:end])
    specs = [
        {"name": name, "shape": list(np.shape(array)), "dtype": str(np.asarray(array).dtype)}
        for name, array in weights.items()
    ]
    content = {"modelTopology": topology, "weightsManifest": [{"paths": names, "weights": specs}], **more}
    (folder / "model.json").write_text(json.dumps(content))
    return folder


def graph_model(folder: Path, function: Any, *, fused: Mapping[str, list[str]] | None = None, **more: Any) -> Path:
    """Writes a concrete function without variables as a graph-model: constants become weights."""
    graph_def = function.graph.as_graph_def()
    weights = {}
    for node in graph_def.node:
        if node.op == "Const":
            weights[node.name] = tf.make_ndarray(node.attr["value"].tensor)
            del node.attr["value"]
    topology = json_format.MessageToDict(graph_def, preserving_proto_field_name=False)
    signature = {
        "inputs": {"image": {"name": function.inputs[0].name}},
        "outputs": {"scores": {"name": function.outputs[0].name}},
    }
    return write_tfjs(folder, topology, weights, format="graph-model", signature=signature, **more)


def keras2_layers(channels: int = 3, classes: int = 3) -> tuple[Any, dict[str, Any], Any]:
    """A Sequential as Keras 2 and TensorFlow.js write it; its weights, and a function that computes it in plain TensorFlow."""
    rng = np.random.default_rng(4)
    weights = {
        "conv/kernel": rng.normal(0, 0.3, (3, 3, channels, 4)).astype(np.float32),
        "conv/bias": rng.normal(0, 0.3, 4).astype(np.float32),
        "bn/gamma": rng.uniform(0.5, 2, 4).astype(np.float32),
        "bn/beta": rng.normal(0, 0.3, 4).astype(np.float32),
        "depth/depthwise_kernel": rng.normal(0, 0.5, (3, 3, 4, 1)).astype(np.float32),
        "dense/kernel": rng.normal(0, 1, (4, classes)).astype(np.float32),
        "bn/moving_mean": rng.normal(0, 0.3, 4).astype(np.float32),
        "bn/moving_variance": rng.uniform(0.5, 2, 4).astype(np.float32),
    }
    layers = [
        ("Conv2D", {"name": "conv", "batch_input_shape": [None, SIZE, SIZE, channels], "filters": 4, "kernel_size": [3, 3],
                    "strides": [2, 2], "padding": "same", "groups": 1, "activation": "linear", "use_bias": True,
                    "kernel_initializer": {"class_name": "Mine", "config": {}}, "kernel_regularizer": None}),
        ("BatchNormalization", {"name": "bn", "axis": [3], "epsilon": 0.001, "momentum": 0.99, "fused": None}),
        ("ReLU", {"name": "relu", "max_value": 6.0, "negative_slope": 0.0, "threshold": 0.0}),
        ("DepthwiseConv2D", {"name": "depth", "kernel_size": [3, 3], "padding": "same", "groups": 1, "use_bias": False,
                             "depth_multiplier": 1, "activation": "linear"}),
        ("GlobalAveragePooling2D", {"name": "average", "data_format": "channels_last"}),
        ("Dropout", {"name": "drop", "rate": 0.2, "noise_shape": None, "seed": None}),
        ("Dense", {"name": "dense", "units": classes, "activation": "softmax", "use_bias": False}),
    ]  # fmt: skip
    config = {
        "class_name": "Sequential",
        "config": {"name": "tiny", "layers": [{"class_name": kind, "config": each} for kind, each in layers]},
        "keras_version": "tfjs-layers 1.7.4",
        "backend": "tensor_flow.js",
    }

    def compute(fed: Any) -> Any:
        x = tf.nn.conv2d(fed, weights["conv/kernel"], 2, "SAME") + weights["conv/bias"]
        statistics = (weights[f"bn/{name}"] for name in ("moving_mean", "moving_variance", "beta", "gamma"))
        x = tf.nn.relu6(tf.nn.batch_normalization(x, *statistics, 0.001))
        x = tf.nn.depthwise_conv2d(x, weights["depth/depthwise_kernel"], [1, 1, 1, 1], "SAME")
        return tf.nn.softmax(tf.reduce_mean(x, [1, 2]) @ weights["dense/kernel"])

    return config, weights, compute


def zipped(archive: Path, files: Mapping[str, bytes]) -> Path:
    """A ZIP of files by name."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in files.items():
            opened.writestr(name, data)
    return archive


def packed(folder: Path, archive: Path, prefix: str = "") -> Path:
    """A ZIP of a folder's files."""
    return zipped(archive, {prefix + each.name: each.read_bytes() for each in sorted(folder.iterdir())})
