"""The scale of a network's heat maps: from what contribution to the logit on a place is in full colour, for every film alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.films.arrays import Floats

# Of so many films no scale is taken: it would be theirs.
LEAST_FILMS = 20


@dataclass(frozen=True)
class HeatScale:
    """`metadata.heatmap`.

    Attributes:
        scale: What the hottest place of half of the films adds to the logit, or more.
        split: Which films.
        n: How many.
    """

    scale: float
    split: str
    n: int


def heat_scale(outputs: dict[str, Floats], positive: int | None, split: str) -> HeatScale | None:
    """By the films of a split that look like the positive class to the network; None where there is no map, or there are too few.

    Args:
        outputs: Of the network for the films, by name.
        positive: Column of the class that the map speaks of.
        split: Which films they are.
    """
    if positive is None or "heatmap_peak" not in outputs:
        return None
    like = outputs["probability"].argmax(axis=-1) == positive
    peaks = outputs["heatmap_peak"].reshape(len(like))[like]
    if len(peaks) < LEAST_FILMS:
        return None
    return HeatScale(round(float(np.median(peaks)), 4), split, len(peaks))
