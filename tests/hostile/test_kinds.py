"""Every kind of file that was once read wrongly, hung or ended a tab: right or refused, by Python and by the page alike."""

from __future__ import annotations

import numpy as np
import pytest

from tests.browser.film_files import given
from tests.conftest import Open
from tests.hostile.kinds import FILM, Kind, empty_zip, kinds, odd_names
from tests.tiny_bundle import SIZE, png
from training.films.preprocessing import ImageConverter, UnreadableFilmError, convert, decode

KINDS = kinds()
NEAR = 2.0  # grey levels on average: lossy JPEG, and tables that end at 4080


@pytest.mark.parametrize("kind", [each for each in KINDS if each.python], ids=lambda kind: kind.name)
def test_python_reads_it_rightly_or_refuses_it(kind: Kind) -> None:
    if kind.shows is None:
        with pytest.raises(UnreadableFilmError):
            decode(kind.data)
        return
    levels = decode(kind.data)
    assert levels.shape == kind.shows.shape
    assert np.abs(levels.astype(int) - kind.shows).mean() < NEAR


def test_the_page_reads_each_rightly_or_refuses_it_and_none_takes_another_with_it(visit: Open, address: str) -> None:
    files = [given(each.name, each.data) for each in KINDS]
    whole = given("whole.png", png(FILM.tolist()))
    page = visit(address).until_engine("ready")
    page.give(whole, *files, {**whole, "name": "again.png"})
    found = {each["file"]: each for each in page.readings(len(files) + 2)}
    assert found["whole.png"]["probability"] == found["again.png"]["probability"]
    problems = {each.name: problem for each in KINDS if (problem := _problem(each, found[each.name]))}
    assert problems == {}


def _problem(kind: Kind, said: dict[str, str]) -> str | None:
    if kind.shows is None:
        return None if said["status"] != "done" and said.get("reason") in kind.reasons else str(said)
    converter = ImageConverter(SIZE, SIZE, 1, "square")
    brightness = abs(float(convert(kind.shows, converter).mean()) / 255 - 0.5)
    if said["status"] != "done" or abs(float(said["oodScore"]) - brightness) > NEAR / 255:
        return f"{said}, expected brightness {brightness}"
    return None


def test_archives_without_films_or_with_odd_names_say_what_is_in_them(visit: Open, address: str) -> None:
    page = visit(address).until_engine("ready")
    page.give(given("nothing.zip", empty_zip()), given("odd.zip", odd_names()))
    rows = page.readings(7)
    assert rows[0]["status"] == "error"
    assert [row["status"] for row in rows[1:]] == ["done"] * 6
