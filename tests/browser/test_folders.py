"""Folders and files that are chosen, dropped or pasted become films."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.film_files import BRIGHT, FILMS, given, outcome
from tests.conftest import Open
from tests.dicom_files import dicom
from tests.tiny_bundle import film, png


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    films = tmp_path / "ward"
    (films / "monday").mkdir(parents=True)
    (films / "monday" / "IM0001").write_bytes(FILMS["IM0001"])
    (films / "monday" / "bright.png").write_bytes(png(film(150)))
    (films / "film.odd").write_bytes(FILMS["raw.dcm"])
    (films / "notes.txt").write_bytes(b"not a film")
    (films / ".DS_Store").write_bytes(b"litter")
    return films


def test_a_chosen_folder_is_read_with_everything_below_it(visit: Open, place: str, folder: Path) -> None:
    page = visit(place).until_engine("ready")
    page.page.set_input_files("#folder", str(folder))
    assert sorted(outcome(page.readings(3))) == [
        ("ward/film.odd", "done", None),
        ("ward/monday/IM0001", "done", None),
        ("ward/monday/bright.png", "done", None),
    ]
    expect(page.page.locator("#intake-status")).to_contain_text("notes.txt")
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
    assert outcome(page.readings(4)) == [
        ("dark.png", "done", None),
        ("ward/film.odd", "done", None),
        ("ward/monday/bright.png", "done", None),
        ("ward/monday/IM0001", "done", None),
    ]
    (empty := folder / "empty").mkdir()
    drop_for_real(page.page, empty)
    expect(page.page.locator("#intake-status")).to_have_text("There is no film in this folder.")
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


def test_films_are_taken_by_drop_and_by_paste(visit: Open, address: str, films: dict[str, Path]) -> None:
    page = visit(address).until_engine("ready")
    for kind, name in (("drop", "dropped.png"), ("paste", "pasted.png")):
        page.page.evaluate(
            """([kind, name, bytes]) => {
              const data = new DataTransfer();
              data.items.add(new File([Uint8Array.from(bytes)], name, { type: "image/png" }));
              const options = { bubbles: true, cancelable: true };
              const event = kind === "drop"
                ? new DragEvent("drop", { ...options, dataTransfer: data })
                : new ClipboardEvent("paste", { ...options, clipboardData: data });
              document.querySelector("h1").dispatchEvent(event);
            }""",
            [kind, name, list(films["dark"].read_bytes())],
        )
    assert [(reading["file"], reading["status"]) for reading in page.readings(2)] == [
        ("dropped.png", "done"),
        ("pasted.png", "done"),
    ]
