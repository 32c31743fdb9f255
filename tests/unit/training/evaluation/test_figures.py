"""Figures show what was measured and nothing else."""

from __future__ import annotations

from pathlib import Path

from training.evaluation.figures import draw_learning_curves


def test_a_metric_that_distillation_does_not_have_is_not_drawn(tmp_path: Path) -> None:
    measured = [{"epoch": float(e), "loss": 1 / e, "val_loss": 2 / e, "val_auroc": 1 - 0.1 / e} for e in (1, 2, 3)]
    draw_learning_curves(tmp_path / "without.svg", measured, "last")
    draw_learning_curves(tmp_path / "zeros.svg", [row | {"auroc": 0.0} for row in measured], "last")
    draw_learning_curves(tmp_path / "with.svg", [row | {"auroc": 0.9} for row in measured], "last")
    assert (tmp_path / "zeros.svg").read_bytes() == (tmp_path / "without.svg").read_bytes()
    assert (tmp_path / "zeros.svg").read_bytes() != (tmp_path / "with.svg").read_bytes()
