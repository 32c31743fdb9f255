"""Which films a GAN learned from: `splits.csv` of its run, the train rows alone."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from plainfilm.atomic import atomic_file
from plainfilm.errors import PlainfilmError
from training.films.prepared import PreparedData, read_splits
from training.gan.checkpoint import finished_steps
from training.gan.config import read_gan_config

FILE = "splits.csv"


def write_trained_on(run: Path, data: PreparedData) -> None:
    """Writes the train films of `data` into the run."""
    with atomic_file(run / FILE) as partial:
        data.table[data.table["split"] == "train"].to_csv(partial, index=False)


def read_trained_on(run: Path, patients: float) -> pd.DataFrame:
    """The films that a finished GAN learned from.

    Args:
        run: Folder of a run of `gan fit`.
        patients: The share of train patients that is asked for, to say how to train one.

    Raises:
        PlainfilmError: The folder holds no finished GAN.
    """
    part = "" if patients == 1 else f" --patients {patients:g}"
    again = f"python -m training gan fit chest_xray_gan{part} --runs {run.parent}"
    if not (run / "gan.toml").is_file() or not (run / FILE).is_file():
        raise PlainfilmError(
            f"there is no GAN in {run}",
            received="no gan.toml and splits.csv in it" if run.is_dir() else "no such folder",
            expected="the folder of a finished run of gan fit",
            next_step=again,
        )
    steps, config = finished_steps(run), read_gan_config(run / "gan.toml")
    if steps < config.fit.steps:
        raise PlainfilmError(
            f"the GAN {run} is not finished",
            received=f"{steps} of {config.fit.steps} steps",
            expected="a finished run of gan fit",
            next_step=again,
        )
    return read_splits(run / FILE)
