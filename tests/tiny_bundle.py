"""Makes a tiny but whole bundle by hand, with the standard library alone: for tests of the site where there is no TensorFlow.

The network: a 3x3 convolution with ReLU, global averages, one sigmoid; a film is PNEUMONIA where it is bright on average and
refused where it is nearly black or nearly white. In colour it looks at the red alone. Every expected number is computed here in
plain Python.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import shutil
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# `python -m export litert` wrote it of the tiny bundle (tests/unit/export/test_litert.py).
TFLITE = Path(__file__).parent / "golden" / "tiny.tflite"
SIZE = 16
TEMPERATURE = 1.25
OOD_THRESHOLD = 0.42
LATERAL_CHECK = {
    "threshold": 0.2,
    "kept_fraction": 1.0,
    "laterals": 11,
    "refused": 11,
    "method": "how dark the sides are",
}
KERNEL = ((0.1, 0.1, 0.1), (0.1, 0.2, 0.1), (0.1, 0.1, 0.1)), ((0.0, -1.0, 0.0), (-1.0, 4.0, -1.0), (0.0, -1.0, 0.0))
BIAS = (0.0, 0.05)
DENSE, DENSE_BIAS = (12.0, -1.0), -5.0

Grey = list[list[int]]
Plane = list[list[float]]


@dataclass(frozen=True)
class Expected:
    """What the network says of one film."""

    pixels: Sequence[Plane]
    logit: list[float]
    probability: list[float]
    ood_score: float
    heatmap: Plane
    peak: float


def picture(width: int, height: int, level: Callable[[int, int], float]) -> Grey:
    """A grey picture from a function of column and row, rounded and clipped to 0–255."""
    return [[min(255, max(0, round(level(x, y)))) for x in range(width)] for y in range(height)]


def film(brightness: float = 120.0, width: int = 48, height: int = 40) -> Grey:
    """Something with two dark lungs, the brighter the more it is read as PNEUMONIA."""

    def level(x: int, y: int) -> float:
        u, v = x / width, y / height
        lungs = sum(math.exp(-(((u - centre) / 0.13) ** 2 + ((v - 0.5) / 0.3) ** 2)) for centre in (0.3, 0.7))
        return brightness + 60 - 110 * lungs + 6 * math.sin(0.9 * x) * math.cos(0.7 * y)

    return picture(width, height, level)


def png(*planes: Grey) -> bytes:
    """Encodes a grey picture, or its red, green and blue, as an 8-bit PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width = len(planes[0]), len(planes[0][0])
    header = struct.pack(">IIBBBBB", width, height, 8, 0 if len(planes) == 1 else 2, 0, 0, 0)
    pixels = (
        bytes(level for pixel in zip(*rows, strict=True) for level in pixel) for rows in zip(*planes, strict=True)
    )
    rows = b"".join(b"\0" + row for row in pixels)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def resized(grey: Grey) -> Plane:
    """The one resize to SIZE x SIZE, view `square`, in plain Python."""
    height, width = len(grey), len(grey[0])
    side = min(height, width)
    rows = _filter(height, (height - side) / 2, side)
    columns = _filter(width, (width - side) / 2, side)
    across = [[sum(weight * row[x] for x, weight in column) for column in columns] for row in grey]
    return [[sum(weight * across[y][x] for y, weight in row) for x in range(SIZE)] for row in rows]


def _filter(size_in: int, start: float, length: float) -> list[list[tuple[int, float]]]:
    scale = length / SIZE
    filter_scale = max(scale, 1.0)
    result = []
    for out in range(SIZE):
        centre = start + (out + 0.5) * scale
        first, last = max(int(centre - filter_scale + 0.5), 0), min(int(centre + filter_scale + 0.5), size_in)
        weights = [max(0.0, 1.0 - abs((i - centre + 0.5) / filter_scale)) for i in range(first, last)]
        result.append([(i, weight / sum(weights)) for i, weight in zip(range(first, last), weights, strict=True)])
    return result


