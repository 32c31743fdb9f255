"""Whose film it is: asked once, told by a DICOM file's age, left open where it is not said; and how good the model is there."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Locator, expect

from build_site.config import read_site_config
from build_site.serve import server
from build_site.site import build
from plainfilm import node
from tests.browser.axe import violations
from tests.browser.visit import Visit
from tests.conftest import Open, Serve
from tests.dicom_files import dicom
from tests.tiny_bundle import (
    ADULT_OFFSET,
    ADULT_TEMPERATURE,
    ADULTS,
    CHILDREN,
    TEMPERATURE,
    expected,
    film,
    of_populations,
    png,
    sign,
    write_tiny_bundle,
)

SITE = read_site_config(node.template() / "site.toml")
TITLES = {CHILDREN: "Children of one to five years", ADULTS: "Adults"}
# By brightness: a film that both read as normal, one that they read differently, one that both leave open, one that both rule in.
DARK, BETWEEN, OPEN, BRIGHT = 60, 95, 105, 150


def probability(logit: float, population: str) -> float:
    """Of pneumonia, by the definition in docs/contracts.md."""
    temperature, offset = (TEMPERATURE, 0.0) if population == CHILDREN else (ADULT_TEMPERATURE, ADULT_OFFSET)
    return 1 / (1 + math.exp(-(logit / temperature + offset)))


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folder = tmp_path_factory.mktemp("films")
    for brightness in (DARK, BETWEEN, OPEN, BRIGHT):
        (folder / f"{brightness}.png").write_bytes(png(film(brightness, 260, 300)))
    return {brightness: folder / f"{brightness}.png" for brightness in (DARK, BETWEEN, OPEN, BRIGHT)}


def logit_of(brightness: int) -> float:
    return expected(film(brightness, 260, 300)).logit[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a model that tells children from adults, and one that does not."""
    folder = tmp_path_factory.mktemp("populations")
    bundle = write_tiny_bundle(folder, **of_populations())
    groups: list[dict[str, Any]] = [
        {"split": "test", "label": label, "probabilities": [0.2 + label / 2, 0.4 + label / 2]} for label in (0, 1)
    ]
    groups += [
        {"split": "val_adults", "population": ADULTS, "label": label, "probabilities": [0.1 + label / 4]}
        for label in (0, 1)
    ]
    (bundle / "predictions.json").write_text(json.dumps({"schema_version": 1, "films": groups}), "utf-8")
    sign(bundle)
    other = write_tiny_bundle(folder, name="other", title="Another network")
    return build(folder / "dist", bundle=[bundle, other]).out


@pytest.fixture(scope="module")
def home(site: Path, serve: Serve) -> str:
    return serve(site)


@pytest.fixture(scope="module")
def place(site: Path, home: str, request: pytest.FixtureRequest) -> str:
    """The page as it is served, and in one file from a disk."""
    return home if request.param == "index.html" else (site / "standalone.html").as_uri()


def data(card: Locator) -> dict[str, str]:
    found: dict[str, str] = card.evaluate("card => ({...card.dataset})")
    return found


def saved(page: Visit, button: str) -> str:
    with page.page.expect_download() as download:
        page.page.get_by_role("button", name=button).click()
    return Path(download.value.path()).read_text("utf-8-sig")


