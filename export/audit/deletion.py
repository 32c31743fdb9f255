"""The deletion test of a heat map: hiding the top 20 % of a film must move the logit more than hiding a random 20 %.

After Petsiuk et al. 2018 (RISE, arXiv:1806.07421), with one step instead of a curve. The random 20 % are the
top 20 % mirrored and moved round the film, so that both have the same area, blocks and edges, and differ by place alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from training.evaluation.drawing import BLUE, GREY, ORANGE, figure
from training.films.arrays import Floats

Masks = npt.NDArray[np.bool_]

HIDDEN_SHARE = 0.2
DRAWS = 5
SEED = 2020


@dataclass(frozen=True)
class Deletion:
    """The fall of the logit, film by film.

    Attributes:
        fill: The content of the hidden place, for people.
        hottest: Fall of the positive class's log-odds with the top 20 % hidden, `[n]`.
        random: The same with a random 20 % hidden, mean over the draws, `[n]`.
    """

    fill: str
    hottest: npt.NDArray[np.float64]
    random: npt.NDArray[np.float64]

    def row(self) -> dict[str, Any]:
        """The row for `audit.json`."""
        return {
            "fill": self.fill,
            "n": len(self.hottest),
            "draws": DRAWS,
            "fall_hottest": float(self.hottest.mean()),
            "fall_random": float(self.random.mean()),
            "share_hottest_falls_more": float((self.hottest > self.random).mean()),
        }


def deletion_test(log_odds: Callable[[Floats], npt.NDArray[np.float64]], films: Floats, heat: Floats) -> list[Deletion]:
    """Hides 20 % of every film by the film's mean and by its own blur, and reads it again.

    Args:
        log_odds: Films → log-odds of the positive class, `[n]`.
        films: As the network sees them, `[n, height, width, channels]`, 0–255.
        heat: Their heat maps, `[n, h, w]`, of any resolution.
    """
    rng = np.random.default_rng(SEED)
    hottest = top_blocks(heat)
    drawn = [moved(hottest, rng) for _ in range(DRAWS)]
    cell = films.shape[1] / heat.shape[1]  # a block's side in pixels
    fills = {
        "the film's mean": np.broadcast_to(films.mean(axis=(1, 2), keepdims=True), films.shape),
        "its own blur": np.stack([gaussian_filter(film, (cell, cell, 0)) for film in films]),
    }
    before = log_odds(films)
    results = []
    for words, fill in fills.items():

        def fall(mask: Masks, fill: Floats = fill) -> npt.NDArray[np.float64]:
            return before - log_odds(np.where(enlarged(mask, films.shape[1:3])[..., None], fill, films))

        results.append(Deletion(words, fall(hottest), np.mean([fall(mask) for mask in drawn], axis=0)))
    return results


def top_blocks(heat: Floats) -> Masks:
    """The top 20 % of each map's blocks, `[n, h, w]`."""
    flat = heat.reshape(len(heat), -1)
    count = max(round(HIDDEN_SHARE * flat.shape[1]), 1)
    mask = np.zeros(flat.shape, bool)
    np.put_along_axis(mask, np.argsort(-flat, axis=1, kind="stable")[:, :count], True, axis=1)
    return mask.reshape(heat.shape)


def moved(masks: Masks, rng: np.random.Generator) -> Masks:
    """Masks `[n, h, w]`, each mirrored at random and moved round the film by a random step."""
    height, width = masks.shape[1:]
    result = np.empty_like(masks)
    for number, mask in enumerate(masks):
        mirrored = mask[:: rng.choice([-1, 1]), :: rng.choice([-1, 1])]
        result[number] = np.roll(mirrored, (rng.integers(height), rng.integers(width)), axis=(0, 1))
    return result


def enlarged(masks: Masks, size: tuple[int, ...]) -> Masks:
    """Masks `[n, h, w]` as blocks on films of this height and width."""
    rows, columns = (np.arange(pixels) * blocks // pixels for pixels, blocks in zip(size, masks.shape[1:], strict=True))
    return masks[:, rows][:, :, columns]


def draw_deletion(path: Path, deletions: list[Deletion], positive: npt.NDArray[np.bool_]) -> None:
    """One dot per film: fall of the logit with the top 20 % hidden against that with random 20 %; `positive` is `[n]`."""
    with figure(path, 8.4, 4.2, ncols=len(deletions), sharex=True, sharey=True) as panels:
        for axes, deletion in zip(panels, deletions, strict=True):
            limits = [min(deletion.random.min(), deletion.hottest.min()), max(deletion.random.max(), 0.1)]
            axes.plot(limits, limits, color=GREY, linewidth=0.8, linestyle=":")
            for chosen, colour, label in ((positive, ORANGE, "positive films"), (~positive, BLUE, "other films")):
                axes.scatter(
                    deletion.random[chosen], deletion.hottest[chosen], s=14, alpha=0.6, color=colour, label=label
                )
            axes.set(xlabel="Fall of the logit, random 20 % hidden")
            axes.set_title(f"Hidden by {deletion.fill}")
        panels[0].set_ylabel("Fall of the logit, top 20 % hidden")
        panels[0].legend()
