"""Kinds of files: DICOM and its kin, TIFF, deep PNG, and what is broken; served and from a disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.film_files import BRIGHT, FILMS, given, outcome
from tests.browser.visit import Visit
from tests.conftest import Open
from tests.dicom_files import dicom
from tests.shared import DICOM, needs_dicom
from tests.tiny_bundle import SIZE, expected_of_pixels
from training.films.preprocessing import ImageConverter, convert, decode

CONVERTER = ImageConverter(height=SIZE, width=SIZE, channels=1, view="square")


def logit_by_python(data: bytes) -> float:
    return expected_of_pixels(convert(decode(data), CONVERTER)[..., 0].tolist()).logit[1]


def test_dicom_tiff_and_deep_png_are_read_as_python_reads_them_and_are_shown(visit: Open, place: str) -> None:
    page = visit(place).until_engine("ready")
    page.give(*(given(name, data) for name, data in FILMS.items()))
    readings = page.readings(len(FILMS))
    assert outcome(readings) == [(name, "done", None) for name in FILMS]
    for name, reading in zip(FILMS, readings, strict=True):
        said = expected_of_pixels(convert(decode(FILMS[name]), CONVERTER)[..., 0].tolist())
        assert float(reading["probability"]) == pytest.approx(said.probability[1], abs=2e-5), name
    for picture in page.page.locator(".reading img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("naturalWidth", 260)
    assert page.problems == []


def test_what_opens_dicom_is_loaded_when_the_first_one_comes_and_from_nowhere_else(
    visit: Open, address: str, films: dict[str, Path]
) -> None:
    page = visit(address).until_engine("ready")
    page.give(films["bright"])
    page.readings(1)
    assert [url for url in page.requests if "formats-" in url] == []
    loaded = len(page.requests)
    page.give(given("raw.dcm", FILMS["raw.dcm"]), given("deep.png", FILMS["deep.png"]))
    page.readings(3)
    (asked,) = page.asked_since(loaded)
    assert asked.startswith(f"{address}assets/formats-")


def test_a_dicom_that_cannot_be_opened_because_the_network_is_gone_says_so_and_harms_no_other(
    context: BrowserContext, address: str, films: dict[str, Path]
) -> None:
    page = Visit.to(context, address).until_engine("ready")
    gone = True
    context.route("**/formats-*", lambda route: route.abort() if gone else route.continue_())
    page.give(given("raw.dcm", FILMS["raw.dcm"]), given("bright.png", films["bright"].read_bytes()))
    assert outcome(page.readings(2)) == [("raw.dcm", "error", "no-decoder"), ("bright.png", "done", None)]
    gone = False
    page.give(given("again.dcm", FILMS["raw.dcm"]))
    assert outcome(page.readings(3))[2] == ("again.dcm", "done", None)


def test_a_film_that_says_it_is_something_else_is_read_only_at_the_visitors_word(visit: Open, place: str) -> None:
    page = visit(place).until_engine("ready")
    said = {
        "ct.dcm": ({"Modality": "CT"}, "other-modality", "modality is CT"),
        "hand.dcm": ({"BodyPartExamined": "HAND"}, "other-body-part", "than the chest (HAND)"),
        "side.dcm": ({"ViewPosition": "LL"}, "lateral", "not a frontal view (LL)"),
    }
    page.give(*(given(name, dicom(BRIGHT, **tags)) for name, (tags, _, _) in said.items()))
    readings = page.readings(3)
    assert outcome(readings) == [(name, "refused", reason) for name, (_, reason, _) in said.items()]
    assert [reading.get("label") for reading in readings] == [None] * 3
    cards = page.page.get_by_test_id("reading")
    for index, (_, _, sentence) in enumerate(said.values()):
        expect(cards.nth(index).locator(".verdict")).to_contain_text(sentence)
    cards.nth(1).get_by_role("button", name="Read anyway").click()
    expect(cards.nth(1)).to_have_attribute("data-status", "done")
    expect(cards.nth(1)).to_have_attribute("data-overridden", "")
    expect(cards.nth(1)).not_to_have_attribute("data-reason", "other-body-part")
    expect(cards.nth(1)).to_contain_text("Read on request")
    expect(cards.nth(1).get_by_role("button", name="Read anyway")).to_be_hidden()
    assert [reading["status"] for reading in page.readings(3)] == ["refused", "done", "refused"]
    assert page.problems == []


def test_scripts_hear_what_a_file_says_and_can_insist(visit: Open, address: str, tmp_path: Path) -> None:
    (tmp_path / "ct.dcm").write_bytes(dicom(np.stack([BRIGHT, BRIGHT]), Modality="CT"))
    page = visit(address)
    refused = page.classify(tmp_path / "ct.dcm")
    assert (refused["status"], refused["reason"], refused["seen"]) == ("refused", "other-modality", "CT")
    assert (refused["label"], refused["probabilities"], refused["overridden"]) == (None, [], False)
    read = page.classify(tmp_path / "ct.dcm", anyway=True)
    assert (read["status"], read["reason"], read["label"]) == ("done", None, "PNEUMONIA")
    assert (read["overridden"], read["frames"], read["width"]) == (True, 2, 260)
    assert "Secret" not in str(refused) + str(read)


def test_a_refused_picture_of_any_kind_can_be_read_anyway(visit: Open, address: str, films: dict[str, Path]) -> None:
    page = visit(address).until_engine("ready")
    page.give(films["black"], films["bright"])
    assert outcome(page.readings(2))[0] == ("black.png", "refused", "not-a-chest-xray")
    page.page.get_by_role("button", name="Read anyway").click()
    card = page.page.get_by_test_id("reading").first
    expect(card).to_have_attribute("data-status", "done")
    expect(card).to_have_attribute("data-overridden", "")
    expect(page.page.get_by_test_id("reading").nth(1)).not_to_have_attribute("data-overridden", "")


def test_of_a_file_with_several_pictures_the_first_is_read_and_that_is_said(visit: Open, address: str) -> None:
    page = visit(address).until_engine("ready")
    page.give(given("two.dcm", dicom(np.stack([BRIGHT, 255 - BRIGHT]))))
    assert page.readings(1)[0]["label"] == "PNEUMONIA"
    expect(page.page.get_by_test_id("reading")).to_contain_text("The file has 2 pictures; this is the first.")


def test_nothing_of_the_patient_is_on_the_page(visit: Open, address: str) -> None:
    page = visit(address).until_engine("ready")
    page.give(given("film.dcm", FILMS["raw.dcm"]), given("ct.dcm", dicom(BRIGHT, Modality="CT")))
    page.readings(2)
    content = page.page.content()
    assert not any(secret in content for secret in ("Secret", "SECRET-ID", "19700101"))


def test_broken_files_of_every_kind_say_so_and_lose_no_other(visit: Open, place: str) -> None:
    page = visit(place).until_engine("ready")
    files = {
        "cut.dcm": FILMS["raw.dcm"][:-3000],
        "report.dcm": dicom(None, Modality="SR"),
        "huge.dcm": dicom(BRIGHT, Rows=60000, Columns=60000),
        "cut.tif": FILMS["deep.tif"][:900],
        "garbled.png": FILMS["deep.png"].replace(FILMS["deep.png"][60:64], b"\0\1\2\3"),
        "whole.dcm": FILMS["raw.dcm"],
    }
    page.give(*(given(name, data) for name, data in files.items()))
    assert outcome(page.readings(len(files))) == [
        ("cut.dcm", "error", "unreadable"),
        ("report.dcm", "error", "no-picture"),
        ("huge.dcm", "error", "too-large"),
        ("cut.tif", "error", "unreadable"),
        ("garbled.png", "error", "damaged"),
        ("whole.dcm", "done", None),
    ]
    expect(page.page.get_by_test_id("reading").nth(1)).to_contain_text("This DICOM file holds no picture")
    assert page.problems == []


def test_opening_films_leaves_no_tensor_behind(visit: Open, address: str) -> None:
    page = visit(address).until_engine("ready")
    before = page.engine.get_attribute("data-tensors")
    page.give(*(given(name, data) for name, data in FILMS.items()))
    page.readings(len(FILMS))
    assert page.engine.get_attribute("data-tensors") == before


@needs_dicom
def test_real_dicom_files_reach_the_network_as_in_python(visit: Open, place: str) -> None:
    page = visit(place)
    for file in sorted(DICOM.glob("*.dcm")):
        if file.name == "ct_JPEGProcess2_4.dcm":  # 12-bit JPEG, which Python reads only with a package under the GPL
            continue
        said = page.classify(file, anyway=True)
        assert said["logit"][1] == pytest.approx(logit_by_python(file.read_bytes()), abs=0.005), file.name
