"""How far made films are from real ones, in a space of features: kernel distance, precision and coverage, nearest films.

All functions take features as float `[n, d]`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.metrics.pairwise import pairwise_distances, polynomial_kernel
from sklearn.neighbors import NearestNeighbors

from training.films.arrays import Doubles, Floats

SUBSETS = 100
SUBSET_FILMS = 200
NEIGHBOURS = 5


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


def kernel_distance(one: Floats, other: Floats, seed: int = 0) -> Estimate:
    """KID: the unbiased squared maximum mean discrepancy under the cubic kernel (Bińkowski et al. 2018), over random subsets.

    Subsets have `SUBSET_FILMS` films, or as many as there are; the interval is that of the mean over the subsets' spread, which tells
    of the draw of films and not of training.
    """
    rng = np.random.default_rng(seed)
    size = min(SUBSET_FILMS, len(one), len(other))
    drawn = np.array(
        [
            _discrepancy(one[rng.choice(len(one), size, False)], other[rng.choice(len(other), size, False)])
            for _ in range(SUBSETS)
        ]
    )
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(float(drawn.mean()), float(low), float(high))


def _discrepancy(x: Floats, y: Floats) -> float:
    of_x, of_y, between = (polynomial_kernel(a, b, degree=3, coef0=1) for a, b in ((x, x), (y, y), (x, y)))
    n, m = len(x), len(y)
    within = (of_x.sum() - np.trace(of_x)) / (n * (n - 1)) + (of_y.sum() - np.trace(of_y)) / (m * (m - 1))
    return float(within - 2 * between.mean())


def precision(made: Floats, real: Floats) -> Estimate:
    """Share of made films within the reach of a real one: its distance to its fifth neighbour (Kynkäänniemi et al. 2019)."""
    return share(_within(made, real))


def recall(made: Floats, real: Floats) -> Estimate:
    """Share of real films within the reach of a made one: what of the variety is there."""
    return share(_within(real, made))


def coverage(made: Floats, real: Floats) -> Estimate:
    """Share of real films with a made one within their own reach (Naeem et al. 2020): hardly moved by stray films."""
    return share(nearest(real, made)[0] <= _reach(real))


def nearest(films: Floats, among: Floats) -> tuple[Doubles, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Distance to the nearest of other films, and which it is, both `[n]`."""
    distance, index = NearestNeighbors(n_neighbors=1).fit(among).kneighbors(films)
    return distance[:, 0], index[:, 0]


def _reach(films: Floats) -> Doubles:
    """Distance of each film to its fifth neighbour among the others, `[n]`; to the last one where there are fewer."""
    neighbours = min(NEIGHBOURS, len(films) - 1)
    distance, _ = NearestNeighbors(n_neighbors=neighbours + 1).fit(films).kneighbors(films)
    return np.asarray(distance[:, -1])


def _within(films: Floats, others: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which films lie within the reach of any other, `[n]`."""
    return np.asarray((pairwise_distances(films, others) <= _reach(others)).any(axis=1))


def share(hit: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Estimate:
    """The share of films that are hit, with Wilson's interval."""
    n, z = len(hit), 1.959964
    p = float(hit.mean())
    middle, half = (
        (p + z * z / (2 * n)) / (1 + z * z / n),
        z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)),
    )
    return Estimate(p, float(middle - half), float(middle + half))
