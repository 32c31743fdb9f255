"""Our network in other engines: LiteRT.js beside TensorFlow.js in one page, and native XNNPACK, the limit."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from build_site.config import read_site_config
from plainfilm.errors import PlainfilmError
from plainfilm.node import NodeError, esbuild, install_packages, workspace
from plainfilm.tensorflow import import_tensorflow
from tests.shared import REPOSITORY
from tests.tools.bench.film import site_of
from tests.tools.bench.measured import Part, in_turns, ratios
from tests.tools.bench.sites import browser_here, served

PEERS = Path(__file__).parent / "peers"
FILMS = 10


def measure(part: Part, folder: Path, repeats: int = 9) -> None:
    """Milliseconds of the network alone by engine."""
    site, given = site_of(folder)
    bench = site / "bench"
    network = _converted(part, bench / "network.tflite")
    if network is None:
        return
    native = _native(network)
    values = in_turns({"native": native}, repeats)
    part.row("XNNPACK, native, one thread", values["native"], "ms")
    try:
        install_packages(PEERS)
    except NodeError as error:
        part.lacks(f"LiteRT.js: {error.what}", ("litert",))
        return
    shutil.copytree(PEERS / "node_modules/@litertjs/core/wasm", bench / "litert")
    esbuild(workspace(), [str(PEERS / "peers.ts")], bench, platform="browser")
    (bench / "peers.html").write_text('<!doctype html><title>Peers</title><script src="peers.js"></script>', "utf-8")
    with browser_here() as browser, served(site) as address:
        page = browser.new_page()
        page.goto(f"{address}bench/peers.html")
        script = "(given) => globalThis.compare(given).catch((error) => ({ error: String(error) }))"
        times: Any = page.evaluate(script, {**given, "repeats": repeats})
    if "error" in times:
        part.lacks(f"LiteRT.js: {times['error']}", ("litert",))
    else:
        ours, theirs = times.values()
        medians = [part.row(f"{name}, one thread, in Chromium", each, "ms") for name, each in times.items()]
        part.target("litert", ratios(theirs, ours), f"{medians[1]:.1f} ms against {medians[0]:.1f} ms; not built in")
    part.lacks("onnxruntime-web: nothing here writes our network as ONNX for the TensorFlow that is locked")


def _converted(part: Part, target: Path) -> Path | None:
    """The default model's Keras network as LiteRT's file; None where its run has no weights here."""
    name = read_site_config().bundles[0]
    keras = REPOSITORY / "training" / "runs" / name / "model.keras"
    if not keras.is_file():
        part.lacks(f"other engines: {keras.relative_to(REPOSITORY)} is not here", ("litert",))
        return None
    tf = import_tensorflow()
    try:
        model = tf.keras.models.load_model(keras, compile=False)
        # One film: LiteRT.js takes no shape that is not stated.
        one = tf.TensorSpec([1, *model.input_shape[1:]], tf.float32)
        run = tf.function(lambda film: model(film, training=False)).get_concrete_function(one)
        converter = tf.lite.TFLiteConverter.from_concrete_functions([run], model)
        target.write_bytes(converter.convert())
    except (PlainfilmError, ValueError, TypeError, RuntimeError) as error:
        part.lacks(f"other engines: {keras.name} cannot be converted: {str(error).splitlines()[0]}", ("litert",))
        return None
    return target


def _native(network: Path) -> Callable[[], float]:
    """Milliseconds of one film in TensorFlow's own interpreter of such files, which has XNNPACK."""
    interpreter = import_tensorflow().lite.Interpreter(str(network), num_threads=1)
    interpreter.allocate_tensors()
    details = interpreter.get_input_details()[0]
    film = np.random.default_rng(0).uniform(0, 255, details["shape"]).astype(np.float32)

    def run() -> float:
        taken = []
        for _ in range(FILMS):
            started = time.perf_counter()
            interpreter.set_tensor(details["index"], film)
            interpreter.invoke()
            taken.append(1000 * (time.perf_counter() - started))
        return sorted(taken)[FILMS // 2]

    return run
