"""The report's section on studies: a figure and a table of what each change brought, from the results that were kept."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from export.report.kept import kept
from export.report.tables import Cell, Table
from plainfilm.files import read_json, read_text
from training.evaluation.drawing import BLUE, GREY, ORANGE, figure
from training.study.plan import read_plan

NONE = "–"
SHOWN = {1: "better", -1: "worse", 0: "not shown"}


@dataclass(frozen=True)
class Study:
    """One study.

    Attributes:
        name: Of its file.
        title, question: Its words.
        ran: What was run, in sentences; empty where it has no result.
        found: What came out, in sentences.
        note: What to know of it; may be empty.
        table: Every comparison; no rows without a result.
        plot: The figure as SVG; empty without a result.
    """

    name: str
    title: str
    question: str
    ran: str
    found: str
    note: str
    table: Table
    plot: str

    @property
    def command(self) -> str:
        """What makes its result."""
        return f"python -m training study {self.name}"


def read_studies(folder: Path) -> list[Study]:
    """Every study in a folder, planned as `NAME.toml` and with its result `NAME.json`; none without that folder.

    Raises:
        PlainfilmError: A result cannot be read, or a plan is not right.
    """
    return [_read(folder, name) for name in sorted({file.stem for file in folder.glob("*.toml")})]


def _read(folder: Path, name: str) -> Study:
    _, plan = read_plan(folder / f"{name}.toml")
    file = folder / f"{name}.json"
    if not file.exists():
        return Study(name, plan.title, plan.question, "", "", "", Table("", []), "")
    again = f"python -m training study {name}, and copy its {name}.json there"
    with kept(file, expected="what python -m training study wrote", next_step=again):
        document = read_json(file)
        rows = compared(document)
        return Study(
            name, plan.title, plan.question, _ran(document), _found(document, rows), plan.note, _table(document, rows), _drawn(document, rows)
        )  # fmt: skip


def studies_in_markdown(studies: Sequence[Study]) -> str:
    """What every study asked, ran and found, and its differences as a table."""
    return "\n\n".join(_in_markdown(study) for study in studies)


def _in_markdown(study: Study) -> str:
    parts = [f"### {study.title}", study.question]
    if not study.table.rows:
        return "\n\n".join([*parts, f"No result yet; `{study.command}` makes it."])
    kept = [0, 1, 3, 4, 5]
    lines = [[study.table.header[column] for column in kept], ["---"] * len(kept)]
    for row in study.table.rows:
        lines.append(
            [
                f"{cell.text} ({cell.aside})" if cell.aside and column else cell.text
                for column, cell in enumerate(row)
                if column in kept
            ]
        )
    return "\n\n".join(
        [
            *parts,
            study.ran,
            study.found,
            *filter(None, [study.note]),
            "\n".join(f"| {' | '.join(line)} |" for line in lines),
        ]
    )


def compared(document: Mapping[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Every arm with every difference of it to another, in order."""
    return [(arm, other) for arm in document["arms"] for other in arm["against"]]


def verdict(difference: Mapping[str, Any]) -> int:
    """1 where the whole interval lies above 0, -1 below; 0 where it holds 0, there is none, or one seed alone."""
    if difference["low"] is None or difference["seeds"] < 2:
        return 0
    return int(difference["low"] > 0) - int(difference["high"] < 0)


def _ran(document: Mapping[str, Any]) -> str:
    ran = document["ran"]
    train, val = ran["train"], ran["validation"]
    height, width = ran["size"]
    part = "" if ran["patients"] == 1 else f", {100 * ran['patients']:g} % of them"
    unfinished = "" if ran["finished"] == ran["planned"] else f" of {ran['planned']} planned"
    failed = f" Failed: {', '.join(ran['failed'])}." if ran["failed"] else ""
    return (
        f"{ran['finished']} runs{unfinished} with the seeds {', '.join(map(str, ran['seeds']))}: films of {height} × {width} pixels, "
        f"{train['films']} train films of {train['patients']} patients{part}, {ran['epochs']} epochs where an arm says nothing else; read on "
        f"{val['films']} validation films of {val['patients']} patients, each in four variations. Training and reading took "
        f"{ran['seconds'] / 60:.0f} minutes by the clock, all runs together.{failed}"
    )


