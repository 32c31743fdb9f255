"""`history.csv` of a run: one row per epoch, losses and metrics on train and val, and the learning rate."""

from __future__ import annotations

import csv
from pathlib import Path

from plainfilm.atomic import atomic_file
from plainfilm.errors import PlainfilmError


def read_history(run: Path) -> list[dict[str, float]]:
    """The rows; none before the first epoch.

    Raises:
        PlainfilmError: The file is not as `write_history` left it.
    """
    file = run / "history.csv"
    try:
        with file.open(newline="", encoding="utf-8") as stream:
            rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(stream)]
        if [row["epoch"] for row in rows] != list(range(1, len(rows) + 1)):
            raise ValueError("epochs that do not follow each other")
    except FileNotFoundError:
        return []
    except (ValueError, TypeError, KeyError, csv.Error) as error:
        raise PlainfilmError(
            f"{file} cannot be read or is cut short",
            received=f"{type(error).__name__}: {error}",
            expected="one row of numbers for each epoch, as `fit` wrote it",
            next_step=f"copy it from where the run was trained, or remove it to go on without it; to train anew remove {run}",
        ) from None
    return rows


def write_history(run: Path, rows: list[dict[str, float]]) -> None:
    """Replaces the file atomically."""
    with atomic_file(run / "history.csv") as partial, partial.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "epoch": int(row["epoch"])} for row in rows)
