"""Removed films can be had back until the next change: as they were, where they were, with everything that speaks of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe
from tests.browser.visit import Visit
from tests.conftest import Open
from tests.tiny_bundle import film, png

BRIGHTNESS = {"d.png": 40, "b.png": 90, "a.png": 130, "c.png": 170}


def films(*names: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "mimeType": "image/png", "buffer": png(film(BRIGHTNESS.get(name, 60), 96, 80))}
        for name in names or BRIGHTNESS
    ]


def listed(page: Page) -> list[tuple[str, str]]:
    found = page.get_by_test_id("reading").evaluate_all(
        "all => all.map(({ dataset }) => [dataset.file, dataset.status])"
    )
    return [(file, status) for file, status in found]


def remove_all(page: Page) -> None:
    page.locator("#clear").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove all").click()


def saved(page: Page) -> list[dict[str, Any]]:
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON").click()
    readings: list[dict[str, Any]] = json.loads(download.value.path().read_text("utf-8"))["readings"]
    return readings


@pytest.fixture
def read(visit: Open, numbers_address: str) -> Visit:
    page = visit(numbers_address).until_engine("ready")
    page.give(*films())
    page.readings(4)
    return page


def test_a_removed_film_comes_back_as_it_was_and_where_it_was(read: Visit) -> None:
    page, line = read.page, read.page.get_by_test_id("undo")
    card = page.locator("[data-file='b.png']")
    card.locator(".star").click()
    card.locator(".comment").fill("look again")
    card.get_by_role("button", name=re.compile("^Invert")).click()
    page.locator("#order").select_option("name")
    before = saved(page)
    page.get_by_role("button", name="Remove b.png").click()
    expect(line).to_contain_text("Removed: b.png")
    expect(page.get_by_role("button", name="Remove c.png")).to_be_focused()
    expect(page.locator("#summary")).to_have_text("3 of 3 done")
    assert [one["file"] for one in saved(page)] == ["d.png", "a.png", "c.png"]
    assert axe.violations(page) == {}
    page.keyboard.press("Control+z")
    expect(line).to_be_hidden()
    expect(card.locator(".file")).to_be_focused()
    expect(page.locator("#announcement")).to_have_text("1 film is back.")
    expect(page.locator("#summary")).to_have_text("4 of 4 done")
    assert [file for file, _ in listed(page)] == sorted(BRIGHTNESS), "in the order that was chosen"
    assert saved(page) == before, "star, comment, reading and its time"
    expect(card.locator(".readout")).to_contain_text("inverted")
    expect(page.locator("#counts")).to_contain_text("starred")
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("reading")).to_have_count(4)
    assert read.problems == []


def test_all_films_come_back_and_are_decided_as_it_is_chosen_now(read: Visit) -> None:
    page, line = read.page, read.page.get_by_test_id("undo")
    page.get_by_role("button", name="Remove a.png").click()
    remove_all(page)
    expect(line).to_contain_text("3 films removed")
    expect(page.locator("#files")).to_be_focused()
    expect(page.locator("#announcement")).to_contain_text("3 films removed. Ctrl+Z")
    line.get_by_role("button", name="Undo").click()
    expect(page.locator("#summary")).to_have_text("3 of 3 done")
    assert listed(page) == [("d.png", "done"), ("b.png", "done"), ("c.png", "done")]
    expect(page.locator("[data-file='d.png'] .file")).to_be_focused()
    page.get_by_role("button", name="Remove d.png").click()
    page.locator("#numbers > summary").click()
    page.get_by_role("radio", name="Screening").check()
    page.keyboard.press("Control+z")
    expect(page.locator("#summary")).to_have_text("3 of 3 done")
    assert {one["operating_point"] for one in saved(page)} == {"screening"}
    assert read.problems == []


def test_what_was_removed_is_gone_with_the_next_change_or_when_it_is_sent_away(read: Visit) -> None:
    page, line = read.page, read.page.get_by_test_id("undo")
    page.get_by_role("button", name="Remove a.png").click()
    expect(line).to_be_visible()
    read.give(*films("later.png"))
    expect(line).to_be_hidden()
    read.readings(4)
    page.get_by_role("button", name="Remove b.png").click()
    page.get_by_role("button", name="Remove c.png").click()
    expect(line).to_contain_text("Removed: c.png")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-file='c.png']")).to_have_count(1)
    expect(page.locator("[data-file='b.png']")).to_have_count(0)
    page.get_by_role("button", name="Remove c.png").click()
    line.get_by_role("button", name="Remove for good").click()
    expect(line).to_be_hidden()
    expect(page.locator("#files")).to_be_focused()
    page.keyboard.press("Control+z")
    page.get_by_role("button", name="Remove d.png").click()
    expect(line).to_be_visible()
    page.locator("[data-file='later.png'] .comment").press("Control+z")  # a text's own
    expect(line).to_be_visible()
    assert [file for file, _ in listed(page)] == ["later.png"]
    assert read.problems == []


def test_films_come_back_for_narrow_screens_too_and_what_was_not_read_is_read(
    visit: Open, numbers_address: str
) -> None:
    page = visit(numbers_address)
    page.page.set_viewport_size({"width": 320, "height": 640})
    page.give(*films())
    remove_all(page.page)
    box = page.page.get_by_test_id("undo").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    page.page.get_by_role("button", name="Undo").click()
    page.until_engine("ready")
    assert [(one["file"], one["status"]) for one in page.readings(4)] == [(name, "done") for name in BRIGHTNESS]
    assert page.problems == []


def test_a_measurement_is_that_of_the_films_that_came_back(visit: Open, numbers_address: str, tmp_path: Path) -> None:
    for label, levels in (("NORMAL", (30, 50, 70)), ("PNEUMONIA", (140, 160, 180))):
        (folder := tmp_path / "films" / label).mkdir(parents=True)
        for level in levels:
            (folder / f"{level}.png").write_bytes(png(film(level, 48, 40)))
    (tmp_path / "films" / "notes.txt").write_text("none", "utf-8")
    opened = visit(numbers_address).until_engine("ready")
    page = opened.page
    page.set_input_files("#folder", str(tmp_path / "films"))
    page.get_by_role("button", name="Measure it here").click()
    line = page.get_by_test_id("measured-line")
    expect(line).to_contain_text("On your 6 films (3 with pneumonia)", timeout=60_000)
    said = line.inner_text()
    remove_all(page)
    expect(page.locator("#left-out")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_test_id("reading")).to_have_count(6)
    expect(line).to_have_text(said)
    expect(page.locator("#left-out summary")).to_contain_text("not films: 1 (notes.txt)")
    remove_all(page)
    page.get_by_role("button", name="Remove for good").click()
    opened.give(*films("d.png"))
    opened.readings(1)
    expect(page.get_by_test_id("measured")).to_have_count(0)
