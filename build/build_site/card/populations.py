"""The populations of a model as the page's script gets them: whose operating points, and how good the model is for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from build_site.card.facts import EXTERNAL, Facts
from build_site.card.operating_points import points_of
from build_site.i18n.strings import fill
from plainfilm.metadata import Measurement, Population

HUNDRED = 100


def populations_of(facts: Facts) -> list[dict[str, Any]]:
    """`Population` in site_template/src/shared/site.ts, in the bundle's order; none for a model that reads all films alike."""
    return [
        {
            "name": one["name"],
            "label": one["title"],
            "ages": one.get("ages"),
            "calibration": _calibration(one),
            "operating_points": points_of(facts, one["operating_points"]),
            "standing": standing(facts, one),
            "warning": warning(facts, one),
        }
        for one in facts.metadata.get("populations", [])
    ]


def standing(facts: Facts, population: Population) -> str:
    """How good the model is for a population, in one sentence: on films like those that it learned from, and on others."""
    rows = _Rows(population["evaluation"])
    clauses = [
        clause
        for where, of in (("like", rows.like), ("elsewhere", rows.elsewhere))
        if (clause := _clause(facts, where, of))
    ]
    words = facts.words
    measured = words["standing_joined"].join(clauses) or words["standing_unknown"]
    return fill(words["standing"], {"population": population["title"], "measured": measured})


def warning(facts: Facts, population: Population) -> str:
    """What speaks against reading its films; empty where the model learned from some and was measured on some."""
    rows, words, values = _Rows(population["evaluation"]), facts.words, {"population": population["title"]}
    if not (rows.like or rows.elsewhere):
        return fill(words["population_unmeasured"], values)
    return "" if rows.like else fill(words["population_unlearned"], values)


@dataclass(frozen=True)
class _Rows:
    """What was measured of a population, on films like those that the model learned from and on films from elsewhere."""

    rows: list[Measurement]

    @property
    def like(self) -> list[Measurement]:
        """Films that chose nothing come first."""
        found = [row for row in self.rows if not row["split"].startswith(EXTERNAL)]
        return sorted(found, key=lambda row: (row["split"] != "test", row["split"].startswith("val"), -row["n"]))

    @property
    def elsewhere(self) -> list[Measurement]:
        """The lowest values come first: of several places, the one where the model does worst."""
        return sorted((row for row in self.rows if row["split"].startswith(EXTERNAL)), key=lambda row: row["value"])


def _clause(facts: Facts, where: str, rows: list[Measurement]) -> str:
    """The plainest thing that was measured there; empty where nothing of these was.

    On films like those that it learned from that is how many of a hundred are read right, elsewhere the AUROC, which does not
    hang on how many of the films are ill.
    """
    words, found = facts.words, dict[str, float]()
    for row in rows:
        if 0 <= row["value"] <= 1:
            found.setdefault(row["metric"], row["value"])
    if "accuracy" in found and (where == "like" or "auroc" not in found):
        right = words["standing_right_like"] if where == "like" else words["standing_right_elsewhere"]
        return fill(right, {"right": words.number(_of_hundred(found["accuracy"]))})
    if "auroc" in found:
        measures = f"AUROC {words.number(found['auroc'], 2)}"
    else:
        shares = [
            f"{words[name]} {words.percent(found[name])}" for name in ("sensitivity", "specificity") if name in found
        ]
        measures = ", ".join(shares)
    sentence = words["standing_like"] if where == "like" else words["standing_elsewhere"]
    return fill(sentence, {"measures": measures}) if measures else ""


def _of_hundred(share: float) -> int:
    """Never all of them, and never none, unless it is so."""
    return round(share * HUNDRED) if share in (0, 1) else min(HUNDRED - 1, max(1, round(share * HUNDRED)))


def _calibration(population: Population) -> dict[str, float] | None:
    calibration = population["calibration"]
    if calibration is None:
        return None
    return {"temperature": calibration["temperature"], "offset": calibration.get("offset", 0)}
