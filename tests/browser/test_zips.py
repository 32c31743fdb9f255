"""ZIPs become the films in them."""

from __future__ import annotations

import zipfile

from playwright.sync_api import expect

from tests.browser.film_files import FILMS, given, outcome, packed
from tests.conftest import Open
from tests.tiny_bundle import film, png


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
        "Files left out, because they are not films: 2 (README.txt, ._bright.png)"
    )
    assert page.problems == []


def test_a_zip_without_films_says_so_and_one_packed_in_odd_ways_names_its_files(visit: Open, address: str) -> None:
    page = visit(address).until_engine("ready")
    bright = png(film(150))
    files = {
        "empty.zip": packed({}),
        "letters.zip": packed({"letter.txt": b"Dear colleague"}),
        "bzip2.zip": packed({"bright.png": bright}, zipfile.ZIP_BZIP2),
        "lzma.zip": packed({"bright.png": bright}, zipfile.ZIP_LZMA),
        "odd.zip": packed({"film.odd": FILMS["raw.dcm"], "../bright.png": bright}),
    }
    for count, (name, data) in enumerate(files.items(), 1):
        page.give(given(name, data))
        page.readings(count)
    assert outcome(page.readings(6)) == [
        ("empty.zip", "error", "empty-archive"),
        ("letters.zip", "error", "empty-archive"),
        ("bzip2.zip/bright.png", "error", "unknown-packing"),
        ("lzma.zip/bright.png", "error", "unknown-packing"),
        ("odd.zip/film.odd", "done", None),
        ("odd.zip/../bright.png", "done", None),
    ]
    expect(page.page.get_by_test_id("reading").first).to_contain_text("There is no film in this ZIP: it is empty")
    assert page.problems == []


def test_removing_all_also_removes_what_a_zip_still_holds(visit: Open, address: str) -> None:
    page = visit(address).until_engine("ready")
    page.page.context.route("**/formats-*.js", lambda _: None)
    bright = png(film(150))
    page.give(given("before.png", bright), given("films.zip", packed({f"{n}.png": bright for n in range(9)})))
    page.readings(1)
    expect(page.page.locator("#intake-status")).to_contain_text("films.zip")
    page.page.locator("#clear").click()
    page.page.get_by_role("dialog").get_by_role("button", name="Remove all").click()
    expect(page.page.get_by_test_id("reading")).to_have_count(0)
    expect(page.page.locator("#intake-status")).to_be_empty()
    page.page.context.unroute_all()  # what was held goes on
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