def _found(document: Mapping[str, Any], rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> str:
    title = {arm["name"]: arm["title"] for arm in document["arms"]}
    lists = {
        way: [f"{arm['title']} ({_number(other['value'], '+.3f')})" for arm, other in rows if verdict(other) == way]
        for way in (1, -1)
    }
    clear = len(lists[1]) + len(lists[-1])
    judged = sum(other["seeds"] > 1 for _, other in rows)
    said = []
    if judged:
        said.append(
            f"Of {judged} comparison{'s' if judged > 1 else ''} with several seeds, {clear} {'has' if clear == 1 else 'have'} a 95 % interval that leaves out 0; "
            f"by chance alone about {judged / 20:.1f} would."
        )
    if alone := len(rows) - judged:
        said.append(f"{alone} with one seed alone {'is' if alone == 1 else 'are'} not judged.")
    for way, word in ((1, "Better"), (-1, "Worse")):
        if lists[way]:
            said.append(f"{word}: {'; '.join(lists[way])}.")
    if test := document["test"]:
        best = test["arms"][test["arm"]]
        against = "; ".join(f"{_interval(other, '+.3f')} against {title[other['arm']]}" for other in best["against"])
        said.append(
            f"Test ({test['films']} films) was opened once, on {test['opened']}, for the arm named before: {title[test['arm']]}. "
            f"AUROC {_interval(best, '.3f')}; {against}."
        )
    else:
        said.append("Test has not been opened.")
    return " ".join(said)


def _table(document: Mapping[str, Any], rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> Table:
    title = {arm["name"]: arm["title"] for arm in document["arms"]}
    cells = []
    for arm in document["arms"]:
        own = [
            Cell(_number(arm["value"], ".3f"), _bounds(arm, ".3f")),
            Cell(", ".join(f"{value:.3f}" for value in arm["by_seed"])),
        ]
        spent = Cell(f"{arm['seconds'] / 60:.1f} min")
        for index, other in enumerate(arm["against"] or [None]):
            first = (
                [Cell(arm["title"], arm["group"]), *own]
                if index == 0
                else [Cell(arm["title"], arm["group"]), Cell(""), Cell("")]
            )
            difference = (
                [Cell(NONE), Cell(NONE), Cell(NONE)]
                if other is None
                else [
                    Cell(_short(title.get(other["arm"], other["arm"]))),
                    Cell(_number(other["value"], "+.3f"), _bounds(other, "+.3f")),
                    Cell(SHOWN[verdict(other)] if other["seeds"] > 1 else "one seed: not judged"),
                ]
            )
            cells.append([*first, *difference, spent if index == 0 else Cell("")])
    header = ["Arm", "AUROC", "By seed", "Against", "Difference", "A difference is", "Took"]
    return Table(f"{document['title']}: {document['measure']}, with 95 % intervals", header, cells)


def _drawn(document: Mapping[str, Any], rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> str:
    """Differences with their intervals, one line each, arms of a group together."""
    title = {arm["name"]: arm["title"] for arm in document["arms"]}
    one_other = len({other["arm"] for _, other in rows}) == 1
    labels: list[tuple[float, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "study.svg"
        groups = {arm["group"] for arm, _ in rows}
        with figure(path, 7.6, 0.9 + 0.27 * (len(rows) + len(groups))) as axes:
            height, group = 0.0, None
            for arm, other in rows:
                if arm["group"] != group:
                    group = arm["group"]
                    height += 0.6 if labels else 0.0
                    axes.text(
                        1.01, height, group, transform=axes.get_yaxis_transform(), color=GREY, va="center", fontsize=9
                    )
                colour = {1: BLUE, -1: ORANGE, 0: GREY}[verdict(other)]
                if other["low"] is not None:
                    axes.plot([other["low"], other["high"]], [height, height], color=colour, linewidth=2)
                axes.plot(other["value"], height, "o", color=colour)
                named = (
                    _short(arm["title"])
                    if one_other
                    else f"{_short(arm['title'])} − {_short(title.get(other['arm'], other['arm']))}"
                )
                labels.append((height, named))
                height += 1
            axes.axvline(0, color=GREY, linewidth=1)
            axes.set_yticks([place for place, _ in labels], [label for _, label in labels])
            axes.tick_params(axis="y", length=0)
            axes.set_ylim(height - 0.4, -0.6)
            base = f" to “{_short(title[rows[0][1]['arm']])}”" if one_other else ""
            axes.set_xlabel(f"Difference of AUROC on augmented validation{base}")
            axes.set_title(f"{document['title']}: what each change brought")
        return read_text(path)


def _short(title: str) -> str:
    """What stands before a colon says enough in a figure."""
    return title.partition(":")[0]


def _number(value: float, form: str) -> str:
    return f"{value:{form}}".replace("-", "−")


def _bounds(of: Mapping[str, Any], form: str) -> str:
    return "" if of["low"] is None else f"{_number(of['low'], form)} to {_number(of['high'], form)}"


def _interval(of: Mapping[str, Any], form: str) -> str:
    bounds = _bounds(of, form)
    return _number(of["value"], form) + (f" ({bounds})" if bounds else "")
