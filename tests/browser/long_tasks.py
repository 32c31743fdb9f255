"""Tasks that hold up the page's thread, from Chromium's trace."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

LONG_TASK_MICROSECONDS = 50_000


@contextmanager
def no_long_task(browser: Browser, page: Page) -> Iterator[None]:
    """Fails if what is done within keeps a processor busy with one task of the page's thread for more than 50 ms.

    Time on the processor, not on the clock: other work on the machine is not the page's doing.
    """
    browser.start_tracing(page=page, categories=["toplevel"])
    try:
        yield
    finally:
        trace = browser.stop_tracing()
    events: list[dict[str, Any]] = json.loads(trace)["traceEvents"]
    threads = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    tasks = [
        event["tdur"]
        for event in events
        if event["name"].endswith("RunTask") and "tdur" in event and (event["pid"], event["tid"]) in threads
    ]
    assert tasks, "the trace tells of no tasks"
    long = [task / 1000 for task in tasks if task > LONG_TASK_MICROSECONDS]
    assert long == [], "milliseconds of tasks on the page's thread"
