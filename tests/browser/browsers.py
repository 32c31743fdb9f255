"""The browser of the tests: Playwright's own where it was fetched, else the system's. `python -m tests.browser.browsers` looks."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

WHOLE_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
# The headless shell draws no window, and opens a page in half the time.
SYSTEM_BROWSERS = ("chromium-headless-shell", *WHOLE_BROWSERS)
NONE_FOUND = "no browser to test with; get one: .venv/bin/python -m playwright install --with-deps chromium"
# Quiet on the network, and WebGL in software where there is no graphics card; pages are drawn without it, which takes less.
FLAGS = [
    "--no-sandbox", "--disable-background-networking", "--disable-quic", "--no-first-run",
    "--enable-unsafe-swiftshader", "--use-angle=swiftshader",
    "--disable-gpu-compositing", "--disable-gpu-rasterization", "--disable-accelerated-2d-canvas",
]  # fmt: skip


def find_browser(playwright: Playwright, names: Sequence[str] = SYSTEM_BROWSERS) -> str | None:
    """Path of a Chromium that is there: Playwright's own, else the system's first of `names`."""
    own = Path(playwright.chromium.executable_path)
    return str(own) if own.is_file() else next(filter(None, map(shutil.which, names)), None)


def launch(playwright: Playwright, *, whole: bool = False) -> Browser:
    """Starts it without a window.

    Args:
        playwright: What starts it.
        whole: Start all of Chromium, for what its headless shell lacks, such as installing a page.

    Raises:
        FileNotFoundError: There is none; says the command that gets one.
    """
    found = find_browser(playwright, WHOLE_BROWSERS if whole else SYSTEM_BROWSERS)
    if found is None:
        raise FileNotFoundError(NONE_FOUND)
    # Playwright starts its own as a headless shell where it is not given a path.
    shell = not whole and Path(found) == Path(playwright.chromium.executable_path)
    return playwright.chromium.launch(executable_path=None if shell else found, args=FLAGS)


if __name__ == "__main__":
    with sync_playwright() as running:
        path = find_browser(running)
    if path is None:
        sys.exit(f"error: {NONE_FOUND}")
    print(f"the tests use {path}")
