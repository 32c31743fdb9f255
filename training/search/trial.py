"""One trial of a search: a network is trained for a few epochs and measured on augmented validation."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from optuna.trial import FrozenTrial

from plainfilm.errors import PlainfilmError
from training.config import Config, write_config
from training.evaluation.augmented import varied_films
from training.evaluation.metrics import auroc_of
from training.evaluation.predictions import log_odds
from training.films.prepared import PreparedData
from training.fit import fit
from training.networks.network import build_model
from training.networks.readout import logit_model
from training.run import Run, read_run
from training.search.cost import milliseconds_of, weight_bytes, work_of
from training.search.shared_study import Claim, SharedStudy

# A trial is stopped half-way when a network no larger and no slower had an AUROC at that time that was higher by this.
OVERTAKEN_BY = 0.02
HALFWAY = "halfway_auroc"


class TimeIsUpError(Exception):
    """The budget ended within a trial, which can be continued."""


class OvertakenError(Exception):
    """A trial is unlikely to end on the Pareto front."""


@dataclass(frozen=True)
class Cost:
    """The cost of a network, known before it is trained.

    Attributes:
        weight_bytes: Size of the weights as float16.
        milliseconds: Estimated milliseconds per film.
    """

    weight_bytes: int
    milliseconds: float


def try_one(
    claim: Claim, study: SharedStudy, config: Config, films: PreparedData, weights: Path | None, ends: float
) -> None:
    """Trains and measures one network, prints a line about it, and reports to the study. The output of `fit` goes into `RUN.log`.

    Args:
        claim: The trial.
        study: The study that it belongs to.
        config: Its configuration.
        films: The prepared data set; only train and val are read.
        weights: File with the network's ImageNet weights.
        ends: End of the budget on the clock of `time.monotonic`.
    """
    model = build_model(config.model, films.table["label"].nunique())
    cost = Cost(weight_bytes(model), milliseconds_of(work_of(model)))
    run = study.folder / claim.run
    started = time.monotonic()
    print(f"{claim.run}: {config.title} … ({minutes(ends - started)} left)", flush=True)
    try:
        if (run / "config.toml").exists():  # begun by another worker, for whom the films may have lain elsewhere
            write_config(config, run / "config.toml")
        if not (run / "model.keras").exists():
            with (study.folder / f"{claim.run}.log").open("a") as log, contextlib.redirect_stdout(log):
                fit(config, study.folder, weights, [Watcher(claim, study, cost, ends)])
        auroc = varied_auroc(read_run(run), films)
    except TimeIsUpError:
        print(f"{claim.run}: not finished; it continues when the command is repeated", flush=True)
    except OvertakenError:
        study.give_up(claim, failed=False)
        print(f"{claim.run}: stopped half-way: others no larger and no slower were better at that time", flush=True)
    except PlainfilmError as error:
        study.give_up(claim, failed=True)
        print(f"{claim.run}: failed: {error}", flush=True)
    else:
        study.finish(claim, [auroc, cost.weight_bytes, cost.milliseconds])
        print(
            f"{claim.run}: AUROC {auroc:.4f} on augmented validation, {cost.weight_bytes / 1e6:.2f} MB, about "
            f"{cost.milliseconds:.1f} ms per film, tried in {minutes(time.monotonic() - started)}",
            flush=True,
        )
    finally:
        keras.utils.clear_session()


class Watcher(keras.callbacks.Callback):
    """Ends a trial early, after an epoch has been checkpointed."""

    def __init__(self, claim: Claim, study: SharedStudy, cost: Cost, ends: float) -> None:
        super().__init__()
        self._claim, self._study, self._cost, self._ends = claim, study, cost, ends

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Raises TimeIsUpError or OvertakenError; never after the last epoch."""
        done, epochs = epoch + 1, self.params["epochs"]
        if done == epochs:
            return
        if done == epochs // 2:
            auroc = float((logs or {})["val_auroc"])
            self._claim.trial.set_user_attr(HALFWAY, auroc)
            if is_overtaken(auroc, self._cost, self._study.finished()):
                raise OvertakenError
        if time.monotonic() > self._ends:
            raise TimeIsUpError


def is_overtaken(halfway_auroc: float, cost: Cost, finished: list[FrozenTrial]) -> bool:
    """Whether a finished trial was clearly better half-way, at no more bytes and milliseconds.

    Optuna's own pruning knows one objective only.
    """
    return any(
        trial.user_attrs.get(HALFWAY, 0.0) > halfway_auroc + OVERTAKEN_BY
        and trial.values[1] <= cost.weight_bytes
        and trial.values[2] <= cost.milliseconds
        for trial in finished
    )


def varied_auroc(run: Run, films: PreparedData) -> float:
    """The objective: AUROC of the positive class against the rest on augmented validation (`training.evaluation.augmented`)."""
    rows = films.table[films.table["split"] == "val"]
    is_positive = rows.set_index("path")["label"] == run.config.data.positive_class
    positive = run.class_names.index(run.config.data.positive_class)
    model = logit_model(run.load_model())
    scores, truth = [], []
    for paths, batch in varied_films(films, rows["path"].tolist(), run.config.model.image_converter):
        scores.append(log_odds(np.asarray(model(batch, training=False), np.float64), positive))
        truth.append(is_positive[list(paths)].to_numpy())
    return auroc_of(np.concatenate(truth), np.concatenate(scores))


def minutes(seconds: float) -> str:
    """A duration in minutes, in words."""
    return f"{max(seconds, 0) / 60:.1f} min"
