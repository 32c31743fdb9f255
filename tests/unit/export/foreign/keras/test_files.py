"""Keras models of both versions and formats give what Keras gives; code in them does not run."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from export.foreign.model import ForeignError, ForeignOptions
from export.foreign.open import open_foreign
from tests.unit.export.foreign.foreign_files import NAMES, SIZE, check, options, pictures

layers = keras.layers


def features(image: Any) -> Any:
    """A few layers of the usual kinds."""
    x = layers.Conv2D(4, 3, activation="relu", padding="same")(image)
    x = layers.BatchNormalization()(x)
    x = layers.DepthwiseConv2D(3, use_bias=False)(x)
    return layers.GlobalAveragePooling2D()(layers.Add()([x, layers.LeakyReLU(0.1)(x)]))


def sequential() -> Any:
    head = layers.Dense(3, activation="softmax")
    return keras.Sequential(
        [keras.Input((SIZE, SIZE, 3)), layers.RandomFlip(), layers.SeparableConv2D(4, 3), layers.Flatten(), head]
    )


def functional() -> Any:
    image = keras.Input((SIZE, SIZE, 3))
    return keras.Model(image, layers.Dense(3, activation="softmax")(features(image)))


def nested() -> Any:
    """A backbone within a model, as transfer learning makes it, both with a layer of the same name."""
    inner = keras.Input((SIZE, SIZE, 3))
    backbone = keras.Model(inner, layers.Dense(5, name="same")(features(inner)), name="backbone")
    image = keras.Input((SIZE, SIZE, 3))
    return keras.Model(image, layers.Dense(3, activation="softmax", name="same")(layers.Dropout(0.5)(backbone(image))))


def operations() -> Any:
    """Python operators between layers, and a shared layer."""
    image, shared = keras.Input((SIZE, SIZE, 3)), layers.Conv2D(3, 3, padding="same")
    x = shared(shared(image / 2 - 0.5)[..., ::-1]) * 2
    x = keras.ops.mean(keras.ops.relu(1 - x + image), axis=(1, 2))
    return keras.Model(image, layers.Dense(3, activation="softmax")(x))


def in_half_precision() -> Any:
    keras.mixed_precision.set_global_policy("mixed_float16")
    try:
        image = keras.Input((SIZE, SIZE, 3))
        return keras.Model(image, layers.Dense(3, activation="softmax", dtype="float32")(features(image)))
    finally:
        keras.mixed_precision.set_global_policy("float32")


@pytest.mark.parametrize("form", ["keras", "h5"])
@pytest.mark.parametrize("make", [sequential, functional, nested, operations])
def test_models_of_keras_3_give_what_keras_gives(make: Callable[[], Any], form: str, tmp_path: Path) -> None:
    model = make()
    model.save(tmp_path / f"model.{form}")
    images = pictures()
    opened = check(tmp_path / f"model.{form}", model(images / 255, training=False), options(), images)
    assert opened.network is not None
    assert opened.class_names == NAMES


def test_a_model_in_half_precision_is_computed_in_single(tmp_path: Path) -> None:
    model = in_half_precision()
    model.save(tmp_path / "model.keras")
    opened = open_foreign(tmp_path / "model.keras", options())
    images = pictures()
    np.testing.assert_allclose(keras.ops.softmax(opened.logits(images)), model(images / 255, training=False), atol=1e-3)


def test_a_file_is_known_by_its_content_and_may_have_been_unpacked(tmp_path: Path) -> None:
    model, images = functional(), pictures()
    model.save(tmp_path / "model.keras")
    expected = model(images / 255, training=False)
    zipfile.ZipFile(tmp_path / "model.keras").extractall(tmp_path / "unpacked")
    assert check(tmp_path / "unpacked", expected, options(), images).kind == "a Keras model, unpacked"
    (tmp_path / "model.keras").rename(tmp_path / "model.zip")
    assert check(tmp_path / "model.zip", expected, options(), images).kind == "a Keras model"
    model.save(tmp_path / "model.h5")
    (tmp_path / "model.h5").rename(tmp_path / "weights")
    assert check(tmp_path / "weights", expected, options(), images).kind == "a Keras model (.h5)"


def keras_2() -> Any:
    return pytest.importorskip(
        "tf_keras", reason="tf_keras is not here: Keras 2 by hand stands in for it in test_keras2.py"
    )


def in_keras_2() -> Any:
    old = keras_2()
    image = old.Input((SIZE, SIZE, 3))
    inner = old.Input((SIZE, SIZE, 3))
    x = old.layers.Conv2D(4, 3, name="stem/conv")(old.applications.mobilenet_v2.preprocess_input(inner))
    x = old.layers.BatchNormalization(name="multiply")(old.layers.Activation("swish")(x))
    backbone = old.Model(inner, old.layers.DepthwiseConv2D(3)(x) * 2.0, name="backbone")
    x = old.layers.GlobalMaxPooling2D()(backbone(old.layers.RandomRotation(0.1)(image)))
    return old.Model(image, old.layers.Dense(3, activation="softmax")(x))


@pytest.mark.parametrize("form", ["h5", "keras"])
def test_models_of_keras_2_give_what_keras_2_gives(form: str, tmp_path: Path) -> None:
    model, images = in_keras_2(), pictures()
    model.save(tmp_path / f"model.{form}")
    opened = check(tmp_path / f"model.{form}", model(images, training=False), options(scaling=None), images)
    assert opened.scaling == "0..255"
    assert opened.network is not None


def test_layers_that_keras_2_saves_otherwise_give_what_they_gave(tmp_path: Path) -> None:
    old, images = keras_2(), pictures()
    image = old.Input((SIZE, SIZE, 3))
    x = old.layers.SpatialDropout2D(0.5)(old.layers.Conv2D(4, 5, strides=5)(image / 255))
    x = old.layers.Reshape((-1, 4))(1.0 - x)
    x = old.layers.MultiHeadAttention(2, 3)(x, x)
    model = old.Model(image, old.layers.Dense(3, activation="softmax")(old.layers.Flatten()(x)))
    for name in ("model.h5", "model.keras"):
        model.save(tmp_path / name)
        check(tmp_path / name, model(images), options(scaling=None), images)


def test_colours_that_a_model_of_keras_2_turns_itself_are_turned_once(tmp_path: Path) -> None:
    old, images = keras_2(), pictures()
    image = old.Input((SIZE, SIZE, 3))
    x = old.layers.Conv2D(4, 3)(old.applications.vgg16.preprocess_input(image))
    model = old.Model(image, old.layers.Dense(3, activation="softmax")(old.layers.GlobalAveragePooling2D()(x)))
    model.save(tmp_path / "model.h5")
    assert check(tmp_path / "model.h5", model(images), options(scaling=None), images).scaling == "0..255"


class Owner(keras.layers.Layer):
    def call(self, x: Any) -> Any:
        return x + 1


def with_layer(layer: Any) -> Any:
    image = keras.Input((SIZE, SIZE, 3))
    return keras.Model(image, layers.Dense(3, activation="softmax")(features(layer(image))))


@pytest.mark.parametrize("form", ["keras", "h5"])
def test_code_in_a_model_is_not_run_and_named(form: str, tmp_path: Path) -> None:
    file = tmp_path / f"model.{form}"
    with_layer(layers.Lambda(lambda x: x * 2, name="twice")).save(file)
    with pytest.raises(ForeignError, match=r"(?s)code of its owner's in a Lambda layer.*'twice'.*SavedModel"):
        open_foreign(file, options())
    with_layer(Owner(name="mine")).save(file)
    with pytest.raises(ForeignError, match=r"(?s)not Keras's own.*Owner"):
        open_foreign(file, options())


TRAPS: dict[str, Callable[[Any], Any]] = {
    "a function of another module": lambda layer: layer["config"].update(
        activation={"module": "os", "class_name": "function", "config": "system", "registered_name": "system"}
    ),
    "a helper of Keras": lambda layer: layer.update(
        module="keras.utils", class_name="get_file", config={"origin": "x"}
    ),
    "marshalled code": lambda layer: layer["config"].update(activation={"class_name": "__lambda__", "config": {}}),
    "a name that is none": lambda layer: layer.update(class_name=7),
    "other sizes": lambda layer: layer["config"].update(filters=5),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_a_configuration_that_was_tampered_with_is_refused(trap: str, tmp_path: Path) -> None:
    functional().save(tmp_path / "good.keras")
    with zipfile.ZipFile(tmp_path / "good.keras") as good, zipfile.ZipFile(tmp_path / "bad.keras", "w") as bad:
        config = json.loads(good.read("config.json"))
        TRAPS[trap](config["config"]["layers"][1])
        for name in good.namelist():
            bad.writestr(name, json.dumps(config) if name == "config.json" else good.read(name))
    with pytest.raises(ForeignError, match=r"bad\.keras"):
        open_foreign(tmp_path / "bad.keras", options())


def test_a_subclassed_model_says_how_it_can_be_saved(tmp_path: Path) -> None:
    class Subclassed(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.head = layers.Dense(3)

        def call(self, x: Any) -> Any:
            return self.head(layers.Flatten()(x))

    model = Subclassed()
    model(pictures())
    model.save(tmp_path / "model.keras")
    with pytest.raises(ForeignError, match=r"(?s)Subclassed.*model.export\('folder'\)"):
        open_foreign(tmp_path / "model.keras", options())


@pytest.mark.parametrize("form", ["keras", "h5"])
def test_a_file_that_was_cut_says_so(form: str, tmp_path: Path) -> None:
    functional().save(tmp_path / f"whole.{form}")
    data = (tmp_path / f"whole.{form}").read_bytes()
    (tmp_path / f"cut.{form}").write_bytes(data[: len(data) // 2])
    with pytest.raises(ForeignError, match=rf"(?s)cut\.{form}.*(undamaged|whole)"):
        open_foreign(tmp_path / f"cut.{form}", options())


def test_an_h5_with_weights_missing_or_elsewhere_is_refused(tmp_path: Path) -> None:
    functional().save(tmp_path / "model.h5")
    for name in ("missing", "other", "linked"):
        shutil.copy(tmp_path / "model.h5", tmp_path / f"{name}.h5")
        with h5py.File(tmp_path / f"{name}.h5", "r+") as file:
            dense = next(each for each in file["model_weights"] if each.startswith("dense"))
            kernel = file["model_weights"][dense].attrs["weight_names"][0]
            if name == "missing":
                del file["model_weights"][dense]
            else:
                del file["model_weights"][dense][kernel]
                if name == "other":
                    file["model_weights"][dense][kernel] = np.zeros((4, 7))
                else:
                    file["model_weights"][dense][kernel] = h5py.ExternalLink("model.h5", "/model_weights")
    with pytest.raises(ForeignError, match="lacks the weights of layer 'dense"):
        open_foreign(tmp_path / "missing.h5", options())
    with pytest.raises(ForeignError, match=r"(?s)another size.*\[4, 7\].*\[4, 3\]"):
        open_foreign(tmp_path / "other.h5", options())
    with pytest.raises(ForeignError, match="names a file outside of it"):
        open_foreign(tmp_path / "linked.h5", options())


def test_all_that_nothing_says_is_asked_for_at_once(tmp_path: Path) -> None:
    functional().save(tmp_path / "flowers.keras")
    with pytest.raises(ForeignError) as raised:
        open_foreign(tmp_path / "flowers.keras", ForeignOptions())
    message = str(raised.value)
    assert "does not say what its pixels have to be and what its classes are called" in message
    assert "next:     python -m export --from" in message
    assert "--input 0..1 --classes A,B,C" in message
    assert all(scaling in message for scaling in ("0..255:", "0..1:", "-1..1:", "caffe:", "torch:"))
    (tmp_path / "labels.txt").write_text("0 A\n1 B\n2 NO PNEUMONIA DETECTED\n")
    with pytest.raises(ForeignError, match="does not say what its pixels have to be\n"):
        open_foreign(tmp_path / "flowers.keras", ForeignOptions())
    opened = open_foreign(tmp_path / "flowers.keras", ForeignOptions(scaling="-1..1"))
    assert opened.class_names == ("A", "B", "NO PNEUMONIA DETECTED")
    assert any("labels.txt" in note for note in opened.notes)
