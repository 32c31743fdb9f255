"""docs/performance.json, what was really measured, and docs/performance.md, the page made of it."""

from __future__ import annotations

import importlib.metadata
import json
from typing import Any

from tests.shared import REPOSITORY
from tests.tools.bench.measured import Part
from tests.tools.bench.targets import TARGETS
from tests.tools.fuzz.report import machine

FIGURES, PAGE = REPOSITORY / "docs" / "performance.json", REPOSITORY / "docs" / "performance.md"
PACKAGES = ("tensorflow", "tensorflowjs", "keras", "numpy", "pillow", "playwright")


def versions() -> dict[str, str]:
    """Of what the figures hang on; what is not installed is left out."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def figures() -> dict[str, Any]:
    """What was measured so far, by part."""
    known: dict[str, Any] = json.loads(FIGURES.read_text("utf-8")) if FIGURES.is_file() else {}
    return known


def write(parts: dict[str, Part]) -> None:
    """Writes both; parts that were not run keep the figures that they have."""
    known = figures()
    for name, part in parts.items():
        if part.rows or part.missing:
            known[name] = {**part.as_json(), "machine": machine(), "versions": versions()}
    FIGURES.write_text(json.dumps(known, ensure_ascii=False) + "\n", "utf-8")
    PAGE.write_text(page_of(known), "utf-8")


def targets_of(known: dict[str, Any]) -> list[tuple[str, str, str, str, str]]:
    """Every target: what it is, its limit, what was measured, whether that is enough, and of what."""
    measured = {target["name"]: (target, part) for part in known.values() for target in part["targets"]}
    lines = []
    for name, limit in TARGETS.items():
        target, part = measured.get(name, ({"value": None, "note": "not run yet"}, None))
        value = target["value"]
        said = "–" if value is None else _number(value, limit.unit)
        result = "–" if value is None else "yes" if limit.met(value) else "**no**"
        note = target["note"] + ("" if part is None else f"; {part['date']}, load {' → '.join(map(str, part['load']))}")
        lines.append((limit.words, f"{limit.side} {_number(limit.limit, limit.unit)}", said, result, note))
    return lines


def page_of(known: dict[str, Any]) -> str:
    """docs/performance.md."""
    lines = [
        "# Performance",
        "",
        'What `make bench` measured ([as data](performance.json)); `make bench PARTS="cold film"` runs parts of it, and the others keep their figures. Comparisons are made side',
        "by side in one run, each a median of repeats that take turns: the ratios hold on other machines, and on a busy one, better than the times. The load is that of the machine",
        "before and after; with two cores, one above 2 means that other work ran beside. All films are drawn.",
        "",
        "## Targets",
        "",
        "| Target | Limit | Measured | Reached | Of what |",
        "| --- | --- | ---: | --- | --- |",
        *(f"| {' | '.join(line)} |" for line in targets_of(known)),
        "",
    ]
    for name, part in known.items():
        lines += [f"## {TITLES.get(name, name)}", "", "| | Median | Repeats |", "| --- | ---: | --- |"]
        lines += [f"| {row['what']} | {_number(row['value'], row['unit'])} | {_spread(row)} |" for row in part["rows"]]
        lines += [""] + [f"Not measured: {what}." for what in part["missing"]] + ([""] if part["missing"] else [])
        packages = ", ".join(f"{package} {version}" for package, version in part["versions"].items())
        load = " → ".join(map(str, part["load"]))
        lines += [f"*{part['date']}; load {load}; {part['machine']}; {packages}.*", ""]
    return "\n".join(lines)


TITLES = {
    "cold": "Cold start",
    "film": "One film",
    "many": "Many films",
    "peers": "Other engines and stacks",
    "python": "Python",
    "export": "Preparing, evaluating, exporting",
    "steps": "The page's thread",
}


def _number(value: float, unit: str) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f} {unit}".strip()


def _spread(row: dict[str, Any]) -> str:
    values = row["values"]
    if not values:
        return "1"
    return f"{len(values)}: {_number(min(values), '')}–{_number(max(values), '')}"
