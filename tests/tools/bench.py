"""`make bench`: speed, as ratios side by side in one run, or `python -m tests.tools.bench PART …`. Not a test."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from playwright.sync_api import sync_playwright

from build_site.config import read_site_config
from build_site.serve import server
from build_site.site import build
from plainfilm.bundle import read_bundle
from plainfilm.errors import PlainfilmError
from plainfilm.node import run_bundle
from plainfilm.tensorflow import import_tensorflow
from tests.browser.browsers import launch
from tests.browser.conftest import write_numbers_bundle
from tests.browser.many_films import DROP, MANY, make_films
from tests.browser.visit import FINISHED, Visit
from tests.tiny_bundle import write_tiny_bundle
from tests.tools.lighthouse.measure import measure as measure_scores
from tests.tools.task_lengths import task_lengths
from training.config import Config, read_config
from training.films.phantom import thorax
from training.films.preprocessing import convert

MODEL = read_site_config(Path("site_template/site.toml")).bundles[0]
BUNDLE = Path("export/models") / MODEL
# Longer ones may be felt: https://web.dev/articles/optimize-long-tasks
LONG_TASK_MILLISECONDS = 50

# The page's script does it in a task of its own, and is asked inside the page how far it is: Playwright's own clicks and
# questions would be long tasks themselves.
ACT = """([selector, count]) => new Promise((resolve) => {
  const look = () => document.querySelectorAll(selector).length === count ? setTimeout(resolve, 300) : setTimeout(look, 50);
  setTimeout(() => { %s; setTimeout(look, 50); });
})"""
# What is done, and how many elements there are of a selector when it is done.
MANY_FILMS_STEPS = (
    ("dropped", DROP, f".reading{FINISHED}", MANY),
    ("filtered", "document.querySelectorAll('#counts input')[2].click()", ".reading.is-left-out", MANY // 2),
    ("shown again", "document.querySelectorAll('#counts input')[0].click()", ".reading.is-left-out", 0),
    (
        "decided anew",
        "document.querySelectorAll('[name=operating-point]')[1].click()",
        "[name=operating-point]:checked",
        1,
    ),
    (
        "ordered",
        "const order = document.querySelector('#order'); order.value = 'probability'; order.dispatchEvent(new Event('change'))",
        f'#readings > :last-child[data-file="{MANY - 1}.png"]',
        1,
    ),
    ("exported", "document.querySelector('#save-csv').click()", ".reading", MANY),
    ("asked about", "document.querySelector('#clear').click()", "#clear-dialog[open]", 1),
    ("kept", "document.querySelector('#clear-dialog .keep').click()", "#clear-dialog[open]", 0),
    (
        "read anew",
        "document.querySelector('[data-model=other]').click()",
        ".reading .provenance:not(:empty)",
        MANY - MANY // 10,
    ),
    ("cleared", "document.querySelector('#clear-dialog .clear').click()", ".reading", 0),
)


def seconds(action: Callable[[], object], repeats: int = 3) -> float:
    """The fastest of a few, after one to warm up."""
    action()
    taken = []
    for _ in range(repeats):
        started = time.perf_counter()
        action()
        taken.append(time.perf_counter() - started)
    return min(taken)


def main() -> None:
    """Measures the named parts, or all; one that lacks what it needs says so, and the others go on."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.bench", description="Speed, part by part.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)} (default: all)")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    for name in options.parts or PARTS:
        with tempfile.TemporaryDirectory() as temporary:
            try:
                PARTS[name](Path(temporary))
            except (PlainfilmError, FileNotFoundError) as error:
                print(f"{name} not measured: {error}")


def measure_help(folder: Path) -> None:
    """Prints how long each command takes to say what it does."""
    for command in ("training", "export", "build_site"):
        ask = [sys.executable, "-m", command, "--help"]
        taken = seconds(lambda ask=ask: subprocess.run(ask, capture_output=True, check=True))  # type: ignore[misc]
        print(f"python -m {command:<11} --help      {taken:.2f} s")


def measure_training(folder: Path) -> None:
    """Prints the input pipeline against the training step: below 1, the input is never the bottleneck."""
    from training.films.augmentation import augment

    tf = import_tensorflow()
    config, model, films = network()
    model.compile("adam", "binary_crossentropy", jit_compile=False)
    targets = np.zeros((len(films), 1), np.float32)
    training = seconds(lambda: model.fit(films, targets, batch_size=32, verbose=0))
    variation = tf.function(lambda batch: augment(batch, config.augmentation, tf.constant([1, 2])))
    whole = films.astype(np.uint8)
    augmenting = seconds(lambda: [variation(whole[start : start + 32]) for start in range(0, len(films), 32)])
    print(
        f"augmentation / training step      {augmenting / training:.3f}   ({len(films) / training:.0f} films/s trained)"
    )


