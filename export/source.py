"""A run as the export sees it: the network, its evaluation and the films that it was trained and chosen on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from numpy.typing import NDArray

from export.subject import Subject
from plainfilm.errors import PlainfilmError
from plainfilm.metadata import Note
from training.evaluation.predictions import PREDICTIONS, read_predictions
from training.films.arrays import Floats
from training.films.prepared import PreparedData
from training.run import Run, read_run

if TYPE_CHECKING:  # which imports TensorFlow
    from export.training_films import TrainingFilms

BATCH = 128
# Films of training that the gate and the checks are fitted to: they suffice for the gate's statistics and for shares of
# one in a thousand.
FILMS = 1500


@dataclass(frozen=True)
class Source:
    """A run that can be exported.

    Attributes:
        run: The run's folder, configuration and splits.
        evaluation: evaluation.json: thresholds, temperature, metrics.
        data: The films.
    """

    run: Run
    evaluation: dict[str, Any]
    data: PreparedData

    @property
    def subject(self) -> Subject:
        """What its bundle says of it."""
        config = self.run.config
        return Subject(
            title=config.title,
            description=config.description,
            training_population=config.training_population,
            class_names=self.run.class_names,
            positive_class=config.data.positive_class,
            image_converter=config.model.image_converter,
            evaluation=self.evaluation,
            data_sha256=self.run.splits_sha256,
            notes=points_left_out(self.evaluation),
        )

    @property
    def positive(self) -> int:
        """Column of the positive class."""
        return self.subject.positive

    @property
    def temperature(self) -> float:
        """What logits are divided by before the softmax."""
        return self.subject.temperature

    @property
    def threshold(self) -> float:
        """Probability of the positive class at the default operating point.

        Raises:
            PlainfilmError: There is none.
        """
        if (threshold := self.subject.threshold) is None:
            raise PlainfilmError(
                f"{self.run.folder} has no threshold",
                received="likeliest = true in its config.toml: no class is looked for",
                expected="a run with operating points",
            )
        return threshold

    @property
    def predictions(self) -> pd.DataFrame | None:
        """The network's predictions for the films it was measured on; None for a run that no longer has them."""
        folder = self.run.folder
        return read_predictions(folder) if (folder / PREDICTIONS).is_file() else None

    def batches(self, split: str) -> Iterator[Floats]:
        """The films of a split as the network sees them, `[≤ BATCH, height, width, channels]` at a time."""
        paths = self.paths(split)
        for first in range(0, len(paths), BATCH):
            yield self.data.load(paths[first : first + BATCH], self.run.config.model.image_converter)

    def training_films(self, at_most: int = FILMS) -> TrainingFilms:
        """About so many training films, evenly spread over the split."""
        from export.training_films import training_films

        return training_films(self.data, self.paths("train", at_most), self.run.config.model.image_converter)

    def paths(self, split: str, at_most: int | None = None) -> list[str]:
        """The films of a split, relative to the data set.

        Args:
            split: `train` or `val`.
            at_most: Take about so many films, evenly spread, instead of all; of several hospitals, as many of each as there are.
        """
        films = self.data.table[self.data.table["split"] == split]
        paths: list[str] = films["path"].tolist()
        if not at_most:
            return paths
        if "hospital" not in films:
            return evenly(paths, at_most)
        by_hospital = [own["path"].tolist() for _, own in films.groupby("hospital", sort=True)]
        share = max(at_most // len(by_hospital), 1)
        return [path for own in by_hospital for path in evenly(own, share)]

    def hospitals(self, split: str) -> NDArray[Any] | None:
        """The hospital of each film of a split, in the order of `paths`; None for the films of one data set."""
        films = self.data.table[self.data.table["split"] == split]
        return films["hospital"].to_numpy() if "hospital" in films else None


def evenly(paths: list[str], at_most: int) -> list[str]:
    """About so many of the paths, evenly spread."""
    return paths[:: max(round(len(paths) / at_most), 1)]


def points_left_out(evaluation: dict[str, Any]) -> tuple[Note, ...]:
    """What is said of operating points that a population does not have."""
    return tuple(
        Note(
            about="measurement",
            text=f"{population['title']}: no operating point {point['name']}, for {point['reason']}.",
        )
        for population in evaluation.get("populations", [])
        for point in population["left_out_points"]
    )


def read_source(folder: Path, prepared: Path | None) -> Source:
    """Opens a run and its films; `prepared` says where those are, if no longer where the run's config says.

    Raises:
        PlainfilmError: The folder is not a run, it was not evaluated, or its films are gone.
    """
    run = read_run(folder)
    evaluation = run.evaluation()
    missing = {"metrics", "operating_points", "calibration"} - set(evaluation)
    if missing or not (evaluation["operating_points"] or run.reads_likeliest):
        raise PlainfilmError(
            f"{folder / 'evaluation.json'} lacks {', '.join(sorted(missing)) or 'an operating point'}",
            next_step=f"python -m training evaluate {folder}",
        )
    return Source(run, evaluation, run.prepared(prepared))
