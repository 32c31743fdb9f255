"""How long tasks keep the page's thread busy, from Chromium's trace: for `make bench`. No test asserts a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page


@contextmanager
def task_lengths(browser: Browser, page: Page) -> Iterator[list[float]]:
    """A list that holds, when the block is left, the milliseconds of each task of the page's thread, the longest first.

    Time on the processor, not on the clock: other work on the machine is not the page's doing.
    """
    lengths: list[float] = []
    browser.start_tracing(page=page, categories=["toplevel"])
    try:
        yield lengths
    finally:
        trace = browser.stop_tracing()
    events: list[dict[str, Any]] = json.loads(trace)["traceEvents"]
    threads = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    lengths += sorted(
        (
            event["tdur"] / 1000
            for event in events
            if event["name"].endswith("RunTask") and "tdur" in event and (event["pid"], event["tid"]) in threads
        ),
        reverse=True,
    )