def expected(*planes: Grey) -> Expected:
    """Resizes a picture, or its red, green and blue, and runs the network on it, in plain Python."""
    return expected_of_pixels(*map(resized, planes))


def expected_of_pixels(*planes: Plane) -> Expected:
    """Runs the network on a resized picture, each plane [SIZE][SIZE] in 0–255, in plain Python."""
    image = [[value / 255 for value in row] for row in planes[0]]
    brightness = sum(map(_mean, planes)) / len(planes) / 255
    channels = [_convolved(image, kernel, bias) for kernel, bias in zip(KERNEL, BIAS, strict=True)]
    z = sum(weight * _mean(channel) for weight, channel in zip(DENSE, channels, strict=True)) + DENSE_BIAS
    positive = 1 / (1 + math.exp(-z / TEMPERATURE))
    activation = [[(a + b) / 2 for a, b in zip(*rows, strict=True)] for rows in zip(*channels, strict=True)]
    highest = max(map(max, activation)) + 1e-6
    heatmap = [[value / highest for value in row] for row in activation]
    return Expected(planes, [0.0, z], [1 - positive, positive], abs(brightness - 0.5), heatmap, highest)


def _mean(plane: Plane) -> float:
    return sum(map(sum, plane)) / (len(plane) * len(plane[0]))


def _convolved(image: Plane, kernel: Sequence[Sequence[float]], bias: float) -> Plane:
    def at(y: int, x: int) -> float:
        return image[y][x] if 0 <= y < SIZE and 0 <= x < SIZE else 0.0

    return [
        [
            max(0.0, bias + sum(kernel[j][i] * at(y + j - 1, x + i - 1) for j in range(3) for i in range(3)))
            for x in range(SIZE)
        ]
        for y in range(SIZE)
    ]


def write_tiny_bundle(
    folder: Path,
    *,
    name: str = "tiny",
    heatmap: bool = True,
    colour: bool = False,
    lateral: bool = False,
    heat_scale: float | None = None,
    litert: bool = False,
    **changes: Any,
) -> Path:
    """Writes a bundle that `plainfilm.bundle.read_bundle` accepts to `folder / name`; `changes` replace metadata entries.

    Without `heatmap` its graph has no heat map of its own; with `colour` it takes red, green and blue. With `lateral` it takes
    films with dark sides for films from the side. With `heat_scale` its heat maps have one. With `litert` it has its grey network for the second engine as well.
    """
    path = folder / name
    (path / "parity").mkdir(parents=True)
    topology, manifest, weights = _graph(3 if colour else 1, lateral)
    model = {
        "format": "graph-model",
        "generatedBy": "tests",
        "modelTopology": topology,
        "signature": _signature(
            heatmap, lateral, gate=changes.get("ood", True) is not None, peak=heat_scale is not None
        ),
        "weightsManifest": [{"paths": ["group1-shard1of1.bin"], "weights": manifest}],
    }
    (path / "group1-shard1of1.bin").write_bytes(weights)
    _write_json(path / "model.json", model)
    positive = str(changes.get("positive_class", "PNEUMONIA"))
    other = next(each for each in changes.get("class_names", ["NORMAL"]) if each != positive)
    _write_json(path / "parity.json", _parity(path, 3 if colour else 1, positive, other))
    check = {"lateral": LATERAL_CHECK} if lateral else {}
    scale = {} if heat_scale is None else {"heatmap": {"scale": heat_scale, "split": "val", "n": 200}}
    _write_json(path / "metadata.json", {**_metadata(name, colour), **check, **scale, **changes})
    if litert:
        shutil.copyfile(TFLITE, path / "network.tflite")
    sign(path)
    return path


