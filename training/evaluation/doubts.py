"""Signs in an evaluation that a network learned nothing, for `evaluate` and `export` to warn of."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from training.evaluation.operating_points import HIGHEST_TEMPERATURE, LOWEST_TEMPERATURE

# Thresholds nearer to each other than this leave no indeterminate zone to speak of.
TOGETHER = 0.01
# Where the classes are wholly apart, points fall together and the temperature is the lowest; that is not a fault.
APART = 0.95


def doubts(evaluation: Mapping[str, Any]) -> list[str]:
    """What in `evaluation.json` says that the network cannot tell the classes apart; empty for a network that can.

    Only validation is looked at. Figures that the evaluation lacks raise no doubt.
    """
    found: list[str] = []
    auroc = next((row for row in evaluation["metrics"] if (row["metric"], row["split"]) == ("auroc", "val")), None)
    if auroc and ((auroc["low"] is not None and auroc["low"] <= 0.5) or auroc["value"] <= 0.5):
        interval = "" if auroc["low"] is None else f" ({auroc['low']:.3f}–{auroc['high']:.3f})"
        found.append(f"its validation AUROC is {auroc['value']:.3f}{interval}; guessing gives 0.5")
    temperature = evaluation["calibration"]["temperature"]
    unsure = auroc is not None and auroc["value"] < APART
    if temperature > 0.99 * HIGHEST_TEMPERATURE or (temperature < 1.01 * LOWEST_TEMPERATURE and unsure):
        found.append(f"its temperature is {temperature:.1f}, the end of what is tried: its logits carry no information")
    thresholds = {point["name"]: point["threshold"] for point in evaluation["operating_points"]}
    together = len(thresholds) > 1 and max(thresholds.values()) - min(thresholds.values()) < TOGETHER
    if together and unsure:
        found.append("its operating points lie together at " + ", ".join(f"{t:.4f}" for t in thresholds.values()))
    return found


def warn_of_doubts(evaluation: Mapping[str, Any]) -> None:
    """Writes the doubts to standard error, with what to do about them."""
    if found := doubts(evaluation):
        lines = ["warning: this network seems to have learned nothing", *(f"  {doubt}" for doubt in found)]
        lines.append(
            "  next:     look at figures/learning_curves.svg, check that films lie in their own class, train longer"
        )
        print("\n".join(lines), file=sys.stderr)
