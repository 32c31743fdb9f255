"""A site's own thresholds as the page's script gets them: operating points beside the bundle's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from build_site.card.facts import Facts
from build_site.i18n.strings import fill
from build_site.own_points import OwnPoint, Rate


def with_own(points: list[dict[str, Any]], own: Sequence[OwnPoint], facts: Facts, first: str) -> list[dict[str, Any]]:
    """`OperatingPoint`s in site_template/src/shared/site.ts with those of the site; `first` names the one to begin with."""
    return sorted([*points, *(_point(one, facts) for one in own)], key=lambda point: bool(point["name"] != first))


def _point(own: OwnPoint, facts: Facts) -> dict[str, Any]:
    words = facts.words
    values = {"n": words.number(own.films), "date": own.date.isoformat()}
    rates = {"sensitivity": own.sensitivity, "specificity": own.specificity}
    said = {name: words.percent(rate.corrected) for name, rate in rates.items()}
    films = words["own_point_films"]
    return {
        "name": own.name,
        "label": own.name.replace("_", " "),
        "help": fill(words["own_point_help"], values),
        "threshold": own.threshold,
        "sentence": fill(
            words["operating_point"], values | said | {"threshold": words.percent(own.threshold), "films": films}
        ),
        "measured": [{"films": films, "n": own.films} | {name: _share(rate) for name, rate in rates.items()}],
    }


def _share(rate: Rate) -> dict[str, float | None]:
    return {"value": rate.corrected, "low": rate.low, "high": rate.high}
