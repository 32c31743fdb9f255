"""standalone.html, from a disk and from a server; and the page without JavaScript."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.visit import Visit
from tests.conftest import Open
from tests.tiny_bundle import expected, film

Films = dict[str, Path]

# As WebKit's workers are where the page was opened from a disk: no Blob can be read in them. In the name of `gone.png`
# the page cannot read either, as where a film was deleted after it was chosen.
BLOBLESS_WORKER = """
  const refuse = `() => Promise.reject(new DOMException("The I/O read operation failed.", "NotReadableError"))`;
  const first = `{
    const refuse = ${refuse}, create = self.createImageBitmap;
    Blob.prototype.arrayBuffer = refuse;
    self.createImageBitmap = (source, ...rest) => (source instanceof Blob ? refuse() : create(source, ...rest));
  }`;
  window.Blob = new Proxy(Blob, {
    construct: (Whole, [parts, options]) =>
      new Whole(options?.type === "text/javascript" ? [first, ...parts] : parts, options),
  });
  const read = Blob.prototype.arrayBuffer;
  Blob.prototype.arrayBuffer = function () {
    return this.name === "gone.png" ? Promise.reject(new DOMException("gone", "NotReadableError")) : read.call(this);
  };
"""


def test_the_standalone_page_reads_films_from_a_disk(visit: Open, tiny_site: Path, films: Films) -> None:
    page = visit((tiny_site / "standalone.html").as_uri()).until_engine("ready")
    page.give(films["bright"], films["cut"])
    bright, cut = page.readings(2)
    assert (bright["label"], cut["reason"]) == ("PNEUMONIA", "unreadable")
    assert float(bright["probability"]) == pytest.approx(expected(film(150, 520, 600)).probability[1], abs=1e-5)
    assert [
        url for url in page.requests if not url.startswith(("blob:", "data:", (tiny_site / "standalone.html").as_uri()))
    ] == []
    assert page.problems == []


def test_the_standalone_page_reads_the_same_where_its_worker_can_read_no_blob(
    context: BrowserContext, tiny_site: Path, films: Films, tmp_path: Path
) -> None:
    address = (tiny_site / "standalone.html").as_uri() + "?backend=wasm"  # the two are to agree in every bit
    garbled = bytearray(films["bright"].read_bytes())
    garbled[23] ^= 1  # the height, so that the header's checksum is wrong: noticed by the decoder alone
    (tmp_path / "garbled.png").write_bytes(garbled)
    gone = Path(shutil.copy(films["bright"], tmp_path / "gone.png"))
    ordinary = Visit.to(context, address).until_engine("ready").classify(films["bright"])
    context.add_init_script(BLOBLESS_WORKER)
    page = Visit.to(context, address).until_engine("ready")
    [worker] = page.page.workers
    reading_a_blob = "new Blob(['x']).arrayBuffer().then(() => 'read', (error) => error.name)"
    assert worker.evaluate(reading_a_blob) == "NotReadableError"
    page.page.get_by_label("Show heat map").evaluate("box => box.click()")
    page.give(*(films[name] for name in ("bright", "cut", "notes", "empty")), tmp_path / "garbled.png", gone)
    readings = page.readings(6)
    assert [(reading["status"], reading.get("reason")) for reading in readings] == [
        ("done", None),
        ("error", "unreadable"),
        ("error", "not-an-image"),
        ("error", "empty"),
        ("error", "damaged"),
        ("error", "unreadable"),
    ]
    assert float(readings[0]["probability"]) == ordinary["probability"]
    expect(page.page.locator("canvas").first).to_be_visible()
    assert page.problems == []


def test_the_standalone_page_needs_no_other_file(visit: Open, tiny_site: Path, tmp_path: Path, films: Films) -> None:
    alone = Path(shutil.copy(tiny_site / "standalone.html", tmp_path / "sent by mail.html"))
    page = visit(alone.as_uri()).until_engine("ready")
    assert page.classify(films["dark"])["label"] == "NORMAL"


def test_the_standalone_page_works_from_a_server_as_well(visit: Open, address: str, films: Films) -> None:
    page = visit(address + "standalone.html").until_engine("ready")
    assert page.classify(films["dark"])["label"] == "NORMAL"
    assert page.problems == []


def test_the_index_opened_from_a_disk_leads_to_the_standalone_page(visit: Open, tiny_site: Path) -> None:
    page = visit((tiny_site / "index.html").as_uri())
    page.page.wait_for_url("**/standalone.html")
    page.until_engine("ready")


def test_without_javascript_the_page_says_what_is_wrong_and_what_the_model_is(
    browser: Browser, address: str, tiny_site: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for place in (address, (tiny_site / "index.html").as_uri(), (tiny_site / "standalone.html").as_uri()):
        page.goto(place)
        expect(page.locator("noscript p")).to_contain_text("JavaScript is switched off here")
        expect(page.locator("#files")).to_be_hidden()
        expect(page.get_by_role("heading", name="About this model")).to_be_visible()
        expect(page.locator("[data-about]")).to_contain_text("AUROC\u00a00.966 (0.951–0.979)")
    page.goto((tiny_site / "index.html").as_uri())
    page.get_by_role("link", name="standalone.html").click()
    assert page.url.endswith("standalone.html")
    context.close()
