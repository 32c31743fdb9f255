"""Fingers: on phones whatever is pressed is at least 40 pixels wide and high, in every state of the page, and films still come first."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

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


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> str:
    return serve(build_site_of_all(tmp_path_factory.mktemp("all")))


def test_whatever_is_pressed_on_a_phone_is_large_enough_for_a_finger(browser: Browser, home: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    visit = Visit.to(context, home)
    small: dict[str, list[str]] = {}
    tops = {}
    for state in states(visit):
        for width in (820, 390):
            visit.page.set_viewport_size({"width": width, "height": 844})
            if found := too_small(visit.page):
                small[f"{state}, {width} pixels wide"] = found
        if state in ("cards", "table"):
            tops[state] = visit.page.evaluate(TOP_OF_FIRST)
    context.close()
    assert small == {}
    assert max(tops.values()) <= 320, tops
    assert visit.problems == []
