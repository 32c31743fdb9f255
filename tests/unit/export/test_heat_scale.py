"""The scale of heat maps comes from films that look like the positive class, and from none where there are hardly any."""

from __future__ import annotations

import numpy as np

from export.heat_scale import LEAST_FILMS, HeatScale, heat_scale


def outputs(peaks: list[float], like: list[bool]) -> dict[str, np.ndarray]:
    probability = np.array([[0.1, 0.9] if each else [0.9, 0.1] for each in like], np.float32)
    return {"heatmap_peak": np.array(peaks, np.float32).reshape(-1, 1, 1), "probability": probability}


def test_it_is_what_half_of_the_films_like_the_class_reach() -> None:
    films = outputs([*range(1, 40), *[1000.0] * 5], [True] * 39 + [False] * 5)
    assert heat_scale(films, 1, "val") == HeatScale(20.0, "val", 39)


def test_without_a_map_without_a_class_or_of_hardly_any_film_there_is_none() -> None:
    few = outputs([1.0] * (LEAST_FILMS - 1), [True] * (LEAST_FILMS - 1))
    assert heat_scale(few, 1, "val") is None
    many = outputs([1.0] * LEAST_FILMS, [True] * LEAST_FILMS)
    assert heat_scale(many, None, "val") is None
    del many["heatmap_peak"]
    assert heat_scale(many, 1, "val") is None
