"""External films, to measure how a network generalises: a folder `CLASS/*`, read as it is and never trained on."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from plainfilm.errors import PlainfilmError
from training.films.prepared import SUFFIXES, PreparedData

PREFIX = "external_"


def split_name(folder: Path) -> str:
    """The films' split in `predictions.csv.gz`: the folder's name after `external_`."""
    return PREFIX + folder.resolve().name.removeprefix(PREFIX)


def read_external(folder: Path, class_names: list[str], positive_class: str) -> PreparedData:
    """The films of `folder/CLASS/`, where CLASS is one of the run's classes; their table has the columns path and label.

    Raises:
        PlainfilmError: There is no such folder, it holds another class, or not both positive films and others.
    """
    if not folder.is_dir():
        raise PlainfilmError(
            f"there is no folder {folder}", expected=f"a folder with {' and '.join(class_names)} in it"
        )
    files = sorted(path for path in folder.glob("*/*") if path.suffix.lower() in SUFFIXES)
    table = pd.DataFrame(
        {"path": [path.relative_to(folder).as_posix() for path in files], "label": [path.parent.name for path in files]}
    )
    found = set(table["label"])
    if not found <= set(class_names) or positive_class not in found or len(found) < 2:
        raise PlainfilmError(
            f"{folder} does not hold the run's classes",
            received=f"films in {', '.join(sorted(found)) or 'no folder'}",
            expected=f"films in {positive_class} and others of {', '.join(class_names)}",
            next_step="name its folders as the classes of the run",
        )
    return PreparedData(folder, folder, table)
