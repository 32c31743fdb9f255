"""Exports of Teachable Machine, tiny and real ones; and the real exports of other tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from export.foreign.model import ForeignError, ForeignOptions, Scaling
from export.foreign.open import open_foreign
from tests.shared import FOREIGN, needs_foreign
from tests.unit.export.foreign.foreign_files import (
    SIZE,
    check,
    keras2_layers,
    options,
    packed,
    pictures,
    probabilities,
    write_tfjs,
    zipped,
)

layers = keras.layers
METADATA = {
    "tmVersion": "2.4.14",
    "packageName": "@teachablemachine/image",
    "labels": ["Yes", "No", "Not MRI"],
    "imageSize": SIZE,
}


def teachable_keras() -> Any:
    """Built as Teachable Machine builds it: two parts, the second without a bias at its end."""
    image = keras.Input((SIZE, SIZE, 3))
    backbone = keras.Model(image, layers.ReLU(6)(layers.DepthwiseConv2D(3)(layers.Conv2D(4, 3)(image))))
    first = keras.Sequential([keras.Input((SIZE, SIZE, 3)), backbone, layers.GlobalAveragePooling2D()])
    head = [layers.Dense(6, activation="relu"), layers.Dense(3, activation="softmax", use_bias=False)]
    return keras.Sequential([keras.Input((SIZE, SIZE, 3)), first, keras.Sequential([keras.Input((4,)), *head])])


def test_a_teachable_machine_export_needs_nothing_to_be_said(tmp_path: Path) -> None:
    config, weights, compute = keras2_layers()
    folder = write_tfjs(tmp_path / "export", config, weights)
    (folder / "metadata.json").write_text(json.dumps(METADATA))
    images = pictures()
    for path in (folder, packed(folder, tmp_path / "tm-my-image-model.zip")):
        opened = check(path, compute(images / 127.5 - 1), ForeignOptions(), images)
        assert opened.kind == "a Teachable Machine export"
        assert opened.class_names == ("Yes", "No", "Not MRI")
        converter = opened.image_converter
        assert (converter.view, converter.colour, converter.sampling) == ("square", "rgb", "antialias")
    assert open_foreign(folder, ForeignOptions(classes=("a", "b", "c"))).class_names == ("a", "b", "c")
    (folder / "metadata.json").write_text(json.dumps(METADATA | {"labels": ["Yes", "No"]}))
    with pytest.raises(ForeignError, match=r"metadata.json names 2 classes, and .* has 3"):
        open_foreign(folder, ForeignOptions())


@pytest.mark.parametrize(
    ("metadata", "kind"),
    [
        ({"packageName": "@teachablemachine/pose", "labels": ["a"]}, "poses"),
        (
            {"tfjsSpeechCommandsVersion": "0.4.0", "wordLabels": ["a"], "packageName": "@teachablemachine/audio"},
            "sounds",
        ),
    ],
)
def test_a_teachable_machine_model_of_something_else_is_refused(metadata: Any, kind: str, tmp_path: Path) -> None:
    config, weights, _ = keras2_layers()
    (write_tfjs(tmp_path, config, weights) / "metadata.json").write_text(json.dumps(metadata))
    with pytest.raises(ForeignError, match=f"a Teachable Machine model of {kind}"):
        open_foreign(tmp_path, ForeignOptions())


def test_teachable_machine_s_keras_export_is_known_by_how_it_is_built(tmp_path: Path) -> None:
    model, images = teachable_keras(), pictures()
    model.save(tmp_path / "keras_model.h5")
    expected = model(images / 127.5 - 1)
    with pytest.raises(ForeignError, match=r"(?s)what its classes are called.*Teachable Machine's Keras export"):
        open_foreign(tmp_path / "keras_model.h5", ForeignOptions())
    (tmp_path / "labels.txt").write_text("0 Rock\n1 Paper\n2 Scissors\n")
    files = {name: (tmp_path / name).read_bytes() for name in ("keras_model.h5", "labels.txt")}
    for path in (tmp_path, tmp_path / "keras_model.h5", zipped(tmp_path / "converted_keras.zip", files)):
        opened = check(path, expected, ForeignOptions(), images)
        assert opened.kind == "Teachable Machine's Keras export"
        assert opened.class_names == ("Rock", "Paper", "Scissors")
        assert opened.network is not None


@pytest.mark.parametrize(("said", "is_doubtful"), [("0..1", True), ("0..255", False), (None, False)])
def test_pixels_that_may_be_scaled_twice_are_noted(said: Scaling | None, is_doubtful: bool, tmp_path: Path) -> None:
    image = keras.Input((SIZE, SIZE, 3))
    x = keras.layers.Flatten()(keras.layers.Rescaling(1 / 255)(image))
    keras.Model(image, keras.layers.Dense(3, activation="softmax")(x)).save(tmp_path / "model.keras")
    opened = open_foreign(tmp_path / "model.keras", options(3, said))
    assert opened.scaling == (said or "0..255")
    assert any("scaled twice" in note for note in opened.notes) == is_doubtful


KINDS = {
    "automl_vision_pneumonia": ("a Google AutoML Vision export", ("PNEUMONIA", "NORMAL")),
    "teachable_machine_cars": ("a Teachable Machine export", ("Convertible", "Minivan", "Sedans", "SUV", "Trucks")),
    "teachable_machine_brain_scan": (
        "a Teachable Machine export",
        ("Yes Have a Tumor in Brain Scan", "No Tumor in Brain Scan", "Not MRI Scan"),
    ),
    "teachable_machine_keras_h5": ("Teachable Machine's Keras export", ("Rock", "Paper", "Scissors")),
}


@needs_foreign
@pytest.mark.parametrize("name", KINDS)
def test_real_exports_need_nothing_to_be_said(name: str) -> None:
    opened = open_foreign(FOREIGN / name, ForeignOptions())
    assert (opened.kind, opened.class_names) == KINDS[name]
    assert opened.scaling == "-1..1"
    assert opened.network is not None
    said = probabilities(opened, pictures(3, 224, 224))
    np.testing.assert_allclose(said.sum(-1), 1, atol=1e-5)


@needs_foreign
def test_a_real_keras_model_for_x_rays_asks_for_what_nothing_says() -> None:
    with pytest.raises(ForeignError, match="what its pixels have to be and what its classes are called"):
        open_foreign(FOREIGN / "keras_layers_pneumonia", ForeignOptions())
    asked = ForeignOptions(classes=("NORMAL", "PNEUMONIA"), scaling="0..1")
    opened = open_foreign(FOREIGN / "keras_layers_pneumonia", asked)
    assert (opened.image_converter.channels, opened.network is None) == (1, False)


@needs_foreign
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("broken_automl_detection_not_classification", "finds objects and their boxes"),
        ("broken_automl_missing_shards", r"group1-shard1of4.bin is missing"),
        ("broken_keras_layers_missing_shards", r"group1-shard1of15.bin is missing"),
        ("broken_keras_layers_short_weights", r"(?s)shard1of1.bin is too short.*788,544 bytes.*788,552 bytes"),
    ],
)
def test_real_exports_that_are_broken_say_what_is_wrong(name: str, message: str) -> None:
    with pytest.raises(ForeignError, match=message):
        open_foreign(FOREIGN / name, ForeignOptions())
