"""Networks as Keras 2 and TensorFlow.js write them, by hand; what today's Keras lacks is translated or named."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import h5py
import pytest

from export.foreign.model import ForeignError
from export.foreign.open import open_foreign
from tests.unit.export.foreign.foreign_files import check, keras2_layers, options, packed, pictures, write_tfjs


def test_a_layers_model_gives_what_its_layers_do(tmp_path: Path) -> None:
    config, weights, compute = keras2_layers()
    images = pictures()
    write_tfjs(tmp_path / "plain", config, weights)
    write_tfjs(tmp_path / "keras", {"keras_version": "2.10.0", "model_config": config}, weights, format="layers-model")
    text = {"keras_version": "2.1.6", "model_config": json.dumps(config)}
    write_tfjs(tmp_path / "text", text, weights)
    for name in ("plain", "keras", "text"):
        opened = check(tmp_path / name, compute(images / 255), options(), images)
        assert opened.kind == "a TensorFlow.js layers-model"
        assert opened.network is not None
    grey, weights, compute = keras2_layers(channels=1, classes=2)
    images = pictures(1)
    opened = check(
        write_tfjs(tmp_path / "grey", grey, weights), compute(images / 127.5 - 1), options(2, "-1..1"), images
    )
    assert (opened.image_converter.channels, opened.image_converter.colour) == (1, "grey")


def test_an_h5_of_keras_2_gives_what_its_layers_do(tmp_path: Path) -> None:
    config, weights, compute = keras2_layers()
    with h5py.File(tmp_path / "model.h5", "w") as file:
        file.attrs["model_config"], file.attrs["keras_version"] = json.dumps(config), "2.4.0"
        for layer in ("conv", "bn", "relu", "depth", "dense"):
            group = file.create_group(f"model_weights/{layer}")
            named = {f"{name}:0": array for name, array in weights.items() if name.startswith(f"{layer}/")}
            group.attrs["weight_names"] = [name.encode() for name in named]
            for name, array in named.items():
                group[name] = array
    images = pictures()
    check(tmp_path / "model.h5", compute(images / 255), options(), images)


def test_a_zip_of_a_layers_model_is_opened_also_in_a_folder_of_its_own(tmp_path: Path) -> None:
    config, weights, compute = keras2_layers()
    folder, images = write_tfjs(tmp_path / "model", config, weights), pictures()
    for prefix in ("", "export/web_model/"):
        archive = packed(folder, tmp_path / f"{len(prefix)}.zip", prefix)
        assert check(archive, compute(images / 255), options(), images).path == archive
    (folder / "group1-shard1of1.bin").unlink()
    with pytest.raises(ForeignError, match=r"(?s)broken\.zip: group1-shard1of1\.bin is missing"):
        open_foreign(packed(folder, tmp_path / "broken.zip"), options())


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_refused(value: float, tmp_path: Path) -> None:
    config, weights, _ = keras2_layers()
    weights = {name: array.copy() for name, array in weights.items()}
    kernel = next(name for name in weights if name.endswith("kernel"))
    weights[kernel].flat[3] = value
    with pytest.raises(ForeignError, match=r"(?s)weights that are no numbers.*1 of the .* NaN or infinite"):
        open_foreign(write_tfjs(tmp_path / "model", config, weights), options())


def test_a_network_that_says_the_same_of_every_picture_is_noted(tmp_path: Path) -> None:
    config, weights, _ = keras2_layers()
    silent = {name: array * 0 if name.startswith("dense") else array for name, array in weights.items()}
    opened = open_foreign(write_tfjs(tmp_path / "model", config, silent), options())
    assert any("the same for two pictures of noise" in note for note in opened.notes)


def changed(config: Any, index: int, **arguments: Any) -> Any:
    config = deepcopy(config)
    layer = config["config"]["layers"][index]
    layer["class_name"] = arguments.pop("class_name", layer["class_name"])
    layer["config"].update(arguments)
    return config


@pytest.mark.parametrize(
    ("index", "arguments", "message"),
    [
        (2, {"class_name": "Lambda"}, r"(?s)code of its owner's.*'relu'"),
        (2, {"class_name": "AddPositions"}, r"(?s)not Keras's own.*layer 'relu' \(AddPositions\)"),
        (3, {"groups": 2}, r"(?s)groups=2 of layer 'depth'"),
        (3, {"causal": True}, r"(?s)causal=True of layer 'depth'"),
        (0, {"activation": "mish_of_mine"}, r"(?s)activation 'mish_of_mine' of layer 'conv'"),
        (0, {"data_format": "channels_first"}, r"(?s)'conv' with its channels first"),
        (0, {"filters": "many"}, r"(?s)cannot be built.*'conv'"),
        (0, {"batch_input_shape": None}, "does not say how large its pictures are"),
        (0, {"batch_input_shape": [None, None, None, 3]}, r"(?s)does not say how large its pictures are.*keras.Input"),
        (0, {"filters": 5}, r"(?s)weights of another size.*conv"),
        (6, {"name": "head"}, r"(?s)lacks weights of layer 'head'"),
    ],
)
def test_a_layer_that_cannot_be_is_named(index: int, arguments: Any, message: str, tmp_path: Path) -> None:
    config, weights, _ = keras2_layers()
    write_tfjs(tmp_path, changed(config, index, **arguments), weights)
    with pytest.raises(ForeignError, match=message):
        open_foreign(tmp_path, options())


def test_a_model_that_only_code_can_build_says_so(tmp_path: Path) -> None:
    _, weights, _ = keras2_layers()
    write_tfjs(tmp_path, {"class_name": "MyModel", "config": {"units": 3}}, weights)
    with pytest.raises(ForeignError, match=r"(?s)only its owner's code can build.*MyModel.*model.export"):
        open_foreign(tmp_path, options())