def sign(path: Path) -> None:
    """Lists a bundle's files in its metadata.json with sizes and hashes: after a test changed one of them."""
    metadata = json.loads((path / "metadata.json").read_text("utf-8"))
    names = sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
    metadata["files"] = [_entry(path, name) for name in names if name != "metadata.json"]
    _write_json(path / "metadata.json", metadata)


def operating_point(
    name: str,
    threshold: float,
    sensitivity: float = 0.9,
    specificity: float = 0.8,
    *,
    split: str = "test",
    n: int = 624,
    **intervals: list[float],
) -> dict[str, Any]:
    """One operating point of a bundle's metadata."""
    return {
        "name": name, "threshold": threshold, "split": split, "n": n,
        "sensitivity": sensitivity, "specificity": specificity, **intervals,
    }  # fmt: skip


CHILDREN, ADULTS = "children", "adults"
ADULT_TEMPERATURE, ADULT_OFFSET = 0.8, -1.5


def of_populations() -> dict[str, Any]:
    """Changes of metadata.json for two populations: films of adults are read by other probabilities and other thresholds.

    For `write_tiny_bundle(folder, **of_populations())`. Adults' screening and balanced coincide, and their externals are one film set.
    """
    names = ("balanced", "screening", "rule-in")
    first = [operating_point(name, at, split="test") for name, at in zip(names, (0.5, 0.3, 0.7), strict=True)]
    second = [
        operating_point(name, at, 0.81, 0.77, split="val_adults", n=300)
        for name, at in zip(names, (0.25, 0.25, 0.6), strict=True)
    ]
    calibration = {"method": "temperature", "temperature": TEMPERATURE, "ece": 0.03, "split": "val", "n": 400}

    def row(metric: str, value: float, split: str, n: int) -> dict[str, Any]:
        return {"metric": metric, "value": value, "low": value - 0.02, "high": value + 0.02, "n": n, "split": split}

    return {
        "operating_points": first,
        "calibration": calibration,
        "splits": [
            {"name": "test", "title": "test films", "n": 624},
            {"name": "val_adults", "title": "validation films of adults", "n": 300},
            {"name": "external_adults", "title": "films of adults of another hospital", "n": 200},
        ],
        "populations": [
            {
                "name": CHILDREN, "title": "Children of one to five years", "ages": {"from": 1, "to": 6},
                "calibration": calibration, "operating_points": first,
                "evaluation": [row("accuracy", 0.921, "test", 624), row("auroc", 0.966, "test", 624)],
            },
            {
                "name": ADULTS, "title": "Adults", "ages": {"from": 18},
                "calibration": calibration | {"temperature": ADULT_TEMPERATURE, "offset": ADULT_OFFSET, "split": "val_adults", "n": 300},
                "operating_points": second,
                "evaluation": [
                    row("accuracy", 0.794, "val_adults", 300), row("auroc", 0.871, "val_adults", 300),
                    row("accuracy", 0.755, "external_adults", 200), row("auroc", 0.846, "external_adults", 200),
                ],
            },
        ],
    }  # fmt: skip


def _write_json(path: Path, document: object) -> None:
    path.write_text(json.dumps(document, indent=1), "utf-8")


