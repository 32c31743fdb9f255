"""A batch is read by several workers, and one that stops takes only its film; by one again where memory is short or nothing is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tests.browser.film_files import FILMS, given, marked, outcome
from tests.browser.test_watchdogs import FIRST, IMPATIENT
from tests.browser.visit import Visit
from tests.tiny_bundle import film, png

MOST = 3
COUNT = 24
# Each film takes a worker so long at least that the others have the time to start.
DAWDLE = """() => self.addEventListener("message", ({ data }) => {
  if (data.name !== "read") return;
  for (const end = performance.now() + 80; performance.now() < end;);
})"""
DAWDLE_FIRST = """() => {
  const own = self.onmessage;
  self.onmessage = null;
  (%s)();
  self.onmessage = own;
}""".replace("%s", DAWDLE)
# What an engine does when a large film does not get its memory.
SHORT_OF_MEMORY = "() => void (self.OffscreenCanvas = class { constructor() { throw new RangeError('Array buffer allocation failed'); } })"


def pooled(context: BrowserContext, address: str, *, patience: float = IMPATIENT, idle: int = 30_000) -> Visit:
    """A visit to a page that takes any batch for worth a worker, each of which is slow."""

    def widen(route: Route) -> None:
        answer = route.fetch()
        pool = f'"pool":{{"most":{MOST},"worth":0,"idle":{idle}}},"film_patience":{patience},"positive_class":'
        route.fulfill(response=answer, body=answer.text().replace('"positive_class":', pool, 1))

    context.route(lambda url: url.split("?")[0] == address, widen)
    visit = Visit.to(context, f"{address}?backend=wasm").until_engine("ready")
    visit.page.on("worker", lambda worker: worker.evaluate(DAWDLE_FIRST))
    visit.page.workers[0].evaluate(DAWDLE_FIRST)
    return visit


@pytest.fixture(scope="module")
def batch() -> list[dict[str, Any]]:
    """Films that differ, so that one that took another's place would be seen."""
    return [given(f"{index}.png", png(film(60 + 4 * index, 240, 260))) for index in range(COUNT)]


def until_workers(visit: Visit, count: int) -> None:
    """Waits until so many are there."""
    while len(visit.page.workers) != count:
        visit.page.wait_for_timeout(20)


def test_a_batch_is_read_by_several_workers_as_one_reads_it_and_nothing_is_asked_for(
    context: BrowserContext, address: str, batch: list[dict[str, Any]]
) -> None:
    page = pooled(context, address)
    loaded = len(page.requests)
    page.give(*batch)
    until_workers(page, MOST)
    readings = page.readings(COUNT)
    assert outcome(readings) == [(f"{index}.png", "done", None) for index in range(COUNT)]
    assert page.asked_since(loaded) == []
    assert page.problems == []
    alone = context.new_page()
    alone.goto(f"{address}?backend=wasm")
    one = Visit(alone).until_engine("ready")
    one.give(*batch)
    assert [reading["probability"] for reading in one.readings(COUNT)] == [one["probability"] for one in readings]


def test_stop_halts_every_worker_and_start_goes_on_in_order(
    context: BrowserContext, address: str, batch: list[dict[str, Any]]
) -> None:
    page = pooled(context, address)
    page.give(*batch * 6)
    until_workers(page, MOST)
    page.page.evaluate("() => document.querySelector('#stop').click()")
    expect(page.page.locator("[data-status=cancelled]").first).to_be_attached()
    expect(page.page.locator("[data-status=running]")).to_have_count(0)
    order = page.page.get_by_test_id("reading").evaluate_all("all => all.map(({ dataset }) => dataset.status)")
    assert order.count("cancelled") <= MOST
    assert order.index("queued") > max(place for place, status in enumerate(order) if status == "cancelled")
    page.page.get_by_role("button", name="Start", exact=True).click()
    assert [reading["status"] for reading in page.readings(6 * COUNT)] == ["done"] * 6 * COUNT


