"""Populations and hospitals on a model card: what was measured where, what was trained on, and what was never seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from build_site.card.facts import EXTERNAL, Facts
from build_site.i18n.strings import fill
from plainfilm.metadata import Hospital, Measurement, Metadata, Population

SHOWN = ("auroc", "sensitivity", "specificity", "ece")
# Splits that repeat films of another one.
REPEATED = ("val_varied", "test_without_duplicates")
NONE = "–"


@dataclass(frozen=True)
class HospitalTable:
    """A row for each population, hospital and split.

    Attributes:
        title, heads: Above it, and above its columns.
        rows: The first cell names the population.
    """

    title: str
    heads: list[str]
    rows: list[list[str]]


def of_populations(facts: Facts) -> list[tuple[str, Facts]]:
    """The title of each population but the first, whose facts are those of the whole, and its facts."""
    return [(one["title"], _alone(facts, one)) for one in facts.metadata.get("populations", [])[1:]]


def hospital_table(facts: Facts) -> HospitalTable | None:
    """What was measured of each hospital and each external set; None for a model that knows no populations."""
    words = facts.words
    rows = [
        [population["title"], *_row(facts, hospital, split)]
        for population in facts.metadata.get("populations", [])
        for hospital in population.get("hospitals", [])
        for split in dict.fromkeys(row["split"] for row in hospital["evaluation"])
        if split not in REPEATED
    ]
    heads = [words["card_population"], words["card_hospital"], words["card_seen"], words["on"]]
    heads += [facts.metric_name(metric) for metric in SHOWN]
    return HospitalTable(words["card_populations"], heads, rows) if rows else None


def _alone(facts: Facts, population: Population) -> Facts:
    names = ("calibration", "operating_points", "evaluation")
    own = {name: population[name] for name in names}  # type: ignore[literal-required]
    metadata = {key: value for key, value in facts.metadata.items() if key != "populations"}
    return replace(facts, metadata=cast("Metadata", {**metadata, **own}))


def _row(facts: Facts, hospital: Hospital, split: str) -> list[str]:
    found: dict[str, Measurement] = {row["metric"]: row for row in hospital["evaluation"] if row["split"] == split}
    # What people call external films is translated with the splits.
    title = facts.films_of(split) if split.startswith(EXTERNAL) else hospital["title"]
    words = facts.words
    seen = {
        "trained on": fill(words["seen_trained"], {"n": words.number(hospital["trained_on"])}),
        "validation only": words["seen_validation"],
        "never seen": words["seen_never"],
    }[hospital["seen"]]
    values = [facts.with_interval(found[metric]) if metric in found else NONE for metric in SHOWN]
    return [title, seen, facts.on(next(iter(found.values()))), *values]