def _entry(root: Path, file: str) -> dict[str, object]:
    data = (root / file).read_bytes()
    return {"path": file, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _parity(path: Path, channels: int, positive: str, other: str) -> dict[str, object]:
    cases = []
    for index, (brightness, *size) in enumerate(((60, 48, 40), (100, 37, 53), (150, 64, 48))):
        planes = [film(brightness - 25 * channel, *size) for channel in range(channels)]
        said = expected(*planes)
        picture_name, pixels_name = f"parity/{index}.png", f"parity/{index}.pixels"
        (path / picture_name).write_bytes(png(*planes))
        levels = [
            round(level * 256)
            for rows in zip(*said.pixels, strict=True)
            for pixel in zip(*rows, strict=True)
            for level in pixel
        ]
        (path / pixels_name).write_bytes(struct.pack(f"<{len(levels)}H", *levels))
        cases.append(
            {
                "file": picture_name,
                "pixels": pixels_name,
                "width": size[0],
                "height": size[1],
                "logit": said.logit,
                "probability": said.probability,
                "ood_score": said.ood_score,
                "decision": positive if said.probability[1] >= 0.5 else other,
            }
        )
    return {"schema_version": 1, "tolerance": {"pixels": 0.05, "logit": 0.005, "probability": 0.001}, "cases": cases}


def _metadata(name: str, colour: bool) -> dict[str, object]:
    return {
        "schema_version": 1,
        "name": name,
        "title": "Tiny network for tests",
        "description": "A convolution and a sigmoid, made by hand. It knows bright films from dark ones and nothing else.",
        "class_names": ["NORMAL", "PNEUMONIA"],
        "positive_class": "PNEUMONIA",
        "precision": "float32",
        "image_converter": {
            "height": SIZE, "width": SIZE, "channels": 3 if colour else 1, "view": "square",
            **({"colour": "rgb"} if colour else {"interpolation": "bilinear", "antialias": True}), "scale": 1.0, "offset": 0.0,
        },
        "operating_points": [
            operating_point("balanced", 0.5, 0.951, 0.872, split="val", n=400),
            operating_point(
                "balanced", 0.5, 0.951, 0.872,
                sensitivity_interval=[0.928, 0.972], specificity_interval=[0.825, 0.915],
            ),
        ],
        "ood": {"threshold": OOD_THRESHOLD, "kept_fraction": 0.99, "method": "distance of the mean brightness from 0.5"},
        "calibration": {"method": "temperature", "temperature": TEMPERATURE, "ece": 0.03, "split": "val", "n": 400},
        "evaluation": [
            {"metric": "accuracy", "value": 0.921, "low": 0.899, "high": 0.942, "n": 624, "split": "test"},
            {"metric": "auroc", "value": 0.966, "low": 0.951, "high": 0.979, "n": 624, "split": "test"},
        ],
        "training_population": "children of one to five years, one hospital in Guangzhou",
        "quantisation": None,
        "provenance": {
            "commit": None, "versions": [{"name": "hand", "version": "1"}], "data_sha256": None, "created": "2026-01-01T00:00:00Z",
        },
    }  # fmt: skip


def _signature(heatmap: bool, lateral: bool, gate: bool, *, peak: bool) -> dict[str, object]:
    inputs = {"image": {"name": "image:0", "dtype": "DT_FLOAT"}}
    outputs = {
        output: {"name": f"{output}:0", "dtype": "DT_FLOAT"}
        for output in ("logit", "probability", "heatmap", "ood_score", "lateral_score")
        if {"heatmap": heatmap, "lateral_score": lateral, "ood_score": gate}.get(output, True)
    }
    if heatmap and peak:
        outputs["heatmap_peak"] = {"name": "above_zero:0", "dtype": "DT_FLOAT"}
    return {"inputs": inputs, "outputs": outputs}


def _graph(channels: int, lateral: bool) -> tuple[dict[str, object], list[dict[str, object]], bytes]:
    """The graph's nodes, the manifest of its constants, and their bytes."""
    nodes: list[dict[str, object]] = []
    manifest: list[dict[str, object]] = []
    data = bytearray()

    def node(name: str, op: str, *inputs: str, **attributes: object) -> None:
        nodes.append({"name": name, "op": op, "input": list(inputs), "attr": {"T": {"type": "DT_FLOAT"}, **attributes}})

    def constant(name: str, values: Sequence[float], shape: Sequence[int], dtype: str = "float32") -> None:
        data.extend(struct.pack(f"<{len(values)}{'f' if dtype == 'float32' else 'i'}", *values))
        manifest.append({"name": name, "shape": list(shape), "dtype": dtype})
        kind = {"type": "DT_FLOAT" if dtype == "float32" else "DT_INT32"}
        dimensions = {"shape": {"dim": [{"size": str(size)} for size in shape]}}
        nodes.append(
            {
                "name": name,
                "op": "Const",
                "attr": {"dtype": kind, "value": {"tensor": {"dtype": kind["type"]}}, **dimensions},
            }
        )

    def text(*words: str) -> list[str]:
        return [base64.b64encode(word.encode()).decode() for word in words]

    dimensions = [{"size": str(size)} for size in (-1, SIZE, SIZE, channels)]
    node("image", "Placeholder", dtype={"type": "DT_FLOAT"}, shape={"shape": {"dim": dimensions}})
    constant("by_255", [1 / 255], [])
    weights = [
        KERNEL[feature][j][i] if plane == 0 else 0.0
        for j in range(3) for i in range(3) for plane in range(channels) for feature in range(2)
    ]  # fmt: skip
    constant("kernel", weights, [3, 3, channels, 2])
    constant("bias", BIAS, [2])
    constant("dense", DENSE, [2, 1])
    constant("dense_bias", [DENSE_BIAS], [1])
    constant("zero", [0.0], [])
    constant("temperature", [TEMPERATURE], [])
    constant("half", [0.5], [])
    constant("little", [1e-6], [])
    constant("last", [-1], [], "int32")
    constant("channel_axis", [3], [1], "int32")
    constant("plane_axes", [1, 2], [2], "int32")
    constant("all_axes", [1, 2, 3], [3], "int32")
    keep, drop = {"keep_dims": {"b": True}}, {"keep_dims": {"b": False}}
    ones = {"list": {"i": ["1", "1", "1", "1"]}}
    node("scaled", "Mul", "image", "by_255")
    node(
        "features", "_FusedConv2D", "scaled", "kernel", "bias",
        strides=ones, dilations=ones, padding={"s": text("SAME")[0]}, data_format={"s": text("NHWC")[0]},
        num_args={"i": "1"}, fused_ops={"list": {"s": text("BiasAdd", "Relu")}}, epsilon={"f": 0.0},
    )  # fmt: skip
    node("averages", "Mean", "features", "plane_axes", **drop)
    node(
        "z", "_FusedMatMul", "averages", "dense", "dense_bias",
        num_args={"i": "1"}, fused_ops={"list": {"s": text("BiasAdd")}}, epsilon={"f": 0.0},
        transpose_a={"b": False}, transpose_b={"b": False},
    )  # fmt: skip
    node("none", "Mul", "z", "zero")
    node("logit", "ConcatV2", "none", "z", "last", N={"i": "2"})
    node("calibrated", "RealDiv", "logit", "temperature")
    node("probability", "Softmax", "calibrated")
    node("activation", "Mean", "features", "channel_axis", **drop)
    node("highest", "Max", "activation", "plane_axes", **keep)
    node("above_zero", "AddV2", "highest", "little")
    node("heatmap", "RealDiv", "activation", "above_zero")
    node("brightness", "Mean", "scaled", "all_axes", **drop)
    node("off_centre", "Sub", "brightness", "half")
    node("ood_score", "Abs", "off_centre")
    if lateral:
        # How much darker the two outermost columns are than the whole.
        constant("from_left", [0, 0, 0, 0], [4], "int32")
        constant("from_right", [0, 0, SIZE - 1, 0], [4], "int32")
        constant("one_column", [-1, -1, 1, -1], [4], "int32")
        for side in ("left", "right"):
            node(f"{side}_column", "Slice", "scaled", f"from_{side}", "one_column")
            node(f"{side}_side", "Mean", f"{side}_column", "all_axes", **drop)
        node("sides", "Maximum", "left_side", "right_side")
        node("lateral_score", "Sub", "brightness", "sides")
    return {"node": nodes, "versions": {"producer": 1}}, manifest, bytes(data)
