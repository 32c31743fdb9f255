"""Folders and files that are chosen, dropped or pasted become films."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe
from tests.browser.film_files import BRIGHT, FILMS, given, outcome, packed
from tests.browser.test_worklist import TOP_OF_FIRST
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


def study(uid: str, **tags: str) -> bytes:
    return dicom(BRIGHT, StudyInstanceUID=uid, **tags)


def cd() -> dict[str, bytes]:
    """What a hospital writes: two studies with a film each in several folders, and much else."""
    first, second = "1.2.826.0.1.1", "1.2.826.0.1.2"
    report = dicom(None, Modality="SR", SOPClassUID="1.2.840.10008.5.1.4.1.1.88.22", StudyInstanceUID=first)
    return {
        "DICOMDIR": b"index" * 40,
        "README": b"How to look at this CD",
        "viewer.exe": b"MZ",
        **{f"DICOM/CT/I{n:04}": study(second, Modality="CT") for n in range(60)},
        "DICOM/A/I1": study(first),
        "DICOM/B/I2": study(second),
        "DICOM/C/film.odd": study(first),
        "DICOM/C/SR1": report,
        "DICOM/C/hand": study(first, BodyPartExamined="HAND"),
        "preview.png": png(film(60)),
    }


def test_of_a_cd_the_films_are_taken_by_study_and_the_rest_is_counted_and_named(
    visit: Open, place: str, tmp_path: Path
) -> None:
    for name, data in cd().items():
        (file := tmp_path / "cd" / name).parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    page = visit(place).until_engine("ready")
    page.page.set_input_files("#folder", str(tmp_path / "cd"))
    names = [reading["file"] for reading in page.readings(4)]
    assert set(names) == {f"cd/{name}" for name in ("DICOM/A/I1", "DICOM/B/I2", "DICOM/C/film.odd", "preview.png")}
    said = dict(zip(names, page.page.locator("[data-testid=reading] .study").all_text_contents(), strict=True))
    of_two = said["cd/DICOM/A/I1"]
    assert of_two == said["cd/DICOM/C/film.odd"]
    assert of_two.endswith("· 2 films")
    assert said["cd/DICOM/B/I2"].endswith("· 1 film")
    assert said["cd/preview.png"] == ""
    assert abs(names.index("cd/DICOM/A/I1") - names.index("cd/DICOM/C/film.odd")) == 1, "a study's films are together"
    heads = page.page.get_by_test_id("study")
    expect(heads).to_have_text(["Study 1 · 2 films", "Study 2 · 1 film", "In no study"])
    status = page.page.locator("#intake-status")
    expect(status).to_contain_text("4 films among 69 files.")
    for part in ("CT 60", "not films 2", "index (DICOMDIR) 1", "reports (SR) 1", "another part of the body (HAND) 1"):
        expect(status).to_contain_text(part)
    page.page.set_viewport_size({"width": 390, "height": 844})
    assert page.page.evaluate(TOP_OF_FIRST) <= 320
    assert status.bounding_box() == {**(status.bounding_box() or {}), "width": 1, "height": 1}, "said, and not shown"
    for size in ((1440, 900), (1024, 768), (1280, 900)):
        page.page.set_viewport_size({"width": size[0], "height": size[1]})
        assert page.page.evaluate(TOP_OF_FIRST) <= 260
    left_out = page.page.locator("#left-out")
    left_out.locator("summary").click()
    expect(left_out).to_contain_text("cd/DICOM/CT/I0059")
    expect(left_out.locator("summary")).to_contain_text("4 films among 69 files. Left out: CT 60")
    with page.page.expect_download() as download:
        page.page.get_by_role("button", name="JSON").click()
    saved = json.loads(download.value.path().read_text("utf-8"))
    assert {"reason": "CT", "files": 60} in saved["left_out"]
    assert sorted((one["study"] or 0) for one in saved["readings"])[0] == 0
    assert "1.2.826" not in page.page.content() + json.dumps(saved)
    assert axe.violations(page.page) == {}
    page.give(given("cd.zip", packed(cd())))
    page.readings(8)
    expect(status).to_contain_text("8 films among 138 files.")
    expect(status).to_contain_text("CT 120")
    assert set(page.page.locator("[data-testid=reading] .study").all_text_contents()) == {
        of_two.replace("2 films", "4 films"),
        said["cd/DICOM/B/I2"].replace("1 film", "2 films"),
        "",
    }
    by_study(page.page)
    page.give(given("ct.dcm", study("1.2.3", Modality="CT")))  # chosen by itself: tried, and refused with its reason
    assert outcome(page.readings(9))[-1] == ("ct.dcm", "refused", "other-modality")
    assert page.problems == []


def by_study(page: Page) -> None:
    """Films that come later join those of their study; headings are where an order keeps them together, in both views."""
    listed = "[...document.querySelector('#readings').children].map((one) => one.dataset.file ?? one.textContent)"
    expect(page.get_by_test_id("study")).to_have_count(3)
    cards = page.evaluate(listed)
    heads = [place for place, text in enumerate(cards) if text.startswith(("Study ", "In no "))]
    assert [cards[place] for place in heads] == ["Study 1 · 4 films", "Study 2 · 2 films", "In no study"]
    assert heads == [0, 5, 8]
    page.locator("#order").select_option("name")
    expect(page.get_by_test_id("study")).to_have_count(0)
    expect(page.locator(".study").first).to_be_visible()
    page.locator("#order").select_option("given")
    expect(page.get_by_test_id("study")).to_have_count(3)
    page.locator("#find").fill("B/I2")
    expect(page.get_by_test_id("study")).to_have_text(["Study 2 · 2 films"])
    page.locator("#find").fill("")
    expect(page.get_by_test_id("study")).to_have_count(3)
    page.locator("#views input[value=table]").check()
    films = [text for text in cards if cards.index(text) not in heads]
    expect(page.locator("#worklist")).to_have_attribute("aria-rowcount", str(len(films) + 1))
    rows = page.locator("#worklist tbody tr").evaluate_all(
        "all => all.map((one) => [one.dataset.file, one.querySelector('.open').dataset.study ?? ''])"
    )
    of_first = {cards[place + 1]: cards[place] for place in heads}
    assert rows == [[file, of_first.get(file, "")] for file in films]
    assert axe.violations(page) == {}
    for _ in range(5):
        page.keyboard.press("j")
    expect(page.locator(":focus")).to_have_text(cards[6])  # past the heading
    page.keyboard.press("k")
    expect(page.locator(":focus")).to_have_text(cards[4])
    page.locator("#views input[value=cards]").check()


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
