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


@pytest.mark.parametrize(("fits_from", "taken"), [(0.0, 0.55), (0.58, 0.6), (0.7, 0.7), (0.9, None)])
def test_the_limit_of_several_films_is_the_strictest_that_refuses_none_of_the_networks_own(
    fits_from: float, taken: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As films of two hospitals, parts of which come nearer to their mean than parts of one hospital's do."""

    def see(pictures: Sequence[Picture], checks: Checks) -> list[Seen]:
        too_strict = "collage" in checks and checks["collage"]["likeness"] < fits_from
        return [Seen([1.0, -1.0], ["collage"] if too_strict else [], []) for _ in pictures]

    monkeypatch.setattr(film_checks, "see", see)
    checks = fit_checks(CONVERTER, 120, films()).checks
    assert checks.get("collage") == (None if taken is None else {"likeness": taken, "edge": 3.0})
