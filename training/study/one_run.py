"""One run of a study: it is trained and reads augmented validation, and what it read is kept beside its weights."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from plainfilm.atomic import atomic_file
from plainfilm.errors import PlainfilmError, UsageError
from training.config import Config
from training.evaluation.augmented import DRAWS, varied_films
from training.evaluation.predictions import log_odds
from training.films.arrays import Doubles
from training.films.prepared import PreparedData
from training.fit import fit
from training.fitting.history import read_history
from training.run import Run, read_run

READINGS = "readings.npz"


@dataclass(frozen=True)
class Readings:
    """What a run read on augmented validation.

    Attributes:
        varied: Log-odds of the positive class, `[DRAWS, n]`.
        epochs: That it was trained for.
        seconds: That they took, and what was read.
    """

    varied: Doubles
    epochs: int
    seconds: float


def train_and_read(config: Config, folder: Path, data: PreparedData) -> None:
    """Trains one run in `folder`, or goes on with it, and writes its readings. The output of `fit` goes into `NAME.log`.

    Raises:
        PlainfilmError: It went astray, or holds a run of other settings or films.
    """
    import keras

    run = folder / config.name
    try:
        with (folder / f"{config.name}.log").open("a", encoding="utf-8") as log, contextlib.redirect_stdout(log):
            if not (run / "model.keras").exists():
                fit(config, folder, data=data)
            opened = read_run(run)
            began = time.monotonic()
            table = validation(opened.splits)
            varied = read_varied(opened, data, table["path"].tolist())
        seconds = sum(row["seconds"] for row in read_history(run)) + time.monotonic() - began
        with atomic_file(run / READINGS) as partial, partial.open("wb") as stream:
            np.savez(stream, varied=varied, path=table["path"].to_numpy(str), seconds=seconds)
    finally:
        keras.utils.clear_session()


def read_readings(config: Config, folder: Path, splits: pd.DataFrame) -> Readings | None:
    """The readings of a finished run; None where it is not finished.

    Raises:
        UsageError: The folder holds a run of other settings or films.
    """
    run = folder / config.name
    if not (run / "config.toml").exists():
        return None
    held = read_run(run)
    own = splits_of(held.splits)
    if _asked(held.config) != _asked(config) or not own.isin(splits_of(splits)).all():
        raise UsageError(
            f"{run} holds a run with other settings or films",
            expected="the arm as the study states it: finished runs are kept, not trained again",
            next_step=f"give the changed arm another name, or remove {run}",
        )
    try:
        with np.load(run / READINGS) as kept:
            varied, path, seconds = kept["varied"], kept["path"], float(kept["seconds"])
    except FileNotFoundError:
        return None
    except Exception as error:  # numpy raises whatever zip and its own format raise
        raise _torn(run, error) from None
    expected = validation(held.splits)["path"].to_numpy(str)
    if varied.shape != (DRAWS, len(expected)) or not np.array_equal(path, expected) or not np.isfinite(varied).all():
        raise _torn(run, f"readings of {path.size} films, of which validation has {len(expected)}")
    return Readings(varied, len(read_history(run)), seconds)


def read_varied(run: Run, data: PreparedData, paths: list[str]) -> Doubles:
    """Log-odds of the positive class on augmented validation, `[DRAWS, n]`."""
    from training.networks.readout import logit_model

    model, column = logit_model(run.load_model()), run.class_names.index(run.positive_class)
    parts = [
        log_odds(model.predict(batch, batch_size=64, verbose=0).astype(np.float64), column)
        for _, batch in varied_films(data, paths, run.config.model.image_converter)
    ]
    return np.stack([np.concatenate(parts[draw::DRAWS]) for draw in range(DRAWS)])


def validation(splits: pd.DataFrame) -> pd.DataFrame:
    """The films that arms are compared on."""
    return splits[splits["split"] == "val"]


def splits_of(splits: pd.DataFrame) -> pd.Series:
    """Each film with its split and bytes, as one text."""
    return splits["path"] + "\0" + splits["split"] + "\0" + splits["sha256"]


def _asked(config: Config) -> Config:
    """A configuration without what does not change the run: where the films lie, what people call it."""
    from msgspec.structs import replace

    data = replace(config.data, prepared="-", phantom_films=0, populations=(), hospitals=())
    return replace(config, title="", description="", training_population="", data=data)


def _torn(run: Path, said: object) -> PlainfilmError:
    return PlainfilmError(
        f"{run / READINGS} cannot be read",
        received=f"{type(said).__name__}: {said}" if isinstance(said, Exception) else said,
        expected="the file as the study wrote it",
        next_step=f"remove {run / READINGS} and repeat the command, which reads validation again",
    )
