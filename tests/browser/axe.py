"""axe-core, which looks for what shuts people out: run inside a page of the tests."""

from __future__ import annotations

from functools import cache
from typing import Any

from playwright.sync_api import Page

from plainfilm import node

RUN = """async () => {
  const { violations } = await axe.run(document, {
    resultTypes: ["violations"], rules: { "target-size": { enabled: true } },
  });
  return violations.map(({ id, nodes }) => [id, nodes.slice(0, 4).map(({ html, any, all, none }) =>
    html.slice(0, 140) + " :: " + [...any, ...all, ...none].map(({ message }) => message).join("; "))]);
}"""


@cache
def _script() -> str:
    return (node.workspace() / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def violations(page: Page) -> dict[str, list[str]]:
    """Rules that a page breaks now, each with a few of the places."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_script())
    # What fades in is looked at when it is there.
    page.evaluate("Promise.allSettled(document.getAnimations().map((animation) => animation.finished))")
    found: list[list[Any]] = page.evaluate(RUN)
    return dict(found)
