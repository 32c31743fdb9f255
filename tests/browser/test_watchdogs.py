"""What becomes of films when what reads them stops: a worker that closes, throws or spins, a lost graphics context, a wrong backend."""

from __future__ import annotations

import json
import re
import shutil
import threading
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Route, Worker, expect

from build_site.serve import server
from tests.browser.film_files import FILMS, given, marked, outcome, packed
from tests.browser.visit import Visit
from tests.conftest import Serve
from tests.tiny_bundle import film, png

Films = dict[str, Path]
Harm = Callable[[Worker], None]

# A fiftieth of what the page waits otherwise: under a second for a film.
IMPATIENT = 0.02

# What a worker does with the next film, with each whose file holds a text, or with another call: when those before it are answered.
ON_READ = """(what) => {
  const open = new Set();
  const post = self.postMessage;
  self.postMessage = (message, transfer) => {
    if (["answer", "failure"].includes(message.kind)) open.delete(message.id);
    post.call(self, message, transfer);
  };
  const harm = () => {
    if (open.size > 0) return setTimeout(harm, 5);
    if (what.does === "spin") for (;;);
    if (what.does === "close") self.close();
    if (what.does === "throw") setTimeout(() => { throw new Error("boom"); });
  };
  self.addEventListener("message", (event) => {
    const { name, input, id } = event.data;
    const isMeant = what.only === undefined || new TextDecoder("latin1").decode(input.picture).includes(what.only);
    if (!(what.calls ?? ["read", "open"]).includes(name) || !isMeant) return void (name === "read" && open.add(id));
    event.stopImmediatePropagation();
    harm();
  });
}"""
# In front of the worker's own: that is an attribute, and those come in the order in which they were set.
FIRST = """(what) => {
  const own = self.onmessage;
  self.onmessage = null;
  (%s)(what);
  self.onmessage = own;
}""".replace("%s", ON_READ)

# In every worker that is started from now on, before its own script: nothing that it does comes first.
HARM_NEXT = """(harm) => {
  const Own = window.Blob;
  window.harm = harm;
  window.Blob = function (parts, options) {
    return new Own(options?.type === "text/javascript" ? [window.harm, ...parts] : parts, options);
  };
  window.Blob.prototype = Own.prototype;
}"""

LOSE_CONTEXT = """() => {
  for (const name of ["drawElements", "drawArrays"]) {
    const draw = WebGL2RenderingContext.prototype[name];
    WebGL2RenderingContext.prototype[name] = function (...given) {
      draw.apply(this, given);
      this.getExtension("WEBGL_lose_context")?.loseContext();
    };
  }
}"""
GIVE_NOTHING = "(value) => void (Float32Array.from = (values) => new Float32Array(values.length).fill(value))"


def impatient(context: BrowserContext, address: str, **query: str) -> Visit:
    """A visit to the page with less patience."""

    def hurry(route: Route) -> None:
        answer = route.fetch()
        body = answer.text().replace('"positive_class":', f'"film_patience":{IMPATIENT},"positive_class":', 1)
        route.fulfill(response=answer, body=body)

    context.route(lambda url: url.split("?")[0] == address, hurry)
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return Visit.to(context, f"{address}?{asked}").until_engine("ready")


@pytest.mark.parametrize("does", ["close", "throw", "spin"])
def test_a_reading_worker_that_stops_is_replaced_and_no_film_is_lost(
    context: BrowserContext, address: str, films: Films, does: str
) -> None:
    page = impatient(context, address)
    [worker] = page.page.workers
    worker.evaluate(FIRST, {"does": does})
    page.give(films["bright"], films["dark"])
    assert outcome(page.readings(2)) == [("bright.png", "done", None), ("dark.png", "done", None)]
    assert page.engine.get_attribute("data-status") == "ready"
    assert page.page.workers[-1] is not worker


@pytest.mark.parametrize(("does", "reason"), [("spin", "took-too-long"), ("throw", "reader-stopped")])
def test_a_film_that_stops_every_worker_fails_alone_and_can_be_tried_again(
    context: BrowserContext, address: str, films: Films, does: str, reason: str
) -> None:
    page = impatient(context, address)
    bright, dark = (given(f"{name}.png", films[name].read_bytes()) for name in ("bright", "dark"))
    harmed: list[Worker] = []

    def harm(worker: Worker) -> None:
        harmed.append(worker)
        worker.evaluate(FIRST, {"does": does, "only": "poison"})

    page.page.on("worker", harm)
    harm(page.page.workers[0])
    page.give(bright, given("poison.png", marked(films["dark"].read_bytes(), "poison")), bright, dark)
    readings = page.readings(4)
    assert outcome(readings)[1] == ("poison.png", "error", reason)
    assert [reading["status"] for reading in readings] == ["done", "error", "done", "done"]
    assert len(harmed) >= 3, "the film had two attempts, and the films after it a worker of their own"
    failed = page.page.get_by_test_id("reading").nth(1)
    expect(failed.locator(".verdict")).to_contain_text("Choose Retry")
    page.page.remove_listener("worker", harm)
    failed.get_by_role("button", name="Retry").click()
    expect(failed).to_have_attribute("data-status", "done")


