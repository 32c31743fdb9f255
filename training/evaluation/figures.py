"""The figures of an evaluation: confusion matrices, ROC, precision-recall, reliability, learning curves."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import cycle
from pathlib import Path

import numpy as np
from matplotlib.path import Path as Path2D
from sklearn.metrics import precision_recall_curve, roc_curve

from training.evaluation import metrics
from training.evaluation.drawing import BLUE, GREY, INK, ORANGE, figure
from training.evaluation.metrics import Scores

COLOURS = {"val": GREY, "val_varied": "#5a6673", "test": BLUE}
# A circle of four curves; matplotlib's own has eight, and every size of dot is stored by itself.
BEND = 4 / 3 * np.tan(np.pi / 8)
QUARTER = np.array([(1, BEND), (BEND, 1), (0, 1)])
TURN = np.array([(0, 1), (-1, 0)])  # a quarter of the way round
QUARTERS = [QUARTER @ np.linalg.matrix_power(TURN, turns) for turns in range(4)]
DOT = Path2D(np.concatenate([[(1, 0)], *QUARTERS]), [Path2D.MOVETO, *[Path2D.CURVE4] * 12])
EXTERNAL = (ORANGE, "#6b46c1", "#2f855a")


def draw_figures(folder: Path, splits: dict[str, Scores], class_names: list[str], threshold: float | None) -> None:
    """Draws every figure of the readings as SVG into `folder`."""
    for split, scores in splits.items():
        draw_confusion_matrix(confusion_matrix_file(folder, split), scores, class_names, split)
    draw_roc(folder / "roc.svg", splits, threshold)
    draw_precision_recall(folder / "precision_recall.svg", splits)
    draw_reliability(folder / "reliability.svg", splits)


def confusion_matrix_file(folder: Path, split: str) -> Path:
    """Where a split's confusion matrix is drawn."""
    return folder / f"confusion_matrix_{split}.svg"


def colours_of(splits: Iterable[str]) -> dict[str, str]:
    """A colour for every split; external films take theirs in turn."""
    return COLOURS | dict(zip((split for split in splits if split not in COLOURS), cycle(EXTERNAL), strict=False))


def draw_confusion_matrix(path: Path, scores: Scores, class_names: list[str], split: str) -> None:
    """Films by label (rows) and reading (columns); the capstone's Fig. 3."""
    counts = metrics.confusion(scores, len(class_names))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    size = 1.6 + 1.1 * len(class_names)
    with figure(path, size + 0.6, size) as axes:
        edges = np.arange(len(class_names) + 1) - 0.5
        axes.pcolormesh(edges, edges, shares, cmap="Blues", vmin=0, vmax=1.25)
        axes.set_aspect("equal")
        axes.invert_yaxis()
        axes.grid(False)
        for i, j in np.ndindex(*counts.shape):
            axes.text(
                j,
                i,
                f"{counts[i, j]}\n{shares[i, j]:.1%}",
                ha="center",
                va="center",
                color="white" if shares[i, j] > 0.6 else INK,
            )
        axes.set_xticks(range(len(class_names)), class_names)
        axes.set_yticks(range(len(class_names)), class_names, rotation=90, va="center")
        axes.set_xlabel("Read as")
        axes.set_ylabel("Labelled")
        axes.set_title(f"Confusion matrix, {split} (n = {len(scores.label)})")


def draw_roc(path: Path, splits: dict[str, Scores], threshold: float | None) -> None:
    """ROC curves of the positive class, with the point of the threshold chosen on validation, where one was."""
    with figure(path) as axes:
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle=":")
        colours = colours_of(splits)
        for split, scores in of_both(splits).items():
            fall_out, recall, _ = roc_curve(scores.is_positive, scores.positive_probability)
            axes.plot(fall_out, recall, color=colours[split], label=f"{split}: AUROC {metrics.auroc(scores):.3f}")
            if threshold is not None:
                axes.plot(1 - metrics.specificity(scores), metrics.sensitivity(scores), "o", color=colours[split])
        if threshold is not None:
            axes.plot([], [], "o", color=INK, label=f"threshold {threshold:.3f}")
        axes.set(xlabel="1 − specificity", ylabel="Sensitivity", xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
        axes.set_title("ROC")
        axes.legend(loc="lower right")


def draw_precision_recall(path: Path, splits: dict[str, Scores]) -> None:
    """Precision against recall of the positive class."""
    with figure(path) as axes:
        colours = colours_of(splits)
        for split, scores in of_both(splits).items():
            precision, recall, _ = precision_recall_curve(scores.is_positive, scores.positive_probability)
            label = f"{split}: average precision {metrics.average_precision(scores):.3f}"
            axes.step(recall, precision, where="post", color=colours[split], label=label)
        axes.set(xlabel="Recall", ylabel="Precision", xlim=(-0.02, 1.02), ylim=(0, 1.02))
        axes.set_title("Precision and recall")
        axes.legend(loc="lower left")


def of_both(splits: dict[str, Scores]) -> dict[str, Scores]:
    """The splits that have films of both sides: of others there is no curve."""
    return {split: scores for split, scores in splits.items() if scores.has_both}


def draw_reliability(path: Path, splits: dict[str, Scores]) -> None:
    """Observed frequency against the stated probability; a dot's area is the share of films in its bin."""
    with figure(path) as axes:
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle=":")
        colours = colours_of(splits)
        for split, scores in of_both(splits).items():
            mean, observed, share = np.array(metrics.reliability(scores)).T
            label = f"{split}: ECE {metrics.expected_calibration_error(scores):.3f}"
            axes.scatter(
                mean,
                observed,
                s=20 + 500 * share,
                marker=DOT,
                color=colours[split],
                alpha=0.7,
                label=label,
                linewidths=0,
            )
        axes.set(xlabel="Stated probability", ylabel="Observed frequency", xlim=(-0.04, 1.04), ylim=(-0.04, 1.04))
        axes.set_title("Reliability")
        for handle in axes.legend(loc="upper left").legend_handles:
            handle.set_sizes([40])


def draw_learning_curves(path: Path, history: list[dict[str, float]], kept_epoch: str) -> None:
    """Loss and AUROC by epoch, with a line at the kept one: the last, or the best by validation loss."""
    epochs = [row["epoch"] for row in history]
    kept = epochs[-1] if kept_epoch == "last" else min(history, key=lambda row: row["val_loss"])["epoch"]
    with figure(path, 8.4, 3.6, ncols=2) as (left, right):
        for axes, name, title in ((left, "loss", "Loss"), (right, "auroc", "AUROC")):
            axes.axvline(kept, color=GREY, linewidth=0.8, linestyle=":")
            for split, column, colour in (("train", name, ORANGE), ("val", f"val_{name}", BLUE)):
                values = [row.get(column, 0.0) for row in history]
                if any(values):  # a network distilled from others has no AUROC on train: its targets are not classes
                    axes.plot(epochs, values, color=colour, label=split)
            axes.set(xlabel="Epoch")
            axes.set_title(title)
            axes.xaxis.get_major_locator().set_params(integer=True)
        left.set_yscale("log")
        left.legend()
