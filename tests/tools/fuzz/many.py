"""Thousands of films in one visit: all accounted for, and the page's memory level."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Browser, CDPSession

from tests.browser.many_films import DROP, make_films
from tests.browser.visit import FINISHED, Visit

# Of the page's script: what a listed film may keep, and what may be left when all were removed.
HEAP_PER_FILM, HEAP_LEFT_OVER = 15_000, 3_000_000
PATIENCE = 180
STEPS = 10


def many_films(browser: Browser, address: str, count: int) -> dict[str, Any]:
    """Drops `count` films at once: half are read so, half so, every tenth is refused, every twentieth is no picture."""
    context = browser.new_context(service_workers="block")
    visit = Visit.to(context, address).until_engine("ready")
    session = context.new_cdp_session(visit.page)
    session.send("Performance.enable")
    make_films(visit.page, count)
    tensors, before, started = visit.engine.get_attribute("data-tensors"), heap(session), time.monotonic()
    visit.page.evaluate(DROP)
    finished = visit.page.locator(f"[data-testid=reading]{FINISHED}")
    along: list[list[int]] = []  # films finished, bytes kept
    seen, since = -1, time.monotonic()
    while (done := finished.count()) < count and time.monotonic() - since < PATIENCE:
        if done != seen:
            seen, since = done, time.monotonic()
        if done >= (len(along) + 1) * count / STEPS:
            along.append([done, heap(session) - before])
        visit.page.wait_for_timeout(200)
    seconds = time.monotonic() - started
    along.append([finished.count(), heap(session) - before])
    rows = visit.page.get_by_test_id("reading").evaluate_all(
        "all => all.map((one) => [one.dataset.file, one.dataset.status])"
    )
    order = [name for name, _ in rows] == [f"{index}.png" for index in range(count)]
    statuses = {status: sum(each == status for _, each in rows) for _, status in rows}
    left_tensors = visit.engine.get_attribute("data-tensors")
    visit.page.locator("#clear").click()
    visit.page.get_by_role("dialog").get_by_role("button", name="Remove all").click()
    visit.page.get_by_test_id("reading").first.wait_for(state="detached")
    left = heap(session) - before
    expected = {"done": count - count // 10, "refused": count // 10 - count // 20, "error": count // 20}
    findings = [
        finding
        for finding, found in {
            f"{done} of {count} films finished": done != count,
            "the list is not in the order given": not order,
            f"read {statuses}, expected {expected}": statuses != expected,
            f"{along[-1][1]} bytes are kept of {count} films": along[-1][1] > count * HEAP_PER_FILM,
            f"{left} bytes are left when all were removed": left > HEAP_LEFT_OVER,
            f"{left_tensors} tensors instead of {tensors}": left_tensors != tensors,
            f"errors on the console: {visit.problems[:3]}": bool(visit.problems),
        }.items()
        if found
    ]
    context.close()
    return {
        "films": count,
        "statuses": statuses,
        "seconds": round(seconds, 1),
        "heap_along": along,
        "heap_left": left,
        "findings": findings,
    }


def heap(session: CDPSession) -> int:
    """Bytes that the page's script keeps."""
    session.send("HeapProfiler.collectGarbage")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return int(next(metric["value"] for metric in metrics if metric["name"] == "JSHeapUsedSize"))
