"""Shards of TensorFlow.js: every type, cut anywhere, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from export.foreign.model import ForeignError
from export.foreign.tfjs.weights import read_weights
from tests.unit.export.foreign.foreign_files import write_tfjs

WEIGHTS: dict[str, Any] = {
    "a/kernel": np.arange(12, dtype=np.float32).reshape(3, 4) / 7,
    "shape": np.array([-1, 4], np.int32),
    "flag": np.array([True, False]),
    "scalar": np.array(2.5, np.float32),
}


def read(folder: Path) -> dict[str, Any]:
    return read_weights(folder / "model.json", json.loads((folder / "model.json").read_text())["weightsManifest"])


def test_weights_of_every_type_come_back_however_they_are_cut(tmp_path: Path) -> None:
    for shards in ((), (7,), (1, 2, 30)):
        arrays = read(write_tfjs(tmp_path, {}, WEIGHTS, shards=shards))
        assert set(arrays) == set(WEIGHTS)
        for name, array in WEIGHTS.items():
            np.testing.assert_array_equal(arrays[name], array)
            assert arrays[name].dtype == array.dtype


@pytest.mark.parametrize("kind", ["uint8", "uint16", "float16"])
def test_quantised_weights_are_float_again(kind: str, tmp_path: Path) -> None:
    stored = np.array([0, 1, 255], kind)
    folder = write_tfjs(tmp_path, {}, {"w": stored})
    content = json.loads((folder / "model.json").read_text())
    (spec,) = content["weightsManifest"][0]["weights"]
    spec["dtype"], spec["quantization"] = "float32", {"dtype": kind}
    if kind != "float16":
        spec["quantization"] |= {"scale": 0.5, "min": -3.0}
    arrays = read_weights(folder / "model.json", content["weightsManifest"])
    np.testing.assert_array_equal(arrays["w"], [0, 1, 255] if kind == "float16" else [-3, -2.5, 124.5])
    assert arrays["w"].dtype == np.float32


def test_quantised_whole_numbers_are_rounded(tmp_path: Path) -> None:
    folder = write_tfjs(tmp_path, {}, {"w": np.array([0, 3], np.uint8)})
    content = json.loads((folder / "model.json").read_text())
    content["weightsManifest"][0]["weights"][0] |= {
        "dtype": "int32",
        "quantization": {"dtype": "uint8", "scale": 0.334, "min": 0},
    }
    np.testing.assert_array_equal(read_weights(folder / "model.json", content["weightsManifest"])["w"], [0, 1])


def test_strings_are_read(tmp_path: Path) -> None:
    folder = write_tfjs(tmp_path, {}, {"w": np.frombuffer(b"\x02\0\0\0ab\0\0\0\0\x01\0\0\0c", np.uint8)})
    content = json.loads((folder / "model.json").read_text())
    content["weightsManifest"][0]["weights"][0] |= {"dtype": "string", "shape": [3]}
    assert read_weights(folder / "model.json", content["weightsManifest"])["w"].tolist() == [b"ab", b"", b"c"]


def test_a_shard_that_is_short_long_or_missing_is_named(tmp_path: Path) -> None:
    folder = write_tfjs(tmp_path, {}, WEIGHTS)
    shard = folder / "group1-shard1of1.bin"
    whole = shard.read_bytes()
    shard.write_bytes(whole[:-8])
    with pytest.raises(
        ForeignError, match=r"(?s)shard1of1.bin is too short.*received: 54 bytes.*62 bytes for the 4 weights"
    ):
        read(folder)
    shard.write_bytes(whole + b"more")
    with pytest.raises(ForeignError, match=r"(?s)shard1of1.bin is too long.*received: 66 bytes"):
        read(folder)
    shard.unlink()
    with pytest.raises(ForeignError, match=r"(?s)shard1of1.bin is missing.*the folder has model.json"):
        read(folder)


@pytest.mark.parametrize(
    "change",
    [
        {"paths": ["../outside.bin"]},
        {"paths": ["/etc/hostname"]},
        {"paths": ["https://example.org/weights.bin"]},
        {"weights": [{"name": "w", "shape": [-1, 4], "dtype": "float32"}]},
        {"weights": [{"name": "w", "shape": "four", "dtype": "float32"}]},
        {"weights": [{"name": "w", "shape": [1], "dtype": "complex64"}]},
        {"weights": [{"name": "w", "dtype": "float32"}]},
        {"weights": [{"name": "w", "shape": [2**70], "dtype": "float32"}]},
        {"weights": 3},
    ],
)
def test_a_manifest_that_lies_is_refused(change: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "outside.bin").write_bytes(b"secret")
    folder = write_tfjs(tmp_path / "model", {}, {"w": np.zeros(1, np.float32)})
    manifest = json.loads((folder / "model.json").read_text())["weightsManifest"]
    with pytest.raises(ForeignError):
        read_weights(folder / "model.json", [manifest[0] | change])


@pytest.mark.parametrize("manifest", [None, [], {}, [{}], ["x"]])
def test_no_manifest_is_refused(manifest: Any, tmp_path: Path) -> None:
    with pytest.raises(ForeignError, match="weights"):
        read_weights(tmp_path / "model.json", manifest)