@pytest.mark.parametrize("does", ["close", "throw", "spin"])
@pytest.mark.parametrize("which", [0, 1], ids=["the first", "another"])
def test_a_worker_that_stops_takes_only_its_film_which_is_read_once_more(
    context: BrowserContext, address: str, batch: list[dict[str, Any]], does: str, which: int
) -> None:
    page = pooled(context, address)
    page.give(*batch)
    until_workers(page, MOST)
    page.page.workers[which].evaluate(FIRST, {"does": does})
    assert outcome(page.readings(COUNT)) == [(f"{index}.png", "done", None) for index in range(COUNT)]


def test_a_film_that_stops_every_worker_is_read_twice_and_fails_alone(
    context: BrowserContext, address: str, batch: list[dict[str, Any]]
) -> None:
    page = pooled(context, address)
    harm = {"does": "throw", "only": "poison"}
    page.page.on("worker", lambda worker: worker.evaluate(FIRST, harm))
    page.page.workers[0].evaluate(FIRST, harm)
    page.give(*batch[:7], {**batch[7], "buffer": marked(batch[7]["buffer"], "poison")}, *batch[8:])
    expected: list[tuple[str, str, str | None]] = [(f"{index}.png", "done", None) for index in range(COUNT)]
    expected[7] = ("7.png", "error", "reader-stopped")
    assert outcome(page.readings(COUNT)) == expected


def test_where_memory_is_short_one_worker_reads_on_and_the_film_is_read_by_it(
    context: BrowserContext, address: str, batch: list[dict[str, Any]]
) -> None:
    page = pooled(context, address)
    page.give(*batch)
    until_workers(page, MOST)
    page.page.workers[1].evaluate(SHORT_OF_MEMORY)
    until_workers(page, 1)
    assert outcome(page.readings(COUNT)) == [(f"{index}.png", "done", None) for index in range(COUNT)]
    assert len(page.page.workers) == 1, "and none is added again"


def test_workers_are_taken_back_when_nothing_is_read_and_come_again(
    context: BrowserContext, address: str, batch: list[dict[str, Any]]
) -> None:
    page = pooled(context, address, idle=300)
    page.give(*batch)
    until_workers(page, MOST)
    page.readings(COUNT)
    until_workers(page, 1)
    page.give(*batch)
    until_workers(page, MOST)
    assert [reading["status"] for reading in page.readings(2 * COUNT)] == ["done"] * 2 * COUNT


def test_removing_films_and_deep_files_between_others_leave_nothing_behind(
    context: BrowserContext, address: str, batch: list[dict[str, Any]]
) -> None:
    page = pooled(context, address, patience=1)
    deep = [given(f"deep{index}.dcm", FILMS["raw.dcm"]) for index in range(6)]
    mixed = [one for pair in zip(batch[:6], deep, strict=True) for one in pair] + batch[6:]
    page.give(*mixed)
    expect(page.page.locator("[data-status=running]").nth(1)).to_be_attached()
    running = page.page.locator("[data-status=running]").first
    name = running.get_attribute("data-file")
    page.page.locator(f"[data-file='{name}'] .remove").evaluate("button => button.click()")
    left = [one["name"] for one in mixed if one["name"] != name]
    assert outcome(page.readings(len(left))) == [(one, "done", None) for one in left]
    tensors = page.engine.get_attribute("data-tensors")
    page.give(batch[0])
    page.readings(len(left) + 1)
    assert page.engine.get_attribute("data-tensors") == tensors


def test_the_standalone_page_reads_a_batch_by_several_workers_too(
    context: BrowserContext, tiny_site: Path, tmp_path: Path, batch: list[dict[str, Any]]
) -> None:
    whole = (tiny_site / "standalone.html").read_text("utf-8")
    pool = f'"pool":{{"most":{MOST},"worth":0,"idle":30000}},"positive_class":'
    (tmp_path / "standalone.html").write_text(whole.replace('"positive_class":', pool, 1), "utf-8")
    page = Visit.to(context, (tmp_path / "standalone.html").as_uri()).until_engine("ready")
    page.page.on("worker", lambda worker: worker.evaluate(DAWDLE_FIRST))
    page.page.workers[0].evaluate(DAWDLE_FIRST)
    page.give(*batch)
    until_workers(page, MOST)
    assert outcome(page.readings(COUNT)) == [(f"{index}.png", "done", None) for index in range(COUNT)]
    assert page.problems == []
