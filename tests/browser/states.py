"""Every state of the page that a visitor can bring it to, one after another: for what has to hold in all of them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from build_site.site import build
from tests.browser.conftest import PREDICTIONS, write_numbers_bundle
from tests.browser.film_files import given, packed
from tests.browser.visit import Visit
from tests.tiny_bundle import film, of_populations, picture, png, sign, write_tiny_bundle

OF_A_CLASS = 31  # enough to be no "too few"


def build_site_of_all(folder: Path) -> Path:
    """A site that has all there is: two models, populations, several operating points, films to try, what a model was measured on."""
    first = write_tiny_bundle(folder, name="everyone", title="A network of everyone", **of_populations())
    (first / "predictions.json").write_text(json.dumps({"schema_version": 1, "films": PREDICTIONS}), "utf-8")
    sign(first)
    return build(folder / "dist", bundle=[first, write_numbers_bundle(folder)]).out


def read_films() -> list[dict[str, Any]]:
    """Read, refused and open films, one that is no picture, and one under a name that is long."""
    levels = {"bright.png": 150, "between.png": 95, "open.png": 105, f"a-{'very-' * 12}long-name.png": 60}
    films = [given(name, png(film(level, 260, 300))) for name, level in levels.items()]
    return [*films, given("black.png", png(picture(300, 200, lambda x, y: 2))), given("letter.png", b"Dear colleague")]


def labelled_films() -> dict[str, bytes]:
    """A folder with films of two classes under names of its own, and two wards."""
    chance = random.Random(7)
    return {
        f"ours/{name}/{'north' if index % 2 else 'south'}/{name}{index}.png": png(
            film(level + chance.uniform(-28, 28), 40 + index, 44)
        )
        for name, level in (("clear", 95), ("krank", 120))
        for index in range(OF_A_CLASS)
    }


def states(visit: Visit) -> Iterator[str]:
    """Brings the page from one state to the next; yields the name of each."""
    page = visit.page
    visit.until_engine("ready")
    yield "ready"
    page.locator(".languages > summary").click()
    yield "languages"
    page.locator(".languages > summary").click()
    yield from of_cards(visit)
    yield from of_one_film(page)
    yield from of_measuring(visit)
    yield from of_the_rest(page)


def of_cards(visit: Visit) -> Iterator[str]:
    page = visit.page
    visit.give(*read_films())
    visit.readings(6)
    page.evaluate("scrollTo(0, 0)")
    yield "cards"
    visit.open_details()
    unfold(page, "main")
    yield "unfolded"
    page.locator("#behind").click()
    page.locator("#numbers > summary").click()
    page.locator("#find").fill("nothing is called so")
    yield "none found"
    page.locator("#find").fill("")
    yield from two_in_the_table(page)


def two_in_the_table(page: Page) -> Iterator[str]:
    page.get_by_role("radio", name="Table").check(force=True)
    for row in (0, 1):
        page.get_by_test_id("row").nth(row).locator(".pick").check()
    page.evaluate("scrollTo(0, 0)")
    yield "table"
    page.locator("#compare-picked").click()
    page.locator("#compare").wait_for()
    yield "compare"
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="Cards").check(force=True)


def of_one_film(page: Page) -> Iterator[str]:
    card = page.get_by_test_id("reading").first
    page.locator("#heatmap").check(force=True)
    card.locator("canvas:visible").first.wait_for()
    card.locator("[data-tool=window]").click()
    yield "window and heat map"
    card.locator(".stage").focus()
    page.keyboard.press("f")
    page.get_by_role("dialog", name="Full view").wait_for()
    unfold(page, "#full-view")
    yield "full view"
    page.keyboard.press("?")
    page.locator("#viewer-keys").wait_for()
    yield "keys"
    for dialog in ("#viewer-keys", "#full-view"):
        page.keyboard.press("Escape")
        page.locator(dialog).wait_for(state="hidden")
    page.locator("#heatmap").uncheck(force=True)
    page.locator("#diagnostics").evaluate("button => button.click()")
    page.locator("#text-dialog").wait_for()
    yield "text to copy"
    page.keyboard.press("Escape")
    page.locator("#clear").click()
    page.locator("#clear-dialog").wait_for()
    yield "remove all"


def of_measuring(visit: Visit) -> Iterator[str]:
    page = visit.page
    page.get_by_role("dialog").get_by_role("button", name="Remove all").click()
    expect(page.get_by_test_id("reading")).to_have_count(0)
    visit.give(given("films.zip", packed(labelled_films())))
    visit.readings(2 * OF_A_CLASS)
    page.evaluate("scrollTo(0, 0)")
    yield "offer to measure"
    page.get_by_role("button", name="Measure it here").click()
    meanings = page.locator("dialog.meanings")
    meanings.wait_for()
    yield "what labels mean"
    meanings.get_by_label("clear").select_option("NORMAL")
    meanings.get_by_label("krank").select_option("PNEUMONIA")
    meanings.get_by_role("button", name="Measure").click()
    expect(page.get_by_test_id("measured-line")).to_contain_text("On your", timeout=60_000)
    expect(page.locator(".measured-waiting")).to_be_empty(timeout=60_000)
    unfold(page, "#measure")
    page.locator("[data-group]").first.wait_for()
    page.evaluate("scrollTo(0, 0)")
    yield "measured"
    use = page.locator("[data-own=use]")
    if use.count():
        use.click()
    page.locator("[data-cell=alarms] button").click()
    yield "a cell's films"


def of_the_rest(page: Page) -> Iterator[str]:
    unfold(page, "#thresholds")
    page.locator("#threshold").wait_for()
    page.evaluate("document.querySelector('#new-version').hidden = false")
    yield "for students"
    home = page.url
    for name in ("model-card", "about", "404"):
        page.goto(f"{home.rpartition('/')[0]}/{name}.html")
        unfold(page, "main")
        yield name


def unfold(page: Page, within: str) -> None:
    page.locator(f"{within} details:not([hidden]) > summary").evaluate_all(
        "all => { for (const one of all) if (one.checkVisibility()) one.parentElement.open = true; }"
    )
    page.wait_for_timeout(50)