@pytest.mark.parametrize("place", ["index.html", "standalone.html"], indirect=True)
def test_another_population_decides_every_film_anew_by_its_own_probability_and_threshold(
    visit: Open, place: str, films: dict[int, Path]
) -> None:
    page = visit(place).until_engine("ready")
    question = page.page.get_by_role("group", name="Whose film is it?")
    expect(question.get_by_role("radio")).to_have_count(3)
    expect(question.get_by_role("radio", name="not said")).to_be_checked()
    question.get_by_role("radio", name=TITLES[CHILDREN]).check()
    page.give(films[DARK], films[BETWEEN], films[BRIGHT])
    page.readings(3)
    cards = page.page.get_by_test_id("reading")
    between = cards.nth(1)
    assert [data(card)["label"] for card in cards.all()] == ["NORMAL", "PNEUMONIA", "PNEUMONIA"]
    assert data(between)["population"] == CHILDREN
    assert float(data(between)["probability"]) == pytest.approx(probability(logit_of(BETWEEN), CHILDREN), abs=1e-4)
    expect(between.locator(".whose")).to_have_text(
        f"{TITLES[CHILDREN]}: 92 of 100 films like those that the model learned from are read right."
    )
    expect(page.page.locator("#numbers .chosen")).to_have_text(re.compile(r"^Balanced, 50\.0\s%$"))
    workers = len(page.page.workers)

    page.say_whose(ADULTS)
    expect(between).to_have_attribute("data-population", ADULTS)
    expect(between).to_have_attribute("data-label", "NORMAL")
    expect(between).to_have_attribute("data-zone", "ruled-out")
    expect(cards.nth(2)).to_have_attribute("data-population", ADULTS)
    for card, brightness in zip(cards.all(), (DARK, BETWEEN, BRIGHT), strict=True):
        assert float(data(card)["probability"]) == pytest.approx(probability(logit_of(brightness), ADULTS), abs=1e-4)
        assert card.locator(".bar .chosen").evaluate("tick => tick.style.getPropertyValue('--at')") == "0.25"
    shown = between.locator(".class-row[data-class-name=PNEUMONIA] .share").inner_text()
    assert shown == f"{100 * probability(logit_of(BETWEEN), ADULTS):.1f}\u00a0%"
    expect(between.locator(".whose")).to_have_text(
        "Adults: 79 of 100 films like those that the model learned from are read right; AUROC 0.85 on films from elsewhere, which it never saw."
    )
    expect(between.locator(".operating-point")).to_contain_text(re.compile(r"25\.0\s%.*300 validation films of adults"))
    page.page.locator("#numbers > summary").click()
    expect(page.page.locator("#numbers .points label")).to_have_count(2)  # screening is balanced here, which is said
    expect(page.page.locator("#numbers .points label").first).to_have_text(
        re.compile(r"Balanced and Screening\s*the same threshold here")
    )
    expect(page.page.locator("#numbers tbody th")).to_have_text([re.compile("validation films of adults")])
    page.page.get_by_role("radio", name="Strict").check()
    expect(cards.nth(2).locator(".operating-point")).to_contain_text(re.compile(r"60\.0\s%"))
    assert len(page.page.workers) == workers
    assert page.problems == []


def test_a_phantom_is_read_as_a_film_of_the_age_that_it_was_drawn_in(visit: Open, home: str) -> None:
    page = visit(home).until_engine("ready")
    page.say_whose(ADULTS)
    page.page.locator("[data-sample='0']").click()
    (drawn,) = page.readings(1)
    assert (drawn["status"], drawn["population"]) == ("done", CHILDREN)
    page.say_whose("")
    expect(page.page.get_by_test_id("reading")).to_have_attribute("data-population", CHILDREN)


def test_where_it_is_not_said_and_matters_the_film_is_indeterminate_and_both_readings_are_told(
    visit: Open, home: str, films: dict[int, Path]
) -> None:
    page = visit(home).until_engine("ready")
    page.give(films[BETWEEN], films[OPEN], films[BRIGHT], films[DARK])
    page.readings(4)
    differs, left_open, bright, dark = page.page.get_by_test_id("reading").all()
    said = data(differs)
    assert (said["label"], said["zone"], said["population"]) == ("PNEUMONIA", "indeterminate", "")
    assert float(said["probability"]) == pytest.approx(probability(logit_of(BETWEEN), CHILDREN), abs=1e-4)
    child, adult = (f"{100 * probability(logit_of(BETWEEN), one):.1f}\u00a0%" for one in (CHILDREN, ADULTS))
    expect(differs.locator(".verdict")).to_have_text("Indeterminate")
    expect(differs.locator(".score")).to_have_text(
        "It is not said whose film this is. "
        f"{TITLES[CHILDREN]}: Indeterminate, score {child}; Adults: Not pneumonia-like, score {adult}"
    )
    expect(differs.locator(".of-population")).to_have_text(
        [re.compile("^Children.*Indeterminate$"), re.compile("^Adults.*Not pneumonia-like$")]
    )
    expect(differs.locator(".class-row .share")).to_have_text([child, adult])
    expect(differs.locator(".class-row.is-read")).to_have_count(0)
    expect(differs.locator(".whose")).to_contain_text("Adults: 79 of 100")  # the rest is said above
    expect(left_open.locator(".verdict")).to_have_text("Indeterminate")
    expect(left_open.locator(".score")).to_have_text(re.compile(r"^Children.*: score \d.*; Adults: score \d"))
    expect(bright.locator(".verdict")).to_have_text("Pneumonia-like")
    expect(dark.locator(".verdict")).to_have_text("Not pneumonia-like")
    assert (data(bright)["zone"], data(dark)["zone"]) == ("ruled-in", "ruled-out")
    expect(page.page.locator("#counts label[data-group=indeterminate] .count-number")).to_have_text("2")
    expect(page.page.locator("#numbers .chosen")).to_contain_text(f"{TITLES[CHILDREN]}, 50.0")

    document = json.loads(saved(page, "JSON"))
    first, *_, last = document["readings"]
    assert (first["population"], first["reading"], first["zone"]) == ("", "PNEUMONIA", "indeterminate")
    assert [(one["population"], one["reading"]) for one in first["by_population"]] == [
        (CHILDREN, "PNEUMONIA"),
        (ADULTS, "NORMAL"),
    ]
    assert last["file"] == f"{DARK}.png"
    differs.locator(".viewer").get_by_role("button", name="Full view").click()
    expect(page.page.locator("#full-view .whose")).to_contain_text("Adults: 79 of 100")
    assert page.problems == []


