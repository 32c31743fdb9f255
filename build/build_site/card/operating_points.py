"""The operating points of a model as the page's script gets them: one entry per point, with every split it was measured on."""

from __future__ import annotations

from typing import Any

from build_site.card.facts import Facts
from build_site.i18n.strings import fill
from plainfilm.metadata import Interval, OperatingPoint


def points_of(facts: Facts, points: list[OperatingPoint]) -> list[dict[str, Any]]:
    """`OperatingPoint` in site_template/src/shared/site.ts, in the order of `points`, so that the first is the default."""
    by_name: dict[str, list[OperatingPoint]] = {}
    for point in points:
        by_name.setdefault(point["name"], []).append(point)
    return [
        {
            "name": name,
            "label": facts.point_name(name),
            "help": facts.words.get(f"point_{name.replace('-', '_')}_help", ""),
            "threshold": found[0]["threshold"],
            "sentence": _sentence(found, facts),
            "measured": [
                {
                    "films": facts.films_of(point["split"]),
                    "n": point["n"],
                    "sensitivity": _share(point["sensitivity"], point.get("sensitivity_interval")),
                    "specificity": _share(point["specificity"], point.get("specificity_interval")),
                }
                for point in found
            ],
        }
        for name, found in by_name.items()
    ]


def _share(value: float, interval: Interval | None) -> dict[str, float | None]:
    low, high = interval or (None, None)
    return {"value": value, "low": low, "high": high}


def _sentence(found: list[OperatingPoint], facts: Facts) -> str:
    """An operating point in one sentence, as measured on the test split where it was."""
    point = next((point for point in found if point["split"] == "test"), found[0])
    values = {
        "threshold": facts.words.percent(point["threshold"]),
        "n": facts.words.number(point["n"]),
        "films": facts.films_of(point["split"]),
    }
    shares = {name: share + interval for name, (share, interval) in facts.shares(point).items()}
    return fill(facts.words["operating_point"], values | shares)
