"""Results first, and the list as a table: what stands above the films, order, filter, marks, keys, and rows that are made when they are near."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import violations
from tests.browser.many_films import DROP, make_films
from tests.browser.test_list import of_brightness
from tests.browser.visit import Visit
from tests.conftest import Open

MANY = 300
# However many films there are.
ROWS_AT_MOST = 60
NODES_OF_A_FILM_FAR_AWAY = 1
TOP_OF_FIRST = """() => {
  const [first] = [...document.querySelectorAll("[data-testid=reading], [data-testid=row]")].filter((one) => one.checkVisibility());
  return first.getBoundingClientRect().top + scrollY;
}"""

# As long as a reading in Arabic is on a phone: pixels of its two lines that are below its row.
CUT_OF_LONG_READING = """row => {
  const reads = row.querySelector(".reads");
  const said = reads.textContent;
  reads.textContent = "غير شبيهة بـ«التهاب رئوي» ".repeat(5);
  const below = reads.getBoundingClientRect().bottom - row.getBoundingClientRect().bottom;
  reads.textContent = said;
  return below;
}"""


def films() -> list[dict[str, Any]]:
    """Out of order: likely ones, unlikely ones, one that is refused and one that is no picture."""
    return of_brightness({"film10.png": 150, "film2.png": 30, "film1.png": 78, "b/film3.png": 170})


def rows(page: Page) -> list[str]:
    found: list[str] = page.get_by_test_id("row").evaluate_all("all => all.map((one) => one.dataset.file)")
    return found


@pytest.mark.parametrize(("width", "height", "most"), [(390, 844, 320), (1024, 768, 260), (1440, 900, 260)])
def test_the_first_result_is_near_the_top(
    browser: Browser, numbers_address: str, width: int, height: int, most: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": height})
    visit = Visit.to(context, numbers_address).until_engine("ready")
    visit.give(*films())
    visit.readings(6)
    page = visit.page
    assert page.evaluate(TOP_OF_FIRST) <= most
    assert page.locator("[data-testid=reading]:visible").count() == 6
    beside = page.get_by_test_id("reading").evaluate_all(
        "all => all[0].getBoundingClientRect().top === all[1].getBoundingClientRect().top"
    )
    assert beside == (width >= 1400), "two columns where there is room"
    page.get_by_role("radio", name="Table").check()
    page.get_by_test_id("row").first.wait_for()
    assert page.evaluate(TOP_OF_FIRST) <= most
    assert page.get_by_test_id("row").first.evaluate(CUT_OF_LONG_READING) <= 0
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert violations(page) == {}
    # What stood beside the films is one press away.
    visit.open_details()
    expect(page.get_by_text("How the engine was checked")).to_be_visible()
    expect(page.locator("#disclaimer")).to_have_css("white-space-collapse", "collapse")
    assert violations(page) == {}
    context.close()


def test_the_first_result_is_near_the_top_of_a_phone_in_one_file_that_lacks_models(
    browser: Browser, two_models: Path
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    visit = Visit.to(context, (two_models / "standalone.html").as_uri()).until_engine("ready")
    visit.give(*films())
    visit.readings(6)
    missing = visit.page.get_by_text("Another network")
    expect(missing).to_be_hidden()
    assert visit.page.evaluate(TOP_OF_FIRST) <= 320
    visit.open_details()
    expect(missing).to_be_visible()
    context.close()


def test_the_table_is_sorted_filtered_marked_and_worked_by_keys(visit: Open, numbers_page: str) -> None:
    there = visit(numbers_page).until_engine("ready")
    there.give(*films())
    there.readings(6)
    page = there.page
    page.get_by_role("radio", name="Table").check()
    table = page.get_by_role("table", name="Readings")
    expect(table).to_have_attribute("aria-rowcount", "7")
    expect(table.get_by_role("row")).to_have_count(7)
    came = ["film10.png", "film2.png", "film1.png", "b/film3.png", "black.png", "letter.png"]
    assert rows(page) == came
    expect(table.get_by_role("row", name="black.png")).to_contain_text("refused")

    orders = {
        "name": ["b/film3.png", "black.png", "film1.png", "film2.png", "film10.png", "letter.png"],
        "probability": ["b/film3.png", "film10.png", "film1.png", "film2.png", "black.png", "letter.png"],
        "threshold": ["film1.png", "film10.png", "film2.png", "b/film3.png", "black.png", "letter.png"],
    }
    for order, expected in orders.items():
        page.locator("#order").select_option(order)
        for place in range(1 if order == "threshold" else 6):  # which of the sure ones is surer is the network's affair
            expect(table.locator("tbody tr").nth(place)).to_have_attribute("data-file", expected[place])
            expect(page.get_by_test_id("reading").nth(place)).to_have_attribute("data-file", expected[place])
    page.get_by_role("button", name="File", exact=True).click()
    expect(page.get_by_role("columnheader", name="File")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("button", name="File", exact=True).click()
    expect(page.get_by_role("columnheader", name="File")).to_have_attribute("aria-sort", "descending")
    expect(page.get_by_test_id("row").nth(1)).to_have_attribute("data-file", "film10.png")
    assert rows(page) == orders["name"][::-1]
    page.locator("#order").select_option("given")
    expect(page.get_by_test_id("row").first).to_have_attribute("data-file", "film10.png")

    page.get_by_role("searchbox", name="Find").fill("FILM1")
    expect(page.get_by_test_id("row")).to_have_count(2)
    assert rows(page) == ["film10.png", "film1.png"]
    page.get_by_role("searchbox", name="Find").fill("")
    expect(page.get_by_test_id("row")).to_have_count(6)

    page.get_by_role("button", name="film10.png", exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="film2.png", exact=True)).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("button", name="film1.png", exact=True)).to_be_focused()
    page.keyboard.press("s")
    star = page.get_by_role("button", name="Star film1.png")
    expect(star).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("k")
    page.get_by_role("textbox", name="Comment on film2.png").fill("=check, again")
    expect(page.locator(".count[data-group=starred]")).to_have_text("starred 1")
    page.get_by_role("radio", name="starred 1").check()
    expect(page.get_by_test_id("row")).to_have_count(1)
    page.get_by_role("radio", name="All 6").check()
    with page.expect_download() as download:
        page.locator("#save-csv").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    saved = {row["file"]: row for row in csv.DictReader(io.StringIO(text))}
    assert (saved["film1.png"]["starred"], saved["film2.png"]["comment"]) == ("true", "'=check, again")

    page.get_by_role("button", name="film1.png", exact=True).press("Enter")
    full = page.get_by_role("dialog", name="Full view")
    expect(full.locator(".file")).to_have_text("film1.png")
    expect(full.locator(".star")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="film1.png", exact=True)).to_be_focused()
    page.emulate_media(media="print")
    assert page.locator("[data-testid=reading]:visible").count() == 6, "print has every film"
    expect(table).to_be_hidden()
    assert there.problems == []


def test_view_and_order_are_kept_for_the_visit(visit: Open, numbers_address: str) -> None:
    page = visit(numbers_address).until_engine("ready")
    page.give(*films()[:3])
    page.readings(3)
    page.page.get_by_role("radio", name="Table").check()
    page.page.locator("#order").select_option("name")
    page.page.reload()
    page.until_engine("ready")
    page.give(*films()[:3])
    page.page.get_by_test_id("row").nth(2).wait_for()
    expect(page.page.get_by_test_id("row").first).to_have_attribute("data-file", "film1.png")
    assert rows(page.page) == ["film1.png", "film2.png", "film10.png"]


def test_of_many_films_those_near_the_view_alone_are_made(context: BrowserContext, numbers_address: str) -> None:
    visit = Visit.to(context, numbers_address).until_engine("ready")
    page = visit.page
    make_films(page, MANY)
    page.evaluate(DROP)
    visit.readings(MANY)
    assert page.get_by_test_id("reading").count() == MANY
    far = page.get_by_test_id("reading").last
    assert far.evaluate("one => one.querySelectorAll('*').length") == 0
    far.scroll_into_view_if_needed()
    expect(far.locator(".verdict")).to_be_visible()
    page.evaluate("scrollTo(0, 0)")
    expect(far.locator(".verdict")).to_have_count(0)
    page.locator("#latest button").click()
    focused = page.locator("[data-testid=reading]:has(:focus)")
    expect(focused.locator(".file")).to_be_in_viewport()
    page.wait_for_function(
        "([file, strip]) => file.getBoundingClientRect().top >= strip.getBoundingClientRect().bottom",
        arg=[focused.locator(".file").element_handle(), page.locator("#overview").element_handle()],
    )
    page.wait_for_timeout(300)  # it is gone to once more after a tenth of a second
    page.evaluate("scrollTo(0, 0)")

    page.get_by_role("radio", name="Table").check()
    page.get_by_test_id("row").first.wait_for()
    expect(page.locator("#worklist")).to_have_attribute("aria-rowcount", str(MANY + 1))
    assert page.get_by_test_id("row").count() < ROWS_AT_MOST
    page.get_by_role("button", name="3.png", exact=True).focus()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    last = page.locator(f"[data-testid=row][aria-rowindex='{MANY + 1}']")
    expect(last).to_have_attribute("data-file", f"{MANY - 1}.png")
    assert page.get_by_test_id("row").count() < ROWS_AT_MOST
    expect(page.get_by_role("button", name="3.png", exact=True)).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("button", name="4.png", exact=True)).to_be_focused()
    expect(page.get_by_role("button", name="4.png", exact=True)).to_be_in_viewport()
    page.locator("#order").select_option("probability")
    expect(page.get_by_test_id("reading").last).to_have_attribute("data-file", f"{MANY - 1}.png")
    assert visit.problems == []
