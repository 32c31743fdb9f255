"""Torn pictures in the page: none is read, though the browser would show it, and whole ones of every kind still are."""

from __future__ import annotations

from tests.browser.film_files import given
from tests.conftest import Open
from tests.shared import FAILING_INPUTS, needs_failing_inputs
from tests.torn_pictures import torn, whole


def test_torn_pictures_are_damaged_and_whole_ones_are_not(visit: Open, address: str) -> None:
    page = visit(address).until_engine("ready")
    broken, sound = dict(torn()), whole()
    page.give(*[given(name, data) for name, data in (broken | sound).items()])
    readings = {reading["file"]: reading for reading in page.readings(len(broken | sound))}
    reasons = {name: readings[name].get("reason") for name in broken}
    # What is cut short, and what the browser or a decoder of the page's own gives up.
    assert {name: reason for name, reason in reasons.items() if reason not in ("damaged", "unreadable")} == {}
    assert sum(reason == "damaged" for reason in reasons.values()) > len(reasons) * 0.8
    assert [name for name in sound if readings[name]["status"] == "error"] == []


@needs_failing_inputs
def test_the_torn_files_that_were_read_are_damaged(visit: Open, address: str) -> None:
    files = sorted(FAILING_INPUTS.glob("*SILENT*"))
    assert len(files) >= 5
    page = visit(address).until_engine("ready")
    page.give(*files)
    readings = page.readings(len(files))
    assert {(reading["status"], reading["reason"]) for reading in readings} == {("error", "damaged")}
