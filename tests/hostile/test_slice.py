"""A slice of `make fuzz`, always the same: damaged files through the page, and generated DICOM files by Python and page."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.opened_films import films_program
from tests.tools.fuzz.dicoms import compared
from tests.tools.fuzz.page import batches

SEED = 14


def test_damaged_files_kill_hang_lose_and_change_nothing_on_the_page(browser: Browser, address: str) -> None:
    with batches(browser, address, SEED) as read:
        results = [read(unit, 75) for unit in range(2)]
    assert [result["findings"] for result in results] == [[], []]
    assert sum(result["files"] for result in results) == 150
    # Of a file that has a checksum, whatever is read is what was in it.
    different = [each["file"] for result in results for each in result["different"]]
    assert [name for name in different if name.endswith(".png")] == []


def test_generated_dicom_files_are_read_alike_by_python_and_the_page_or_refused_by_both(tmp_path: Path) -> None:
    result = compared(films_program(tmp_path), 0, SEED, 60)
    assert result["findings"] == []
    assert result["outcomes"]["read the same"] > 20
