"""Reading a bundle: what is whole is read, what is not is named."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plainfilm.bundle import BundleError, read_bundle, sha256
from tests.tiny_bundle import sign, write_tiny_bundle

Change = Callable[[dict[str, Any]], None]


def write_bundle(folder: Path) -> Path:
    """The smallest folder that is a bundle; its weights are four bytes."""
    (folder / "parity").mkdir(parents=True)
    (folder / "weights.bin").write_bytes(b"\x00\x00\x80\x3f")
    weight = {"name": "w", "shape": [1], "dtype": "float32"}
    constant = {"name": "w", "op": "Const", "attr": {"dtype": {"type": "DT_FLOAT"}}}
    model = {
        "weightsManifest": [{"paths": ["weights.bin"], "weights": [weight]}],
        "modelTopology": {"node": [constant]},
        "signature": {"inputs": {"image": {}}, "outputs": {"logit": {}, "probability": {}}},
    }
    (folder / "model.json").write_text(json.dumps(model))
    (folder / "parity/a.png").write_bytes(b"picture")
    (folder / "parity/a.u16").write_bytes(b"\x00\x01")
    case = {"file": "parity/a.png", "pixels": "parity/a.u16", "width": 1, "height": 1, "logit": [0, 1]}
    case |= {"probability": [0.3, 0.7], "ood_score": None, "decision": "PNEUMONIA"}
    parity = {"schema_version": 1, "tolerance": {"pixels": 0.5, "logit": 0.02, "probability": 0.002}, "cases": [case]}
    (folder / "parity.json").write_text(json.dumps(parity))
    point = {"name": "balanced", "threshold": 0.25, "sensitivity": 0.9, "specificity": 0.8, "split": "val", "n": 10}
    converter = {"height": 1, "width": 1, "channels": 1, "view": "whole", "interpolation": "bilinear"}
    metadata = {
        "schema_version": 1,
        "name": "tiny",
        "title": "Tiny",
        "description": "",
        "class_names": ["NORMAL", "PNEUMONIA"],
        "positive_class": "PNEUMONIA",
        "precision": "float32",
        "image_converter": converter | {"antialias": True, "scale": 1.0, "offset": 0.0},
        "operating_points": [point],
        "ood": None,
        "calibration": None,
        "evaluation": [],
        "training_population": "nobody",
        "quantisation": None,
        "files": [
            {"path": name, "bytes": (folder / name).stat().st_size, "sha256": sha256(folder / name)}
            for name in ("model.json", "parity.json", "parity/a.png", "parity/a.u16", "weights.bin")
        ],
        "provenance": {"commit": None, "versions": [], "data_sha256": None, "created": "2020-01-01T00:00:00Z"},
    }
    (folder / "metadata.json").write_text(json.dumps(metadata))
    return folder


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return write_bundle(tmp_path / "tiny")


def change_metadata(bundle: Path, change: Change) -> None:
    metadata = json.loads((bundle / "metadata.json").read_text())
    change(metadata)
    (bundle / "metadata.json").write_text(json.dumps(metadata))


def test_a_whole_bundle_is_read(bundle: Path) -> None:
    read = read_bundle(bundle)
    assert read.metadata["name"] == "tiny"
    assert read.weight_files == ["weights.bin"]
    assert read.default_threshold == 0.25
    assert read.parity["cases"][0]["decision"] == "PNEUMONIA"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="there is no bundle at"):
        read_bundle(tmp_path / "nothing")


@pytest.mark.parametrize("name", ["metadata.json", "model.json", "parity.json", "weights.bin", "parity/a.png"])
def test_a_missing_file_is_named(bundle: Path, name: str) -> None:
    (bundle / name).unlink()
    with pytest.raises(BundleError, match=name):
        read_bundle(bundle)


def test_one_flipped_bit_in_the_weights_is_noticed(bundle: Path) -> None:
    (bundle / "weights.bin").write_bytes(b"\x01\x00\x80\x3f")
    with pytest.raises(BundleError, match=r"weights\.bin was changed"):
        read_bundle(bundle)


def test_truncated_weights_are_reported_with_both_sizes(bundle: Path) -> None:
    (bundle / "weights.bin").write_bytes(b"\x00")
    with pytest.raises(BundleError, match=r"(?s)received: 1 bytes.*expected: 4 bytes"):
        read_bundle(bundle)


def test_json_cut_off_in_the_middle_is_no_traceback(bundle: Path) -> None:
    text = (bundle / "metadata.json").read_text()
    (bundle / "metadata.json").write_text(text[: len(text) // 2])
    with pytest.raises(BundleError, match="cannot be read"):
        read_bundle(bundle)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda metadata: metadata.pop("title"), "title"),
        (lambda metadata: metadata.update(surprise=1), "surprise"),
        (lambda metadata: metadata["operating_points"][0].update(threshold=1.5), "threshold"),
        (lambda metadata: metadata["files"][0].update(path="../model.json"), "path"),
        (lambda metadata: metadata.update(positive_class="COVID"), "positive_class"),
    ],
)
def test_metadata_against_the_schema_says_where(bundle: Path, change: Change, where: str) -> None:
    change_metadata(bundle, change)
    with pytest.raises(BundleError, match=where):
        read_bundle(bundle)


def test_a_weight_file_that_metadata_does_not_vouch_for_is_refused(bundle: Path) -> None:
    change_metadata(bundle, lambda metadata: metadata["files"].pop())
    with pytest.raises(BundleError, match=r"no entry for weights\.bin"):
        read_bundle(bundle)


def test_reading_a_bundle_needs_no_tensorflow_numpy_or_pillow(bundle: Path) -> None:
    code = (
        "import sys\n"
        # None in sys.modules makes an import fail.
        "sys.modules.update(dict.fromkeys(['tensorflow', 'keras', 'numpy', 'PIL']))\n"
        "from pathlib import Path\n"
        "from plainfilm.bundle import read_bundle\n"
        "print(read_bundle(Path(sys.argv[1])).metadata['name'])\n"
    )
    result = subprocess.run([sys.executable, "-c", code, bundle], capture_output=True, text=True, check=True)
    assert result.stdout == "tiny\n"


def test_a_bundle_can_be_moved(bundle: Path, tmp_path: Path) -> None:
    moved = shutil.move(bundle, tmp_path / "elsewhere")
    assert read_bundle(Path(moved)).metadata["name"] == "tiny"


def change_model(bundle: Path, change: Change) -> None:
    """Changes model.json, and what metadata.json says of its bytes, as a stranger would."""
    model = json.loads((bundle / "model.json").read_text())
    change(model)
    (bundle / "model.json").write_text(json.dumps(model))
    vouch(bundle, "model.json")


def vouch(bundle: Path, name: str) -> None:
    def change(metadata: dict[str, Any]) -> None:
        (entry,) = (entry for entry in metadata["files"] if entry["path"] == name)
        entry |= {"bytes": (bundle / name).stat().st_size, "sha256": sha256(bundle / name)}

    change_metadata(bundle, change)


def weight(model: dict[str, Any]) -> dict[str, Any]:
    listed: dict[str, Any] = model["weightsManifest"][0]["weights"][0]
    return listed


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda model: weight(model).update(shape=[2**40, 2**40]), "shape that is none"),
        (lambda model: weight(model).update(shape=[2**31 - 1] * 8), "too short"),
        (lambda model: weight(model).update(shape=[-1]), "shape that is none"),
        (lambda model: weight(model).update(shape=[1.0]), "shape that is none"),
        (lambda model: weight(model).update(shape="1"), "shape that is none"),
        (lambda model: weight(model).update(shape=[1] * 9), "shape that is none"),
        (lambda model: weight(model).update(shape=[0]), "too long"),
        (lambda model: weight(model).update(dtype="string"), "type that is not known"),
        (lambda model: weight(model).update(dtype="int32"), "another type than the network says"),
        (lambda model: weight(model).update(dtype=["float32"]), "type that is not known"),
        (lambda model: weight(model).update(quantization={"dtype": "float16", "scale": "1"}), "without numbers"),
        (lambda model: weight(model).update(quantization={"dtype": "uint8", "scale": 1, "min": 0}), "too long"),
        (lambda model: weight(model).pop("name"), "without a name"),
        (lambda model: model["weightsManifest"][0]["weights"].append(weight(model) | {"shape": [0]}), "weight twice"),
        (lambda model: model["weightsManifest"][0].update(paths=[["weights.bin"]]), "names shards that are no files"),
        (lambda model: model["weightsManifest"][0].update(paths=["../../weights.bin"]), "no entry for"),
        (lambda model: model["weightsManifest"][0].update(weights=None), "no weights"),
        (lambda model: model.update(weightsManifest={"0": 1}), "weightsManifest"),
        (lambda model: model.update(modelTopology=7), "no network"),
        (lambda model: model["modelTopology"]["node"].append({"name": "w", "op": "Const"}), "a name of their own"),
        (lambda model: model.update(signature={"inputs": {}, "outputs": []}), "no inputs"),
        (lambda model: model["signature"]["outputs"].pop("logit"), "no outputs"),
    ],
)
def test_a_model_that_does_not_fit_its_shards_is_refused_in_a_sentence(bundle: Path, change: Change, what: str) -> None:
    change_model(bundle, change)
    with pytest.raises(BundleError, match=what):
        read_bundle(bundle)


@pytest.mark.parametrize("key", ["ood", "lateral"])
@pytest.mark.parametrize("where", ["metadata.json", "model.json"])
def test_a_limit_without_its_output_and_an_output_without_its_limit_are_refused(
    tmp_path: Path, key: str, where: str
) -> None:
    path = write_tiny_bundle(tmp_path, lateral=True)
    assert read_bundle(path).metadata[key]["threshold"]
    document = json.loads((path / where).read_text("utf-8"))
    if where == "model.json":
        del document["signature"]["outputs"][f"{key}_score"]
    elif key == "ood":
        document["ood"] = None
    else:
        del document["lateral"]
    (path / where).write_text(json.dumps(document), "utf-8")
    sign(path)
    with pytest.raises(BundleError, match=r"metadata\.json and the graph do not go together") as refused:
        read_bundle(path)
    assert f"no output {key}_score" in str(refused.value) or f"no {key} in" in str(refused.value)


def test_extra_bytes_behind_a_shard_are_refused_though_metadata_vouches_for_them(bundle: Path) -> None:
    (bundle / "weights.bin").write_bytes(b"\x00\x00\x80\x3f" + b"payload!")
    vouch(bundle, "weights.bin")
    with pytest.raises(BundleError, match=r"(?s)too long.*received: 12 bytes.*expected: 4 bytes"):
        read_bundle(bundle)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"a": ' * 20_000, "nested more than 100 deep"),
        ('{"a": ' + "[" * 101 + "]" * 101 + "}", "nested more than 100 deep"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": -Infinity}', "-Infinity is no number"),
        ('{"a": 1e999}', "too large a number"),
        ('{"a": ' + "9" * 5000 + "}", "too large a number"),
        ('{"a": 1, "b": 2, "a": 3}', "'a' twice"),
        ("[1]", "not a JSON object"),
        ("\xff\xfe", "cannot be read"),
    ],
)
@pytest.mark.parametrize("name", ["metadata.json", "model.json", "parity.json"])
def test_json_that_is_there_to_do_harm_is_refused_in_a_sentence(bundle: Path, name: str, text: str, what: str) -> None:
    (bundle / name).write_bytes(text.encode("latin-1"))
    if name != "metadata.json":
        vouch(bundle, name)
    with pytest.raises(BundleError, match=what):
        read_bundle(bundle)


def test_brackets_in_texts_are_no_depth(bundle: Path) -> None:
    change_metadata(bundle, lambda metadata: metadata.update(description='[{"\\' * 500))
    assert read_bundle(bundle).metadata["description"].startswith("[{")


def test_a_document_that_is_too_large_is_not_read(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plainfilm.strict_json.LARGEST", 100)
    with pytest.raises(BundleError, match="more than the 100 that such a file may have"):
        read_bundle(bundle)


def test_a_file_listed_twice_and_more_bytes_than_a_browser_loads_are_refused(bundle: Path) -> None:
    whole = (bundle / "metadata.json").read_text()
    change_metadata(bundle, lambda metadata: metadata["files"].append(metadata["files"][0] | {"path": "MODEL.json"}))
    with pytest.raises(BundleError, match=r"lists a file twice\n.*model\.json"):
        read_bundle(bundle)
    (bundle / "metadata.json").write_text(whole)
    change_metadata(bundle, lambda metadata: metadata["files"][-1].update(bytes=2**40))
    with pytest.raises(BundleError, match="too large"):
        read_bundle(bundle)


@pytest.mark.parametrize("size", [0, 4097, 10**9, 10**30])
def test_an_absurd_input_is_refused(bundle: Path, size: int) -> None:
    change_metadata(bundle, lambda metadata: metadata["image_converter"].update(height=size))
    with pytest.raises(BundleError, match=r"height|too large a number"):
        read_bundle(bundle)


def test_pixels_of_another_size_are_refused(bundle: Path) -> None:
    (bundle / "parity/a.u16").write_bytes(bytes(6))
    vouch(bundle, "parity/a.u16")
    with pytest.raises(BundleError, match="no picture of the network's size"):
        read_bundle(bundle)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_link_that_leads_out_of_the_bundle_is_not_followed(bundle: Path, tmp_path: Path) -> None:
    outside = tmp_path / "secret.bin"
    shutil.move(bundle / "weights.bin", outside)
    (bundle / "weights.bin").symlink_to(outside)
    with pytest.raises(BundleError, match="leads out of the bundle"):
        read_bundle(bundle)
    (bundle / "weights.bin").unlink()
    shutil.move(outside, bundle / "weights.bin")
    shutil.move(bundle / "parity", tmp_path / "parity")
    (bundle / "parity").symlink_to(tmp_path / "parity")
    with pytest.raises(BundleError, match="leads out of the bundle"):
        read_bundle(bundle)
