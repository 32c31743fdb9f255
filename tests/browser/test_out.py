"""What leaves the page, for the visitor alone: CSV, JSON, a printed report, the clipboard, diagnostics."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect

from tests.browser.visit import Visit
from tests.conftest import Open
from tests.tiny_bundle import expected, film, png

Films = dict[str, Path]
NAMES = ("=cmd().png", 'Lunge, "links" – 胸片.png', "black.png", "cut.png")
# No clipboard that a page may write to, as on a site without TLS.
NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined });"


def give_films(page: Visit, films: Films) -> None:
    """A film whose name is a formula, one with a difficult name, one that is refused and one that is damaged."""
    contents = [films[name].read_bytes() for name in ("bright", "dark", "black", "cut")]
    page.give(*({"name": n, "mimeType": "image/png", "buffer": b} for n, b in zip(NAMES, contents, strict=True)))
    page.readings(len(NAMES))


def saved(page: Visit, button: str, folder: Path) -> bytes:
    """The bytes of the file that a button saves."""
    with page.page.expect_download() as download:
        page.page.get_by_role("button", name=button).click()
    assert re.fullmatch(r"readings-\d{4}-\d\d-\d\dT\d{6}Z\.(csv|json|xlsx)", download.value.suggested_filename)
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path.read_bytes()


def test_nothing_can_be_saved_before_a_film_is_finished(visit: Open, numbers_address: str, films: Films) -> None:
    page = visit(numbers_address).until_engine("ready")
    expect(page.page.locator("#save-csv")).to_be_disabled()
    page.give(films["bright"])
    page.readings(1)
    expect(page.page.locator("#save-csv")).to_be_enabled()
    expect(page.page.locator("#save-csv-plain")).to_be_hidden()  # English: one table for spreadsheets and programs


def test_the_table_holds_every_film_and_no_formula(
    visit: Open, numbers_page: str, numbers_site: Path, films: Films, tmp_path: Path
) -> None:
    page = visit(numbers_page).until_engine("ready")
    give_films(page, films)
    requests = len(page.requests)
    data = saved(page, "Table (CSV)", tmp_path)
    saved(page, "JSON", tmp_path)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row["file"] for row in rows] == ["'" + NAMES[0], *NAMES[1:]]
    assert [row["status"] for row in rows] == ["done", "done", "refused", "error"]
    assert [row["reading"] for row in rows] == ["PNEUMONIA", "NORMAL", "", ""]
    assert [row["reason"] for row in rows] == ["", "", "not-a-chest-xray", "unreadable"]
    said = expected(film(150, 520, 600))
    bright, _, black, _ = rows
    assert float(bright["probability_PNEUMONIA"]) == pytest.approx(said.probability[1], abs=1e-5)
    assert float(bright["logit_PNEUMONIA"]) == pytest.approx(said.logit[1], abs=1e-4)
    assert float(bright["ood_score"]) == pytest.approx(said.ood_score, abs=1e-5)
    assert (bright["operating_point"], bright["threshold"], bright["zone"]) == ("balanced", "0.45", "ruled-in")
    assert (bright["overridden"], bright["backend"]) == ("false", page.engine.get_attribute("data-backend"))
    assert (black["probability_PNEUMONIA"], black["operating_point"]) == ("", "")
    metadata = next(numbers_site.glob("models/*/metadata.json")).read_bytes()
    for row in rows:
        assert row["model"] == "tiny"
        assert row["model_sha256"] == hashlib.sha256(metadata).hexdigest()
        assert row["precision"] == "float32"
        assert "not a medical device" in row["disclaimer"]
        assert row["app_version"] == page.page.evaluate("window.plainfilm.version")
        assert abs((datetime.now(UTC) - datetime.fromisoformat(row["date"])).total_seconds()) < 600
    assert page.asked_since(requests) == []
    assert page.problems == []


def test_what_the_buttons_do_is_loaded_when_the_page_is_first_used_and_tried_anew_where_it_could_not_be(
    visit: Open, numbers_address: str, films: Films, tmp_path: Path
) -> None:
    page = visit(numbers_address)
    asked: list[bool] = []
    is_there = False

    def answer(route: Route) -> None:
        asked.append(is_there)
        route.continue_() if is_there else route.abort()

    page.page.route("**/later-*.js", answer)
    page.until_engine("ready")
    assert asked == [], "not before somebody is there"
    with page.page.expect_event("requestfailed"):
        page.page.mouse.move(30, 30)
    page.give(films["bright"])
    page.readings(1)
    page.page.locator("#save-csv").click()
    expect(page.page.locator("#intake-status")).to_contain_text("could not be loaded")
    page.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.page.emulate_media(media="print")
    expect(page.page.locator("#print-summary")).to_be_hidden()  # rather than an empty table
    page.page.emulate_media(media="screen")
    is_there = True
    assert saved(page, "Table (CSV)", tmp_path).startswith(b"\xef\xbb\xbffile,")
    expect(page.page.locator("#intake-status")).to_be_empty()
    assert asked[-3:] == [False, False, True]


def test_the_browsers_own_menu_prints_the_summary_where_nothing_was_pressed_before(
    visit: Open, numbers_page: str, films: Films
) -> None:
    page = visit(numbers_page).until_engine("ready")
    summary = page.page.locator("#print-summary")
    given = [films["bright"], films["black"], films["notes"], *[films["dark"]] * 9]
    page.give(*given)  # by a program: nobody moved, pressed or dragged anything
    page.readings(len(given))
    page.page.wait_for_function(
        """() => {
          dispatchEvent(new Event("beforeprint"));
          return document.querySelectorAll("#print-summary tbody tr").length === 12;
        }"""
    )
    # However far from the view: eleven are films.
    with_picture = """all => all.filter((one) => (
      one.querySelector(".film img")?.naturalWidth > 0 || one.querySelector("img.paper") !== null
    )).length"""
    assert page.page.locator(".reading figure").evaluate_all(with_picture) == len(given) - 1
    page.page.emulate_media(media="print")
    expect(summary).to_be_visible()
    empty = "all => all.filter((one) => one.checkVisibility() && one.querySelector('.film img[src], img.paper') === null).length"
    assert page.page.locator(".reading figure").evaluate_all(empty) == 0, "no black boxes where there is no picture"
    page.page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.page.locator("img.paper")).to_have_count(0)
    assert len(re.findall(rb"/Subtype /Image\b", page.page.pdf(format="A4"))) >= len(given) - 1
    assert page.problems == []


def test_a_workbook_opens_in_a_spreadsheet_and_a_table_is_written_as_the_country_has_it(
    browser: Browser, numbers_page: str, films: Films, tmp_path: Path
) -> None:
    with browser.new_context(
        locale="de-DE", viewport={"width": 1280, "height": 900}, service_workers="block"
    ) as context:
        page = Visit.to(context, numbers_page).until_engine("ready")
        give_films(page, films)
        requests = len(page.requests)
        book = openpyxl.load_workbook(io.BytesIO(saved(page, "Workbook (XLSX)", tmp_path)))
        local = saved(page, "Table (CSV)", tmp_path).decode("utf-8-sig")
        (plain,) = [*csv.DictReader(io.StringIO(saved(page, "CSV for programs", tmp_path).decode("utf-8-sig")))][:1]
        asked = {Path(address).name.partition("-")[0] for address in page.asked_since(requests)}
        assert asked <= {"formats"}, "what makes them, and nothing else"
        assert page.problems == []
    assert book.sheetnames == ["readings", "about"]
    sheet = book["readings"]
    assert sheet.freeze_panes == "A2"
    header, *rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    bright = dict(zip(header, rows[0], strict=True))
    assert [row[0] for row in rows] == list(NAMES)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert sheet["A2"].quotePrefix
    said = expected(film(150, 520, 600))
    assert bright["probability_PNEUMONIA"] == pytest.approx(said.probability[1], abs=1e-5)
    assert bright["pneumonia %"] == pytest.approx(100 * said.probability[1], abs=0.06)
    assert (bright["overridden"], bright["width"]) == (False, 520)
    assert abs((datetime.now(UTC).replace(tzinfo=None) - bright["date"]).total_seconds()) < 600
    about = {row[0]: row[1] for row in book["about"].iter_rows(values_only=True)}
    assert (about["model"], about["films"], about["films: refused, not-a-chest-xray"], about["files left out"]) == (
        "tiny",
        4,
        1,
        0,
    )
    assert "not a medical device" in about["disclaimer"]
    (semicolons,) = [*csv.DictReader(io.StringIO(local), delimiter=";")][:1]
    assert semicolons["pneumonia %"] == str(bright["pneumonia %"]).replace(".", ",")
    assert semicolons.keys() == plain.keys()
    assert {name: value.replace(",", ".") for name, value in semicolons.items() if name.startswith("logit")} == {
        name: value for name, value in plain.items() if name.startswith("logit")
    }


def test_json_says_the_same_at_the_chosen_operating_point(
    visit: Open, numbers_page: str, films: Films, tmp_path: Path
) -> None:
    page = visit(numbers_page).until_engine("ready")
    give_films(page, films)
    page.page.locator("#numbers > summary").click()
    page.page.get_by_role("radio", name="Screening").check()
    document: dict[str, Any] = json.loads(saved(page, "JSON", tmp_path))
    assert (document["model"], "not a medical device" in document["disclaimer"]) == ("tiny", True)
    _, dark, black, _ = document["readings"]
    assert [one["file"] for one in document["readings"]] == list(NAMES)
    assert (dark["reading"], dark["operating_point"], dark["threshold"]) == ("PNEUMONIA", "screening", 0.2)
    assert [one["class_name"] for one in dark["classes"]] == ["NORMAL", "PNEUMONIA"]
    assert dark["indeterminate_zone"] == {"from": 0.2, "to": 0.7}
    assert (black["status"], black["reading"], black["classes"]) == ("refused", None, [])


def test_one_films_result_is_copied(visit: Open, context: BrowserContext, numbers_address: str, films: Films) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit(numbers_address).until_engine("ready")
    page.give(films["bright"])
    page.readings(1)
    page.page.get_by_role("button", name="Copy result").click()
    expect(page.page.get_by_role("button", name="Copied")).to_be_visible()
    lines = page.page.evaluate("navigator.clipboard.readText()").splitlines()
    assert lines[0] == "bright.png"
    assert re.fullmatch(r"Pneumonia-like\. Score \d\d\.\d\s%, above the balanced point 45\.0\s%", lines[1])
    assert not any("normal" in line for line in lines)
    assert "not a medical device" in "".join(lines)
    assert re.search(r"tiny \(SHA-256 [0-9a-f]{16}…, float32\)", lines[-1])


def test_a_page_that_may_not_use_the_clipboard_copies_what_is_selected_or_shows_it(
    visit: Open, context: BrowserContext, numbers_address: str, films: Films
) -> None:
    context.add_init_script(NO_CLIPBOARD)
    page = visit(numbers_address).until_engine("ready")
    page.give(films["bright"])
    page.readings(1)
    button = page.page.get_by_role("button", name="Copy result")
    button.click()
    expect(page.page.get_by_role("button", name="Copied")).to_be_visible()
    expect(page.page.get_by_role("button", name="Copy result")).to_be_visible()
    page.page.evaluate("document.execCommand = () => false")
    button.click()
    dialog = page.page.get_by_role("dialog", name="copy it from here")
    expect(dialog.get_by_role("textbox")).to_have_value(re.compile("^bright.png\nPneumonia-like. Score "))
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


def test_the_diagnostics_say_what_ran_and_name_no_film(visit: Open, numbers_page: str, films: Films) -> None:
    page = visit(numbers_page).until_engine("ready")
    give_films(page, films)
    page.open_details()
    page.engine.get_by_text("How the engine was checked").click()
    page.page.get_by_role("button", name="Diagnostics").click()
    text = page.page.get_by_role("dialog").get_by_role("textbox").input_value()
    assert re.search(r"^model: tiny, float32, SHA-256 [0-9a-f]{64}$", text, re.MULTILINE)
    assert re.search(r"^check wasm: every parity case right, [\d.]+ ms$", text, re.MULTILINE)
    assert re.search(r"^browser: Mozilla/.*Chrome", text, re.MULTILINE)
    assert re.search(r"^films: 2 done, 1 refused \(not-a-chest-xray\), 1 error \(unreadable\)$", text, re.MULTILINE)
    assert re.search(r"^time for one film: median \d+ ms", text, re.MULTILINE)
    assert ".png" not in text


def test_diagnostics_are_there_when_the_engine_failed(
    visit: Open, context: BrowserContext, numbers_address: str
) -> None:
    context.route("**/*.bin", lambda route: route.abort())
    page = visit(numbers_address).until_engine("failed")
    page.page.locator("[data-testid=engine] summary").click()
    page.page.get_by_role("button", name="Diagnostics").click()
    text = page.page.get_by_role("dialog").get_by_role("textbox").input_value()
    assert re.search(r"^engine: failed: .*\.bin cannot be reached$", text, re.MULTILINE)


def test_a_report_has_one_film_a_page_with_all_that_belongs_beside_it(
    visit: Open, numbers_page: str, films: Films, tmp_path: Path
) -> None:
    page = visit(numbers_page).until_engine("ready")
    many = []
    for brightness in range(60, 180, 20):  # more than fit on the screen
        many.append(tmp_path / f"{brightness}.png")
        many[-1].write_bytes(png(film(brightness, 520, 600)))
    page.give(*many, films["black"])
    page.readings(len(many) + 1)
    page.page.get_by_label("Show heat map").check()
    page.page.evaluate(
        """void (window.print = () => {
          document.body.dataset.printed = document.querySelectorAll("canvas:not([hidden])").length;
        })"""
    )
    page.page.get_by_role("button", name="Print a report").click()
    # Every film that was read has its heat map by then.
    expect(page.page.locator("body")).to_have_attribute("data-printed", str(len(many)))
    pages = len(re.findall(rb"/Type /Page\b", page.page.pdf(format="A4")))
    assert pages == 1 + len(many) + 1, "a summary comes first"
    page.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.page.emulate_media(media="print")
    for hidden in (
        ".masthead",
        ".intake",
        ".engine",
        ".toolbar",
        ".heat-row",
        "#numbers",
        ".about",
        ".copy",
        ".anyway",
        ".more summary",
    ):
        expect(page.page.locator(hidden).first).to_be_hidden()
    summary = page.page.locator("#print-summary")
    expect(summary).to_be_visible()
    expect(summary.locator("tbody tr")).to_have_count(len(many) + 1)
    expect(summary).to_contain_text("SHA-256")
    expect(summary).to_contain_text("Balanced")
    expect(summary).to_contain_text("not a medical device")
    page.page.evaluate("delete document.body.dataset.printed")
    page.page.keyboard.press("Control+p")  # as good as the button
    expect(page.page.locator("body")).to_have_attribute("data-printed", str(len(many)))
    said = page.page.locator(".on-paper:visible")
    expect(said).to_have_text(
        [
            "Heat map: Colours the parts of a film that were evidence for pneumonia; a hint at what the network saw, not a finding."
        ]
        * len(many)
    )
    for card in page.page.get_by_test_id("reading").all():
        expect(card.locator(".caution")).to_contain_text("not a medical device")
        expect(card.locator(".caution")).to_be_visible()
        expect(card.locator(".provenance")).to_be_visible()
        expect(card.locator(".provenance")).to_contain_text(re.compile(r"tiny \(SHA-256 [0-9a-f]{16}…, float32\)"))
    assert page.problems == []
