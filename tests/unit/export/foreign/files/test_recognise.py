"""A model is recognised by what its files contain; anything else is called by its name, with what to do."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import h5py
import pytest

from export.foreign.files.recognise import recognise
from export.foreign.model import ForeignError, ForeignOptions
from export.foreign.open import open_foreign
from tests.unit.export.foreign.foreign_files import keras2_layers, write_tfjs, zipped

NOT_MODELS = {
    "film.png": (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    "film.jpeg": (b"\xff\xd8\xff\xe0", "a JPEG picture"),
    "film.dcm": (bytes(128) + b"DICM", "a DICOM file"),
    "model.tflite": (b"\x1c\0\0\0TFL3", r"(?s)a TensorFlow Lite model.*cannot be turned back"),
    "model.onnx": (b"\x08\x07\x12\x07pytorch", r"(?s)an ONNX model.*onnx2tf"),
    "model": (b"\x08\x07\x12\x07pytorch\x1a", "an ONNX model"),
    "model.pth": (b"\x80\x02}q\0", r"(?s)a pickle, as PyTorch.*torch.onnx.export"),
    "model.safetensors": (b"\x10\0\0\0\0\0\0\0" + b'{"a":1}', "weights alone"),
    "model.tar.gz": (b"\x1f\x8b\x08", r"(?s)a gzip archive.*tar xzf"),
    "empty.h5": (b"", "an empty file"),
    "pointer.h5": (b"version https://git-lfs.github.com/spec/v1", r"(?s)a pointer of Git LFS.*git lfs pull"),
    "page.keras": (b"<!DOCTYPE html>", "a web page"),
    "frozen.pb": (b"\n\x0f\n\x05input", r"(?s)a graph of TensorFlow.*the folder of a SavedModel"),
    "data.tfrecord": (b"d\0\0\0\0\0\0\0abcd", "a TFRecord, which holds data"),
    "notes.txt": (b"Dear colleague", "no model that is known"),
    "model.json": (b'{"class_name": "Sequential", "config": {}}', "the architecture of a Keras model, without weights"),
    "other.json": (b"[1, 2]", "no TensorFlow.js model"),
    "weights_manifest.json": (b'[{"paths": [], "weights": []}]', "before 2019"),
}


@pytest.mark.parametrize("name", NOT_MODELS)
def test_a_file_that_is_no_model_is_called_what_it_is(name: str, tmp_path: Path) -> None:
    data, message = NOT_MODELS[name]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ForeignError, match=message) as raised:
        open_foreign(tmp_path / name, ForeignOptions())
    assert name in raised.value.what


def zip_bytes(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


ZIPS = {
    "PyTorch": ({"archive/data.pkl": b"", "archive/version": b"3"}, r"(?s)a PyTorch model.*torch.onnx.export"),
    "TensorFlow Lite": ({"model_unquant.tflite": b"\x1c\0\0\0TFL3", "labels.txt": b"0 A"}, "TensorFlow Lite"),
    "NumPy": ({"a.npy": b"\x93NUMPY"}, "NumPy arrays"),
    "another ZIP": (
        {"a/converted.zip": zip_bytes({"model.json": b"{}"}), "readme.txt": b""},
        r"(?s)a folder with a ZIP, a/converted\.zip.*take that ZIP out",
    ),
    "nothing": ({"notes.txt": b"hello"}, "no model that is known"),
}


@pytest.mark.parametrize("kind", ZIPS)
def test_a_zip_without_a_model_is_called_what_it_is(kind: str, tmp_path: Path) -> None:
    files, message = ZIPS[kind]
    archive = zipped(tmp_path / "model.zip", files)
    with pytest.raises(ForeignError, match=message) as raised:
        open_foreign(archive, ForeignOptions())
    assert str(archive) in str(raised.value)


def test_what_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(ForeignError, match="no such file or folder"):
        open_foreign(tmp_path / "flowers.keras", ForeignOptions())


def test_places_that_cannot_be_read_say_so_and_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ForeignError, match="neither a file nor a folder"):
        open_foreign(tmp_path / "pipe", ForeignOptions())
    with pytest.raises(ForeignError, match=r"(?s)cannot be read.*File name too long"):
        open_foreign(Path("/" + "x" * 5000), ForeignOptions())


def test_folders_that_are_ours_name_the_command(tmp_path: Path) -> None:
    for name, files, command in (
        ("run", ("config.toml", "model.keras"), "python -m export "),
        ("bundle", ("metadata.json", "parity.json", "model.json"), "python -m build_site --bundle "),
        ("dist", ("index.html", "models/a"), "python -m build_site serve "),
    ):
        for each in files:
            (tmp_path / name / each).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / each).write_bytes(b"{}")
        with pytest.raises(ForeignError, match=command):
            open_foreign(tmp_path / name, ForeignOptions())
    with pytest.raises(ForeignError, match="a bundle of Plainfilm"):
        open_foreign(tmp_path / "bundle/model.json", ForeignOptions())


def test_a_folder_says_what_it_has_instead_of_a_model(tmp_path: Path) -> None:
    (tmp_path / "set/sick").mkdir(parents=True)
    (tmp_path / "set/sick/1.png").write_bytes(b"\x89PNG")
    with pytest.raises(ForeignError, match=r"(?s)a folder of pictures.*training prepare"):
        open_foreign(tmp_path / "set", ForeignOptions())
    (tmp_path / "lite").mkdir()
    (tmp_path / "lite/model.tflite").write_bytes(b"\x1c\0\0\0TFL3")
    with pytest.raises(ForeignError, match=r"a folder with a TensorFlow Lite model, model\.tflite"):
        open_foreign(tmp_path / "lite", ForeignOptions())
    (tmp_path / "nothing").mkdir()
    with pytest.raises(ForeignError, match="an empty folder"):
        open_foreign(tmp_path / "nothing", ForeignOptions())


def test_a_model_may_lie_deeper_and_have_any_name(tmp_path: Path) -> None:
    config, weights, _ = keras2_layers()
    folder = write_tfjs(tmp_path / "a/b/c", config, weights)
    (folder / "model.json").rename(folder / "network.json")
    assert recognise(tmp_path, tmp_path).form == "layers model"
    with h5py.File(tmp_path / "a/net.bin", "w") as file:
        file.attrs["model_config"] = json.dumps(config)
    assert (
        recognise(tmp_path, tmp_path).file.name == "net.bin"
    )  # the higher one is the model, what is below belongs to it


def test_of_two_models_one_has_to_be_named(tmp_path: Path) -> None:
    config, weights, _ = keras2_layers()
    for name in "ab":
        write_tfjs(tmp_path / name, config, weights)
    with pytest.raises(ForeignError, match=r"(?s)holds 2 models.*a/model.json, b/model.json.*name one of them"):
        recognise(tmp_path, tmp_path)


def test_parts_of_a_model_say_what_to_give(tmp_path: Path) -> None:
    config, weights, _ = keras2_layers()
    write_tfjs(tmp_path, config, weights)
    with pytest.raises(ForeignError, match=r"(?s)a part of a model.*give the whole folder"):
        recognise(tmp_path / "group1-shard1of1.bin", tmp_path / "group1-shard1of1.bin")
    with h5py.File(tmp_path / "w.weights.h5", "w") as file:
        file["layers"] = [1]
    with pytest.raises(ForeignError, match=r"(?s)weights, but no network.*model.save"):
        recognise(tmp_path / "w.weights.h5", tmp_path / "w.weights.h5")


def test_a_model_json_that_is_cut_or_of_another_kind_says_so(tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.write_text('{"modelTopology": {"no')
    with pytest.raises(ForeignError, match="is damaged"):
        recognise(tmp_path, tmp_path)
    file.write_text('{"modelTopology": null, "weightsManifest": []}')
    with pytest.raises(ForeignError, match="has no network that is known"):
        recognise(file, file)


def test_files_that_may_not_be_read_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path / "model.keras"))

    (tmp_path / "model.keras").write_bytes(b"PK")
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ForeignError, match=r"(?s)model.keras cannot be read.*Permission denied"):
        open_foreign(tmp_path / "model.keras", ForeignOptions())
