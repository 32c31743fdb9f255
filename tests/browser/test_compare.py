"""Two films side by side, seen alike; and in full view the neighbours, where in the list a film is, and arrows from film to film."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.test_list import named
from tests.browser.visit import Visit
from tests.conftest import Open
from tests.tiny_bundle import film, png

FILMS = {"one.png": 30, "two.png": 78, "three.png": 150}


def read(visit: Visit) -> Page:
    visit.until_engine("ready").give(*(named(name, png(film(level, 300, 360))) for name, level in FILMS.items()))
    visit.readings(3)
    return visit.page


def scale(side: Locator) -> float:
    found: float = side.locator(".film").evaluate("film => new DOMMatrix(getComputedStyle(film).transform).a")
    return found


def test_full_view_says_where_a_film_is_shows_its_neighbours_and_steps_by_arrows(
    visit: Open, numbers_page: str
) -> None:
    there = visit(numbers_page)
    page = read(there)
    page.locator(".stage").first.focus()
    page.keyboard.press("f")
    full = page.get_by_role("dialog", name="Full view")
    expect(full.locator(".place")).to_have_text("1 of 3")
    strip = full.get_by_role("group", name="Films beside this one")
    expect(strip.get_by_role("button")).to_have_count(3)
    page.keyboard.press("ArrowRight")
    expect(full.locator(".place")).to_have_text("2 of 3")
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    expect(full.locator(".file")).to_have_text("two.png")
    page.keyboard.press("0")
    page.keyboard.press("ArrowLeft")
    expect(full.locator(".file")).to_have_text("one.png")
    strip.get_by_role("button", name="3 of 3: three.png").click()
    expect(full.locator(".file")).to_have_text("three.png")
    assert violations(page) == {}
    assert there.problems == []


@pytest.mark.parametrize("width", [1280, 390])
def test_two_films_are_zoomed_moved_and_windowed_as_one(browser: Browser, numbers_page: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844})
    there = Visit.to(context, numbers_page)
    page = read(there)
    for name in ("one.png", "three.png"):
        page.locator(f"[data-testid=reading][data-file='{name}'] .pick").click()
    page.get_by_role("button", name="Compare (2 of 2)").click()
    both = page.get_by_role("dialog", name="Two films compared")
    one, other = both.get_by_role("region", name="First film"), both.get_by_role("region", name="Second film")
    expect(one.locator(".file")).to_have_text("one.png")
    expect(other.locator(".file")).to_have_text("three.png")
    boxes = [side.bounding_box() for side in (one, other)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert (boxes[0]["y"] == boxes[1]["y"]) == (width > 832), "one above the other on a phone"
    if width > 832:  # on a phone each has half the height
        other.locator(".verdict").evaluate("one => one.after('much is said of this film. '.repeat(20))")
        stages = [side.locator(".stage").bounding_box() for side in (one, other)]
        assert stages[0] is not None
        assert stages[1] is not None
        assert stages[0]["height"] == pytest.approx(stages[1]["height"], abs=0.1), "whatever is said of either"
    stage = one.locator(".stage")
    stage.press("+")
    stage.press("+")
    stage.press("i")
    assert scale(other) == pytest.approx(scale(one)) == pytest.approx(1.25**2)
    expect(other.locator(".readout")).to_contain_text("inverted")
    stage.press("l")
    stage.press("+")
    assert scale(other) < scale(one)
    # Past the film on the other side.
    stage.press("PageDown")
    expect(one.locator(".file")).to_have_text("two.png")
    expect(other.locator(".file")).to_have_text("three.png")
    assert violations(page) == {}
    page.keyboard.press("Escape")
    expect(both).to_be_hidden()
    expect(page.locator(".reading .viewer")).to_have_count(3)
    expect(page.get_by_role("heading", name="two.png")).to_be_focused()
    assert there.problems == []
    context.close()


def test_a_film_in_full_view_is_compared_by_a_key_and_full_view_ends_that(visit: Open, numbers_address: str) -> None:
    there = visit(numbers_address)
    page = read(there)
    page.locator(".stage").first.focus()
    page.keyboard.press("f")
    full = page.get_by_role("dialog", name="Full view")
    expect(full).to_be_visible()
    page.keyboard.press("c")
    both = page.get_by_role("dialog", name="Two films compared")
    expect(both).to_be_visible()
    expect(full).to_be_hidden()
    page.keyboard.press("f")
    expect(both).to_be_hidden()
    expect(full.locator(".file")).to_have_text("one.png")
    page.keyboard.press("Escape")
    expect(page.locator(".reading .viewer")).to_have_count(3)
    assert there.problems == []
