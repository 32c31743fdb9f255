"""`docs/reliability.json`, the figures of what was really run, and `docs/reliability.md`, the page made of them."""

from __future__ import annotations

import datetime
import functools
import json
import os
import platform
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

from tests.tools.fuzz.journal import Journal
from tests.tools.fuzz.mutations import MUTATIONS
from tests.tools.fuzz.wholes import wholes

ROOT = Path(__file__).parents[3]
FIGURES, PAGE = ROOT / "docs" / "reliability.json", ROOT / "docs" / "reliability.md"
DIFFERENT_SHOWN = 12
ADDING = ("page", "dicoms", "kills")  # parts of many units, which may be done in several runs
ASKED = {"page": "files", "dicoms": "files", "many": "films", "kills": "kills"}


Figures = dict[str, list[dict[str, Any]]]


def read(name: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """The runs of a part that add up to what is asked for: those with its seed and count."""
    figures: Figures = json.loads(FIGURES.read_text("utf-8")) if FIGURES.is_file() else {}
    return [run for run in figures.get(name, []) if run["asked"] == asked]


def units_of(runs: list[dict[str, Any]]) -> frozenset[int]:
    """What these runs have done."""
    return frozenset(unit for run in runs for unit in run["units"])


def write(journals: dict[str, Journal], versions: dict[str, str]) -> None:
    """Writes both: each part's runs, one after the other. Parts that were not run keep those that they have."""
    figures: Figures = json.loads(FIGURES.read_text("utf-8")) if FIGURES.is_file() else {}
    for name, journal in journals.items():
        if journal.results:
            before = read(name, journal.asked) if name in ADDING else []
            others = [run for run in before if journal.done.issuperset(run["units"])]
            summed = _SUMMED[name](list(journal.results.values()))
            figures[name] = [
                *others,
                {**said_of(journal, versions), "units": sorted(journal.results), "figures": summed},
            ]
    FIGURES.write_text(json.dumps(figures, ensure_ascii=False) + "\n", "utf-8")
    PAGE.write_text(page_of(figures), "utf-8")


def added(one: Any, other: Any, key: str = "") -> Any:
    """Two runs' figures as those of one."""
    if isinstance(one, dict):
        keys = dict.fromkeys([*one, *other])
        return {
            each: added(one[each], other[each], each) if each in one and each in other else (one | other)[each]
            for each in keys
        }
    return max(one, other) if key.startswith("slowest") else one + other


def said_of(journal: Journal, versions: dict[str, str]) -> dict[str, Any]:
    """When, where, with what and by which seed a part was run."""
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "asked": journal.asked,
        "machine": machine(),
        "commit": _commit(),
        **versions,
    }


