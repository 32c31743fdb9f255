"""The built page and other pages beside it, served and opened, for comparisons in one browser."""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from build_site.serve import server
from tests.browser.browsers import launch
from tests.browser.visit import Visit
from training.films.phantom import thorax

# As the films of the Kaggle set are, and as its small copies.
NATIVE, SMALL = (1200, 1400), (224, 224)
# What a visitor far away has: bits a second, and milliseconds of a round trip.
SLOW = {"offline": False, "latency": 170, "downloadThroughput": 9e6 / 8, "uploadThroughput": 1e6}


def film(size: tuple[int, int], seed: int = 0, kind: str = "JPEG") -> bytes:
    """A drawn film, encoded."""
    buffer = io.BytesIO()
    Image.fromarray(thorax(np.random.default_rng(seed), bool(seed % 2), *size)).save(buffer, kind, quality=90)
    return buffer.getvalue()


def encoded(films: list[bytes]) -> list[str]:
    """For a page's script."""
    return [base64.b64encode(one).decode() for one in films]


@contextmanager
def browser_here() -> Iterator[Browser]:
    """The browser of the tests.

    Raises:
        FileNotFoundError: There is none.
    """
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder."""
    with server(folder) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()


def fresh(browser: Browser) -> BrowserContext:
    """A context of its own, whose page nothing is kept for."""
    return browser.new_context(service_workers="block")


def slow_down(page: Page, link: dict[str, Any] | None = None, processor: int = 1) -> None:
    """Emulates a link, and a processor so many times as slow."""
    session = page.context.new_cdp_session(page)
    if link is not None:
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", link)
    if processor > 1:
        session.send("Emulation.setCPUThrottlingRate", {"rate": processor})


def ready(context: BrowserContext, address: str) -> Page:
    """The reading page, its engine ready."""
    return Visit.to(context, address).until_engine("ready").page
