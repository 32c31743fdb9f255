"""The report's tables on what an audit found: each from `audit.json`, and without rows where that was not measured."""

from __future__ import annotations

from typing import Any

from export.report.tables import Cell, Table, signed
from export.report.words import Words
from plainfilm.percent import percent
from training.evaluation.evaluation import TITLES

OTHER_KINDS = "other pictures"


def hospital_probe(audit: dict[str, Any]) -> Table:
    """How well the last features tell the hospital."""
    found = audit.get("hospital_probe")
    if not found:
        return Table("", [])
    films = ", ".join(f"{hospital['name']} {hospital['n']}" for hospital in found["hospitals"])
    row = [Cell(films), Cell(f"{found['balanced_accuracy']:.3f}"), Cell(f"{found['chance']:.3f}")]
    header = ["Films without the positive class", "Named rightly (balanced)", "By guessing"]
    return Table(
        "A linear probe on the last features that names the hospital, cross-validated by patient", header, [row]
    )


def shape_alone(audit: dict[str, Any]) -> Table:
    """Classifiers that see no picture, one column per split."""
    rows: dict[str, list[Cell]] = {}
    for row in audit.get("shape_and_size_alone", []):
        rows.setdefault(f"by {row['classifier']}", []).append(Cell(f"{row['auroc']:.3f}"))
    splits = list(dict.fromkeys(row["split"] for row in audit.get("shape_and_size_alone", [])))
    caption = "AUROC of a classifier that sees no picture"
    return Table(caption, ["Reads", *splits], [[Cell(words), *cells] for words, cells in rows.items()])


def shortcuts(audit: dict[str, Any]) -> Table:
    """The model's AUROC with one cue removed from every film."""
    rows = audit.get("shortcuts", [])
    splits = list(dict.fromkeys(row["split"] for row in rows))
    by_control: dict[str, list[Cell]] = {}
    for row in rows:
        over = f" · over {audit['largest_change']}" if row["over_the_limit"] else ""
        change = f"{signed(row['change'])}{over}" if row["control"] != "as_it_is" else ""
        by_control.setdefault(row["films"], []).append(Cell(f"{row['auroc']:.3f}", change))
    return Table(
        "AUROC with one cue removed from every film",
        ["Every film", *(f"AUROC, {split}" for split in splits)],
        [[Cell(films), *cells] for films, cells in by_control.items()],
    )


def deletion(audit: dict[str, Any]) -> Table:
    """How much the logit falls with 20 % of a film hidden."""
    rows = [
        [
            Cell(f"by {row['fill']}", f"n = {row['n']}"),
            Cell(signed(row["fall_hottest"])),
            Cell(signed(row["fall_random"])),
            Cell(percent(row["share_hottest_falls_more"])),
        ]
        for row in audit.get("deletion", [])
    ]
    header = ["Hidden", "Logit falls, top 20 %", "Logit falls, random 20 %", "Films where the top 20 % count more"]
    return Table("Deletion test of the heat map, validation", header, rows)


def gate(audit: dict[str, Any], words: Words) -> Table:
    """What the OOD gate lets in, set by set; of a set with kinds, all of it and the kinds that have a name together."""
    sets = audit.get("gate", {}).get("sets", [])
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for row in sets:
        name = words.picture_sets.get(row["set"]) or TITLES.get(row["set"]) or row["set"].replace("_", " ")
        for lot in ("all", _lot(row["kind"], words)) if row["kind"] else ("",):
            kept, n = counts.get((name, lot), (0, 0))
            counts[name, lot] = kept + row["kept"], n + row["n"]
    rows = [
        [Cell(name, lot), Cell(str(n)), Cell(percent(kept / n)), Cell(percent((n - kept) / n))]
        for (name, lot), (kept, n) in counts.items()
    ]
    return Table("The OOD gate", ["Pictures", "Number", "Kept", "Refused"], rows)


def _lot(kind: str, words: Words) -> str:
    return next((name for prefix, name in words.picture_kinds.items() if kind.startswith(prefix)), OTHER_KINDS)


def native(audit: dict[str, Any]) -> Table:
    """How differently native films and their small copies are read."""
    found = audit.get("native")
    if not found:
        return Table("", [])
    row = [
        Cell(str(found["n"])),
        Cell(f"{found['mean_absolute_logit_change']:.3f}"),
        Cell(f"{found['largest_logit_change']:.3f}"),
        Cell(str(found["decisions_that_differ"])),
    ]
    return Table(
        "Native films against their copies in the data set",
        ["Films", "Mean |Δ logit|", "Largest |Δ logit|", "Decisions that differ"],
        [row],
    )
