"""The ways in and the kinds of files: DICOM and its kin, folders, ZIPs, drops, pastes; served and from a disk."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.visit import Visit
from tests.conftest import Open
from tests.dicom_files import dicom
from tests.shared import DICOM, needs_dicom
from tests.tiny_bundle import SIZE, expected_of_pixels, film, png
from training.films.preprocessing import ImageConverter, convert, decode

CONVERTER = ImageConverter(height=SIZE, width=SIZE, channels=1, view="square")
BRIGHT = np.array(film(150, 260, 300), dtype=np.uint8)


@pytest.fixture(params=["served", "standalone"])
def place(request: pytest.FixtureRequest, address: str, tiny_site: Path) -> str:
    """The page in both of its forms."""
    return address if request.param == "served" else (tiny_site / "standalone.html").as_uri()


def given(name: str, data: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "", "buffer": data}


def logit_by_python(data: bytes) -> float:
    return expected_of_pixels(convert(decode(data), CONVERTER)[..., 0].tolist()).logit[1]


def deep(levels: np.ndarray, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(levels.astype(np.uint16) * 257 + 93).save(buffer, kind, **options)
    return buffer.getvalue()


def packed(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def outcome(readings: list[dict[str, str]]) -> list[tuple[str, str, str | None]]:
    return [(reading["file"], reading["status"], reading.get("reason")) for reading in readings]


FILMS = {
    "raw.dcm": dicom(BRIGHT.astype(np.uint16) * 16, BitsStored=12),
    "IM0001": dicom(255 - BRIGHT, PhotometricInterpretation="MONOCHROME1", syntax="1.2.840.10008.1.2.5"),
    "j2k.dcm": dicom(BRIGHT, syntax="1.2.840.10008.1.2.4.90"),
    "deflated.dcm": dicom(BRIGHT, syntax="1.2.840.10008.1.2.1.99"),
    "deep.tif": deep(BRIGHT, "TIFF", compression="tiff_lzw"),
    "deep.png": deep(BRIGHT, "PNG"),
}


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
    asked = [url for url in page.requests[loaded:] if not url.startswith("blob:")]
    assert len(asked) == 1
    assert asked[0].startswith(f"{address}assets/formats-")


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
        "side.dcm": ({"ViewPosition": "LL"}, "lateral-view", "not a frontal view (LL)"),
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
        ("garbled.png", "error", "unreadable"),
        ("whole.dcm", "done", None),
    ]
    expect(page.page.get_by_test_id("reading").nth(1)).to_contain_text("This DICOM file holds no picture")
    assert page.problems == []


def test_a_zip_becomes_the_films_in_it(visit: Open, place: str) -> None:
    page = visit(place).until_engine("ready")
    archive = packed(
        {
            "films/raw.dcm": FILMS["raw.dcm"],
            "films/bright.png": png(film(150)),
            "films/broken.jpeg": b"\xff\xd8\xff nonsense",
            "films/more.zip": packed({"bright.png": png(film(150))}),
            "README.txt": b"not a film",
            "__MACOSX/films/._bright.png": b"litter",
        }
    )
    page.give(given("before.png", png(film(60))), given("films.zip", archive), given("after.png", png(film(60))))
    assert outcome(page.readings(6)) == [
        ("before.png", "done", None),
        ("films.zip/films/raw.dcm", "done", None),
        ("films.zip/films/bright.png", "done", None),
        ("films.zip/films/broken.jpeg", "error", "unreadable"),
        ("films.zip/films/more.zip", "error", "archive"),
        ("after.png", "done", None),
    ]
    expect(page.page.locator("#intake-status")).to_have_text(
        "Files left out, because by their names they are not films: 2"
    )
    assert page.problems == []


def test_removing_all_also_removes_what_a_zip_still_holds(visit: Open, address: str) -> None:
    page = visit(address).until_engine("ready")
    held: list[Route] = []
    page.page.context.route("**/formats-*.js", lambda route: held.append(route))
    bright = png(film(150))
    page.give(given("before.png", bright), given("films.zip", packed({f"{n}.png": bright for n in range(9)})))
    page.readings(1)
    expect(page.page.locator("#intake-status")).to_contain_text("films.zip")
    page.page.locator("#clear").click()
    page.page.get_by_role("dialog").get_by_role("button", name="Remove all").click()
    expect(page.page.get_by_test_id("reading")).to_have_count(0)
    expect(page.page.locator("#intake-status")).to_be_empty()
    for route in held:
        route.continue_()
    page.give(given("after.zip", packed({"after.png": bright})))
    assert outcome(page.readings(1)) == [("after.zip/after.png", "done", None)]
    assert page.problems == []


def test_broken_and_locked_zips_say_what_is_wrong(visit: Open, address: str) -> None:
    page = visit(address).until_engine("ready")
    whole = packed({"bright.png": png(film(150)), "dark.png": png(film(60))})
    locked = bytearray(whole)
    for signature, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        locked[locked.find(signature) + flags] |= 1
    damaged = bytearray(whole)
    damaged[60:64] = b"\0\0\0\0"
    for count, (name, data) in zip(
        (1, 3, 5), {"cut": whole[:-40], "locked": locked, "damaged": damaged}.items(), strict=True
    ):
        page.give(given(f"{name}.zip", bytes(data)))
        page.readings(count)
    assert outcome(page.readings(5)) == [
        ("cut.zip", "error", "broken-archive"),
        ("locked.zip/bright.png", "error", "encrypted"),
        ("locked.zip/dark.png", "done", None),
        ("damaged.zip/bright.png", "error", "unreadable"),
        ("damaged.zip/dark.png", "done", None),
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    films = tmp_path / "ward"
    (films / "monday").mkdir(parents=True)
    (films / "monday" / "IM0001").write_bytes(FILMS["IM0001"])
    (films / "monday" / "bright.png").write_bytes(png(film(150)))
    (films / "notes.txt").write_bytes(b"not a film")
    (films / ".DS_Store").write_bytes(b"litter")
    return films


def test_a_chosen_folder_is_read_with_everything_below_it(visit: Open, place: str, folder: Path) -> None:
    page = visit(place).until_engine("ready")
    page.page.set_input_files("#folder", str(folder))
    assert sorted(outcome(page.readings(2))) == [
        ("ward/monday/IM0001", "done", None),
        ("ward/monday/bright.png", "done", None),
    ]
    expect(page.page.locator("#intake-status")).to_contain_text("left out")
    assert page.problems == []


def drop_for_real(page: Page, *paths: Path) -> None:
    """Drops files and folders from outside, as an operating system does."""
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 640, "y": 500, "data": data})


def test_folders_and_files_are_dropped_anywhere(visit: Open, place: str, folder: Path, films: dict[str, Path]) -> None:
    page = visit(place).until_engine("ready")
    drop_for_real(page.page, films["dark"], folder)
    assert outcome(page.readings(3)) == [
        ("dark.png", "done", None),
        ("ward/monday/bright.png", "done", None),
        ("ward/monday/IM0001", "done", None),
    ]
    assert page.problems == []


def test_the_keyboard_reaches_the_folder_and_read_anyway(visit: Open, address: str) -> None:
    page = visit(address).until_engine("ready")
    page.page.locator("#files").focus()
    page.page.keyboard.press("Tab")
    expect(page.page.locator("#folder")).to_be_focused()
    page.give(given("ct.dcm", dicom(BRIGHT, Modality="CT")))
    page.readings(1)
    expect(page.page.locator("#announcement")).to_contain_text("its modality is CT")
    page.page.get_by_role("button", name="Read anyway").focus()
    page.page.keyboard.press("Enter")
    expect(page.page.get_by_test_id("reading")).to_have_attribute("data-status", "done")


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
