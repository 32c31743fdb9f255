"""A browser's visit to the built page: what tests do there, and everything that happened that should not have."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request

FINISHED = ":is([data-status=done], [data-status=refused], [data-status=error])"


@dataclass
class Visit:
    """One page in a browser context of its own.

    Attributes:
        page: Playwright's page.
        requests: Addresses of every request of the page and its worker.
        problems: Page errors and errors on the console; violations of the security policy are among them.
    """

    page: Page
    requests: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @classmethod
    def to(cls, context: BrowserContext, address: str) -> Visit:
        """Opens the address and records from the first moment."""
        visit = cls(context.new_page())
        context.on("request", visit._on_request)
        visit.page.on("console", visit._on_console)
        visit.page.on("pageerror", lambda error: visit.problems.append(str(error)))
        visit.page.goto(address)
        return visit

    def _on_request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(message.text)

    def asked_since(self, count: int) -> list[str]:
        """Addresses of the requests after the first `count`.

        Left out are blobs, which leave no page, and what the page gets of its own when it pleases: its second script at
        the first sign of use, and the pictures of its samples once what reads is there.
        """
        own = re.compile(r"blob:|.*/assets/(?:later|sample)-")
        return [url for url in self.requests[count:] if not own.match(url)]

    @property
    def engine(self) -> Locator:
        """The engine area."""
        return self.page.get_by_test_id("engine")

    def until_engine(self, status: str) -> Visit:
        """Waits until the engine is `ready` or `failed`."""
        self.page.locator(f"[data-testid=engine][data-status={status}]").wait_for(timeout=60_000)
        return self

    def give(self, *files: Path | dict[str, Any]) -> None:
        """Chooses files, as a visitor does."""
        chosen: Sequence[Any] = [str(file) if isinstance(file, Path) else file for file in files]
        self.page.set_input_files("#files", chosen)

    def readings(self, count: int) -> list[dict[str, str]]:
        """Waits until `count` films are finished; the data attributes of all films, in order."""
        self.page.locator(f"[data-testid=reading]{FINISHED}").nth(count - 1).wait_for(timeout=120_000)
        found: list[dict[str, str]] = self.page.get_by_test_id("reading").evaluate_all(
            "all => all.map(one => ({...one.dataset}))"
        )
        return found

    def open_details(self) -> None:
        """Opens what stands behind the bar once there are films: the engine's checks, other models, the whole warning."""
        button = self.page.locator("#behind")
        if button.is_visible() and button.get_attribute("aria-expanded") == "false":
            button.click()

    def say_whose(self, population: str) -> None:
        """Answers whose films they are, which a model with populations asks; an empty one is not said."""
        self.page.locator(f"[data-testid=population] input[value='{population}']").check()

    def classify(self, file: Path, **options: object) -> dict[str, Any]:
        """`window.plainfilm.classify` on a file's bytes."""
        reading: dict[str, Any] = self.page.evaluate(
            """async ([name, base64, options]) => {
              const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
              return window.plainfilm.classify(new File([bytes], name), options);
            }""",
            [file.name, base64.b64encode(file.read_bytes()).decode(), options],
        )
        return reading
