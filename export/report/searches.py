"""The report's section on searches: the Pareto plot, the three picks and every trial, from `search.json`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from export.report.kept import kept
from export.report.tables import Cell, Table
from plainfilm.files import read_json, read_text


@dataclass(frozen=True)
class Search:
    """One search.

    Attributes:
        name: Its folder's name.
        summary: How many trials there were, of how many epochs.
        plot: The text of `pareto.svg`.
        tables: The picks, and every trial.
    """

    name: str
    summary: str
    plot: str
    tables: Sequence[Table]


def read_searches(folder: Path) -> list[Search]:
    """Every search in a folder; none without that folder.

    Raises:
        PlainfilmError: A search.json cannot be read.
    """
    return [_read(file) for file in sorted(folder.glob("*/search.json"))]


def _read(file: Path) -> Search:
    again = f"python -m training search DATA --budget HOURS --study {file.parent}"
    with kept(file, expected="what python -m training search writes", next_step=again):
        found = read_json(file)
        by_run = {trial["run"]: trial for trial in found["trials"]}
        counts = ", ".join(f"{count} {what}" for what, count in found["counts"].items() if count)
        return Search(
            file.parent.name,
            f"{counts} trials of {found['space']['epochs']} epochs each",
            read_text(file.parent / "pareto.svg"),
            [_picks(found["picks"], by_run), _trials(found["trials"])],
        )


def _picks(picks: list[dict[str, Any]], by_run: dict[str, dict[str, Any]]) -> Table:
    rows = [[Cell(pick["name"].replace("_", " "), pick["rule"]), *_figures(by_run[pick["run"]])] for pick in picks]
    return Table("The three picks", ["Pick", "Network", "AUROC, augmented validation", "Weights", "One film"], rows)


def _trials(trials: list[dict[str, Any]]) -> Table:
    rows = [
        [
            Cell(trial["run"], "on the Pareto front" if trial["on_front"] else ""),
            *_figures(trial),
            Cell(f"{trial['learning_rate']:.1e}"),
            Cell(f"{trial['augmentation']:.2f}"),
            Cell(f"{trial['seconds'] / 60:.1f} min"),
        ]
        for trial in sorted(trials, key=lambda trial: -trial["auroc"])
    ]
    header = ["Trial", "Network", "AUROC, augmented validation", "Weights", "One film", "Learning rate", "Strength of augmentation", "Trained"]  # fmt: skip
    return Table("Every finished trial", header, rows)


def _figures(trial: dict[str, Any]) -> list[Cell]:
    return [
        Cell(trial["network"], f"{trial['size']} px"),
        Cell(f"{trial['auroc']:.4f}"),
        Cell(f"{trial['weight_bytes'] / 1e6:.2f} MB"),
        Cell(f"{trial['milliseconds']:.1f} ms", "estimated"),
    ]
