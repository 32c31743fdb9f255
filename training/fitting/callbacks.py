"""What happens after every epoch: the history, the best weights, the learning rate, and a checkpoint to continue from."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np

from plainfilm.atomic import remove_own
from plainfilm.errors import PlainfilmError
from plainfilm.files import read_json
from plainfilm.json_files import write_json
from training.fitting.config import FitConfig
from training.fitting.history import read_history, write_history
from training.run import CHECKPOINT_FILES, DIVERGED, EPOCH_FILE

# The state that each Keras callback keeps of past epochs; a continued run needs it too.
REMEMBERED = {
    "ModelCheckpoint": ["best"],
    "ReduceLROnPlateau": ["best", "wait", "cooldown_counter"],
    "EarlyStopping": ["best", "wait", "best_epoch"],
}


def training_callbacks(
    run: Path,
    fit: FitConfig,
    state: dict[str, dict[str, Any]],
    seconds_before: float = 0.0,
    *,
    writes: bool = True,
) -> list[Any]:
    """The callbacks of a run, in the order they act.

    Args:
        run: Its folder.
        fit: Its optimisation.
        state: The state of the callbacks in the last checkpoint.
        seconds_before: Seconds spent before the first epoch; counted as part of it.
        writes: Whether this machine writes the folder; the others act alike and keep nothing.
    """
    checkpoint = run / "checkpoint"
    if writes:
        checkpoint.mkdir(exist_ok=True)
    best = keras.callbacks.ModelCheckpoint(
        checkpoint / "best.keras", monitor="val_loss", mode="min", save_best_only=True
    )
    acting: list[Any] = [
        *([best] if writes else []),
        keras.callbacks.EarlyStopping(monitor="val_loss", mode="min", patience=fit.early_stopping_patience),
        *fit.schedule.callbacks(),
    ]
    return [
        keras.callbacks.ProgbarLogger(),  # first: where Keras adds it, it is last, and what others print runs into its bar
        EpochClock(seconds_before),
        SeedEachEpoch(fit.seed),
        FiniteLoss(run, fit),  # before what would keep the weights
        *acting,
        EpochCheckpoint(run, acting, state, writes=writes),
    ]


class EpochClock(keras.callbacks.Callback):
    """Records the seconds of every epoch in the history, and prints how long the others may take: Keras's bar shows one epoch."""

    def __init__(self, seconds_before: float) -> None:
        super().__init__()
        self._seconds_before = seconds_before
        self._last: float | None = None  # seconds of the epoch before

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Prints here, after Keras has ended the line of its bar; expects the other epochs to last as long as the last."""
        if self._last is not None:
            minutes = self._last * (self.params["epochs"] - epoch) / 60
            print(f"{epoch} of {self.params['epochs']} epochs done, at most {minutes:.0f} min left", flush=True)
        self._started = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Adds the seconds to what the history records."""
        self._last = time.monotonic() - self._started
        if logs is not None:
            logs["seconds"] = self._last + (self._seconds_before if epoch == 0 else 0)


class SeedEachEpoch(keras.callbacks.Callback):
    """Restarts the dropout layers' random states from (seed, epoch, layer), which a saved network does not carry."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._seed = seed

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Before the first batch of every epoch, continued or not."""
        for number, layer in enumerate(self.model.layers):
            if (generator := getattr(layer, "seed_generator", None)) is not None:
                generator.state.assign(np.random.SeedSequence([self._seed, epoch, number]).generate_state(2))


class FiniteLoss(keras.callbacks.Callback):
    """Stops training at the first loss that is no number: weights that come after it are none either."""

    def __init__(self, run: Path, fit: FitConfig) -> None:
        super().__init__()
        self._run, self._fit, self._epoch = run, fit, 0

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """What was said of an earlier try does not hold of this one."""
        (self._run / DIVERGED).unlink(missing_ok=True)

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Keras does not say it with a batch."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """The loss is a mean over the epoch's batches so far, to which one that is no number sticks."""
        self._check("loss", f"epoch {self._epoch + 1}, batch {batch + 1}", logs)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """The last step of an epoch shows on validation."""
        self._check("val_loss", f"epoch {epoch + 1}, after its last batch, on validation", logs)

    def _check(self, name: str, where: str, logs: dict[str, float] | None) -> None:
        loss = float((logs or {}).get(name, 0.0))
        if math.isfinite(loss):
            return
        write_json(self._run / DIVERGED, {"where": where})
        raise PlainfilmError(
            f"training of {self._run.name} went astray in {where}: the loss is no number any more",
            received=f"{name} {loss}, learning rate {self._fit.learning_rate:g}, batches of {self._fit.batch_size} films",
            expected="a finite loss; no network is written",
            next_step="start a run of another `name` with a smaller `learning_rate`, a tenth for a beginning; the same command "
            "again ends in the same place",
        )