def test_a_lost_graphics_context_leads_to_the_next_backend_within_a_batch(
    context: BrowserContext, address: str, films: Films
) -> None:
    context.route(re.compile(r"\.wasm$"), lambda route: route.abort())
    page = impatient(context, address)
    assert page.engine.get_attribute("data-backend") == "webgl"
    context.unroute_all()
    page.give(films["bright"])
    page.readings(1)
    page.page.workers[0].evaluate(LOSE_CONTEXT)
    page.give(films["dark"], films["bright"])
    assert [reading["status"] for reading in page.readings(3)] == ["done"] * 3
    assert page.engine.get_attribute("data-backend") == "wasm"
    expect(page.engine.locator(".trials")).to_contain_text("WebGL: passed over. the graphics context was lost")


def test_a_graphics_context_that_is_lost_while_nothing_is_read_harms_no_film(
    context: BrowserContext, address: str, films: Films
) -> None:
    page = impatient(context, address, backend="webgl")
    page.page.workers[0].evaluate(LOSE_CONTEXT)
    page.give(films["bright"], films["dark"])
    assert [reading["status"] for reading in page.readings(2)] == ["done", "done"]
    assert page.engine.get_attribute("data-backend") == "webgl", "it was made anew"


@pytest.mark.parametrize("value", ["NaN", "0"])
def test_a_backend_that_comes_to_give_no_answer_is_replaced(
    context: BrowserContext, address: str, films: Films, value: str
) -> None:
    page = impatient(context, address)
    assert page.engine.get_attribute("data-backend") == "wasm"
    page.page.workers[0].evaluate(f"() => ({GIVE_NOTHING})({value})")
    page.give(films["bright"], films["dark"])
    assert [reading["label"] for reading in page.readings(2)] == ["PNEUMONIA", "NORMAL"]
    assert page.engine.get_attribute("data-backend") == "webgl"


@pytest.mark.parametrize("does", ["close", "throw", "spin"])
def test_a_formats_worker_that_stops_is_replaced_and_no_film_is_lost(
    context: BrowserContext, address: str, films: Films, does: str
) -> None:
    page = impatient(context, address)
    page.give(given("first.dcm", FILMS["raw.dcm"]))
    page.readings(1)
    page.page.workers[1].evaluate(FIRST, {"does": does})
    bright = given("bright.png", films["bright"].read_bytes())
    page.give(given("second.dcm", FILMS["raw.dcm"]), bright, given("third.tif", FILMS["deep.tif"]))
    assert [reading["status"] for reading in page.readings(4)] == ["done"] * 4


def test_stop_works_while_a_worker_spins_and_start_goes_on_with_a_new_one(
    context: BrowserContext, address: str, films: Films
) -> None:
    page = impatient(context, address)
    page.page.workers[0].evaluate(FIRST, {"does": "spin"})
    page.give(films["bright"], films["dark"])
    page.page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.page.locator("[data-status=cancelled]")).to_have_count(1)
    page.page.get_by_role("button", name="Start", exact=True).click()
    assert [reading["status"] for reading in page.readings(2)] == ["done", "done"]


def test_a_script_is_told_of_a_film_that_stops_every_worker(
    context: BrowserContext, address: str, films: Films, tmp_path: Path
) -> None:
    page = impatient(context, address)
    page.page.on("worker", lambda worker: worker.evaluate(FIRST, {"does": "throw", "only": "poison"}))
    page.page.workers[0].evaluate(FIRST, {"does": "throw", "only": "poison"})
    poison = tmp_path / "poison.png"
    poison.write_bytes(marked(films["dark"].read_bytes(), "poison"))
    with pytest.raises(Error, match=r"ClassifyError: The part of this page that reads stopped at this picture, twice"):
        page.classify(poison)
    assert page.classify(films["dark"])["label"] == "NORMAL"


def test_a_heat_map_that_cannot_be_made_says_so_and_can_be_chosen_again(
    context: BrowserContext, address: str, films: Films
) -> None:
    page = impatient(context, address)
    page.give(films["bright"])
    page.readings(1)
    harm = {"does": "throw", "calls": ["heatMap"]}

    def harmed(worker: Worker) -> None:
        worker.evaluate(FIRST, harm)

    page.page.on("worker", harmed)
    harmed(page.page.workers[0])
    page.page.get_by_label("Show heat map").evaluate("box => box.click()")
    said = page.page.locator(".covering .covered")
    expect(said).to_have_text("The heat map could not be made. Choose it again to try once more.")
    page.page.remove_listener("worker", harmed)
    for _ in range(2):
        page.page.get_by_label("Show heat map").evaluate("box => box.click()")
    expect(page.page.locator("canvas").first).to_be_visible()
    expect(said.first).to_be_hidden()


