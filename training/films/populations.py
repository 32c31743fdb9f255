"""Populations and hospitals: the words of a configuration that say whose films those of a data set are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Annotated

import msgspec

SLUG = r"^[a-z0-9]+(?:[_-][a-z0-9]+)*$"
Slug = Annotated[str, msgspec.Meta(pattern=SLUG, max_length=40, title="a short name of a-z, 0-9, _ and -")]
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=200, title="some words")]
Years = Annotated[float, msgspec.Meta(ge=0, le=150, title="years, 0 to 150")]


class Ages(msgspec.Struct, frozen=True, omit_defaults=True, rename={"lowest": "from", "below": "to"}):
    """Whose age says that they belong to a population; either end may be open.

    Attributes:
        lowest: `from`: years, included.
        below: `to`: years, not included.
    """

    lowest: Years | None = None
    below: Years | None = None

    def overlaps(self, other: Ages) -> bool:
        """Whether some age belongs to both."""
        starts = [ages.lowest or 0.0 for ages in (self, other)]
        ends = [float("inf") if ages.below is None else ages.below for ages in (self, other)]
        return max(starts) < min(ends)

    @property
    def is_empty(self) -> bool:
        """Whether no age belongs to it."""
        return self.below is not None and self.below <= (self.lowest or 0.0)


class Population(msgspec.Struct, frozen=True, omit_defaults=True):
    """People whose films are read by the same thresholds.

    Attributes:
        name: For programs, such as `adults`.
        title: For people, such as `Adults`.
        ages: What a film's header may say of the patient's age; None where age decides nothing.
    """

    name: Slug
    title: Title
    ages: Ages | None = None


class Hospital(msgspec.Struct, frozen=True):
    """Where films come from.

    Attributes:
        name: For programs, such as `nih`.
        title: For people.
        population: Name of the population that all of its films are of.
    """

    name: Slug
    title: Title
    population: Slug


def mistakes_of_words(
    populations: Sequence[Population], hospitals: Sequence[Hospital]
) -> Iterator[tuple[str, str, str]]:
    """What is wrong with populations and hospitals, each as: what, received, expected."""
    for what, names in (
        ("population", [each.name for each in populations]),
        ("population's title", [each.title for each in populations]),
        ("hospital", [each.name for each in hospitals]),
    ):
        for twice in sorted({name for name in names if names.count(name) > 1}):
            yield f"the {what} {twice} stands there twice", f"{names.count(twice)} tables", "every one once"
    declared = {each.name for each in populations}
    for hospital in hospitals:
        if hospital.population not in declared:
            yield (
                f"the population {hospital.population} of the hospital {hospital.name} is not declared",
                ", ".join(sorted(declared)) or "no population",
                f'[[populations]] with name = "{hospital.population}"',
            )
    for name in sorted(declared - {hospital.population for hospital in hospitals}):
        yield f"no hospital has films of the population {name}", "0 hospitals", "at least one, to validate it by"
    for population in populations:
        if population.ages == Ages():
            yield (
                f"the ages of {population.name} say nothing",
                "ages without from and to",
                "from, to or both; or no ages",
            )
        if population.ages and population.ages.is_empty:
            yield f"nobody is of the ages of {population.name}", "to that is not above from", "from below to"
    for one, other in combinations(populations, 2):
        if one.ages and other.ages and one.ages.overlaps(other.ages):
            yield (
                f"{one.name} and {other.name} share ages",
                "ages that overlap",
                "ages of which each is in one population",
            )
