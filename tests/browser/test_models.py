"""Several models on one page: the choice, the address, and that everything follows the model that reads."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.conftest import ADULTS
from tests.browser.visit import Visit
from tests.conftest import Open

Films = dict[str, Path]


def choose(visit: Visit, title: str) -> None:
    models = visit.page.locator("#models")
    if models.get_attribute("open") is None:
        visit.open_details()
        models.locator("> summary").click()
    # Asked of the whole page, a role takes Playwright nearly a second of the page's thread when there are many films.
    models.get_by_role("button", name=f"Read with this model {title}").click()


def until_model(visit: Visit, name: str) -> None:
    visit.page.locator(f"[data-testid=engine][data-model={name}][data-status=ready]").wait_for(timeout=60_000)


def test_another_model_is_fetched_when_it_is_chosen_and_reads_every_film_again(
    visit: Open, two_models_address: str, films: Films
) -> None:
    page = visit(two_models_address).until_engine("ready")
    assert not any("/models/other" in request for request in page.requests)
    page.give(films["bright"], films["black"], films["notes"])
    first = page.readings(3)
    choose(page, "Another network")
    until_model(page, "other")
    again = page.readings(3)
    assert any("/models/other" in request for request in page.requests)
    assert [one["status"] for one in again] == [one["status"] for one in first] == ["done", "refused", "error"]
    card = page.page.get_by_test_id("reading").first
    expect(card.locator(".provenance")).to_contain_text("other (SHA-256")
    expect(card.locator(".caution")).to_contain_text(ADULTS)
    expect(page.page.locator("#disclaimer")).to_contain_text(ADULTS)
    expect(page.page.locator("[data-about=other]")).to_be_visible()
    expect(page.page.locator("[data-about=tiny]")).to_be_hidden()
    expect(page.page.get_by_role("link", name=re.compile("Model card: everything"))).to_have_attribute(
        "href", "model-card-other.html"
    )
    with page.page.context.expect_page() as beside:
        page.page.get_by_role("link", name="Model card", exact=True).click()
    expect(beside.value.get_by_role("heading", level=1)).to_have_text("Model card: Another network")
    expect(beside.value.get_by_role("link", name="Plainfilm")).to_have_attribute("href", "index.html?model=other")
    page.page.locator("#numbers > summary").click()
    expect(page.page.locator("[name=operating-point]")).to_have_count(3)
    page.page.locator("#thresholds > summary").click()
    expect(page.page.locator("#thresholds .chart svg")).to_have_count(2)
    assert page.classify(films["bright"])["model"] == "other"
    with page.page.expect_download() as download:
        page.page.get_by_role("button", name="JSON").click()
    saved = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert saved["model"] == "other"
    assert len(page.page.workers) == 1, "the engine before is gone"
    assert page.problems == []


def test_the_choice_stands_in_the_address_and_can_be_linked(visit: Open, two_models_address: str) -> None:
    page = visit(two_models_address).until_engine("ready")
    choose(page, "Another network")
    until_model(page, "other")
    assert page.page.url.endswith("?model=other")
    page.page.reload()
    until_model(page, "other")
    expect(page.page.get_by_text("Reads with", exact=False)).to_have_count(0)


def test_another_language_keeps_the_model(visit: Open, two_models_address: str) -> None:
    page = visit(two_models_address).until_engine("ready")
    choose(page, "Another network")
    page.page.locator(".languages summary").click()
    page.page.locator(".languages").get_by_role("link", name="Español").click()
    expect(page.page.locator("html")).to_have_attribute("lang", "es")
    until_model(page, "other")


def test_with_many_films_another_model_reads_every_one_again(
    visit: Open, two_models_address: str, films: Films
) -> None:
    page = visit(two_models_address).until_engine("ready")
    page.give(films["bright"])
    page.give(*({"name": f"{n}.png", "mimeType": "", "buffer": b"Dear colleague"} for n in range(499)))
    page.readings(500)
    choose(page, "Another network")
    until_model(page, "other")
    expect(page.page.locator("#summary")).to_have_text("500 of 500 done", timeout=60_000)
    expect(page.page.get_by_test_id("reading").first.locator(".provenance")).to_contain_text("other (SHA-256")


def test_axe_finds_nothing_where_there_is_a_choice_of_models(
    visit: Open, two_models_address: str, films: Films
) -> None:
    page = visit(f"{two_models_address}?model=none").until_engine("ready")
    page.page.locator("#models > summary").click()
    assert violations(page.page) == {}
    page.page.context.route("**/models/other-*/*.bin", lambda route: route.abort())
    choose(page, "Another network")
    page.until_engine("failed")
    page.give(films["bright"])
    page.readings(1)
    assert violations(page.page) == {}


def test_a_model_that_is_not_there_is_named_and_the_default_reads(visit: Open, two_models_address: str) -> None:
    page = visit(f"{two_models_address}?model=<b>best</b>").until_engine("ready")
    assert page.engine.get_attribute("data-model") == "tiny"
    expect(page.page.locator("#model-missing")).to_have_text(
        "This page has no model called <b>best</b>; it reads with Tiny network for tests."
    )


def test_after_a_model_that_cannot_be_fetched_another_reads_the_films(
    visit: Open, two_models_address: str, films: Films
) -> None:
    page = visit(two_models_address).until_engine("ready")
    page.give(films["bright"])
    page.readings(1)
    page.page.context.route("**/models/other-*/*.bin", lambda route: route.abort())
    choose(page, "Another network")
    page.until_engine("failed")
    page.page.locator("[data-testid=reading][data-reason=engine-failed]").wait_for()
    choose(page, "Tiny network for tests")
    until_model(page, "tiny")
    page.page.locator("[data-testid=reading][data-status=done]").wait_for()


def test_the_list_is_worked_by_keyboard_and_says_what_reads(visit: Open, two_models_address: str) -> None:
    page = visit(two_models_address).until_engine("ready")
    page.page.locator("#models > summary").focus()
    page.page.keyboard.press("Enter")
    expect(page.page.locator("#models")).to_contain_text("AUROC\u00a00.966 (0.951–0.979)")
    expect(page.page.locator("#models [aria-pressed=true]")).to_have_attribute("data-model", "tiny")
    for _ in range(2):
        page.page.keyboard.press("Tab")
    page.page.keyboard.press("Enter")
    until_model(page, "other")
    expect(page.page.locator("#models [aria-pressed=true]")).to_have_attribute("data-model", "other")


def test_the_page_in_one_file_holds_the_default_and_says_what_it_leaves_out(visit: Open, two_models: Path) -> None:
    page = visit((two_models / "standalone.html").as_uri()).until_engine("ready")
    assert page.engine.get_attribute("data-model") == "tiny"
    expect(page.page.get_by_text("This file holds one model")).to_contain_text("Another network")
    assert page.page.locator("#models").count() == 0