@pytest.mark.parametrize("does", ["close", "throw"])
def test_a_zip_whose_worker_stops_is_unpacked_to_the_end_and_no_film_comes_twice(
    context: BrowserContext, address: str, films: Films, does: str
) -> None:
    page = impatient(context, address)
    stops = iter([True, False])
    script = """(stops) => {
      const own = self.postMessage;
      let left = 2;
      self.postMessage = (message, ...rest) => {
        if (!stops || (message.kind === "report" && (left -= 1) >= 0)) return own.call(self, message, ...rest);
        if (stops === "close") self.close();
        else setTimeout(() => { throw new Error("boom"); });
      };
    }"""
    page.page.on("worker", lambda worker: worker.evaluate(script, does if next(stops) else False))
    bright = films["bright"].read_bytes()
    archive = packed({f"{name}.png": bright for name in "abcde"})
    page.give(given("films.zip", archive))
    readings = page.readings(5)
    expect(page.page.get_by_test_id("reading")).to_have_count(5)
    assert [reading["file"] for reading in readings] == [f"films.zip/{name}.png" for name in "abcde"]


def test_an_updated_site_whose_old_formats_part_is_gone_says_so_and_keeps_the_films(
    context: BrowserContext, tiny_site: Path, serve: Serve, tmp_path: Path, films: Films
) -> None:
    site = Path(shutil.copytree(tiny_site, tmp_path / "dist"))
    page = Visit.to(context, serve(site)).until_engine("ready")
    page.give(films["bright"])
    page.readings(1)
    for script in site.glob("assets/*.js"):
        script.unlink()
    index = (site / "index.html").read_text("utf-8")
    (site / "index.html").write_text(re.sub(r"worker-[0-9a-f]+\.js", "worker-0123456789ab.js", index), "utf-8")
    page.give(given("deep.tif", FILMS["deep.tif"]))
    page.readings(2)
    page.give(films["dark"])
    assert outcome(page.readings(3)) == [
        ("bright.png", "done", None),
        ("deep.tif", "error", "page-outdated"),
        ("dark.png", "done", None),
    ]
    expect(page.page.get_by_test_id("reading").nth(1).locator(".verdict")).to_contain_text("reload the page")


def test_the_embedded_reader_replaces_its_workers_too(
    context: BrowserContext, tiny_site: Path, films: Films, serve: Serve, tmp_path: Path
) -> None:
    with server(tiny_site, embedding=True) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        module = f"http://127.0.0.1:{running.server_port}/plainfilm.js"
        (tmp_path / "index.html").write_text(
            f'<!doctype html><title>Another</title><script type="module" src="{module}"></script>'
            "<plainfilm-reader></plainfilm-reader>",
            "utf-8",
        )
        page = Visit.to(context, serve(tmp_path)).until_engine("ready")

        (tmp_path / "dark.png").write_bytes(marked(films["dark"].read_bytes(), "poison"))
        harm = {"does": "throw", "only": "poison"}
        page.page.evaluate(HARM_NEXT, f"({ON_READ})({json.dumps(harm)});")
        page.page.workers[0].evaluate(FIRST, harm)
        page.page.locator("plainfilm-reader input").set_input_files([tmp_path / "dark.png", films["bright"]])
        assert [reading["status"] for reading in page.readings(2)] == ["error", "done"]
        page.page.evaluate("() => window.harm = ''")
        page.page.get_by_role("button", name="Retry").last.click()
        expect(page.page.locator("[data-file='dark.png']")).to_have_attribute("data-status", "done")
        running.shutdown()


def test_the_standalone_page_replaces_its_workers_too(context: BrowserContext, tiny_site: Path, films: Films) -> None:
    page = Visit.to(context, (tiny_site / "standalone.html").as_uri()).until_engine("ready")
    page.page.workers[0].evaluate(FIRST, {"does": "throw"})
    deep = given("deep.tif", FILMS["deep.tif"])
    page.give(given("bright.png", films["bright"].read_bytes()), deep)
    page.readings(2)
    page.page.workers[-1].evaluate(FIRST, {"does": "throw"})
    page.give(deep)
    assert [reading["status"] for reading in page.readings(3)] == ["done"] * 3
    assert page.problems == []


def test_a_picture_that_is_too_large_is_not_shown_either(context: BrowserContext, address: str) -> None:
    page = Visit.to(context, address).until_engine("ready")
    whole = png(film(150))
    header = whole[12:16] + (20_000).to_bytes(4, "big") * 2 + whole[24:29]
    huge = whole[:12] + header + zlib.crc32(header).to_bytes(4, "big") + whole[33:]
    page.give(given("huge.png", huge), given("bright.png", whole))
    assert outcome(page.readings(2)) == [("huge.png", "error", "too-large"), ("bright.png", "done", None)]
    huge_card, bright = (page.page.get_by_test_id("reading").nth(place) for place in (0, 1))
    expect(bright.locator("img")).to_have_attribute("src", re.compile("blob:"))
    expect(huge_card.locator("img")).not_to_have_attribute("src", re.compile("."))
    expect(huge_card.locator(".verdict")).to_contain_text("larger than this device opens: at most 100 million pixels")
