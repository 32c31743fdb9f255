"""The longest tasks of the page's own thread while something is done to five hundred films."""

from __future__ import annotations

from pathlib import Path

from build_site.site import build
from tests.browser.conftest import write_numbers_bundle
from tests.browser.many_films import DROP, MANY, make_films
from tests.browser.visit import FINISHED
from tests.tiny_bundle import write_tiny_bundle
from tests.tools.bench.measured import Part
from tests.tools.bench.sites import browser_here, fresh, ready, served
from tests.tools.task_lengths import task_lengths

# The page's script does it in a task of its own, and is asked inside the page how far it is: Playwright's own clicks and
# questions would be long tasks themselves.
ACT = """([selector, count]) => new Promise((resolve) => {
  const look = () => document.querySelectorAll(selector).length === count ? setTimeout(resolve, 300) : setTimeout(look, 50);
  setTimeout(() => { %s; setTimeout(look, 50); });
})"""
# What is done, and how many elements there are of a selector when it is done.
MANY_FILMS_STEPS = (
    ("dropped", DROP, f".reading{FINISHED}", MANY),
    ("filtered", "document.querySelectorAll('#counts input')[2].click()", ".reading.is-left-out", MANY // 2),
    ("shown again", "document.querySelectorAll('#counts input')[0].click()", ".reading.is-left-out", 0),
    (
        "decided anew",
        "document.querySelectorAll('[name=operating-point]')[1].click()",
        "[name=operating-point]:checked",
        1,
    ),
    (
        "ordered",
        "const order = document.querySelector('#order'); order.value = 'probability'; order.dispatchEvent(new Event('change'))",
        f'#readings > :last-child[data-file="{MANY - 1}.png"]',
        1,
    ),
    ("exported", "document.querySelector('#save-csv').click()", ".reading", MANY),
    ("asked about", "document.querySelector('#clear').click()", "#clear-dialog[open]", 1),
    ("kept", "document.querySelector('#clear-dialog .keep').click()", "#clear-dialog[open]", 0),
    (
        "read anew",
        "document.querySelector('[data-model=other]').click()",
        f"body:has([data-model=other][aria-pressed=true]) .reading{FINISHED}",
        MANY,
    ),
    ("cleared", "document.querySelector('#clear-dialog .clear').click()", ".reading", 0),
)


def measure(part: Part, folder: Path) -> None:
    """The longest task of each step."""
    bundles = [write_numbers_bundle(folder), write_tiny_bundle(folder, name="other", title="Another")]
    site = build(folder / "many", bundle=bundles).out
    with browser_here() as browser, served(site) as address:
        page = ready(fresh(browser), address)
        make_films(page)
        for name, action, selector, count in MANY_FILMS_STEPS:
            with task_lengths(browser, page) as tasks:
                page.evaluate(ACT % action, [selector, count])
            part.row(f"longest task, {MANY} films {name}", [tasks[0]], "ms")
