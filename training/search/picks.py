"""The results of a search: the Pareto front of accuracy, size and speed, and three networks picked from it by fixed rules."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.ticker import LogLocator, NullFormatter

from training.evaluation.drawing import BLUE, GREY, ORANGE, figure

# How much lower than the best a pick's AUROC may be: about twice the difference between two seeds on a few hundred films.
LARGEST_LOSS = 0.01

RULES = {
    "higher_accuracy": "the highest AUROC",
    "best_trade_off": f"nearest to the best of everything among those within {LARGEST_LOSS} of the highest AUROC: each of AUROC, "
    "log bytes and log milliseconds scaled to 0-1 over them, Euclidean distance",
    "low_latency": f"the fewest milliseconds among those within {LARGEST_LOSS} of the highest AUROC",
}


@dataclass(frozen=True)
class Tried:
    """A finished trial.

    Attributes:
        run: Name of its run folder.
        auroc: AUROC on augmented validation.
        weight_bytes: Size of the weights as float16.
        milliseconds: Estimated milliseconds per film.
    """

    run: str
    auroc: float
    weight_bytes: int
    milliseconds: float


def pareto_front(tried: Sequence[Tried]) -> list[Tried]:
    """Trials that no other beats in one measure while being no worse in the others, fastest first; of equals the first."""
    ordered = sorted(tried, key=lambda each: (each.milliseconds, each.weight_bytes, -each.auroc, each.run))
    front: list[Tried] = []
    for each in ordered:
        if not any(better.auroc >= each.auroc and better.weight_bytes <= each.weight_bytes for better in front):
            front.append(each)
    return front


def pick(front: Sequence[Tried]) -> dict[str, Tried]:
    """The three networks by `RULES`, as AutoML Vision Edge offered them; one network may be picked more than once.

    Args:
        front: Not empty.
    """
    best = max(front, key=lambda each: (each.auroc, -each.milliseconds))
    good = [each for each in front if each.auroc >= best.auroc - LARGEST_LOSS]
    scales = [
        _scaled([-each.auroc for each in good]),
        _scaled([math.log(each.weight_bytes) for each in good]),
        _scaled([math.log(each.milliseconds) for each in good]),
    ]
    distances = [math.hypot(*of_each) for of_each in zip(*scales, strict=True)]
    return {
        "low_latency": min(good, key=lambda each: (each.milliseconds, -each.auroc)),
        "best_trade_off": good[distances.index(min(distances))],
        "higher_accuracy": best,
    }


def draw_pareto(tried: Sequence[Tried], picks: Mapping[str, Tried], path: Path) -> None:
    """Draws AUROC over milliseconds, bytes as the area of a disc, the front in blue, and the names of the picks."""
    front = pareto_front(tried)
    largest = max(each.weight_bytes for each in tried)
    with figure(path, 6.4, 4.4) as axes:
        for each in sorted(tried, key=lambda each: -each.weight_bytes):
            picked = each in picks.values()
            axes.scatter(
                each.milliseconds,
                each.auroc,
                s=30 + 400 * each.weight_bytes / largest,
                color=ORANGE if picked else BLUE if each in front else GREY,
                alpha=0.6,
                linewidths=0,
            )
        for chosen in dict.fromkeys(picks.values()):
            names = ", ".join(name.replace("_", " ") for name, each in picks.items() if each == chosen)
            axes.annotate(
                f"{names}\n{chosen.weight_bytes / 1e6:.2f} MB",
                (chosen.milliseconds, chosen.auroc),
                xytext=(0, -12),
                textcoords="offset points",
                ha="center",
                va="top",
                fontsize=8,
            )
        axes.set_xscale("log")
        axes.margins(x=0.12, y=0.12)
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set_xlabel("milliseconds per film in the browser (estimated)")
        axes.set_ylabel("AUROC on augmented validation")
        axes.set_title(f"{len(tried)} networks, {len(front)} on the Pareto front; area: bytes of the weights")


def _scaled(values: Sequence[float]) -> list[float]:
    """0 for the smallest, 1 for the largest."""
    low, high = min(values), max(values)
    return [(value - low) / (high - low) if high > low else 0.0 for value in values]
