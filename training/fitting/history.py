"""`history.csv` of a run: one row per epoch, losses and metrics on train and val, and the learning rate."""

from __future__ import annotations

import csv
from pathlib import Path

from plainfilm.atomic import atomic_file


def read_history(run: Path) -> list[dict[str, float]]:
    """The rows; none before the first epoch."""
    try:
        with (run / "history.csv").open(newline="") as stream:
            return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(stream)]
    except OSError:
        return []


def write_history(run: Path, rows: list[dict[str, float]]) -> None:
    """Replaces the file atomically."""
    with atomic_file(run / "history.csv") as partial, partial.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "epoch": int(row["epoch"])} for row in rows)
