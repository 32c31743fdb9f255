"""Numbers one can use: the operating point, predictive values where one works, and a threshold to move."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.visit import Visit
from tests.conftest import Open
from tests.tiny_bundle import expected, film

Films = dict[str, Path]


def readings(page: Visit) -> list[str | None]:
    cards = page.page.get_by_test_id("reading").all()
    return [card.get_attribute("data-label") for card in cards]


def test_another_operating_point_reads_every_film_again(visit: Open, numbers_page: str, films: Films) -> None:
    page = visit(numbers_page).until_engine("ready")
    page.give(films["dark"], films["black"])
    page.readings(2)
    probability = expected(film(60, 640, 520)).probability[1]
    assert 0.2 < probability < 0.45
    dark = page.page.get_by_test_id("reading").first
    assert readings(page) == ["NORMAL", None]
    expect(dark.locator(".operating-point")).to_contain_text(
        re.compile(r"45\.0\s%.*sensitivity 95\.0\s%.*624 test films")
    )
    page.page.locator("#numbers > summary").click()
    page.page.get_by_role("radio", name="Screening").check()
    expect(dark).to_have_attribute("data-label", "PNEUMONIA")
    expect(dark.locator(".verdict")).to_have_text("Indeterminate")
    expect(dark.locator(".score")).to_contain_text("By the screening point alone: Pneumonia-like")
    expect(dark.locator(".operating-point")).to_contain_text(re.compile(r"20\.0\s%.*sensitivity 99\.0\s%"))
    assert dark.locator(".bar .chosen").evaluate("tick => tick.style.getPropertyValue('--at')") == "0.2"
    assert readings(page) == ["PNEUMONIA", None], "a refused film is read at no operating point"
    page.give(films["dark"])
    assert page.readings(3)[2]["label"] == "PNEUMONIA", "films that come later are read at it too"
    assert page.classify(films["dark"])["label"] == "NORMAL", "scripts hear the default"
    page.page.keyboard.press("Tab")
    page.page.get_by_role("radio", name="Screening").press("ArrowLeft")
    expect(dark).to_have_attribute("data-label", "NORMAL")
    assert page.problems == []


def test_the_prevalence_that_is_typed_gives_predictive_values(visit: Open, numbers_page: str, films: Films) -> None:
    page = visit(numbers_page).until_engine("ready")
    page.give(films["dark"])
    page.page.locator("#numbers > summary").click()
    cells = page.page.locator("#numbers tbody tr").nth(1).locator("td")
    expect(page.page.locator("#numbers tbody th")).to_have_text(
        [re.compile("validation films"), re.compile("test films")]
    )
    expect(cells).to_have_text([re.compile("95.0"), re.compile("88.0"), "–", "–"])
    prevalence = page.page.get_by_label("Of 100 people whose films you read, how many have pneumonia?")
    prevalence.fill("10")
    ppv, npv = 0.095 / (0.095 + 0.12 * 0.9), 0.88 * 0.9 / (0.88 * 0.9 + 0.05 * 0.1)
    low, high = 0.093 / (0.093 + 0.14 * 0.9), 0.096 / (0.096 + 0.11 * 0.9)
    expect(cells.nth(2)).to_have_text(f"{ppv * 100:.1f}\u00a0%({low * 100:.1f}–{high * 100:.1f})")
    expect(cells.nth(3)).to_contain_text(f"{npv * 100:.1f}")
    page.page.get_by_role("radio", name="Strict").check()
    expect(cells.nth(0)).to_contain_text("80.0")
    expect(cells.nth(2)).to_contain_text(f"{0.08 / (0.08 + 0.03 * 0.9) * 100:.1f}")
    prevalence.fill("120")
    expect(cells.nth(2)).to_have_text("–")


def test_a_threshold_moves_the_confusion_matrix_and_both_charts(visit: Open, numbers_page: str) -> None:
    page = visit(numbers_page).until_engine("ready")
    requests = len(page.requests)
    section = page.page.locator("#thresholds")
    assert section.locator("svg").count() == 0, "nothing is drawn before it is opened"
    section.locator("> summary").click()
    matrix = section.locator(".confusion b")
    expect(matrix).to_have_text(["8", "2", "2", "6"])
    expect(section.get_by_label("Films")).to_have_value("test")
    measures = section.locator("[data-measure]")
    expect(measures).to_have_text([re.compile(rf"^{share}\s%$") for share in ("80.0", "75.0", "80.0", "75.0", "77.8")])
    roc = section.get_by_role("img", name=re.compile(r"^ROC curve with an area of 0\.93[78] .* sensitivity 80\.0\s%"))
    dot = roc.locator(".marker")
    assert float(dot.get_attribute("cx") or "") == pytest.approx(44 + 300 * 0.25)
    assert float(dot.get_attribute("cy") or "") == pytest.approx(8 + 300 * 0.2)
    section.get_by_role("button", name="Strict").click()
    expect(matrix).to_have_text(["8", "2", "0", "8"])
    slider = section.get_by_role("slider", name="Threshold")
    expect(slider).to_have_attribute(
        "aria-valuetext", re.compile(r"^70\.0\s%: sensitivity 80\.0\s%, specificity 100\.0\s%$")
    )
    slider.press("Home")
    expect(matrix).to_have_text(["10", "0", "8", "0"])
    slider.press("ArrowRight")
    expect(section.locator("#threshold-value")).to_have_text(re.compile(r"^1\.0\s%$"))
    slider.press("End")
    expect(matrix).to_have_text(["1", "9", "0", "8"])
    expect(measures.nth(2)).to_have_text(re.compile(r"^100\.0"))
    section.get_by_label("Films").select_option("validation films")
    expect(matrix).to_have_text(["0", "1", "0", "1"])
    expect(measures.nth(2)).to_have_text("–")
    for table, rows in ((".roc", 11), (".reliability", 10)):
        section.locator(f"{table} details > summary").click()
        expect(section.locator(f"{table} tbody tr")).to_have_count(rows)
    names = [address.rpartition("/")[2] for address in page.asked_since(requests)]
    assert names in ([], ["predictions.json"]), "once, when it is opened"
    assert page.problems == []


def test_a_bundle_without_predictions_has_no_such_section(visit: Open, address: str, films: Films) -> None:
    page = visit(address).until_engine("ready")
    expect(page.page.locator("#thresholds")).to_be_hidden()
    page.give(films["bright"])
    page.readings(1)
    page.page.locator("#numbers > summary").click()
    assert page.page.get_by_role("radio").count() == 0, "one operating point leaves nothing to choose"
    assert page.problems == []


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_of_it_is_cut_off_at_any_width(
    context: BrowserContext, numbers_address: str, films: Films, width: int
) -> None:
    page = Visit.to(context, numbers_address).until_engine("ready")
    page.page.set_viewport_size({"width": width, "height": 800})
    page.give(films["bright"])
    page.readings(1)
    page.page.locator("#numbers > summary").click()
    page.page.locator("#thresholds > summary").click()
    expect(page.page.locator("#thresholds svg")).to_have_count(2)
    assert page.page.evaluate("document.documentElement.scrollWidth") <= width
