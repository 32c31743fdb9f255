"""Our converter against Google's, byte for byte; and graphs that Google's gets wrong, against TensorFlow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from export import graph, ood, reference
from export.convert import ConversionError, convert, convert_function
from export.graph import Readout
from export.network.fold import fold
from export.quantise import STORED_AS
from export.verify import run_in_node
from plainfilm.bundle import Precision
from tests.reference_converter import convert_saved_model
from tests.tiny_bundle import sign, write_tiny_bundle
from tests.unit.export.network.keras_models import random_pictures, randomized

RANDOM = np.random.default_rng(0)


def numbers(*shape: int) -> Any:
    return tf.constant(RANDOM.uniform(0.2, 1.5, shape), tf.float32)


def module(serve: Any, *shape: int | None) -> Any:
    made = tf.Module()
    signature = [tf.TensorSpec([None, *shape], tf.float32, name="image")]
    made.serve = tf.function(serve, input_signature=signature, autograph=False)
    return made


def written(folder: Path) -> tuple[dict[str, bytes], dict[str, Any]]:
    shards = {path.name: path.read_bytes() for path in sorted(folder.glob("*.bin"))}
    return shards, json.loads((folder / "model.json").read_text())


def assert_as_google(saved_model: Path, folder: Path, stored_as: dict[str, list[str]]) -> None:
    """Both converters write the same bytes and the same graph."""
    ours, theirs = folder / "ours", folder / "theirs"
    ours.mkdir()
    theirs.mkdir()
    convert_saved_model(saved_model, theirs, stored_as)
    loaded = tf.saved_model.load(saved_model)
    convert_function(loaded.signatures["serving_default"], ours, stored_as)
    (shards, model), (their_shards, their_model) = written(ours), written(theirs)
    assert shards == their_shards
    assert model["weightsManifest"] == their_model["weightsManifest"]
    assert model["modelTopology"] == their_model["modelTopology"]
    nodes = [sorted(each["signature"]["outputs"].values(), key=json.dumps) for each in (model, their_model)]
    assert nodes[0] == nodes[1]


@pytest.fixture(scope="module")
def of_ours(make_model: Any, make_mobilenet: Any) -> dict[str, Any]:
    """Networks as they are exported, with all four outputs."""

    def built(model: Any) -> Any:
        network, shape = fold(model, 1), model.input_shape[1:]
        gate = ood.fit_gate(reference.descriptions(network, [random_pictures(12, shape)]))
        return graph.build(network, Readout(1.3, 1, gate), shape)

    return {"MobileNetV2": built(make_mobilenet()), "blocks of convolutions": built(make_model())}


@pytest.mark.parametrize("precision", ["float32", "float16", "uint8"])
@pytest.mark.parametrize("network", ["MobileNetV2", "blocks of convolutions"])
def test_a_network_of_ours_becomes_the_bytes_that_tensorflowjs_makes_of_it(
    of_ours: dict[str, Any], network: str, precision: Precision, tmp_path: Path
) -> None:
    ours, stored_as = of_ours[network], STORED_AS[precision]
    tf.saved_model.save(ours, tmp_path / "saved", signatures={"serving_default": ours.serve})
    assert_as_google(tmp_path / "saved", tmp_path, stored_as)

    # What export writes, without that detour, is the same, but for the name of the call in it.
    (tmp_path / "direct").mkdir()
    convert(ours, tmp_path / "direct", stored_as)
    (shards, model), (of_saved, saved) = written(tmp_path / "direct"), written(tmp_path / "ours")
    assert shards == of_saved
    assert model["modelTopology"] == json.loads(json.dumps(saved["modelTopology"]).replace("PartitionedCall/", ""))
    assert list(model["signature"]["outputs"]) == ["heatmap", "heatmap_peak", "logit", "ood_score", "probability"]
    assert list(model["signature"]["inputs"]) == ["image"]


def batch_norms(image: Any) -> dict[str, Any]:
    """Batch normalisation after each kind of convolution, and three outputs of one shape."""
    x = tf.nn.conv2d(image, numbers(3, 3, 3, 4), 1, "SAME")
    x = tf.nn.relu6(normalised(x, 4))
    x = tf.nn.bias_add(tf.nn.depthwise_conv2d(x, numbers(3, 3, 4, 2), [1, 1, 1, 1], "SAME"), numbers(8))
    x = tf.nn.elu(normalised(x, 8))
    average = tf.reduce_mean(x, [1, 2])
    return {"logit": average, "another": average * 2, "largest": tf.reduce_max(x, [1, 2])}


def normalised(x: Any, channels: int) -> Any:
    statistics = (numbers(channels) for _ in range(4))
    return tf.compat.v1.nn.fused_batch_norm(x, *statistics, is_training=False)[0]


def loops_and_types(image: Any) -> dict[str, Any]:
    """Control flow, whole numbers of 64 bits, float64, texts."""
    x = tf.while_loop(lambda x: tf.reduce_sum(x) < 1e6, lambda x: [x * 2 + tf.constant([1.0, 2, 3])], [image])[0]
    x = tf.cond(tf.reduce_sum(image) > 0, lambda: x * tf.constant([1.0, 2, 3]), lambda: x - 1)
    texts = tf.gather(tf.constant(["é", "ab"]), tf.shape(x)[:1] * 0)
    double = tf.cast(tf.gather(x, tf.constant([1, 0], tf.int64), axis=1), tf.float64) * 0.5
    return {"logit": double, "n": tf.shape(x)[0], "texts": texts}


@pytest.mark.parametrize("serve", [batch_norms, loops_and_types])
def test_any_function_becomes_what_tensorflowjs_makes_of_it(serve: Any, tmp_path: Path) -> None:
    made = module(serve, *((8, 8, 3) if serve is batch_norms else (3,)))
    tf.saved_model.save(made, tmp_path / "saved", signatures={"serving_default": made.serve})
    assert_as_google(tmp_path / "saved", tmp_path, {"uint16": ["*weights"]})


def test_an_exported_keras_model_becomes_what_tensorflowjs_makes_of_it(tmp_path: Path) -> None:
    image = keras.Input((12, 12, 3), name="picture")
    x = layers.PReLU(shared_axes=[1, 2])(layers.Conv2D(4, 3)(image))
    x = layers.PReLU(shared_axes=[1, 2])(layers.BatchNormalization()(layers.DepthwiseConv2D(3)(x)))
    x = layers.ReLU()(layers.DepthwiseConv2D(3, use_bias=False)(x))
    x = layers.PReLU()(layers.Dense(5)(layers.Flatten()(x)))
    model = randomized(keras.Model(image, layers.Dense(3, activation="softmax")(x)))
    model.export(tmp_path / "saved", verbose=False)
    assert_as_google(tmp_path / "saved", tmp_path, {"float16": ["*"]})
    _, written_model = written(tmp_path / "ours")
    fused = [node for node in written_model["modelTopology"]["node"] if "fused_ops" in node.get("attr", {})]
    assert len(fused) == 5, "four with an activation, and the last"


def exact_gelu(image: Any) -> Any:
    x = layers.Conv2D(4, 3, activation="gelu")(image / 100)
    return layers.Flatten()(x)


def activations_that_only_tensorflow_fuses(image: Any) -> Any:
    x = layers.Conv2D(4, 3, activation="hard_swish")(image / 100)
    x = layers.Conv2D(4, 3, activation="relu")(x)
    return layers.Dense(6, activation="tanh")(layers.Flatten()(x))


def a_sum_that_is_no_bias(image: Any) -> Any:
    x = layers.Conv2D(3, 3, padding="same", use_bias=False)(image / 100)
    x = layers.Conv2D(3, 1, activation="hard_sigmoid", use_bias=False)(layers.Add()([x, image / 50]))
    return layers.Flatten()(x)


def one_convolution_of_two_normalisations(image: Any) -> Any:
    x = layers.Conv2D(4, 3)(image / 100)
    return layers.Concatenate()([layers.Flatten()(y) for y in (layers.BatchNormalization()(x), layers.ReLU()(x))])


@pytest.mark.parametrize(
    "of", [exact_gelu, activations_that_only_tensorflow_fuses, a_sum_that_is_no_bias, one_convolution_of_two_normalisations]
)  # fmt: skip
def test_tensorflow_js_computes_what_tensorflow_computes(of: Any, tmp_path: Path) -> None:
    image = keras.Input((6, 6, 3))
    model = randomized(keras.Model(image, layers.Dense(2)(of(image))))
    pictures = random_pictures(2, (6, 6, 3))
    in_node = in_tensorflow_js(
        module(lambda x: {"logit": model(x, training=False)}, 6, 6, 3), (6, 6, 3), pictures, tmp_path
    )
    np.testing.assert_allclose(in_node["logit"], model(pictures, training=False), rtol=1e-4, atol=1e-5)


def in_tensorflow_js(made: Any, shape: tuple[int, ...], pictures: Any, folder: Path) -> dict[str, Any]:
    bundle = write_tiny_bundle(folder)
    metadata = json.loads((bundle / "metadata.json").read_text())
    metadata["image_converter"] |= dict(zip(("height", "width", "channels"), shape, strict=True))
    (bundle / "metadata.json").write_text(json.dumps(metadata))
    for old in bundle.glob("*.bin"):
        old.unlink()
    convert(made, bundle, {})
    sign(bundle)
    return run_in_node(bundle, pictures)


def test_an_output_in_the_middle_of_what_would_be_fused_stays(tmp_path: Path) -> None:
    graph_def = tf.Graph()
    with graph_def.as_default():
        image = tf.compat.v1.placeholder(tf.float32, [None, 6, 6, 3], name="image")
        inner = tf.nn.depthwise_conv2d(image, np.ones((3, 3, 3, 1), np.float32), [1, 1, 1, 1], "SAME")
        logit = tf.nn.relu(tf.nn.bias_add(inner, [1.0, -1, 2]), name="logit")
    function = tf.compat.v1.wrap_function(
        lambda image: dict(
            zip(("inner", "logit"), tf.graph_util.import_graph_def(
                graph_def.as_graph_def(), {"image": image}, [inner.name, logit.name]), strict=True)
        ), [tf.TensorSpec([None, 6, 6, 3], name="image")],
    )  # fmt: skip
    convert_function(function, tmp_path, {})
    _, model = written(tmp_path)
    assert set(model["signature"]["outputs"]) == {"inner", "logit"}
    nodes = {node["name"] for node in model["modelTopology"]["node"]}
    assert {output["name"].split(":")[0] for output in model["signature"]["outputs"].values()} <= nodes


def test_weights_are_cut_into_files_of_four_mebibytes(tmp_path: Path) -> None:
    kernel = np.arange(3 * 2**20 + 5, dtype=np.float32)
    convert(module(lambda image: {"logit": image * kernel}, None), tmp_path, {})
    shards, model = written(tmp_path)
    assert [len(data) for data in shards.values()] == [4 * 2**20] * 3 + [20]
    assert model["weightsManifest"][0]["paths"] == list(shards) == [f"group1-shard{n}of4.bin" for n in range(1, 5)]
    assert b"".join(shards.values()) == kernel.tobytes()


def test_an_operation_that_tensorflow_js_lacks_is_named_with_its_place(tmp_path: Path) -> None:
    def serve(image: Any) -> dict[str, Any]:
        with tf.name_scope("odd_layer"):
            return {"logit": tf.math.lgamma(image)}

    with pytest.raises(ConversionError, match="Lgamma at odd_layer/Lgamma") as caught:
        convert(module(serve, 4), tmp_path, {})
    assert "next:" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_lookup_table_is_refused_in_words(tmp_path: Path) -> None:
    words = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer([0, 1], [5.0, 6]), 0.0)
    made = module(lambda image: {"logit": words.lookup(tf.cast(image, tf.int32))}, 2)
    made.words = words
    with pytest.raises(ConversionError, match="lookup table"):
        convert(made, tmp_path, {})


def test_a_model_that_was_exported_with_random_layers_is_refused_in_words(tmp_path: Path) -> None:
    picture = keras.Input((6, 6, 3), name="picture")
    turned = layers.RandomFlip("horizontal", name="turning")(picture)
    keras.Model(picture, layers.Dense(2)(layers.Flatten()(turned))).export(tmp_path / "saved", verbose=False)
    loaded = tf.saved_model.load(tmp_path / "saved")
    with pytest.raises(ConversionError, match=r"(?s)random numbers.*turning.*model\.save"):
        convert_function(loaded.signatures["serving_default"], tmp_path, {})


def test_outputs_without_names_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="no names"):
        convert(module(lambda image: image * 2, 2), tmp_path, {})


def test_checks_inside_a_graph_are_left_out(tmp_path: Path) -> None:
    def serve(image: Any) -> dict[str, Any]:
        with tf.control_dependencies([tf.debugging.assert_less(image, 256.0)]):
            return {"logit": tf.debugging.check_numerics(image * 3, "not a number")}

    convert(module(serve, 2), tmp_path, {})
    _, model = written(tmp_path)
    assert not {node["op"] for node in model["modelTopology"]["node"]} & {"Assert", "CheckNumerics"}
