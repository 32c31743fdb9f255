"""plainfilm.js on pages of another origin: the documented example, the element and the call."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from build_site.serve import server
from build_site.site import Built
from build_site.verbs.build import module_tag
from tests import documents
from tests.browser.axe import violations
from tests.browser.film_files import given
from tests.browser.visit import Visit
from tests.conftest import Open, Serve
from tests.faulty_server import faulty_server
from tests.tiny_bundle import expected, film, png

Films = dict[str, Path]
ANOTHER = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Another page</title>
<script type="module" src="{site}plainfilm.js"></script><main><h1>Another page</h1>{body}</main></html>"""
# Whatever is pressed in the element and is less than 40 pixels wide or high.
SMALL_FOR_FINGERS = """() => [...document.querySelector("plainfilm-reader").shadowRoot.querySelectorAll("button, summary, .choose, a")]
  .filter((one) => one.checkVisibility())
  .filter((one) => Math.min(one.getBoundingClientRect().width, one.getBoundingClientRect().height) < 39.99)
  .map((one) => one.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def site(tiny_site: Path) -> Iterator[str]:
    """The tiny site from a host that lets other pages use it."""
    with server(tiny_site, embedding=True) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()


@pytest.fixture
def other(visit: Open, serve: Serve, site: str, tmp_path: Path) -> Open:
    """Opens a page of another origin with this body."""

    def opened(body: str) -> Visit:
        (tmp_path / "index.html").write_text(ANOTHER.format(site=site, body=body), "utf-8")
        return visit(serve(tmp_path))

    return opened


def test_a_page_that_names_one_version_runs_that_and_no_other(
    visit: Open, serve: Serve, site: str, tiny_site: Path, tmp_path: Path
) -> None:
    sizes = {path.relative_to(tiny_site).as_posix(): path.stat().st_size for path in tiny_site.rglob("*.js")}
    tag = module_tag(Built(tiny_site, sizes)).replace("YOUR-SITE/", site)
    ready = "<plainfilm-reader></plainfilm-reader>"
    (tmp_path / "index.html").write_text(f"<!doctype html><title>One version</title>{tag}{ready}", "utf-8")
    address = serve(tmp_path)
    visit(address).until_engine("ready")
    changed = re.sub(r"sha256-.", "sha256-/" if "sha256-A" in tag else "sha256-A", tag)
    (tmp_path / "index.html").write_text(f"<!doctype html><title>Another</title>{changed}{ready}", "utf-8")
    opened = visit(address)
    assert any("integrity" in problem for problem in opened.problems)
    expect(opened.page.locator("plainfilm-reader")).to_be_empty()


def test_an_element_that_cannot_be_loaded_says_so_and_retry_helps(
    visit: Open, serve: Serve, tiny_site: Path, tmp_path: Path
) -> None:
    with faulty_server(tiny_site) as host:
        host.headers = {"Access-Control-Allow-Origin": "*"}
        (tmp_path / "index.html").write_text(
            ANOTHER.format(site=host.address, body="<plainfilm-reader></plainfilm-reader>"), "utf-8"
        )
        in_arabic = ANOTHER.format(site=host.address, body="<div lang=ar><plainfilm-reader></plainfilm-reader>")
        (tmp_path / "arabic.html").write_text(in_arabic, "utf-8")
        host.faults = {r"site-ar.*\.json": "404"}
        arabic = visit(f"{serve(tmp_path)}arabic.html").page.locator("plainfilm-reader")
        expect(arabic.get_by_role("alert")).to_contain_text("لم")
        expect(arabic.get_by_role("button")).not_to_have_text("Retry")
        expect(arabic.locator(".box")).to_have_attribute("dir", "rtl")
        host.faults = {r"site-en-.*\.json": "flipped"}
        opened = visit(serve(tmp_path))
        expect(opened.page.get_by_role("alert")).to_contain_text("is not what it should be")
        host.faults = {"assets/worker-": "flipped"}
        opened.page.get_by_role("button", name="Retry").click()
        opened.until_engine("failed")
        expect(opened.engine).to_contain_text("is not what it should be")
        host.faults = {}
        opened.engine.get_by_role("button", name="Retry").click()
        opened.until_engine("ready")


def give(page: Page, *files: Path) -> None:
    page.locator("plainfilm-reader input").set_input_files([str(file) for file in files])


def test_the_documented_example_reads_a_film_under_its_documented_policy(
    visit: Open, serve: Serve, site: str, films: Films, tmp_path: Path
) -> None:
    html, script = (
        re.findall(rf"```{kind}\n(.*?)```", documents.section("docs/embedding.md", "The element"), re.DOTALL)[0]
        for kind in ("html", "js")
    )
    html = html.replace("YOUR-ORIGIN", site.rstrip("/")).replace("YOUR-SITE", site.rstrip("/"))
    (tmp_path / "index.html").write_text(html, "utf-8")
    (tmp_path / "readings.js").write_text(script, "utf-8")
    address = serve(tmp_path)
    opened = visit(address)
    expect(opened.page.locator("#last")).to_have_text("Reads with tiny.")
    requests = len(opened.requests)

    give(opened.page, films["bright"])
    reading = opened.page.get_by_test_id("reading")
    expect(reading).to_have_attribute("data-status", "done")
    expect(reading.locator(".verdict")).to_have_text("Pneumonia-like")
    expect(opened.page.locator("#last")).to_have_text(
        re.compile(r"^bright\.png: Pneumonia-like\. Score \d\d\.\d\s%, above the ")
    )
    shown = reading.locator(".class-row.is-read .share").inner_text()
    assert shown == f"{100 * expected(film(150, 520, 600)).probability[1]:.1f}\u00a0%"
    expect(reading.locator(".operating-point")).to_contain_text("sensitivity")
    expect(reading.locator(".caution")).to_contain_text("not a medical device")
    expect(reading.locator("img")).to_have_js_property("naturalWidth", 520)

    assert violations(opened.page) == {}
    assert opened.problems == []
    assert all(one.startswith((address, site, "blob:")) for one in opened.requests)
    assert not [one for one in opened.requests[requests:] if not one.startswith("blob:")], "none while a film is read"
    card, page = opened.page.locator("plainfilm-reader .links a").all()
    assert (card.get_attribute("href"), page.get_attribute("href")) == (f"{site}model-card.html", site)


def test_refused_broken_and_other_files_say_why_beside_the_warning(other: Open, films: Films) -> None:
    page = other("<plainfilm-reader></plainfilm-reader>").page
    page.evaluate(
        """() => {
          window.heard = [];
          for (const name of ["reading", "error"]) document.addEventListener(`plainfilm-${name}`, ({ detail }) =>
            window.heard.push([name, (detail.reading ?? detail).file, (detail.reading ?? detail).reason, (detail.reading ?? detail).overridden]));
        }"""
    )
    give(page, films["black"], films["cut"], films["notes"])
    readings = page.get_by_test_id("reading")
    expect(readings.nth(2)).to_have_attribute("data-status", "error")
    refused = readings.nth(0)
    expect(refused).to_have_attribute("data-status", "refused")
    expect(refused.locator(".verdict")).to_contain_text("does not look like")
    expect(refused.locator(".caution")).to_be_visible()
    expect(refused.locator(".classes")).to_be_hidden()
    assert violations(page) == {}
    desktop = page.viewport_size
    assert desktop is not None
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("plainfilm-reader .engine summary").click()
    assert page.evaluate(SMALL_FOR_FINGERS) == []
    assert violations(page) == {}
    page.set_viewport_size(desktop)
    refused.get_by_role("button", name="Read anyway").press("Enter")
    expect(refused).to_have_attribute("data-status", "done")
    expect(refused.locator(".notes")).to_contain_text("may mean nothing")
    assert page.evaluate("window.heard") == [
        ["reading", "black.png", "not-a-chest-xray", False],
        ["error", "cut.png", "unreadable", False],
        ["error", "notes.png", "not-an-image", False],
        ["reading", "black.png", None, True],
    ]
    readings.nth(1).get_by_role("button", name="Remove cut.png").press("Enter")
    expect(readings).to_have_count(2)
    expect(page.locator("plainfilm-reader input")).to_be_focused()


def test_the_element_and_the_module_read_by_a_call(other: Open, site: str, films: Films) -> None:
    page = other("<plainfilm-reader></plainfilm-reader>").page
    bytes_ = list(films["bright"].read_bytes())
    of_element, of_module, count = page.evaluate(
        """async ([site, bytes]) => {
          const file = new File([Uint8Array.from(bytes)], "film.png");
          const { open } = await import(`${site}plainfilm.js`);
          const reader = await open({ language: "fr" });
          const element = document.querySelector("plainfilm-reader");
          await element.ready;
          const both = [await element.classify(file), await reader.classify(file)];
          reader.close();
          return [...both, element.shadowRoot.querySelectorAll("[data-testid=reading]").length];
        }""",
        [site, bytes_],
    )
    assert (of_element["label"], of_element["file"], count) == ("PNEUMONIA", "film.png", 0)
    assert of_module["probability"] == of_element["probability"]
    assert of_module["message"] != of_element["message"], "the call was asked for French"
    expect(page.get_by_test_id("engine")).to_have_attribute("data-status", "ready")


# As on a device of two cores, where each film takes long enough that a batch is worth another worker.
TWO_CORES = "Object.defineProperty(navigator, 'hardwareConcurrency', { value: 2 })"
SLOW = """() => void (self.OffscreenCanvas = class extends OffscreenCanvas {
  constructor(...size) {
    super(...size);
    for (const end = performance.now() + 100; performance.now() < end;);
  }
})"""


def test_a_batch_is_read_by_several_workers_also_of_calls_that_are_made_at_once(
    context: BrowserContext, serve: Serve, site: str, tmp_path: Path
) -> None:
    body = "<plainfilm-reader></plainfilm-reader>"
    (tmp_path / "index.html").write_text(ANOTHER.format(site=site, body=body), "utf-8")
    context.add_init_script(TWO_CORES)
    page = Visit.to(context, serve(tmp_path)).until_engine("ready").page
    page.workers[0].evaluate(SLOW)
    page.evaluate(
        """() => {
          window.heard = {};
          document.addEventListener("plainfilm-reading", ({ detail }) => { window.heard[detail.file] = detail.probability; });
        }"""
    )
    batch: list[Any] = [given(f"{index}.png", png(film(60 + 3 * index, 120, 130))) for index in range(40)]
    with page.expect_event("worker"):
        page.locator("plainfilm-reader input").set_input_files(batch)
    readings = page.locator("plainfilm-reader [data-testid=reading]")
    expect(page.locator("plainfilm-reader [data-testid=reading][data-status=done]")).to_have_count(len(batch))
    assert readings.evaluate_all("all => all.map(({ dataset }) => dataset.file)") == [one["name"] for one in batch]
    assert len(page.workers) == 2
    called = page.evaluate(
        """async (films) => {
          const element = document.querySelector("plainfilm-reader");
          const asked = films.map((bytes) => element.classify(new Blob([Uint8Array.from(bytes)])));
          return (await Promise.all(asked)).map(({ probability }) => probability);
        }""",
        [list(one["buffer"]) for one in batch],
    )
    assert called == [page.evaluate("window.heard")[one["name"]] for one in batch]
    assert len(set(called)) > 1


def test_it_speaks_the_language_around_it_and_looks_as_it_is_told(other: Open) -> None:
    page = other('<div lang="ar"><plainfilm-reader theme="light"></plainfilm-reader></div>').page
    box = page.locator("plainfilm-reader .box")
    expect(box).to_have_attribute("dir", "rtl")
    assert box.evaluate("(box) => getComputedStyle(box).backgroundColor") == "rgb(244, 245, 244)"
    page.evaluate("document.querySelector('plainfilm-reader').setAttribute('lang', 'fr-CA')")
    expect(box).to_have_attribute("lang", "fr")
    expect(page.get_by_test_id("engine")).to_have_attribute("data-status", "ready")


def test_its_workers_end_when_it_leaves_the_page_and_not_when_it_moves(other: Open) -> None:
    page = other("<plainfilm-reader></plainfilm-reader><aside></aside>").page
    expect(page.get_by_test_id("engine")).to_have_attribute("data-status", "ready")
    page.evaluate("document.querySelector('aside').append(document.querySelector('plainfilm-reader'))")
    expect(page.get_by_test_id("engine")).to_have_attribute("data-status", "ready")
    assert len(page.workers) == 1
    with page.workers[0].expect_event("close"):
        page.evaluate("document.querySelector('plainfilm-reader').remove()")
    assert page.workers == []


def test_a_host_that_does_not_agree_is_told_to_the_page_and_the_visitor(
    context: BrowserContext, serve: Serve, address: str, site: str, tmp_path: Path
) -> None:
    # The module comes from a host that agrees, its parts do not: as where a rule forgets a folder.
    context.route(f"{site}assets/site-*", lambda route: route.fulfill(status=200, body="{}"))
    (tmp_path / "index.html").write_text(
        ANOTHER.format(site=site, body="<plainfilm-reader></plainfilm-reader>"), "utf-8"
    )
    page = context.new_page()
    page.add_init_script("document.addEventListener('plainfilm-error', ({detail}) => { window.problem = detail; })")
    page.goto(serve(tmp_path))
    expect(page.locator("plainfilm-reader").get_by_role("alert")).to_contain_text("is not what it should be")
    assert page.evaluate("window.problem.reading") is None


def test_only_a_host_that_is_told_to_lets_other_pages_use_the_site(
    context: BrowserContext, address: str, site: str
) -> None:
    def allowed(where: str, path: str) -> str | None:
        return context.request.get(where + path).headers.get("access-control-allow-origin")

    assert [allowed(site, path) for path in ("plainfilm.js", "plainfilm.d.ts", "index.html")] == ["*", None, None]
    assert allowed(address, "plainfilm.js") is None
