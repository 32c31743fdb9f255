"""Figures are slim, say what matplotlib said, and show no curve of what was not measured."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from training.evaluation.drawing import BLUE, ORANGE, figure
from training.evaluation.figures import draw_learning_curves


def test_slimming_keeps_every_word_and_figure(tmp_path: Path) -> None:
    with figure(tmp_path / "curve.svg") as axes:
        axes.plot([0.12345, 0.54321], [0, 1], label="AUROC 0.98765")
        axes.scatter(np.linspace(0, 1, 50), np.linspace(0, 1, 50), color=BLUE)
        axes.set_title("ROC: 0.123456")
        axes.legend()
    svg = (tmp_path / "curve.svg").read_text(encoding="utf-8")
    words = re.findall(r"<text[^>]*>([^<]*)", svg)
    assert {"ROC: 0.123456", "AUROC 0.98765", "0.0", "1.0"} <= set(words)
    assert len(re.findall(r"<use [^>]*/>", svg)) >= 50
    assert len(svg) < 12_000
    assert not re.search(r"\d\.\d{3,}", re.sub(r">[^<]*<", "><", svg)), "coordinates of three digits and more"
    used, defined = set(re.findall(r'(?:href="|url\()#(\w+)', svg)), set(re.findall(r' id="([^"]*)"', svg))
    assert used == defined


def test_the_same_numbers_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.svg", "two.svg"):
        with figure(tmp_path / name) as axes:
            axes.plot([0, 1, 3])
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_learning_curves_of_a_distilled_run_show_no_line_of_zeros(tmp_path: Path) -> None:
    history = [{"epoch": n, "loss": 1 / n, "auroc": 0.0, "val_loss": 1 / n, "val_auroc": 0.9 + n / 100} for n in (1, 2)]
    for name, auroc in (("distilled.svg", 0.0), ("plain.svg", 0.8)):
        draw_learning_curves(tmp_path / name, [row | {"auroc": auroc} for row in history], "last")
    curves = {
        name: (tmp_path / name).read_text(encoding="utf-8").count(f"fill:none;stroke:{ORANGE}")
        for name in ("distilled.svg", "plain.svg")
    }
    assert curves["plain.svg"] == curves["distilled.svg"] + 1
