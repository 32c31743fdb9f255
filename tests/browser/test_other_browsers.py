"""The built page in Firefox and WebKit: what is most likely to differ from Chromium."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from build_site.serve import server
from tests.browser.kept_policy import NO_WORKER, NOTHING_FETCHED
from tests.browser.other_browsers import OtherBrowser, firefox, webkit
from tests.dicom_files import dicom, in_twelve_bits
from tests.faulty_server import faulty_server
from tests.tiny_bundle import SIZE, expected_of_pixels, film, png
from training.films.preprocessing import ImageConverter, convert, decode

GREY = np.array(film(100, 520, 600), np.uint8)
READY = "document.querySelector('[data-testid=engine][data-status=ready]') !== null"
FIRST = "document.querySelector('[data-testid=reading]')"
PAGE_DOWN, ESCAPE = "\ue00f", "\ue00c"


@pytest.fixture(
    scope="module",
    params=[(firefox, "firefox-esr"), (webkit, "webkit2gtk-driver xvfb")],
    ids=["firefox", "webkit"],
)
def other(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OtherBrowser]:
    start, packages = request.param
    with start(tmp_path_factory.mktemp("profile")) as browser:
        if browser is None:
            pytest.skip(f"not on this machine; on Debian: apt-get install {packages}")
        yield browser


@pytest.fixture(scope="module")
def encoded(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """One film as it comes: for the browser's own decoders, and for the page's."""
    folder = tmp_path_factory.mktemp("encoded")
    files = [folder / f"film.{ending}" for ending in ("png", "jpeg", "tiff", "16.png", "dcm", "jpeg2000.dcm")]
    eight, deep = Image.fromarray(GREY), Image.fromarray(GREY.astype(np.uint16) * 257)
    for image, file in zip((eight, eight, eight, deep), files, strict=False):
        image.save(file)
    files[4].write_bytes(dicom(GREY))
    files[5].write_bytes(dicom(GREY, syntax="1.2.840.10008.1.2.4.90"))
    return files


@pytest.mark.parametrize("served", [True, False], ids=["index.html", "standalone.html"])
def test_films_are_read_as_python_reads_them_and_looked_at(
    other: OtherBrowser, served: bool, address: str, tiny_site: Path, encoded: list[Path]
) -> None:
    other.open(address if served else (tiny_site / "standalone.html").as_uri())
    other.until(READY)
    other.type("#files", "\n".join(map(str, encoded)))
    readings = other.until(
        f"""((all) => all.length === {len(encoded)} && all.every(({{ status }}) => !/queued|running/u.test(status)) && all)(
          [...document.querySelectorAll("[data-testid=reading]")].map(({{ dataset }}) => ({{ ...dataset }})))"""
    )
    for reading, file in zip(readings, encoded, strict=True):
        pixels = convert(decode(file.read_bytes()), ImageConverter(height=SIZE, width=SIZE, channels=1, view="square"))
        said = expected_of_pixels(pixels[..., 0].tolist())
        assert (reading["file"], reading["status"]) == (file.name, "done")
        assert float(reading["probability"]) == pytest.approx(said.probability[1], abs=1e-5), file.name

    other.run("document.querySelector('#views [value=table]').click()")
    rows = other.until(
        f"""((rows) => rows.length === {len(encoded)} && rows.every((row) => row.checkVisibility()) && rows.map((row) => row.textContent))(
          [...document.querySelectorAll("#worklist [data-testid=row]")])"""
    )
    assert all(file.name in row for row, file in zip(rows, encoded, strict=True)), rows
    assert not other.run(f"return {FIRST}.checkVisibility()")
    other.run("document.querySelector('#views [value=cards]').click()")
    other.until(f"{FIRST}.checkVisibility()")

    other.run(f"{FIRST}.scrollIntoView()")
    other.until(f"{FIRST}.querySelector('.stage')")  # made when the card comes into view
    other.type("[data-testid=reading] .stage", "h")
    other.until(f"{FIRST}.querySelector('canvas')?.checkVisibility() && {FIRST}.querySelector('canvas').width > 1")
    other.type("[data-testid=reading] .stage", "+i")
    assert "scale(1.25)" in other.run(f"return {FIRST}.querySelector('.film').style.transform")
    assert "inverted" in other.run(f"return {FIRST}.querySelector('.readout').textContent")
    other.type("[data-testid=reading] .stage", "f")
    other.until("document.querySelector('#full-view[open] .viewer img')?.complete")
    other.type("#full-view .stage", PAGE_DOWN)
    other.until(f"document.querySelector('#full-view .file').textContent === '{encoded[1].name}'")
    other.type("#full-view .stage", ESCAPE)
    other.until("!document.querySelector('#full-view[open]')")
    assert other.run("return problems") == []


def test_a_narrow_window_shows_all_the_greys_of_a_file(other: OtherBrowser, address: str, tmp_path: Path) -> None:
    values = np.repeat(np.array([0, 2, 4, 6], np.uint16), 120)[None].repeat(480, axis=0)
    (tmp_path / "deep.dcm").write_bytes(in_twelve_bits(values))
    other.open(address)
    other.until(READY)
    other.type("#files", str(tmp_path / "deep.dcm"))
    other.until(f"{FIRST}?.querySelector('.film img')?.naturalWidth")
    other.run(
        f"""for (const [name, value] of [["width", 2], ["level", 0.5]]) {{
          const slider = {FIRST}.querySelector(`[name=${{name}}]`);
          slider.value = value;
          slider.dispatchEvent(new Event("input", {{ bubbles: true }}));
        }}"""
    )
    other.until(f"{FIRST}.querySelector('.full-depth')")
    shown = other.run(
        f"""const image = {FIRST}.querySelector(".full-depth");
        const context = new OffscreenCanvas(image.naturalWidth, 1).getContext("2d");
        context.drawImage(image, 0, 0);
        return [60, 180, 300, 420].map((x) => context.getImageData(x, 0, 1, 1).data[0]);"""
    )
    assert shown == pytest.approx([(value / 2000 * 255 / 2 + 0.25) * 255 for value in (0, 2, 4, 6)], abs=1)
    assert other.run("return problems") == []


def test_films_are_dropped_and_read_again_by_another_model(other: OtherBrowser, two_models_address: str) -> None:
    other.open(two_models_address)
    other.until(READY)
    other.run(
        """const data = new DataTransfer();
        const bytes = Uint8Array.from(atob(arguments[0]), (letter) => letter.charCodeAt(0));
        data.items.add(new File([bytes], "dropped.png", { type: "image/png" }));
        document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));""",
        base64.b64encode(png(film(100, 520, 600))).decode(),
    )
    first = other.until(f"{FIRST}?.dataset.status === 'done' && {FIRST}.querySelector('.provenance').textContent")
    other.run("document.querySelector('[data-model=other]').click()")
    again = other.until(
        f"({FIRST}.querySelector('.provenance').textContent.includes('other')) && {FIRST}.querySelector('.provenance').textContent"
    )
    assert first.startswith("tiny"), first
    assert again.startswith("other"), again
    assert other.run("return problems") == []


def test_the_page_opens_again_after_its_server_is_gone(other: OtherBrowser, tiny_site: Path) -> None:
    with server(tiny_site) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{running.server_port}/"
        other.open(address)
        other.until(f"{READY} && navigator.serviceWorker.controller?.state === 'activated'")
        running.shutdown()
    other.open(address)
    other.until(READY)
    assert other.run("return problems") == []


def test_a_policy_that_is_kept_with_a_file_is_left_behind_by_itself(other: OtherBrowser, tiny_site: Path) -> None:
    with server(tiny_site) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        other.open(address := f"http://127.0.0.1:{running.server_port}/")
        other.until(f"{READY} && navigator.serviceWorker.controller?.state === 'activated'")
        for policy in (NOTHING_FETCHED, NO_WORKER):
            other.run(f"{policy}.then(() => (window.kept = true))")
            other.until("window.kept")
            other.open(address)
            other.until(READY)
        running.shutdown()


def test_a_phone_scrolls_one_way_only(other: OtherBrowser, tiny_site: Path) -> None:
    # These browsers' windows cannot be as narrow as a phone; a frame can, where no header forbids the text around it to have one.
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=tiny_site)) as host:
        threading.Thread(target=host.serve_forever, daemon=True).start()
        other.open(f"http://127.0.0.1:{host.server_port}/robots.txt")
        other.run(
            """const frame = document.createElement("iframe");
            Object.assign(frame, { src: "index.html", width: 390, height: 800 });
            document.body.append(frame);"""
        )
        other.until(f"((document) => {READY})(document.querySelector('iframe').contentDocument)")
        width, visible = other.run(
            """const { scrollWidth, clientWidth } = document.querySelector("iframe").contentDocument.documentElement;
            return [scrollWidth, clientWidth];"""
        )
        host.shutdown()
    assert width == visible <= 390


ENGINE = "document.querySelector('[data-testid=engine]')"
# A host's policy may leave a browser no backend at all: then the page says so.
ENDED = f"(({ENGINE}.dataset.status !== 'loading') && {ENGINE}.querySelector('.engine-state').textContent)"


def test_every_start_ends_and_retry_helps(other: OtherBrowser, tiny_site: Path) -> None:
    for fault, said in (("404", "did not hand out"), ("flipped", "is not what it should be")):
        with faulty_server(tiny_site) as host:  # another each time: nothing of it is in a cache yet
            host.faults = {"assets/worker-": fault}
            other.open(host.address)
            assert said in other.until(ENDED)
            host.faults = {}
            other.run(f"{ENGINE}.querySelector('.retry-start').click()")
            other.until(READY)
    with faulty_server(tiny_site) as host:
        host.once = {"assets/worker-": "flipped", r"metadata\.json": "html", r"\.bin": "cut"}
        other.open(host.address)
        other.until(READY)
        for number, policy in enumerate(("default-src 'self'", "worker-src 'self'")):
            host.headers = {"Content-Security-Policy": policy}
            other.open(f"{host.address}?{number}")
            assert re.search("Ready|nothing can be read", other.until(ENDED))
    with faulty_server(tiny_site) as host:  # another: the page's worker keeps a policy with the files that it came with
        host.headers = {
            "Cross-Origin-Embedder-Policy": "require-corp",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        other.open(host.address)
        other.until(READY)
    with faulty_server(tiny_site) as host:
        host.faults = {r"assets/page-.*\.js": "flipped"}
        other.open(f"{host.address}404.html")
        other.run(
            "sessionStorage.setItem('plainfilm-loaded-again', '')"
        )  # a page that is loaded anew takes the driver by surprise
        other.open(host.address)
        other.until("document.documentElement.dataset.start === 'failed'")
        other.until("getComputedStyle(document.querySelector('.late')).visibility === 'visible'")
