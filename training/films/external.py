"""External films, to measure how a network generalises: a folder `CLASS/*`, read as it is and never trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from plainfilm.errors import PlainfilmError, UsageError
from training.films.prepared import PreparedData, is_film

PREFIX = "external_"


def split_name(folder: Path) -> str:
    """The films' split in `predictions.csv.gz`: the folder's name after `external_`."""
    return PREFIX + folder.resolve().name.removeprefix(PREFIX)


@dataclass(frozen=True)
class ExternalFilms:
    """One `--external` of the command line.

    Attributes:
        folder: Holds `CLASS/*`.
        title: What people call its films.
        population: Whose films they are, by whose points they are read; empty for a run that knows no populations.
    """

    folder: Path
    title: str
    population: str = ""


def check_populations(external: Sequence[ExternalFilms], populations: Sequence[str]) -> None:
    """Checks that each set says whose films it has, if and only if the run knows several populations.

    Raises:
        UsageError: One does not.
    """
    for films in external:
        if len(populations) < 2 and films.population:
            raise UsageError(
                f"the run knows no populations, so {films.folder} cannot be of one",
                received=f"--external {films.folder} {films.title!r} {films.population}",
                expected="--external DIR TITLE",
            )
        if len(populations) >= 2 and films.population not in populations:
            raise UsageError(
                f"whose films does {films.folder} hold?",
                received=f"population {films.population!r}" if films.population else "no population",
                expected=f"--external DIR TITLE POPULATION, with POPULATION one of {', '.join(populations)}: its thresholds are applied",
            )


def read_external(folder: Path, class_names: list[str]) -> PreparedData:
    """The films of `folder/CLASS/`, where CLASS is one of the run's classes; their table has the columns path and label.

    Films of one class alone say how many of them are read rightly.

    Raises:
        PlainfilmError: There is no such folder, or it holds another class or none.
    """
    if not folder.is_dir():
        raise PlainfilmError(
            f"there is no folder {folder}", expected=f"a folder with {' and '.join(class_names)} in it"
        )
    files = sorted(path for path in folder.glob("*/*") if is_film(path))
    table = pd.DataFrame(
        {"path": [path.relative_to(folder).as_posix() for path in files], "label": [path.parent.name for path in files]}
    )
    found = set(table["label"])
    if not found or not found <= set(class_names):
        raise PlainfilmError(
            f"{folder} does not hold the run's classes",
            received=f"films in {', '.join(sorted(found)) or 'no folder'}",
            expected=f"films in {' and '.join(class_names)}, or in one of them",
            next_step="name its folders as the classes of the run",
        )
    return PreparedData(folder, folder, table)
