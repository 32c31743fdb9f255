"""A run folder (docs/contracts.md, contract 2): the files of a trained network, read with clear errors."""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from plainfilm.errors import PlainfilmError
from plainfilm.files import read_bytes, read_json
from plainfilm.tensorflow import import_tensorflow
from training.config import Config, read_config
from training.evaluation.document import problem_of
from training.films.prepared import PreparedData, parse_splits, read_prepared, sha256
from training.networks.readout import units_of

PLACES = (Path("runs"), Path("training/runs"))  # of one's own runs, and of those that ship
DIVERGED = "checkpoint/diverged.json"  # of a run whose loss was no number any more: where that was
# Of a run that is not finished, in its `checkpoint`; somebody may keep other files there.
EPOCH_FILE = re.compile(r"epoch_\d+\.keras")
CHECKPOINT_FILES = re.compile(
    rf"{EPOCH_FILE.pattern}|best\.keras|(state|diverged)\.json|features/(train|val)/((values|targets)\.npy|done\.json)"
)


@dataclass(frozen=True)
class Run:
    """One finished or unfinished training run.

    Attributes:
        folder: `training/runs/NAME`.
        config: All of its settings.
        splits: Its `splits.csv`.
        splits_sha256: SHA-256 of the text of `splits.csv`.
    """

    folder: Path
    config: Config
    splits: pd.DataFrame
    splits_sha256: str

    @property
    def name(self) -> str:
        """What its configuration calls it."""
        return self.config.name

    @property
    def reads_likeliest(self) -> bool:
        """Whether a film is read as its likeliest class."""
        return self.config.data.likeliest

    @property
    def positive_class(self) -> str:
        """The class whose probability is thresholded."""
        return self.config.data.positive_class

    @property
    def class_names(self) -> list[str]:
        """In the order of the network's outputs; with two classes the positive one comes last."""
        return ordered_classes(self.splits, self.config.data.positive_class)

    @property
    def model_file(self) -> Path:
        """The weights chosen on validation."""
        return self.folder / "model.keras"

    def load_model(self) -> Any:
        """The trained keras.Model.

        Raises:
            PlainfilmError: It is not there, cannot be read, or does not fit the run's config.toml and classes.
        """
        if not self.model_file.exists():
            config = self.folder / "config.toml"
            self._check_not_diverged()
            raise PlainfilmError(
                f"{self.folder} holds no weights",
                received="no model.keras",
                expected="a finished run that was stored with its weights",
                next_step=f"python -m training fit {config} --runs runs   (trains it again: name "
                f"{Path('runs') / self.config.name} instead)"
                if (self.folder / "evaluation.json").exists()
                else f"python -m training fit {config} --runs {self.folder.parent}   (continues where it stopped)",
            )
        import_tensorflow()
        import keras

        try:
            model = keras.saving.load_model(self.model_file, compile=False)
        except Exception as error:  # Keras raises whatever zip, json and h5py raise
            raise PlainfilmError(
                f"{self.model_file} cannot be read",
                received=f"{type(error).__name__}: {error}",
                expected="a Keras 3 model file",
                next_step=f"python -m training fit {self.folder / 'config.toml'}",
            ) from None
        converter, units = self.config.model.image_converter, units_of(len(self.class_names))
        expected = (None, converter.height, converter.width, converter.channels), (None, units)
        if (model.input_shape, model.output_shape) != expected:
            raise PlainfilmError(
                f"{self.model_file} does not fit its run",
                received=f"input {model.input_shape}, output {model.output_shape}",
                expected=f"input {expected[0]}, output {expected[1]}",
                next_step="copy model.keras, config.toml and splits.csv of one and the same run",
            )
        if not all(np.isfinite(weights).all() for weights in model.get_weights()):
            raise PlainfilmError(
                f"{self.model_file} holds weights that are no numbers",
                received="NaN or infinity: its training went astray",
                expected="finite weights",
                next_step="train a run of another `name` with a smaller `learning_rate`: python -m training fit CONFIG",
            )
        return model

    def _check_not_diverged(self) -> None:
        try:
            where = read_json(self.folder / DIVERGED)["where"]
        except (OSError, ValueError, KeyError, TypeError):
            return
        raise PlainfilmError(
            f"{self.folder} holds no weights: its training went astray",
            received=f"a loss that was no number any more in {where}",
            expected="a run that was trained to its end",
            next_step="train a run of another `name` with a smaller `learning_rate`: python -m training fit CONFIG",
        )

    def prepared(self, folder: Path | None = None) -> PreparedData:
        """The films of the run: where the config says, or in `folder`; checked to be the same films.

        Raises:
            PlainfilmError: The data set is gone or another one.
        """
        data = read_prepared(folder or Path(self.config.data.prepared))
        here = data.table.set_index("path")["sha256"]
        missing = self.splits.loc[self.splits["path"].map(here) != self.splits["sha256"], "path"]
        if len(missing):
            raise PlainfilmError(
                f"{data.folder} is not the data set of the run {self.config.name}",
                received=f"{len(missing)} of {len(self.splits)} films missing or changed, {missing.iloc[0]} first",
                expected="the films of the run's splits.csv",
                next_step=f"python -m training prepare DATA --out {data.folder}",
            )
        return replace(data, table=self.splits)

    def evaluation(self) -> dict[str, Any]:
        """`evaluation.json`."""
        try:
            evaluation: dict[str, Any] = read_json(self.folder / "evaluation.json", with_nan=True)
        except (OSError, ValueError):
            raise PlainfilmError(
                f"{self.folder} has not been evaluated",
                received="no readable evaluation.json",
                next_step=f"python -m training evaluate {self.folder}",
            ) from None
        if problem := problem_of(evaluation):
            raise PlainfilmError(
                f"{self.folder / 'evaluation.json'} is not what evaluate wrote",
                received=problem,
                expected="the file as it was written",
                next_step=f"python -m training evaluate {self.folder}",
            )
        return evaluation


