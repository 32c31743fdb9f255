"""How well films from the side are told from frontal ones, as a table: by the page's own code, and by the films held back in fitting."""

from __future__ import annotations

from scipy.stats import binomtest

from export.report.results import Result
from export.report.tables import NONE, Cell, Table
from plainfilm.percent import DECIMALS, percent

REASON = "lateral"
# How sets of refusals.json begin that say little, since they were learned from.
LEARNED = ("train", "lateral, learned from, ")


def views(result: Result) -> Table:
    """Films from the side and frontal ones: how many are refused as lateral, with exact 95 % intervals, and for another reason."""
    through_the_page = result.refusals.get("sets", []) if result.lateral else []
    whole = next((row["n"] for row in through_the_page if row["set"] == "val"), None)
    rows = [
        _row(row["set"], row["n"], row["refused"], None)
        for row in result.lateral.get("sets", [])
        if not row["lateral"] and row["set"].endswith(", validation") and row["n"] != whole
    ]
    for row in through_the_page:
        if row["expected"] in (None, REASON) and not row["set"].startswith(LEARNED):
            refused = row["refused"].get(REASON, 0)
            rows.append(_row(row["set"], row["n"], refused, sum(row["refused"].values()) - refused))
    header = ["Films", "Number", "Refused as lateral", "95 % interval", "Refused for another reason"]
    return Table("Films from the side, and frontal ones", header, rows)


def views_in_markdown(results: list[Result]) -> str:
    """The table of the first model that has one."""
    table = next((table for each in results if (table := views(each)).rows), None)
    if table is None:
        return "No network was given films from the side."
    lines = [table.header, ["---", *["---:"] * (len(table.header) - 1)]]
    lines += [[cell.text for cell in row] for row in table.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _row(name: str, n: int, refused: int, otherwise: int | None) -> list[Cell]:
    name = name.replace("_", " ")
    if n == 0:
        return [Cell(name), *[Cell(NONE)] * 4]
    interval = binomtest(refused, n).proportion_ci(0.95, "exact")
    return [
        Cell(name),
        Cell(str(n)),
        Cell(f"{refused} ({percent(refused / n)})"),
        Cell(f"{100 * interval.low:.{DECIMALS}f}–{percent(interval.high)}"),
        Cell(NONE if otherwise is None else str(otherwise)),
    ]
