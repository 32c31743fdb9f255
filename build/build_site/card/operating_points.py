"""The operating points of a bundle as the page tells of them: one entry for each, with every split it was measured on."""

from __future__ import annotations

from typing import Any

from build_site.card.facts import SHARES, films_of
from build_site.config import fill
from build_site.i18n.words import Words


def operating_points(metadata: dict[str, Any], words: Words) -> list[dict[str, Any]]:
    """`OperatingPoint` in site_template/src/shared/site.ts, in the bundle's order, so that the first is the default."""
    by_name: dict[str, list[dict[str, Any]]] = {}
    for point in metadata["operating_points"]:
        by_name.setdefault(point["name"], []).append(point)
    return [
        {
            "name": name,
            "label": words.get(f"point_{name.replace('-', '_')}", name),
            "help": words.get(f"point_{name.replace('-', '_')}_help", ""),
            "threshold": found[0]["threshold"],
            "sentence": _sentence(found, metadata, words),
            "measured": [
                {
                    "films": films_of(metadata, point["split"], words),
                    "n": point["n"],
                    **{share: _share(point, share) for share in SHARES},
                }
                for point in found
            ],
        }
        for name, found in by_name.items()
    ]


def _share(point: dict[str, Any], name: str) -> dict[str, float | None]:
    low, high = point.get(f"{name}_interval", (None, None))
    return {"value": point[name], "low": low, "high": high}


def _sentence(found: list[dict[str, Any]], metadata: dict[str, Any], words: Words) -> str:
    """An operating point in one sentence, as measured on the test split where it was."""
    point = next((point for point in found if point["split"] == "test"), found[0])
    values = {
        "threshold": words.percent(point["threshold"]),
        **{name: words.percent(point[name]) + words.percent_interval(point.get(f"{name}_interval")) for name in SHARES},
        "n": words.number(point["n"]),
        "films": films_of(metadata, point["split"], words),
    }
    return fill(words["operating_point"], values)
