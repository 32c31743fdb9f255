"""The page in each of its languages: the browser chooses, the visitor may choose another, and nothing falls out of the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from build_site.config import read_site_config
from plainfilm import node
from tests.browser.axe import violations
from tests.browser.visit import Visit

SITE = read_site_config(node.template() / "site.toml")
LANGUAGES = (SITE.language, *SITE.translations)
Films = dict[str, Path]


@pytest.fixture(params=["index.html", "standalone.html"])
def home(request: pytest.FixtureRequest, tiny_site: Path, address: str) -> str:
    """The page as it is served, and in one file from a disk."""
    return address if request.param == "index.html" else (tiny_site / "standalone.html").as_uri()


def context_in(browser: Browser, locale: str, width: int = 1280) -> BrowserContext:
    return browser.new_context(locale=locale, viewport={"width": width, "height": 900})


def shown(page: Page, language: str) -> None:
    """Waits until the page is there in a language."""
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("body")).to_be_visible()


def choose(page: Page, name: str) -> None:
    page.locator(".languages summary").click()
    page.locator(".languages").get_by_role("link", name=name).click()


def test_the_browsers_language_chooses_and_films_are_read_in_it(browser: Browser, home: str, films: Films) -> None:
    with context_in(browser, "es-MX") as context:
        visit = Visit.to(context, home)
        shown(visit.page, "es")
        visit.until_engine("ready")
        visit.give(films["bright"])
        assert [reading["status"] for reading in visit.readings(1)] == ["done"]
        card = visit.page.get_by_test_id("reading")
        expect(card).to_contain_text("Similar a neumonía")
        expect(card).to_contain_text("no es un producto sanitario")
        expect(card).to_contain_text(re.compile(r"\d,\d\s%"))
        assert "Lea una radiografía" in visit.page.title()
        assert visit.problems == []


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_while_the_network_loads(browser: Browser, home: str, width: int) -> None:
    for language in LANGUAGES:
        with context_in(browser, language, width) as context:
            context.add_init_script(
                "window.moved = []; new PerformanceObserver((list) => { for (const { value, sources } of list.getEntries())"
                " moved.push([value, ...sources.map(({ node }) => node?.outerHTML?.slice(0, 80))]); })"
                ".observe({ type: 'layout-shift', buffered: true });"
            )
            visit = Visit.to(context, home)
            shown(visit.page, language)
            visit.until_engine("ready")
            # Shifts are reported with the frame that they are seen in.
            visit.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            assert visit.page.evaluate("moved") == [], language


def test_a_language_that_there_is_none_of_gets_the_sites_own(browser: Browser, home: str) -> None:
    with context_in(browser, "de-DE") as context:
        visit = Visit.to(context, home).until_engine("ready")
        shown(visit.page, "en")


def test_a_choice_stays_and_goes_before_the_browsers_language(browser: Browser, home: str) -> None:
    with context_in(browser, "fr-FR") as context:
        page = Visit.to(context, home).page
        shown(page, "fr")
        choose(page, "Português")
        shown(page, "pt")
        again = context.new_page()
        again.goto(home)
        shown(again, "pt")
        choose(again, "English")
        shown(again, "en")
        again.goto(home)
        shown(again, "en")


def test_where_nothing_can_be_stored_the_address_keeps_the_choice(browser: Browser, home: str) -> None:
    with context_in(browser, "fr-FR") as context:
        context.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })")
        visit = Visit.to(context, home)
        shown(visit.page, "fr")
        choose(visit.page, "English")
        shown(visit.page, "en")
        visit.page.reload()
        shown(visit.page, "en")
        assert visit.problems == []


def test_films_are_not_lost_to_another_language_without_a_question(browser: Browser, home: str, films: Films) -> None:
    with context_in(browser, "en-US") as context:
        visit = Visit.to(context, home).until_engine("ready")
        visit.give(films["bright"])
        visit.readings(1)
        asked: list[str] = []

        def refuse(dialog: Dialog) -> None:
            asked.append(dialog.message)
            dialog.dismiss()

        visit.page.once("dialog", refuse)
        choose(visit.page, "Español")
        expect(visit.page.get_by_test_id("reading")).to_be_visible()
        shown(visit.page, "en")
        assert len(asked) == 1
        visit.page.once("dialog", lambda dialog: dialog.accept())
        visit.page.locator(".languages").get_by_role("link", name="Español").click()
        shown(visit.page, "es")


def test_the_menu_works_by_keyboard_and_escape_closes_it(browser: Browser, address: str) -> None:
    with context_in(browser, "en-US") as context:
        page = Visit.to(context, address).page
        summary = page.locator(".languages summary")
        summary.focus()
        page.keyboard.press("Enter")
        menu = page.locator(".languages ul")
        expect(menu).to_be_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("Escape")
        expect(menu).to_be_hidden()
        expect(summary).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        shown(page, "es")


def test_without_javascript_every_language_is_a_link_away(browser: Browser, address: str) -> None:
    with browser.new_context(java_script_enabled=False, locale="es-ES") as context:
        page = context.new_page()
        page.goto(address)
        shown(page, "en")
        choose(page, "हिन्दी")
        shown(page, "hi")
        expect(page.locator(".notice").first).to_contain_text("JavaScript")
        page.get_by_role("link", name="मॉडल कार्ड", exact=True).click()
        shown(page, "hi")
        choose(page, "العربية")
        shown(page, "ar")
        assert page.url.endswith("/ar/model-card.html")


def test_a_visitors_language_works_offline_after_one_visit(browser: Browser, address: str, films: Films) -> None:
    with context_in(browser, "ar") as context:
        visit = Visit.to(context, address)
        shown(visit.page, "ar")
        visit.until_engine("ready")
        expect(visit.page.locator("#kept")).to_be_visible()
        context.set_offline(True)
        visit.page.goto(address)
        shown(visit.page, "ar")
        visit.until_engine("ready")
        assert visit.classify(films["bright"])["message"].startswith("شبيهة بـ«التهاب رئوي». الدرجة ")


def test_arabic_runs_from_right_to_left_and_its_films_do_not(browser: Browser, home: str, films: Films) -> None:
    with context_in(browser, "ar-EG") as context:
        visit = Visit.to(context, home)
        shown(visit.page, "ar")
        visit.until_engine("ready")
        visit.give(films["bright"])
        visit.readings(1)
        visit.page.locator(".reading .film img").wait_for(state="attached")  # made when the film is near the view
        directions = visit.page.evaluate(
            """() => [document.documentElement, document.querySelector(".reading .film img")]
                 .map((element) => getComputedStyle(element).direction)"""
        )
        assert directions == ["rtl", "ltr"]
        mark, menu = (visit.page.locator(part).bounding_box() for part in (".wordmark", ".languages summary"))
        assert mark is not None
        assert menu is not None
        assert mark["x"] > menu["x"]
        assert not re.search(r"[٠-٩]", visit.page.locator("main").inner_text())  # digits as in files and exports


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_wider_than_the_page_in_any_language(
    browser: Browser, home: str, language: str, films: Films
) -> None:
    with context_in(browser, language) as context:
        visit = Visit.to(context, home)
        shown(visit.page, language)
        visit.until_engine("ready")
        visit.give(films["bright"], films["black"])
        visit.readings(2)
        visit.page.set_viewport_size({"width": 390, "height": 844})
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390, "as it is at first"
        visit.page.evaluate("for (const part of document.querySelectorAll('main details')) part.open = true")
        visit.page.locator(".languages summary").click()
        for width in (320, 390, 1280):
            visit.page.set_viewport_size({"width": width, "height": 800})
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, width
        assert violations(visit.page) == {}
        assert not re.search(r"\{\w+\}", visit.page.locator("body").inner_text())
        assert visit.problems == []
