"""The report as one HTML file."""

from __future__ import annotations

import html
import re
from pathlib import Path

from export.report.write import write_report
from tests.unit.export.report.parsed import Page


def test_the_html_report_is_whole_and_needs_nothing_else(runs: Path, readme: Path, tmp_path: Path) -> None:
    path = tmp_path / "docs" / "report.html"
    write_report(runs, [readme], path, models=tmp_path, searches=tmp_path)
    text = path.read_text()
    page = Page(text)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert all(address.startswith("#") for address in page.addresses)
    assert {address[1:] for address in page.addresses} <= set(page.ids)
    assert "<script" not in text
    assert "#1d2733" not in text  # the figures' ink is the page's own
    assert [file.name for file in path.parent.iterdir()] == ["report.html"]
    words = html.unescape(re.sub(r"<[^>]+>", " ", text))
    for wanted in ("Deep", "Flat", "3 min", "Kermany et al. 2018", "PNEUMONIA", "worst mistakes"):
        assert wanted in words, wanted
    assert "over 0.01" not in words  # no controls were run
