"""`history.csv` of a run: one row per epoch, losses and metrics on train and val, and the learning rate; of a GAN one per checkpoint."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from plainfilm.atomic import atomic_file
from plainfilm.errors import PlainfilmError
from plainfilm.files import read_text


def read_history(run: Path, counted: str = "epoch") -> list[dict[str, float]]:
    """The rows; none before the first one. Epochs follow each other; another column that is counted rises.

    Raises:
        PlainfilmError: The file is not as `write_history` left it.
    """
    file = run / "history.csv"
    try:
        read = csv.DictReader(io.StringIO(read_text(file)))
        rows = [{name: float(value) for name, value in row.items()} for row in read]
        counts = [row[counted] for row in rows]
        if counts != (list(range(1, len(rows) + 1)) if counted == "epoch" else sorted(set(counts))):
            raise ValueError(f"a column {counted} that does not go on from row to row")
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError, csv.Error) as error:
        raise PlainfilmError(
            f"{file} cannot be read or is cut short",
            received=f"{type(error).__name__}: {error}",
            expected=f"rows of numbers, one for each {counted} that was told of, as `fit` wrote them",
            next_step=f"copy it from where the run was trained, or remove it to go on without it; to train anew remove {run}",
        ) from None
    return rows


def write_history(run: Path, rows: list[dict[str, float]], whole: Sequence[str] = ("epoch",)) -> None:
    """Replaces the file atomically; the columns of `whole` are written as whole numbers."""
    with atomic_file(run / "history.csv") as partial, partial.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, **{name: int(row[name]) for name in whole}} for row in rows)