class EpochCheckpoint(keras.callbacks.Callback):
    """Writes the network with its optimiser, the state of the other callbacks and one row of `history.csv` after each epoch."""

    def __init__(self, run: Path, others: list[Any], state: dict[str, dict[str, Any]], *, writes: bool = True) -> None:
        super().__init__()
        self._run, self._others, self._state, self._writes = run, others, state, writes

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Keras resets its callbacks here; their state is put back."""
        for other in self._others:
            for name, value in self._state.get(type(other).__name__, {}).items():
                setattr(other, name, value)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Everything goes into a temporary sibling first, and `state.json`, written last, makes it count."""
        if not self._writes:
            return
        rows = read_history(self._run)[:epoch]
        learning_rate = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
        rows.append(
            {
                "epoch": epoch + 1,
                **{name: float(value) for name, value in (logs or {}).items()},
                "learning_rate": learning_rate,
            }
        )
        state = {
            type(other).__name__: {name: _plain(getattr(other, name)) for name in REMEMBERED[type(other).__name__]}
            for other in self._others
        }
        folder = self._run / "checkpoint"
        self.model.save(folder / f"epoch_{epoch + 1}.keras")
        write_history(self._run, rows)
        numbers = keras.mixed_precision.global_policy().name
        write_json(folder / "state.json", {"epochs": epoch + 1, "numbers": numbers, "callbacks": state})
        for old in folder.glob("epoch_*.keras"):
            if EPOCH_FILE.fullmatch(old.name) and old.name != f"epoch_{epoch + 1}.keras":
                old.unlink()


def read_checkpoint(run: Path) -> tuple[int, dict[str, dict[str, Any]]]:
    """The number of whole epochs, and the state of the callbacks then; `(0, {})` for a new run.

    Raises:
        PlainfilmError: There is a checkpoint and it cannot be read, or the history is not of its epochs.
    """
    file = run / "checkpoint" / "state.json"
    try:
        state = read_json(file)
        epochs, callbacks = int(state["epochs"]), dict(state["callbacks"])
    except FileNotFoundError:
        return 0, {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _torn(run, file, error) from None
    if (rows := len(read_history(run))) < epochs:
        raise _torn(run, run / "history.csv", f"{rows} epochs of {epochs}")
    return epochs, callbacks


def has_ended(fit: FitConfig, epochs: int, state: dict[str, dict[str, Any]]) -> bool:
    """Whether no epoch is left to train: all are done, or training was stopped early after the last one."""
    waited = state.get("EarlyStopping", {}).get("wait", 0)
    return epochs >= fit.epochs or waited >= max(fit.early_stopping_patience, 1)


def load_checkpoint_model(run: Path) -> Any:
    """The network as it was after the last whole epoch, with its optimiser.

    Raises:
        PlainfilmError: It cannot be read.
    """
    epochs, _ = read_checkpoint(run)
    # Its optimiser scales the loss if it was trained in half precision, also where it goes on without a graphics card.
    began_with = read_json(run / "checkpoint" / "state.json").get("numbers", keras.mixed_precision.global_policy().name)
    keras.mixed_precision.set_global_policy(began_with)
    return _load(run, f"epoch_{epochs}.keras", compiled=True)


def _load(run: Path, name: str, *, compiled: bool) -> Any:
    file = run / "checkpoint" / name
    try:
        return keras.saving.load_model(file, compile=compiled)
    except Exception as error:  # Keras raises whatever zip, json and h5py raise
        raise _torn(run, file, error) from None


def _torn(run: Path, file: Path, said: object) -> PlainfilmError:
    return PlainfilmError(
        f"{run} cannot be continued: {file} cannot be read or is cut short",
        received=f"{type(said).__name__}: {said}" if isinstance(said, Exception) else said,
        expected="the file as the last whole epoch left it",
        next_step=f"remove {run / 'checkpoint'} and repeat the command, which then trains anew from the first epoch",
    )


def finish(
    run: Path, model: Any, trained: Any, kept_epoch: str, before_saving: Callable[[], None] = lambda: None
) -> None:
    """Puts the kept checkpoint's weights into `trained`, which shares layers with `model` or is the same, saves `model` as
    `model.keras` and drops the checkpoints.

    `before_saving` brings into `model` what it does not share. `model` is a fresh float32 network, so that a run trained in mixed precision is read the same way everywhere.
    """
    epochs, _ = read_checkpoint(run)
    name = "best.keras" if kept_epoch == "best" else f"epoch_{epochs}.keras"
    kept = _load(run, name, compiled=False)
    trained.set_weights(kept.get_weights())
    before_saving()
    temporary = run / "partial.keras"
    model.save(temporary)
    temporary.replace(run / "model.keras")
    remove_own(run / "checkpoint", CHECKPOINT_FILES)


def _plain(value: Any) -> float | int:
    return value if isinstance(value, int) else float(value)
