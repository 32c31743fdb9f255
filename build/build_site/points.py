"""The operating points of a bundle as the page tells of them: one entry for each, with every split it was measured on."""

from __future__ import annotations

from typing import Any

from build_site.config import SiteConfig, fill
from build_site.facts import SHARES, films_of, percent, percent_interval


def operating_points(metadata: dict[str, Any], site: SiteConfig, words: dict[str, str]) -> list[dict[str, Any]]:
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
            "sentence": _sentence(found, metadata, site, words),
            "measured": [
                {
                    "films": films_of(metadata, point["split"], site),
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


def _sentence(found: list[dict[str, Any]], metadata: dict[str, Any], site: SiteConfig, words: dict[str, str]) -> str:
    """An operating point in one sentence, as measured on the test split where it was."""
    point = next((point for point in found if point["split"] == "test"), found[0])
    values = {
        "threshold": percent(point["threshold"]),
        **{name: percent(point[name]) + percent_interval(point.get(f"{name}_interval")) for name in SHARES},
        "n": f"{point['n']:,}",
        "films": films_of(metadata, point["split"], site),
    }
    return fill(words["operating_point"], values)
