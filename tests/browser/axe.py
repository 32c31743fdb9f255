"""axe-core, which looks for what shuts people out: run inside a page of the tests."""

from __future__ import annotations

from functools import cache
from typing import Any

from playwright.sync_api import Page

from plainfilm import node

# From the top: further down, the strip that stays in sight covers a part of what is about to scroll below it, wherever that is.
RUN = """async () => {
  const [left, top] = [scrollX, scrollY];
  scrollTo({ left, top: 0, behavior: "instant" });
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  const { violations } = await axe.run(document, {
    resultTypes: ["violations"], rules: { "target-size": { enabled: true } },
  });
  scrollTo({ left, top, behavior: "instant" });
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
