"""Which film checks a network gets: those of radiographs only where its films are some."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from export import film_checks
from export.film_checks import Checks, Picture, Seen, fit_checks
from export.training_films import TrainingFilms
from training.films.phantom import thorax
from training.films.preprocessing import ImageConverter, convert

CONVERTER = ImageConverter(32, 32, 1, "whole")
OF_RADIOGRAPHS = {"most_colour", "mean_film", "collage"}


def films(count: int = 6) -> TrainingFilms:
    """Phantoms, as they are and, for want of more, as augmented."""
    rng = np.random.default_rng(3)
    decoded = [thorax(rng, bool(number % 2), 120, 150) for number in range(count)]
    plain = np.stack([convert(film, CONVERTER) for film in decoded])
    return TrainingFilms(decoded, plain, plain)


def test_only_radiographs_get_the_checks_of_radiographs() -> None:
    drawn = films()
    of_radiographs = fit_checks(CONVERTER, 120, drawn).checks
    of_pictures = fit_checks(CONVERTER, 120, drawn, radiographs=False).checks
    assert of_radiographs.keys() - of_pictures.keys() == OF_RADIOGRAPHS & of_radiographs.keys()
    assert "mean_film" in of_radiographs
    assert of_pictures == {"least_range": 16, "smallest_side": 32}


def test_a_network_for_colours_gets_none_of_them() -> None:
    in_colour = ImageConverter(32, 32, 3, "whole", "rgb")
    assert not OF_RADIOGRAPHS & fit_checks(in_colour, 120, films()).checks.keys()


@pytest.mark.parametrize(
    ("fits_from", "at_edge_from", "taken"),
    [
        (0.0, 0.0, (0.55, 0.3)),
        (0.58, 0.0, (0.6, 0.3)),
        (0.7, 0.36, (0.7, 0.4)),
        (0.6, 0.51, (0.6, 0.6)),
        (0.9, 0.0, None),
    ],
)
def test_the_limits_of_several_films_are_the_strictest_that_refuse_none_of_the_networks_own(
    fits_from: float, at_edge_from: float, taken: tuple[float, float] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As films of two hospitals, parts of which come nearer to their mean than parts of one hospital's do."""

    def see(pictures: Sequence[Picture], checks: Checks) -> list[Seen]:
        limits = checks.get("collage", {"likeness": 1, "likeness_at_edge": 1})
        too_strict = limits["likeness"] < fits_from or limits["likeness_at_edge"] < at_edge_from
        return [Seen([1.0, -1.0], ["collage"] if too_strict else [], []) for _ in pictures]

    monkeypatch.setattr(film_checks, "see", see)
    checks = fit_checks(CONVERTER, 120, films()).checks
    expected = None if taken is None else {"likeness": taken[0], "edge": 3.0, "likeness_at_edge": taken[1]}
    assert checks.get("collage") == expected