def test_the_population_stands_in_everything_that_leaves_the_page(
    visit: Open, context: BrowserContext, home: str, films: dict[int, Path]
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit(home).until_engine("ready")
    page.say_whose(ADULTS)
    page.give(films[BETWEEN])
    page.readings(1)
    (row,) = csv.DictReader(io.StringIO(saved(page, "Table (CSV)"), newline=""))
    assert (row["population"], row["reading"], row["threshold"]) == (ADULTS, "NORMAL", "0.25")
    assert float(row["probability_PNEUMONIA"]) == pytest.approx(
        probability(float(row["logit_PNEUMONIA"]), ADULTS), abs=1e-9
    )
    page.say_whose("")
    expect(page.page.get_by_test_id("reading")).to_have_attribute("data-population", "")
    (row,) = csv.DictReader(io.StringIO(saved(page, "Table (CSV)"), newline=""))
    assert (row["population"], row["reading"], row["zone"]) == ("", "PNEUMONIA", "indeterminate")
    assert (row["reading_as_children"], row["reading_as_adults"]) == ("PNEUMONIA", "NORMAL")
    assert float(row["probability_as_adults"]) == pytest.approx(
        probability(float(row["logit_PNEUMONIA"]), ADULTS), abs=1e-9
    )
    page.page.get_by_role("button", name="Copy result").click()
    expect(page.page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.page.evaluate("navigator.clipboard.readText()")
    assert "Adults: Not pneumonia-like, score " in copied
    assert "Adults: 79 of 100 films" in copied
    page.open_details()
    page.engine.get_by_text("How the engine was checked").click()
    page.page.get_by_role("button", name="Diagnostics").click()
    report = page.page.get_by_role("dialog").get_by_role("textbox").input_value()
    assert "populations: 1 not said, 0 children, 0 adults\n" in report
    page.page.keyboard.press("Escape")
    page.page.emulate_media(media="print")
    expect(page.page.locator(".reading .whose")).to_be_visible()


def write_dicom(folder: Path, name: str, **tags: Any) -> Path:
    path = folder / name
    path.write_bytes(dicom(np.array(film(BETWEEN, 260, 300), np.uint8), **tags))
    return path


def test_a_dicom_files_age_says_whose_film_it_is_whatever_was_chosen_and_goes_no_further(
    visit: Open, home: str, tmp_path: Path, films: dict[int, Path]
) -> None:
    page = visit(home).until_engine("ready")
    page.say_whose(CHILDREN)
    ages: list[tuple[dict[str, object], str]] = [
        ({"PatientAge": "047Y"}, ADULTS),
        ({"PatientAge": "047M"}, CHILDREN),
        ({"PatientAge": None, "StudyDate": "20170703"}, ADULTS),  # born in 1970, as every such file
        ({"PatientAge": "", "PatientBirthDate": "20140101", "StudyDate": "20170703"}, CHILDREN),
        ({"PatientAge": "012Y"}, ""),  # of nobody, whatever was chosen
        ({"PatientAge": "999Y"}, CHILDREN),  # as it was chosen
        ({"PatientBirthDate": "20300101", "StudyDate": "20170703"}, CHILDREN),
    ]
    files = [write_dicom(tmp_path, f"{number}.dcm", **tags) for number, (tags, _) in enumerate(ages)]
    page.give(*files, films[BRIGHT])
    readings = page.readings(len(files) + 1)
    assert [one["population"] for one in readings] == [*(population for _, population in ages), CHILDREN]
    adult, child, *_ = page.page.get_by_test_id("reading").all()
    expect(adult.locator(".whose")).to_contain_text("By the age in its file. Adults: 79 of 100")
    nobody = page.page.get_by_test_id("reading").nth(4)
    expect(nobody.locator(".whose")).to_contain_text("The age in its file belongs to none of these.")
    page.say_whose(ADULTS)
    expect(page.page.get_by_test_id("reading").last).to_have_attribute("data-population", ADULTS)
    expect(page.page.get_by_test_id("reading").nth(5)).to_have_attribute("data-population", ADULTS)
    expect(child).to_have_attribute("data-population", CHILDREN)
    written = page.page.content() + saved(page, "JSON") + saved(page, "Table (CSV)")
    written += json.dumps(page.classify(files[0])) + json.dumps(
        page.page.evaluate("({...sessionStorage, ...localStorage})")
    )
    assert not re.search(r"047Y|047M|(?<!:)\b47\b|19700101|20140101|20170703|012Y", written)
    assert page.problems == []


def test_scripts_say_whose_film_it_is_or_hear_both_readings(
    visit: Open, home: str, films: dict[int, Path], tmp_path: Path
) -> None:
    page = visit(home).until_engine("ready")
    page.say_whose(CHILDREN)
    adult = page.classify(films[BETWEEN], population=ADULTS)
    assert (adult["population"], adult["label"], adult["threshold"], adult["by_population"]) == (
        ADULTS,
        "NORMAL",
        0.25,
        [],
    )
    assert adult["probability"] == pytest.approx(probability(adult["logit"][1], ADULTS), abs=1e-9)
    for options in ({}, {"population": ""}):
        unsaid = page.classify(films[BETWEEN], **options)
        assert (unsaid["population"], unsaid["label"], unsaid["zone"]) == ("", "PNEUMONIA", "indeterminate")
        assert [one["label"] for one in unsaid["by_population"]] == ["PNEUMONIA", "NORMAL"]
        assert unsaid["message"].startswith("Indeterminate. It is not said whose film this is. ")
    dicom_file = write_dicom(tmp_path, "adult.dcm", PatientAge="047Y")
    assert page.classify(dicom_file)["population"] == ADULTS
    assert page.classify(dicom_file, population=CHILDREN)["population"] == CHILDREN
    for wrong in ("cats", None, 7, "Adults"):
        with pytest.raises(
            Error, match=r'there is no population .*: tiny knows "children", "adults", and "" for not said'
        ):
            page.classify(films[BETWEEN], population=wrong)


def test_the_answer_is_kept_for_the_visit_and_from_model_to_model(
    visit: Open, home: str, films: dict[int, Path]
) -> None:
    page = visit(home).until_engine("ready")
    page.say_whose(ADULTS)
    page.page.reload()
    page.until_engine("ready")
    question = page.page.get_by_test_id("population")
    expect(question.locator("input[value=adults]")).to_be_checked()
    page.give(films[BETWEEN])
    assert page.readings(1)[0]["population"] == ADULTS
    page.open_details()
    page.page.locator("#models > summary").click()
    page.page.get_by_role("button", name="Read with this model Another network").click()
    page.page.locator("[data-testid=engine][data-model=other][data-status=ready]").wait_for()
    expect(question).to_be_hidden()
    again = page.readings(1)[0]
    assert "population" not in again
    expect(page.page.locator(".reading .whose")).to_be_hidden()
    assert page.classify(films[BETWEEN])["population"] is None
    with pytest.raises(Error, match="other reads all films alike"):
        page.classify(films[BETWEEN], population=ADULTS)
    page.page.get_by_role("button", name="Read with this model Tiny network").click()
    page.page.locator("[data-testid=engine][data-model=tiny][data-status=ready]").wait_for()
    expect(question.locator("input[value=adults]")).to_be_checked()
    assert page.readings(1)[0]["population"] == ADULTS
    assert page.problems == []


def test_where_nothing_can_be_stored_the_answer_holds_until_the_page_is_left(
    visit: Open, context: BrowserContext, home: str, films: dict[int, Path]
) -> None:
    context.add_init_script("Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('no'); } })")
    page = visit(home).until_engine("ready")
    page.say_whose(ADULTS)
    page.give(films[BETWEEN])
    assert page.readings(1)[0]["population"] == ADULTS
    assert page.problems == []


def test_students_see_the_films_of_the_population(visit: Open, home: str) -> None:
    page = visit(home).until_engine("ready")
    section = page.page.locator("#thresholds")
    section.locator("> summary").click()
    expect(section.locator(".confusion b")).to_have_text(["2", "0", "0", "2"])
    page.say_whose(ADULTS)
    expect(section.locator("#explored option")).to_have_text(["validation films of adults"])
    expect(section.locator(".confusion b")).to_have_text(["1", "0", "0", "1"])
    expect(section.locator(".go-to button")).to_have_text(["Balanced and Screening", "Strict"])


def test_a_site_whose_model_reads_all_films_alike_does_not_ask(
    visit: Open, address: str, films: dict[int, Path]
) -> None:
    page = visit(address).until_engine("ready")
    expect(page.page.get_by_test_id("population")).to_be_hidden()
    page.give(films[DARK])
    assert "population" not in page.readings(1)[0]
    expect(page.page.locator(".reading .whose")).to_be_hidden()


def test_the_question_is_answered_by_keys_and_fits_every_width(
    browser: Browser, home: str, films: dict[int, Path]
) -> None:
    with browser.new_context(viewport={"width": 320, "height": 700}, service_workers="block") as context:
        page = Visit.to(context, home).until_engine("ready")
        page.give(films[BETWEEN])
        page.readings(1)
        page.page.get_by_role("radio", name="not said").focus()
        page.page.keyboard.press("ArrowUp")
        expect(page.page.get_by_role("radio", name="Adults")).to_be_checked()
        card = page.page.get_by_test_id("reading")
        expect(card).to_have_attribute("data-population", ADULTS)
        expect(page.page.get_by_role("radio", name="Adults")).to_be_focused()
        assert violations(page.page) == {}
        page.page.keyboard.press("ArrowDown")
        expect(card).to_have_attribute("data-population", "")
        assert violations(page.page) == {}
        for width in (320, 390, 1280):
            page.page.set_viewport_size({"width": width, "height": 700})
            assert page.page.evaluate("document.documentElement.scrollWidth") <= width
        page.page.locator("#numbers > summary").click()
        assert page.page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_it_is_asked_in_every_language_and_nothing_moves(browser: Browser, home: str, films: dict[int, Path]) -> None:
    asked: set[str] = set()
    for language in (SITE.language, *SITE.translations):
        with browser.new_context(
            locale=language, viewport={"width": 390, "height": 844}, service_workers="block"
        ) as context:
            context.add_init_script(
                "window.moved = []; new PerformanceObserver((list) => { for (const { value, hadRecentInput, sources } of list.getEntries())"
                " if (!hadRecentInput) moved.push([value, ...sources.map(({ node }) => node?.outerHTML?.slice(0, 80))]); })"
                ".observe({ type: 'layout-shift', buffered: true });"
            )
            page = Visit.to(context, home)
            expect(page.page.locator("html")).to_have_attribute("lang", language)
            page.until_engine("ready")
            page.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            assert page.page.evaluate("moved") == [], language
            question = page.page.get_by_test_id("population").locator("legend, label").all_inner_texts()
            asked.update(text.strip() for text in question)
            page.give(films[BETWEEN])
            page.readings(1)
            card = page.page.get_by_test_id("reading")
            assert not re.search(r"\{\w+\}|reading-|not-said", card.inner_text()), language
            assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
            page.say_whose(ADULTS)
            expect(card).to_have_attribute("data-population", ADULTS)
            assert page.problems == []
    assert len(asked) == 4 * (1 + len(SITE.translations)) - 1, "adults are called the same in Spanish and Portuguese"


@pytest.fixture(scope="module")
def embedding(site: Path) -> Iterator[str]:
    with server(site, embedding=True) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()


def test_pages_of_others_say_by_an_attribute_whose_films_they_are(
    visit: Open, serve: Serve, embedding: str, tmp_path: Path, films: dict[int, Path]
) -> None:
    body = '<plainfilm-reader population="adults"></plainfilm-reader>'
    (tmp_path / "index.html").write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Another page</title>'
        f'<script type="module" src="{embedding}plainfilm.js"></script><main><h1>Another page</h1>{body}</main></html>',
        "utf-8",
    )
    page = visit(serve(tmp_path))
    page.page.locator("plainfilm-reader input").set_input_files(str(films[BETWEEN]))
    reading = page.page.get_by_test_id("reading")
    expect(reading).to_have_attribute("data-status", "done")
    expect(reading.locator(".verdict")).to_have_text("Not pneumonia-like")
    expect(reading.locator(".whose")).to_contain_text("Adults: 79 of 100")
    expect(reading).to_have_attribute("data-population", ADULTS)
    page.page.evaluate("document.querySelector('plainfilm-reader').removeAttribute('population')")
    expect(reading.locator(".score")).to_contain_text("It is not said whose film this is")
    assert violations(page.page) == {}
    assert page.problems == []
    page.page.evaluate("document.querySelector('plainfilm-reader').setAttribute('population', 'cats')")
    expect(reading).to_have_attribute("data-population", "")
    assert page.problems == [
        '<plainfilm-reader>: there is no population "cats": tiny knows "children", "adults", and "" for not said'
    ]
