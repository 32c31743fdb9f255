"""Five hundred films at once: the page counts them, keeps little of each, exports every one and gives it all back."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from tests.browser.many_films import DROP, MANY, make_films
from tests.browser.visit import Visit

# More films than the view and a screen above and below it can show.
NEAR_AT_MOST = 24
FEW = 20
HEAP_PER_FILM = 15_000
# Of five hundred films that are gone: by heap snapshots, the code that the browser compiled while they were there, and its own record of slow frames.
# About half of this is left whatever they are, and less with each further five hundred.
HEAP_LEFT_OVER = 1_000_000


def test_five_hundred_films_are_counted_and_leave_the_page_s_memory_level(
    context: BrowserContext, numbers_address: str
) -> None:
    visit = Visit.to(context, numbers_address).until_engine("ready")
    page = visit.page
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    # A few first, with which the same is done: scripts that come with films, exports and orders are there for good.
    make_films(page, FEW)
    page.evaluate(DROP)
    visit.readings(FEW)
    assert len(table(visit)) == FEW
    in_order(visit, FEW)
    clear(page)
    make_films(page)
    tensors, before = visit.engine.get_attribute("data-tensors"), heap(session)
    page.evaluate(DROP)
    readings = visit.readings(MANY)
    assert [reading["file"] for reading in readings] == [f"{index}.png" for index in range(MANY)]
    expect(page.locator("#summary")).to_have_text(f"{MANY} of {MANY} done")
    counts = {"All": 500, "Pneumonia-like": 250, "Indeterminate": 200, "refused": 25, "failed": 25}
    expect(page.locator(".count:not([hidden])")).to_have_text([f"{name} {count}" for name, count in counts.items()])
    announced = "500 films done. On this page: Pneumonia-like 250, Indeterminate 200, refused 25, and failed 25."
    expect(page.locator("#announcement")).to_have_text(announced)
    assert len(page.get_by_test_id("reading").locator("img[src]").all()) < NEAR_AT_MOST
    page.get_by_test_id("reading").last.scroll_into_view_if_needed()
    expect(page.get_by_test_id("reading").nth(MANY - 3).locator("img[src]")).to_have_count(1)
    expect(page.get_by_test_id("reading").first.locator("img[src]")).to_have_count(0)

    assert len(table(visit)) == MANY
    assert visit.engine.get_attribute("data-tensors") == tensors
    assert heap(session) - before < MANY * HEAP_PER_FILM

    in_order(visit, MANY)
    clear(page)
    assert heap(session) - before < HEAP_LEFT_OVER
    assert visit.problems == []


def in_order(visit: Visit, count: int) -> None:
    """Puts the films in the order of their probability, and then as they came."""
    visit.page.locator("#order").select_option("probability")
    expect(visit.page.get_by_test_id("reading").last).to_have_attribute("data-file", f"{count - 1}.png")
    visit.page.locator("#order").select_option("given")


def clear(page: Page) -> None:
    """Removes all films for good."""
    page.locator("#clear").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove all").click()
    expect(page.get_by_test_id("reading")).to_have_count(0)
    page.locator("#undo-forget").click()  # until then all could be given back


def heap(session: CDPSession) -> int:
    """Bytes that the page's script keeps."""
    session.send("HeapProfiler.collectGarbage")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return int(next(metric["value"] for metric in metrics if metric["name"] == "JSHeapUsedSize"))


def table(visit: Visit) -> list[dict[str, str]]:
    """The exported table."""
    with visit.page.expect_download() as download:
        visit.page.locator("#save-csv").click()
    return list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
