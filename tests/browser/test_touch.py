"""Phones: whatever is pressed is large enough for a finger in every state, axe finds nothing, films come first, measuring fits."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import violations
from tests.browser.states import build_site_of_all, states
from tests.browser.test_worklist import TOP_OF_FIRST
from tests.browser.visit import Visit
from tests.conftest import Serve

LEAST = 40

# A control and its labels are pressed alike. A link within a sentence is as high as the sentence.
TOO_SMALL = """(least) => {
  const boxes = (element) => [element, ...(element.labels ?? [])].map((one) => one.getBoundingClientRect()).filter(({ width, height }) => width > 2 && height > 2);
  const isInSentence = (element) => element.localName === "a" && getComputedStyle(element).display === "inline"
    && [...element.parentElement.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && /[\\p{L}\\p{N}]/u.test(node.data));
  const isForReaders = (element) => element !== null && (getComputedStyle(element).clipPath !== "none" || isForReaders(element.parentElement));
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && !element.closest("[inert]") && !isForReaders(element)
    && (document.querySelector("dialog:modal") ?? document).contains(element);
  const name = (element) => `${element.localName}${element.id ? "#" + element.id : ""}.${[...element.classList].join(".")} "${(element.ariaLabel || element.textContent || element.name || "").trim().slice(0, 30)}" in ${element.parentElement.className || element.parentElement.id || element.parentElement.localName}`;
  const found = new Set();
  for (const element of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=slider], [tabindex='0']")) {
    if (!isSeen(element) || isInSentence(element)) continue;
    const all = boxes(element);
    if (all.length === 0) continue;
    const { width, height } = all.reduce((one, other) => (Math.min(one.width, one.height) < Math.min(other.width, other.height) ? other : one));
    if (Math.min(width, height) < least - 0.01) found.add(`${name(element)}: ${width.toFixed(1)} × ${height.toFixed(1)}`);
  }
  return [...found];
}"""


def too_small(page: Page) -> list[str]:
    found: list[str] = page.evaluate(TOO_SMALL, LEAST)
    return found


# Lies within the window, and holds what is in it where it does not scroll by itself.
SPILLS = """() => [...document.querySelectorAll(".measure-offer, #measure *, dialog.meanings, dialog.meanings *")]
  .filter((one) => one.checkVisibility() && one.clientWidth > 1 && getComputedStyle(one).display !== "inline" && !one.closest("svg, .scroll, thead"))
  .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > innerWidth || one.getBoundingClientRect().left < 0)
  .map((one) => `${one.localName}.${one.className}: ${one.scrollWidth} in ${one.clientWidth}`)"""
OF_MEASURING = ("offer to measure", "what labels mean", "measured", "a cell's films")
# test_everyone.py has the others.
FOR_AXE = (*OF_MEASURING, "languages", "table", "compare", "remove all")
# Width of the window, and the size of letters in per cent.
NARROW = ((320, 100), (390, 200), (1280, 200))


@dataclass
class Walk:
    """What was found on the way through every state of the page, by the state."""

    small: dict[str, list[str]] = field(default_factory=dict)
    broken: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    wide: dict[str, list[str]] = field(default_factory=dict)
    tops: dict[str, float] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def walk(browser: Browser, serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """All states on one phone."""
    home = serve(build_site_of_all(tmp_path_factory.mktemp("all")))
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, reduced_motion="reduce"
    )
    visit, found = Visit.to(context, home), Walk()
    page = visit.page
    for state in states(visit):
        for width in (820, 390):
            page.set_viewport_size({"width": width, "height": 844})
            if small := too_small(page):
                found.small[f"{state}, {width} pixels wide"] = small
        if state in FOR_AXE and (broken := violations(page)):
            found.broken[state] = broken
        if state in OF_MEASURING:
            for width, text in NARROW:
                if wide := _what_is_too_wide(page, width, text):
                    found.wide[f"{state}, {width} pixels wide, letters of {text} %"] = wide
        if state in ("cards", "table", "offer to measure"):
            found.tops[state] = page.evaluate(TOP_OF_FIRST)
    context.close()
    found.problems = visit.problems
    return found


def _what_is_too_wide(page: Page, width: int, text: int) -> list[str]:
    before = page.viewport_size
    assert before is not None
    # The rest of the page is laid out for the browser's own size of letters; where it is wider, a phone would zoom out.
    size = "text => Object.assign(document.documentElement.style, { fontSize: text, overflowX: text && 'clip' })"
    page.set_viewport_size({"width": width, "height": 844})
    page.evaluate(size, f"{text}%")
    found: list[str] = page.evaluate(SPILLS)
    page.evaluate(size, "")
    page.set_viewport_size(before)
    return found


def test_whatever_is_pressed_on_a_phone_is_large_enough_for_a_finger(walk: Walk) -> None:
    assert walk.small == {}
    assert walk.problems == []


def test_the_first_film_is_near_the_top_of_a_phone(walk: Walk) -> None:
    assert max(walk.tops.values()) <= 320, walk.tops


def test_axe_finds_nothing_on_a_phone_while_films_are_measured_or_compared(walk: Walk) -> None:
    assert walk.broken == {}


def test_measuring_fits_narrow_windows_and_large_letters(walk: Walk) -> None:
    assert walk.wide == {}
