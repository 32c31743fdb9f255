"""Other finished runs that a training leans on: that their classes and view are its own, and that they never saw its validation or test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from msgspec.structs import asdict

from plainfilm.errors import UsageError
from training.config import Config
from training.networks.pooled import PooledBackbone
from training.run import Run, read_run

# Settings of a network that change no weight's place or shape.
WITHOUT_WEIGHTS = {"batch_normalization_momentum", "dropout", "dense_dropout"}
# The same of networks whose last map is averaged over its places.
SIZES = {"height", "width"}


def check_fits(run: Run, config: Config, class_names: list[str], splits: pd.DataFrame, cannot: str) -> None:
    """Checks that a run may have a part in training `config`; `cannot` says what it could not do, for the message.

    Raises:
        UsageError: It has other classes or another view, or was trained on films that validate or test this run.
    """
    for what, received, expected in (
        ("classes", run.class_names, class_names),
        ("view", run.config.model.view, config.model.view),
    ):
        if received != expected:
            raise UsageError(f"{run.folder} cannot {cannot}", received=f"{what} {received}", expected=str(expected))
    seen = set(run.splits.loc[run.splits["split"] == "train", "sha256"])
    kept_back = splits[splits["split"].isin(["val", "test"])]
    known = kept_back[kept_back["sha256"].isin(seen)]
    if len(known):
        raise UsageError(
            f"{run.folder} cannot {cannot}",
            received=f"films that it was trained on: {len(known)} of validation and test of {config.name}, {known['path'].iloc[0]} first",
            expected="a run that was trained on none of them",
            next_step="prepare the films as they were prepared for that run, with the same seed and patients",
        )


def starting_weights(config: Config, class_names: list[str], splits: pd.DataFrame) -> list[Any] | None:
    """The weights of the run that `fit.start_from` names, in the network's order; None where it names none.

    Raises:
        PlainfilmError: It is not there or not finished.
        UsageError: It has another network, other classes, or knows films that validate or test this run.
    """
    if not config.fit.start_from:
        return None
    return weights_of(Path(config.fit.start_from), config, class_names, splits, f"be what {config.name} starts from")


def weights_of(folder: Path, config: Config, class_names: list[str], splits: pd.DataFrame, cannot: str) -> list[Any]:
    """The weights of a finished run of the network of `config`, in its order; `cannot` as in `check_fits`.

    Raises:
        PlainfilmError: It is not there or not finished.
        UsageError: It has another network, other classes, or knows films that validate or test this run.
    """
    run = read_run(folder)
    check_fits(run, config, class_names, splits, cannot)
    without_weights = WITHOUT_WEIGHTS | (SIZES if isinstance(config.model, PooledBackbone) else set())
    for name, received in {"architecture": run.config.model.architecture, **asdict(run.config.model)}.items():
        expected = config.model.architecture if name == "architecture" else getattr(config.model, name, None)
        if name not in without_weights and received != expected:
            raise UsageError(
                f"{run.folder} cannot {cannot}: it is another network",
                received=f"{name} {received}",
                expected=str(expected),
                next_step=f"give [model] of {config.name} the same {name}",
            )
    weights: list[Any] = run.load_model().get_weights()
    return weights