def machine() -> str:
    """Cores and memory, which is all of a machine that matters here."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else 0
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}"


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "?"


def _of_page(results: list[dict[str, Any]]) -> dict[str, Any]:
    different = [each for result in results for each in result["different"]]
    kinds: dict[str, Counter[str]] = {}
    for each in different:
        counts = kinds.setdefault(f"{each['kind']}: {each['mutation'].split(', ')[0]}", Counter())
        counts[each["python"]] += 1
        counts["class changed"] += each["label_changed"]
    return {
        "files": sum(result["files"] for result in results),
        "controls": sum(result["controls"] for result in results),
        "seconds": round(sum(result["seconds"] for result in results)),
        "slowest_batch_seconds": max(result["seconds"] for result in results),
        "outcomes": _added(result["outcomes"] for result in results),
        "different": {kind: dict(counts) for kind, counts in sorted(kinds.items(), key=lambda item: -item[1].total())},
        "findings": [finding for result in results for finding in result["findings"]],
    }


def _of_dicoms(results: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "files": sum(result["files"] for result in results),
        "outcomes": _added(result["outcomes"] for result in results),
        "findings": [finding for result in results for finding in result["findings"]],
    }


def _of_many(results: list[dict[str, Any]]) -> dict[str, Any]:
    return {key: value for key, value in results[-1].items() if key != "unit"}


def _of_kills(results: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "kills": sum(result["was_killed"] for result in results),
        "runs": len(results),
        "commands": dict(Counter(result["command"] for result in results if result["was_killed"])),
        "findings": [finding for result in results for finding in result["findings"]],
    }


_SUMMED = {"page": _of_page, "dicoms": _of_dicoms, "many": _of_many, "kills": _of_kills}


def _added(counts: Any) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(total.most_common())


def page_of(figures: Figures) -> str:
    """The page, for people."""
    parts = {name: functools.reduce(added, [run["figures"] for run in runs]) for name, runs in figures.items()}
    found = [finding for part in parts.values() for finding in part["findings"]]
    lines = [
        "# Reliability",
        "",
        "What `make fuzz` did and found: the figures are those of runs that were really made, with their counts, seeds and machines"
        " ([as data](reliability.json)). The same command repeats or goes on with them. All films are drawn; no real one is among them.",
        "",
        f"**Findings that are open: {len(found) or 'none'}.**",
        "",
        *[f"- {finding}" for finding in found],
        *([""] if found else []),
    ]
    for name, part in parts.items():
        lines += [*_CHAPTERS[name](part), "", *[f"{_foot(run, ASKED[name])}  " for run in figures[name]], ""]
    return "\n".join(lines).rstrip() + "\n"


def _foot(run: dict[str, Any], what: str) -> str:
    other = ("date", "asked", "machine", "commit", "units", "figures")
    versions = ", ".join(f"{name} {value}" for name, value in run.items() if name not in other)
    did = next(run["figures"][key] for key in ("files", "films", "kills") if key in run["figures"])
    seed, count = run["asked"]["seed"], run["asked"]["count"]
    return f"*{run['date']}: {did:,} of {count:,} {what}, seed {seed}; {run['machine']}; {versions}; commit {run['commit']}.*"


def _table(header: tuple[str, str], rows: dict[str, Any]) -> list[str]:
    return [
        f"| {header[0]} | {header[1]} |",
        "| --- | ---: |",
        *(f"| {name} | {count:,} |" for name, count in rows.items()),
    ]


def _page_chapter(part: dict[str, Any]) -> list[str]:
    kinds = "; ".join(wholes(0))
    outcomes = dict(Counter(part["outcomes"]).most_common())
    different = {name: count for name, count in outcomes.items() if name.startswith("another picture")}
    changed = sum(counts.get("class changed", 0) for counts in part["different"].values())
    lines = [
        "## Damaged files through the page",
        "",
        f"{part['files']:,} damaged files went through the built page in Chromium, a hundred at a time, with {part['controls']:,} whole films before,"
        " amid and behind them. A batch is right if the tab lives, everything ends, every file has its row, and every whole film reads as it did alone."
        f" The slowest batch took {part['slowest_batch_seconds']:.0f} s.",
        "",
        f"Files: {kinds}.",
        "",
        f"Damage, one in five twice: {', '.join(MUTATIONS)}.",
        "",
        *_table(("What became of a file (of a ZIP, of each film in it)", "Files"), outcomes),
        "",
        f"**Another picture** was read from {sum(different.values()):,} files: what is in them decodes to something else than the film they"
        f" were made from, and nothing in them says so, as where grey levels that stand there uncompressed were overwritten. {changed:,} of them"
        " changed class. *Seen alike by Python* means that Python's decoders, which are others, take the same bytes for the same picture."
        " The commonest kinds:",
        "",
    ]
    kinds_of = Counter(
        {
            kind: sum(count for name, count in counts.items() if name != "class changed")
            for kind, counts in part["different"].items()
        }
    )
    return lines + _table(("Format: damage", "Files"), dict(kinds_of.most_common(DIFFERENT_SHOWN)))


def _dicoms_chapter(part: dict[str, Any]) -> list[str]:
    return [
        "## Generated DICOM files, by Python and by the page's code",
        "",
        f"{part['files']:,} files, each drawn from a seed (`tests/machine_dicoms.py`): grey, colours, palettes; uncompressed, deflated, RLE, JPEG, JPEG 2000;"
        " odd numbers, tables, padding and windows; wrong fields; missing beginnings and ends. Both read a file alike, within one grey level, or both refuse it.",
        "",
        *_table(("Outcome", "Files"), part["outcomes"]),
    ]


def _many_chapter(part: dict[str, Any]) -> list[str]:
    along = {f"{done:,} films": f"{kept / 1e6:.1f} MB" for done, kept in part["heap_along"]}
    rows = [f"| {name} | {kept} |" for name, kept in along.items()]
    return [
        "## One visit of many films",
        "",
        f"{part['films']:,} films were dropped at once and read in {part['seconds']:.0f} s: "
        f"{', '.join(f'{count:,} {status}' for status, count in part['statuses'].items())}, in the order given, no tensor left over."
        f" When all were removed, the page's script kept {part['heap_left'] / 1e6:.1f} MB more than before.",
        "",
        "| Read so far | Kept by the page's script, above what it had before |",
        "| --- | ---: |",
        *rows,
    ]


def _kills_chapter(part: dict[str, Any]) -> list[str]:
    return [
        "## Commands killed",
        "",
        f"{part['kills']:,} times a command was killed (SIGKILL) at some moment, half of them in its last quarter, and repeated: the next run gave what an undisturbed one gives,"
        " byte for byte but for times (of `fit`: the weights), and nothing half-written was left.",
        "",
        *_table(("Command", "Killed"), part["commands"]),
    ]


_CHAPTERS = {"page": _page_chapter, "dicoms": _dicoms_chapter, "many": _many_chapter, "kills": _kills_chapter}
