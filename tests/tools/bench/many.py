"""Many films: a batch against one after another and against decoding alone, the page's thread, memory."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page

from build_site.site import build
from plainfilm.node import workspace
from plainfilm.tensorflow import import_tensorflow
from tests.browser.many_films import DROP, make_films
from tests.browser.visit import FINISHED
from tests.dicom_files import dicom
from tests.shared import REPOSITORY
from tests.tools.bench.measured import Part, in_turns, ratios
from tests.tools.bench.python import network
from tests.tools.bench.sites import NATIVE, SMALL, browser_here, encoded, film, fresh, ready, served
from tests.tools.task_lengths import task_lengths
from training.films.phantom import thorax
from training.films.prepared import in_threads
from training.films.preprocessing import convert, decode

# Of the page that read one film after another.
BEFORE = "44dfb92"
NATIVE_FILMS, SMALL_FILMS, FEW, MOST = 48, 300, 500, 2000
SETTLED_MS = 1_500
# As many as people have, of each kind.
LONG = {"native films": 200, "films of 224 px": 2000, "DICOM files, 12 bits": 200}
KEEP = """(films) => {
  const bytes = films.map((base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
  const type = bytes[0][0] === 0xff ? "image/jpeg" : "";
  window.kept = (count) => Array.from({ length: count }, (_, index) => new Blob([bytes[index % bytes.length]], { type }));
}"""
ONE_AFTER_ANOTHER = """async (count) => {
  const films = window.kept(count);
  const started = performance.now();
  for (const film of films) await window.plainfilm.classify(film);
  return (1000 * count) / (performance.now() - started);
}"""
AT_ONCE = """async (count) => {
  const films = window.kept(count);
  const started = performance.now();
  await Promise.all(films.map((film) => window.plainfilm.classify(film)));
  return (1000 * count) / (performance.now() - started);
}"""
DECODED = """async (count) => {
  const source = `onmessage = async ({ data }) => {
    for (const film of data) {
      const bitmap = await createImageBitmap(film);
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d", { alpha: false, willReadFrequently: true });
      context.drawImage(bitmap, 0, 0);
      context.getImageData(0, 0, bitmap.width, bitmap.height);
      bitmap.close();
    }
    postMessage(null);
  }`;
  const films = window.kept(count);
  const address = URL.createObjectURL(new Blob([source]));
  const started = performance.now();
  await Promise.all([0, 1].map((half) => new Promise((resolve) => {
    const worker = new Worker(address);
    worker.onmessage = resolve;
    worker.postMessage(films.filter((_, index) => index % 2 === half));
  })));
  return (1000 * count) / (performance.now() - started);
}"""
THROUGH_THE_PAGE = """async (count) => {
  const given = new DataTransfer();
  window.kept(count).forEach((film, index) => given.items.add(new File([film], String(index))));
  const started = performance.now();
  document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: given }));
  const until = async (wanted) => {
    while (document.querySelectorAll(`[data-testid=reading]%s`).length < wanted) await new Promise((resolve) => setTimeout(resolve, 50));
    return performance.now() - started;
  };
  const first = await until(1);
  return [(1000 * count) / (await until(count)), first];
}""".replace("%s", FINISHED)


def measure(part: Part, folder: Path, repeats: int = 2) -> None:
    """Films a second, the longest tasks, and memory."""
    site = build(folder / "dist").out
    (site / "floor.html").write_text("<!doctype html><title>Floor</title>", "utf-8")
    with browser_here() as browser, served(site) as address:
        _batch(part, browser, address, repeats)
        before = _before(part, folder / "before")
        with contextlib.ExitStack() as stack:
            others = {} if before is None else {BEFORE: stack.enter_context(served(before))}
            _through_the_page(part, browser, {"now": address, **others}, repeats)
        _at_length(part, browser, address)
        _thread_and_memory(part, browser, address)


def _batch(part: Part, browser: Browser, address: str, repeats: int) -> None:
    page, other = ready(fresh(browser), address), fresh(browser).new_page()
    other.goto(f"{address}floor.html")
    films = encoded([film(NATIVE, seed) for seed in range(4)])
    for one in (page, other):
        one.evaluate(KEEP, films)
    page.evaluate(AT_ONCE, NATIVE_FILMS)  # the pool is there from now on
    values = in_turns(
        {
            "one after another": lambda: float(page.evaluate(ONE_AFTER_ANOTHER, NATIVE_FILMS)),
            "a batch": lambda: float(page.evaluate(AT_ONCE, NATIVE_FILMS)),
            "decoding alone, by two workers": lambda: float(other.evaluate(DECODED, NATIVE_FILMS)),
            "by Pillow and TensorFlow": _by_python(),
        },
        repeats,
    )
    one_by_one, batch, floor, _ = (part.row(f"native films, {name}", each, "films/s") for name, each in values.items())
    alone, together, decoded, _ = values.values()
    part.target("batch", ratios(together, alone), f"{batch:.1f} against {one_by_one:.1f} films/s")
    part.target("batch-floor", ratios(together, decoded), f"{batch:.1f} against {floor:.1f} films/s")
    part.row("workers of the page, the formats worker included", [len(page.workers)], "")
    for one in (page, other):
        one.context.close()


def _through_the_page(part: Part, browser: Browser, sites: dict[str, str], repeats: int) -> None:
    for name, size, count in (("native films", NATIVE, NATIVE_FILMS), ("films of 224 px", SMALL, SMALL_FILMS)):

        def through(address: str, size: tuple[int, int] = size, count: int = count) -> float:
            page = ready(fresh(browser), address)
            page.evaluate(KEEP, encoded([film(size, seed) for seed in range(4)]))
            rate, _ = page.evaluate(THROUGH_THE_PAGE, count)
            page.context.close()
            return float(rate)

        # Only of small films a target hangs on the page as it was, which takes its time.
        compared = sites if size == SMALL else {"now": sites["now"]}
        values = in_turns({site: partial(through, address) for site, address in compared.items()}, repeats)
        medians = [
            part.row(f"{count} {name} through the page, {site}", each, "films/s") for site, each in values.items()
        ]
        if size == SMALL and len(medians) > 1:
            now, before = values.values()
            part.target(
                "small-batch", ratios(now, before), " against ".join(f"{median:.1f}" for median in medians) + " films/s"
            )


def _at_length(part: Part, browser: Browser, address: str) -> None:
    """As many as people have, once: films a second, and how long the first row takes."""
    levels = [thorax(np.random.default_rng(seed), bool(seed % 2), *NATIVE).astype(np.uint16) * 16 for seed in range(4)]
    kinds = {
        "native films": [film(NATIVE, seed) for seed in range(4)],
        "films of 224 px": [film(SMALL, seed) for seed in range(4)],
        "DICOM files, 12 bits": [dicom(each, BitsStored=12) for each in levels],
    }
    for name, films in kinds.items():
        count = LONG[name]
        page = ready(fresh(browser), address)
        page.evaluate(KEEP, encoded(films))
        rate, first = page.evaluate(THROUGH_THE_PAGE, count)
        part.row(f"{count} {name} through the page, once", [float(rate)], "films/s")
        part.row(f"{count} {name}: the first row is read", [float(first)], "ms")
        page.context.close()


def _by_python() -> Callable[[], float]:
    """Films a second of the same films by Pillow, the one resize and TensorFlow, on all cores."""
    tf = import_tensorflow()
    config, model, _ = network()
    files = [film(NATIVE, seed) for seed in range(4)]
    converter = config.model.image_converter
    read = tf.function(lambda films: model(films, training=False))

    def run() -> float:
        started = time.perf_counter()
        films = np.stack(
            list(in_threads(lambda number: convert(decode(files[number % 4]), converter), range(NATIVE_FILMS)))
        )
        np.asarray(read(films))
        return NATIVE_FILMS / (time.perf_counter() - started)

    return run


def _before(part: Part, folder: Path) -> Path | None:
    """The site as the revision before the pool builds it; None where this checkout has not kept it."""
    archive = subprocess.run(
        ["git", "archive", BEFORE, "build", "site_template", "export/models"],
        cwd=REPOSITORY,
        capture_output=True,
        check=False,
    )
    if archive.returncode != 0:
        part.lacks(f"the revision before the pool: this checkout has no commit {BEFORE}", ("small-batch",))
        return None
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(folder, filter="data")
    (folder / "site_template" / "node_modules").symlink_to(workspace() / "node_modules")
    environment = {**os.environ, "PYTHONPATH": f"{folder / 'build'}{os.pathsep}{folder}"}
    command = [sys.executable, "-m", "build_site", "--out", str(folder / "dist")]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        part.lacks(
            f"the revision before the pool cannot be built: {done.stderr.strip().splitlines()[:1]}", ("small-batch",)
        )
        return None
    return folder / "dist"


def _thread_and_memory(part: Part, browser: Browser, address: str) -> None:
    page = ready(fresh(browser), address)
    part.row("memory of the browser's processes for pages, no film", [_resident(browser)], "MB")
    of_few = _given(part, page, browser, FEW)
    page.context.close()
    page = ready(fresh(browser), address)
    of_most = _given(part, page, browser, MOST)
    page.context.close()
    part.target(
        "memory",
        of_most / of_few,
        f"{of_most:.0f} MB against {of_few:.0f} MB of the browser's processes for pages, after a collection of garbage",
    )


def _given(part: Part, page: Page, browser: Browser, count: int) -> float:
    make_films(page, count)
    started = time.perf_counter()
    with task_lengths(browser, page) as tasks:
        page.evaluate(f"() => void setTimeout(() => {{ {DROP} }})")
        page.wait_for_function(
            f"(count) => document.querySelectorAll('[data-testid=reading]{FINISHED}').length >= count",
            arg=count,
            polling=500,
            timeout=900_000,
        )
    part.row(f"{count} tiny pictures through the page", [count / (time.perf_counter() - started)], "films/s")
    part.row(f"longest task of the page's thread, {count} pictures", [tasks[0]], "ms")
    if count == MOST:
        part.target("long-task", tasks[0], "processor time of the longest task while they are given and read")
    part.row(f"memory of the browser's processes for pages, {count} pictures just read", [_resident(browser)], "MB")
    # How much of it is garbage that is still to be collected depends on how fast films are read.
    page.context.new_cdp_session(page).send("HeapProfiler.collectGarbage")
    page.wait_for_timeout(SETTLED_MS)
    return part.row(f"memory of the browser's processes for pages, {count} pictures kept", [_resident(browser)], "MB")


def _resident(browser: Browser) -> float:
    """Megabytes that the browser's renderers hold, workers among them; 0 where the system does not say."""
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    total = 0.0
    for process in processes:
        status = Path(f"/proc/{process['id']}/status")
        if process["type"] == "renderer" and status.is_file():
            found = re.search(r"^VmRSS:\s+(\d+) kB", status.read_text("utf-8"), re.M)
            total += int(found[1]) / 1e3 if found else 0.0
    return total
