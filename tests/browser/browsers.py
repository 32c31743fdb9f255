"""The browser of the tests: Playwright's own where it was fetched, else the system's. `python -m tests.browser.browsers` looks."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

# The headless shell first: it draws no window, and opens a page in less than half the time.
SYSTEM_BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
)
NONE_FOUND = "no browser to test with; get one: .venv/bin/python -m playwright install --with-deps chromium"
# Quiet on the network, and WebGL in software where there is no graphics card.
FLAGS = [
    "--no-sandbox", "--disable-background-networking", "--disable-quic", "--no-first-run",
    "--enable-unsafe-swiftshader", "--use-angle=swiftshader",
]  # fmt: skip


def find_browser(playwright: Playwright) -> str | None:
    """Path of a Chromium that is there."""
    own = Path(playwright.chromium.executable_path)
    return str(own) if own.is_file() else next(filter(None, map(shutil.which, SYSTEM_BROWSERS)), None)


def launch(playwright: Playwright) -> Browser:
    """Starts it without a window.

    Raises:
        FileNotFoundError: There is none; says the command that gets one.
    """
    found = find_browser(playwright)
    if found is None:
        raise FileNotFoundError(NONE_FOUND)
    own = Path(found) == Path(playwright.chromium.executable_path)
    # Playwright starts its own as a headless shell too, where it is not given a path.
    return playwright.chromium.launch(executable_path=None if own else found, args=FLAGS)


if __name__ == "__main__":
    with sync_playwright() as running:
        path = find_browser(running)
    if path is None:
        sys.exit(f"error: {NONE_FOUND}")
    print(f"the tests use {path}")
