"""The populations of a model as the page's script gets them: whose operating points, and how good the model is for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from build_site.card.facts import EXTERNAL, Facts, Rows
from build_site.card.operating_points import points_of
from build_site.card.own_auroc import own_auroc
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
            "auroc": own_auroc(one["evaluation"]),
            "standing": standing(facts, one),
            "warning": warning(facts, one),
        }
        for one in facts.metadata.get("populations", [])
    ]


def population_rows(facts: Facts) -> Rows:
    """Each population and how good the model is for it, as terms and values."""
    return [(one["title"], _measured(facts, one)) for one in facts.metadata.get("populations", [])]


def standing(facts: Facts, population: Population) -> str:
    """How good the model is for a population, in one sentence: on films like those that it learned from, and on others."""
    values = {"population": population["title"], "measured": _measured(facts, population)}
    return fill(facts.words["standing"], values)


def warning(facts: Facts, population: Population) -> str:
    """What speaks against reading its films; empty where the model learned from some and was measured on some."""
    rows, words, values = _rows_of(population), facts.words, {"population": population["title"]}
    if not rows.rows:
        return fill(words["population_unmeasured"], values)
    return "" if rows.learned else fill(words["population_unlearned"], values)


def _measured(facts: Facts, population: Population) -> str:
    rows, words = _rows_of(population), facts.words
    clauses = [_clause(facts, "like", rows.like), _clause(facts, "elsewhere", rows.elsewhere)]
    return words["standing_joined"].join(filter(None, clauses)) or words["standing_unknown"]


def _rows_of(population: Population) -> _Rows:
    """A bundle may say of each hospital whether the network was trained on it; otherwise the names of the splits tell."""
    seen = [hospital["seen"] for hospital in cast("dict[str, Any]", population).get("hospitals", [])]
    rows = population["evaluation"]
    return _Rows(rows, "trained on" in seen if seen else any(not row["split"].startswith(EXTERNAL) for row in rows))


@dataclass(frozen=True)
class _Rows:
    """What was measured of a population, on films like those that the model learned from and on films from elsewhere.

    Attributes:
        rows: All of it.
        learned: Whether it learned from films of the population at all.
    """

    rows: list[Measurement]
    learned: bool

    @property
    def like(self) -> list[Measurement]:
        """Films that chose nothing come first."""
        found = [row for row in self.rows if self.learned and not row["split"].startswith(EXTERNAL)]
        return sorted(found, key=lambda row: (row["split"] != "test", row["split"].startswith("val"), -row["n"]))

    @property
    def elsewhere(self) -> list[Measurement]:
        """The lowest values come first: of several places, the one where the model does worst."""
        found = [row for row in self.rows if not self.learned or row["split"].startswith(EXTERNAL)]
        return sorted(found, key=lambda row: row["value"])


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