def read_run(folder: Path) -> Run:
    """Opens a run folder.

    Raises:
        PlainfilmError: It is not one.
    """
    if not (folder / "config.toml").exists():
        known = [str(path.parent) for place in PLACES for path in sorted(place.glob("*/config.toml"))]
        raise PlainfilmError(
            f"{folder} is not a run",
            received="no config.toml in it" if folder.is_dir() else "no such folder",
            expected=f"one of {', '.join(known)}" if known else "a folder written by fit",
            next_step="python -m training fit CONFIG",
        )
    splits = read_splits_csv(folder)
    return Run(folder, read_config(folder / "config.toml"), parse_splits(splits, folder / "splits.csv"), sha256(splits))


def read_splits_csv(folder: Path) -> bytes:
    """The text of a run's `splits.csv`.

    `fit` writes it into the run. Runs that are kept together share one copy instead: their `splits.json` names a gzipped file,
    relative to the run, and the SHA-256 of its text.

    Raises:
        PlainfilmError: It is not there, or not the one that `splits.json` names.
    """
    own, shared = folder / "splits.csv", folder / "splits.json"
    try:
        if not shared.exists():
            return read_bytes(own)
        named = read_json(shared)
        splits = gzip.decompress(read_bytes(folder / named["file"]))
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise PlainfilmError(
            f"the splits of the run {folder} cannot be read",
            received=f"{type(error).__name__}: {error}",
            expected=f"{own}, or {shared} with the gzipped file that it names",
            next_step="copy them from where the run was trained",
        ) from None
    if sha256(splits) != named["sha256"]:
        raise PlainfilmError(
            f"{folder / named['file']} does not hold the splits of the run {folder}",
            received=f"SHA-256 {sha256(splits)}",
            expected=f"SHA-256 {named['sha256']}",
            next_step="copy it from where the run was trained",
        )
    return splits


def ordered_classes(splits: pd.DataFrame, positive_class: str) -> list[str]:
    """Class names sorted, but for two classes the positive one last: column 1 is its probability.

    Raises:
        PlainfilmError: The data has no such class.
    """
    names = sorted(splits["label"].unique())
    if positive_class not in names:
        raise PlainfilmError(
            "the positive class is not in the data",
            received=f"positive_class = {positive_class!r}",
            expected=" or ".join(names),
        )
    return sorted(names, key=lambda name: name == positive_class) if len(names) == 2 else names
