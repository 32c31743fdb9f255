"""Figures inside the report."""

from __future__ import annotations

import re
from pathlib import Path

from export.report.drawings import Drawings
from training.evaluation.drawing import figure


def test_figures_share_styles_and_no_id(tmp_path: Path) -> None:
    with figure(tmp_path / "curve.svg") as axes:
        axes.plot([0, 1])
    svg = (tmp_path / "curve.svg").read_text(encoding="utf-8")
    drawings = Drawings()
    one, two = drawings.inline("one", svg), drawings.inline("two", svg)
    ids = re.findall(r' id="([^"]*)"', one.svg + two.svg)
    assert ids
    assert len(set(ids)) == len(ids)
    assert set(re.findall(r'(?:href="|url\()#([^")]*)', one.svg + two.svg)) == set(ids)
    assert re.findall(r'class="(\w+)"', one.svg) == re.findall(r'class="(\w+)"', two.svg)
    assert "style=" not in one.svg
    assert "var(--text)" in drawings.css
    assert "#1d2733" not in drawings.css
