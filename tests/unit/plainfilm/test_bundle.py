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

Change = Callable[[dict[str, Any]], None]


def write_bundle(folder: Path) -> Path:
    """The smallest folder that is a bundle; its weights are four bytes."""
    (folder / "parity").mkdir(parents=True)
    (folder / "weights.bin").write_bytes(b"\x00\x00\x80\x3f")
    (folder / "model.json").write_text(json.dumps({"weightsManifest": [{"paths": ["weights.bin"], "weights": []}]}))
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