def measure_resize(folder: Path) -> None:
    """Prints the one resize of a large film against a small one."""
    converter, rng = read_config(Path(MODEL)).model.image_converter, np.random.default_rng(0)
    native, small = thorax(rng, True, 1300, 1700), thorax(rng, True, 224, 314)
    of_native, of_small = (seconds(lambda film=film: convert(film, converter)) for film in (native, small))  # type: ignore[misc]
    print(f"resize native / resize small film {of_native / of_small:.1f}    ({of_native * 1000:.1f} ms native)")


def measure_engine(folder: Path) -> None:
    """Prints a film in the browser's engine, run in Node, against one in Keras."""
    _, model, films = network()
    converter = read_bundle(BUNDLE).metadata["image_converter"]
    inputs, outputs = folder / "films.f32", folder / "outputs.json"
    shape = (converter["height"], converter["width"], converter["channels"])

    def in_browser_engine(count: int) -> float:
        np.random.default_rng(0).uniform(0, 255, (count, *shape)).astype("<f4").tofile(inputs)
        return seconds(lambda: run_bundle(BUNDLE, inputs, count, outputs), repeats=1)

    in_node = (in_browser_engine(65) - in_browser_engine(1)) / 64
    in_keras = seconds(lambda: model.predict(films[:64], batch_size=1, verbose=0)) / 64
    backend = json.loads(outputs.read_text())["backend"]
    assert backend == "wasm", backend
    print(
        f"film in TensorFlow.js / in Keras  {in_node / in_keras:.2f}    ({in_node * 1000:.0f} ms, WASM in Node, all outputs)"
    )


def network() -> tuple[Config, Any, npt.NDArray[np.float32]]:
    """The shipped model's configuration, its network with random weights, and noise of its input size in 0-255."""
    from training.networks.network import build_model

    import_tensorflow()
    config = read_config(Path(MODEL))
    shape = (256, config.model.height, config.model.width, 1)
    return config, build_model(config.model, 2), np.random.default_rng(0).integers(0, 256, shape).astype(np.float32)


def measure_site(folder: Path) -> None:
    """Prints how long a second build of the site takes."""
    print(f"site rebuilt in {seconds(lambda: build(folder / 'dist', bundle=BUNDLE), repeats=1):.1f} s")


def measure_page(folder: Path, films: int = 100) -> None:
    """Prints what reading many films costs the page's own thread."""
    site, rng = build(folder / "dist", bundle=BUNDLE).out, np.random.default_rng(0)
    files = [folder / f"{index}.png" for index in range(films)]
    for file in files:
        Image.fromarray(thorax(rng, False, 500, 600)).save(file)
    with sync_playwright() as playwright, server(site) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        browser = launch(playwright)
        visit = Visit.to(browser.new_context(), f"http://127.0.0.1:{running.server_port}/").until_engine("ready")
        started = time.perf_counter()
        with task_lengths(browser, visit.page) as tasks:
            visit.give(*files)
            visit.readings(films)
        taken = time.perf_counter() - started
        browser.close()
        running.shutdown()
    long = [task for task in tasks if task > LONG_TASK_MILLISECONDS]
    print(
        f"page thread's long tasks / reading {sum(long) / 1000 / taken:.3f}   "
        f"({len(long)} over {LONG_TASK_MILLISECONDS} ms, the longest {tasks[0]:.0f} ms; {films / taken:.0f} films/s)"
    )


def measure_many_films(folder: Path) -> None:
    """Prints the longest tasks of the page's own thread while something is done to five hundred films."""
    site = build(
        folder / "many", bundle=[write_numbers_bundle(folder), write_tiny_bundle(folder, name="other", title="Another")]
    ).out
    with sync_playwright() as playwright, server(site) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        browser = launch(playwright)
        visit = Visit.to(browser.new_context(), f"http://127.0.0.1:{running.server_port}/").until_engine("ready")
        make_films(visit.page)
        for name, action, selector, count in MANY_FILMS_STEPS:
            with task_lengths(browser, visit.page) as tasks:
                visit.page.evaluate(ACT % action, [selector, count])
            print(f"longest tasks, {MANY} films {name:<14} {', '.join(f'{task:.0f}' for task in tasks[:3])} ms")
        browser.close()
        running.shutdown()


def measure_lighthouse(folder: Path) -> None:
    """Writes docs/lighthouse.json and prints its scores."""
    measure_scores(build(folder / "dist", bundle=BUNDLE).out)


PARTS: dict[str, Callable[[Path], None]] = {
    "help": measure_help,
    "training": measure_training,
    "resize": measure_resize,
    "engine": measure_engine,
    "site": measure_site,
    "page": measure_page,
    "many-films": measure_many_films,
    "lighthouse": measure_lighthouse,
}

if __name__ == "__main__":
    main()
