"""Films of other hospitals through the page, beside what Python said of them when the network was evaluated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tests.browser.visit import Visit
from tests.shared import SHARED
from training.films.external import PREFIX
from training.run import Run

# Of a folder with more films a test reads every fourth.
MANY, EVERY = 120, 4


@dataclass(frozen=True)
class Pair:
    """One film: what Python and the page read it as, and by which probability of the positive class."""

    film: str
    python: tuple[str, float]
    page: tuple[str, float]

    @property
    def difference(self) -> float:
        """Of the probabilities."""
        return abs(self.python[1] - self.page[1])


def films_of(run: Run, *, every_film: bool) -> dict[Path, pd.Series]:
    """External films that the run was evaluated on and that are here → their rows of `predictions.csv.gz`, `by_python` added."""
    table = pd.read_csv(run.folder / "predictions.csv.gz")
    table = table[table["split"].str.startswith(PREFIX)]
    evaluation = run.evaluation()
    points = {each["name"]: each["operating_points"] for each in evaluation.get("populations", [])}
    found = {}
    for split, rows in table.groupby("split"):
        chosen = rows.iloc[:: 1 if every_film or len(rows) < MANY else EVERY]
        for _, row in chosen.iterrows():
            threshold = points.get(row.get("population"), evaluation["operating_points"])[0]["threshold"]
            negative = next(name for name in run.class_names if name != run.positive_class)
            read = run.positive_class if row["probability"] >= threshold else negative
            found[SHARED / "data" / str(split) / row["path"]] = pd.concat([row, pd.Series({"by_python": read})])
    return found


def read_pairs(visit: Visit, run: Run, films: dict[Path, pd.Series]) -> Iterator[Pair]:
    """Gives every film to the page's `classify`, refused or not, with the population whose film it is."""
    for file, row in films.items():
        options = {"population": row["population"]} if "population" in row else {}
        reading = visit.classify(file, anyway=True, **options)
        of_class = {each["class_name"]: each["probability"] for each in reading["probabilities"]}
        by_page = reading["label"], of_class[run.positive_class]
        yield Pair(f"{row['split']}/{row['path']}", (row["by_python"], row["probability"]), by_page)
