"""Our network in other engines: LiteRT.js and onnxruntime-web beside TensorFlow.js in one page, and native XNNPACK, the limit."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from build_site.config import read_site_config
from build_site.models import shipped_models
from plainfilm.bundle import read_bundle
from plainfilm.errors import PlainfilmError
from plainfilm.node import NodeError, esbuild, install_packages, workspace
from plainfilm.tensorflow import import_tensorflow
from tests.shared import REPOSITORY
from tests.tools.bench.film import site_of
from tests.tools.bench.measured import Part, ratios
from tests.tools.bench.onnx_file import onnx_file
from tests.tools.bench.sites import browser_here, served

PEERS = Path(__file__).parent / "peers"
FILMS = 10
# Of LiteRT.js: the second one is for browsers that lack what the first one needs.
BUILDS = ("relaxed SIMD", "plain SIMD")
# With every output that reading a film takes, as the page's engines run; the others give the logits alone.
WHOLE = "all that reading takes"
# As far as an engine's logits may be from TensorFlow.js's, or it does not run our network.
MOST_APART = 0.05


def measure(part: Part, folder: Path, repeats: int = 7) -> None:
    """Milliseconds of the network alone by engine; each is first held to TensorFlow.js's answer."""
    site, given = site_of(folder)
    bench = site / "bench"
    if not _converted(part, bench):
        return
    native = _native(part, bench / "network.tflite", folder / "python", repeats)
    try:
        install_packages(PEERS)
    except NodeError as error:
        part.lacks(f"LiteRT.js and onnxruntime-web: {error.what}", ("litert",))
        return
    shutil.copytree(PEERS / "node_modules/@litertjs/core/wasm", bench / "litert")
    (bench / "onnx").mkdir()
    for ending, served_as in (("mjs", "js"), ("wasm", "wasm")):  # of scripts, the server knows .js
        packaged = PEERS / f"node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.{ending}"
        shutil.copy(packaged, bench / "onnx" / f"onnx.{served_as}")
    esbuild(workspace(), [str(PEERS / "peers.ts")], bench, platform="browser", module=True)
    (bench / "peers.html").write_text(
        '<!doctype html><title>Peers</title><body><script type="module" src="peers.js"></script>', "utf-8"
    )
    with browser_here() as browser, served(site) as address:
        for build in BUILDS:
            page = browser.new_page(bypass_csp=True)  # they load themselves by scripts of their own
            page.goto(f"{address}bench/peers.html")
            script = "(given) => globalThis.compare(given).catch((error) => ({ error: String(error.stack ?? error) }))"
            said: Any = page.evaluate(script, {**given, "repeats": repeats, "build": build})
            page.close()
            _compare(part, build, said, native)


def _compare(part: Part, build: str, said: dict[str, Any], native: list[float]) -> None:
    is_first = build == BUILDS[0]
    if "error" in said:
        part.lacks(f"beside LiteRT.js, {build}: {said['error'].splitlines()[0]}", ("litert",) if is_first else ())
        return
    times, logits = said["times"], said["logits"]
    ours, *others = times
    medians = {ours: part.row(f"{ours}, WASM SIMD, one thread, beside LiteRT.js, {build}", times[ours], "ms")}
    for name in others:
        apart = float(np.abs(np.subtract(logits[name], logits[ours])).max())
        if not apart <= MOST_APART:
            part.lacks(f"{name}: its logits are {apart:.3g} off", ("litert",) if is_first and "LiteRT" in name else ())
            continue
        medians[name] = part.row(f"{name}, one thread", times[name], "ms")
        if name.startswith(ours):
            continue
        beside = f"{ours}, {WHOLE}" if name.endswith(WHOLE) else ours
        ratio = ratios(times[name], times[beside])
        part.row(f"{name}, of TensorFlow.js's time", [ratio], "×")
        if name.endswith(WHOLE):
            words = (
                f"{medians[name]:.1f} ms against {medians[beside]:.1f} ms; the second engine of sites that ask for it"
            )
            part.target("litert", ratio, words)
    if is_first and native:
        part.row("native XNNPACK, of TensorFlow.js's time", [float(np.median(native)) / medians[ours]], "×")


def _converted(part: Part, bench: Path) -> bool:
    """Writes the default model's folded network as LiteRT's file and as ONNX; says why where that cannot be."""
    name = read_site_config().bundles[0]
    run = REPOSITORY / "training" / "runs" / name
    if not (run / "model.keras").is_file():
        part.lacks(f"other engines: {run.relative_to(REPOSITORY)} has no weights here", ("litert",))
        return False
    tf = import_tensorflow()
    from export import reference
    from export.litert import converted
    from export.network.fold import fold
    from export.network.run import run as run_network
    from training.run import read_run

    try:
        of_run = read_run(run)
        positive = of_run.class_names.index(of_run.config.data.positive_class)
        network = fold(reference.load_model(of_run), positive)
        (bench / "network.onnx").write_bytes(onnx_file(network))
        # One film: LiteRT.js takes no shape that is not stated.
        one = tf.TensorSpec([1, *network.shape], tf.float32)
        logit = network.steps[-1].name
        function = tf.function(lambda film: run_network(network, film)[logit]).get_concrete_function(one)
        converter = tf.lite.TFLiteConverter.from_concrete_functions([function])
        (bench / "network.tflite").write_bytes(converter.convert())
        (bench / "second.tflite").write_bytes(converted(read_bundle(shipped_models() / name)))
    except (PlainfilmError, ValueError, TypeError, RuntimeError) as error:
        part.lacks(f"other engines: {name} cannot be converted: {str(error).splitlines()[0]}", ("litert",))
        return False
    return True


def _native(part: Part, network: Path, packages: Path, repeats: int) -> list[float]:
    """Milliseconds of one film in LiteRT's own interpreter; empty where its package cannot be had."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += [
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--target",
        str(packages),
        "-r",
        str(PEERS / "requirements.txt"),
    ]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        part.lacks("native XNNPACK: pip did not get ai-edge-litert")
        return []
    environment = {**os.environ, "PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, str(Path(__file__).with_name("native.py")), str(network), str(FILMS), str(repeats)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        part.lacks(f"native XNNPACK: {(done.stderr.strip().splitlines() or ['no word'])[-1]}")
        return []
    times: list[float] = json.loads(done.stdout.splitlines()[-1])["times"]
    part.row("native XNNPACK, one thread", times, "ms")
    return times
