"""One film by part: file, decoding, checks, resize, network, gate; against decoding alone and the network alone."""

from __future__ import annotations

import io
import json
import re
import statistics
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from build_site.site import build
from plainfilm.node import esbuild, workspace
from tests.dicom_files import dicom, encapsulated
from tests.tools.bench.jpeg_lossless import LOSSLESS, lossless
from tests.tools.bench.measured import Part
from tests.tools.bench.sites import NATIVE, SMALL, browser_here, encoded, film, served
from training.films.phantom import thorax

MORE_MILLISECONDS = 15
# Of the tests' browsers, which have no graphics card (tests/browser/browsers.py).
IN_SOFTWARE = ", drawn in software"
RUN = """([given, films]) => new Promise((resolve) => {
  const worker = new Worker("film.js");
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => resolve({ error: message });
  const blobOf = (base64) => new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))]);
  worker.postMessage({ ...given, films: Object.fromEntries(Object.entries(films).map(([name, one]) => [name, blobOf(one)])) });
})"""


def films() -> dict[str, bytes]:
    """Of each kind one: as the data set has them, small, and those that the page itself decodes."""
    levels = thorax(np.random.default_rng(3), True, *NATIVE)
    deep = io.BytesIO()
    Image.fromarray(levels.astype(np.uint16) * 257).save(deep, "PNG")
    twelve = levels.astype(np.uint16) * 16
    return {
        "native JPEG": film(NATIVE),
        "224-px JPEG": film(SMALL),
        "PNG of 16 bits": deep.getvalue(),
        "DICOM, 12 bits, JPEG 2000": dicom(twelve, BitsStored=12, syntax="1.2.840.10008.1.2.4.90"),
        "DICOM, 12 bits, JPEG lossless": encapsulated(lossless(twelve), twelve, BitsStored=12, syntax=LOSSLESS),
        "DICOM, 12 bits, RLE": dicom(twelve, BitsStored=12, syntax="1.2.840.10008.1.2.5"),
    }


def site_of(folder: Path) -> tuple[Path, dict[str, Any]]:
    """The built site, with a page beside it that runs film.ts, and what that needs to be told."""
    site = build(folder / "dist").out
    data = re.search(r'id="site">(.*?)</script>', (site / "index.html").read_text("utf-8"), re.S)
    assert data is not None
    page = json.loads(data[1])
    bench = site / "bench"
    esbuild(workspace(), [str(Path(__file__).with_suffix(".ts"))], bench, platform="browser")
    (bench / "index.html").write_text("<!doctype html><title>Bench</title>", "utf-8")
    wasm = {name: f"../{address}" for name, address in page["source"]["wasm"].items()}
    return site, {"bundle": f"../{page['models'][0]['bundle']}", "wasm": wasm}


def measure(part: Part, folder: Path, repeats: int = 9) -> None:
    """The medians of every part, and both targets for one film."""
    site, given = site_of(folder)
    kinds = films()
    with browser_here() as browser, served(site) as address:
        page = browser.new_page()
        page.goto(f"{address}bench/index.html")
        said = page.evaluate(
            RUN, [{**given, "repeats": repeats}, dict(zip(kinds, encoded(list(kinds.values())), strict=True))]
        )
    if "error" in said:
        part.lacks(f"one film: {said['error'].splitlines()[0]}", ("native-film", "small-film"))
        return
    for kind, repeated in said["found"].items():
        for name in repeated[0]:
            part.row(f"{kind}: {name}", [times[name] for times in repeated], "ms")
    for backend, times in said["backends"].items():
        if isinstance(times, str):
            part.lacks(f"the network by {backend}: {times}")
        else:
            part.row(f"the network alone, {backend}{IN_SOFTWARE if backend == 'webgl' else ''}", times, "ms")
    native, small = said["found"]["native JPEG"], said["found"]["224-px JPEG"]
    limit = [1.25 * times["decoding alone"] + MORE_MILLISECONDS for times in native]
    of_native = statistics.median(times["all"] / most for times, most in zip(native, limit, strict=True))
    part.target("native-film", of_native, f"{_median(native, 'all'):.0f} ms against {statistics.median(limit):.0f} ms")
    of_small = statistics.median(times["all"] / times["network"] for times in small)
    part.target("small-film", of_small, f"{_median(small, 'all'):.1f} ms against {_median(small, 'network'):.1f} ms")


def _median(repeated: list[dict[str, float]], name: str) -> float:
    return statistics.median(times[name] for times in repeated)
