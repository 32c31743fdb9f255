"""The model card and the About page, as pages of their own and as sheets of standalone.html."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.axe import violations
from tests.conftest import Open

# Those that need no text of the site's, in the order of Mitchell et al. 2019, with CLAIM's sections between.
SECTIONS = [
    "Model details", "Data", "Preprocessing", "Training", "Measured", "Operating points", "Calibration", "Figures",
    "Licence and citation",
]  # fmt: skip


def test_the_card_has_every_section_in_order_and_needs_no_script(browser: Browser, numbers_address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(numbers_address)
    page.get_by_role("link", name="Model card", exact=True).click()
    assert page.url.endswith("model-card.html")
    assert page.get_by_role("heading", level=2).all_inner_texts() == SECTIONS
    for contents in page.get_by_role("navigation", name="On this card").get_by_role("link").all():
        assert page.locator(contents.get_attribute("href") or "").count() == 1
    expect(page.get_by_role("heading", level=1)).to_have_text("Model card: Tiny network for tests")
    page.get_by_role("link", name="Plainfilm").click()
    assert page.url.endswith("index.html")
    context.close()


def test_the_figures_say_in_words_and_in_tables_what_they_show(visit: Open, numbers_address: str) -> None:
    page = visit(f"{numbers_address}model-card.html").page
    images = page.get_by_role("img")
    labels = [image.get_attribute("aria-label") or "" for image in images.all()]
    assert [label.split(",")[0].split(".")[0] for label in labels] == [
        "ROC curve",
        "Reliability curve",
        "Probabilities by class",
    ]
    # The films of the fixture at the balanced point, 0.45: two of ten ill ones lie below, two of eight others do not.
    matrix = page.get_by_role("table", name="Confusion matrix, test films. At the default threshold of 45.0\u00a0%.")
    assert matrix.locator("b").all_inner_texts() == ["8", "2", "2", "6"]
    assert page.locator("figure details").count() == 3
    page.locator("figure summary").last.click()
    expect(page.locator("figure table").last.locator("tbody tr").first.locator("td")).to_have_text(["0", "2"])


def test_a_card_that_nobody_wrote_texts_for_says_so_once(visit: Open, address: str) -> None:
    page = visit(f"{address}model-card.html").page
    expect(page.locator(".card > .help")).to_have_text(
        "Nothing is written yet for this model about: Intended use · Factors · How it travels · Known failures · Ethical considerations."
    )
    expect(page.locator("#card-failures")).to_have_count(0)
    expect(page.locator("section", has=page.locator("#card-figures"))).to_contain_text("nothing to draw")


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("name", ["model-card.html", "about.html"])
def test_axe_finds_nothing_and_nothing_is_cut_off(
    browser: Browser, numbers_address: str, name: str, scheme: Literal["dark", "light"]
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.goto(numbers_address + name)
    page.evaluate("document.querySelectorAll('details').forEach((area) => (area.open = true))")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(page) == {}
    context.close()


def test_the_about_page_says_how_to_check_the_privacy_and_names_the_licences(visit: Open, address: str) -> None:
    page = visit(f"{address}about.html").page
    expect(page.get_by_role("heading", name="Privacy, and how to check it yourself")).to_be_visible()
    assert page.locator(".steps li").count() >= 4
    expect(page.locator(".licences")).to_contain_text("@tensorflow/tfjs-core 4.22.0: Apache-2.0")
    page.get_by_role("link", name="licences.txt").click()
    expect(page.locator("body")).to_contain_text("TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION")


def test_in_one_file_the_card_is_a_sheet_and_films_stay(visit: Open, tiny_site: Path, films: dict[str, Path]) -> None:
    visited = visit((tiny_site / "standalone.html").as_uri()).until_engine("ready")
    visited.give(films["bright"])
    visited.readings(1)
    page = visited.page
    expect(page.locator("#model-card")).to_be_hidden()
    page.get_by_role("link", name="Model card", exact=True).click()
    expect(page.locator("#model-card")).to_be_visible()
    expect(page.locator("#reader")).to_be_hidden()
    page.get_by_role("link", name="Licence and citation").click()
    expect(page.locator("#card-licence")).to_be_visible()
    page.get_by_role("link", name="About", exact=True).click()
    expect(page.locator("#about")).to_be_visible()
    expect(page.locator("#model-card")).to_be_hidden()
    page.get_by_role("link", name="Plainfilm").click()
    expect(page.get_by_test_id("reading")).to_be_visible()
    expect(page.locator("#about")).to_be_hidden()
    assert visited.problems == []
