"""The frozen part of a transfer network: it computes the features of films once, and training reads them from disk.

The features lie in `checkpoint/` of the run, beside a note of how many are complete, from which a killed run continues; they
are deleted with it when the run is finished.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from plainfilm.errors import UsageError
from plainfilm.files import read_json
from plainfilm.json_files import write_json
from training.fitting.config import FitConfig

# Batches between two notes of the progress.
BATCHES_AT_ONCE = 16


@dataclass(frozen=True)
class Features:
    """Outputs of the frozen part for films of whole epochs, in the order they were drawn.

    Attributes:
        values: float16 `[n, ...]` on disk.
        targets: float32 `[n, ...]`.
        seconds: Seconds that computing them took.
    """

    values: npt.NDArray[np.float16]
    targets: npt.NDArray[np.float32]
    seconds: float


def split_at(model: Any, frozen_until: str) -> tuple[Any, Any]:
    """The network up to this layer, and the rest; both share their layers with `model`.

    Raises:
        UsageError: It has no such layer.
    """
    _check_has(model, frozen_until)
    middle = model.get_layer(frozen_until).output
    return keras.Model(model.input, middle), keras.Model(middle, model.output)


def freeze(model: Any, until: str) -> None:
    """Leaves this layer and all before it out of training; their batch statistics stay as well.

    Raises:
        UsageError: It has no such layer.
    """
    _check_has(model, until)
    for layer in model.layers[: model.layers.index(model.get_layer(until)) + 1]:
        layer.trainable = False


def _check_has(model: Any, frozen_until: str) -> None:
    names = [layer.name for layer in model.layers]
    if frozen_until not in (known := names[1 : names.index("logit")]):
        raise UsageError(
            f"the network cannot be frozen until {frozen_until!r}",
            received="no such layer before the last",
            expected=f"one of {', '.join(known)}",
        )


def through_frozen(
    frozen: Any,
    training: Any,
    validation: Any,
    films: dict[str, int],
    fit: FitConfig,
    epochs: int,
    run: Path,
    first: int,
) -> tuple[Any, Any, float]:
    """The data sets of training and validation with features instead of films, and the seconds that computing them took.

    Args:
        frozen: keras.Model, films to features.
        training: Batches of films and targets of all epochs, back to back.
        validation: The same of one pass.
        films: Number of films in an epoch of `train` and of `val`.
        fit: The optimisation.
        epochs: Number of epochs whose features are computed; later epochs reuse them in another order.
        run: The run folder.
        first: The epoch that training begins with.

    Raises:
        UsageError: There are fewer epochs, or the features in the run came from other weights.
    """
    if not 1 <= epochs <= fit.epochs:
        raise UsageError("frozen_epochs does not fit", received=epochs, expected=f"1 to {fit.epochs}, as epochs")
    folder = run / "checkpoint" / "features"
    train = compute_features(frozen, training, epochs * films["train"], folder / "train")
    val = compute_features(frozen, validation, films["val"], folder / "val")
    seconds = train.seconds + val.seconds
    return training_features(train, films["train"], fit, first), validation_features(val, fit.batch_size), seconds


def compute_features(frozen: Any, dataset: Any, count: int, folder: Path) -> Features:
    """Computes the features of the first `count` films of `dataset`, which must be whole batches, or continues.

    Raises:
        UsageError: The features in `folder` came from other weights.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = hashlib.sha256(b"".join(each.tobytes() for each in frozen.get_weights())).hexdigest()
    note = folder / "done.json"
    done: dict[str, Any] = {"weights": weights, "batches": 0, "films": 0, "seconds": 0.0}
    with contextlib.suppress(OSError, ValueError):  # none yet, or torn: computed from the first film then
        done |= read_json(note)
    if done["weights"] != weights:
        raise UsageError(
            f"{folder} holds features of other ImageNet weights",
            expected="the weights that the run was started with",
            next_step="give the same --backbone-weights, or remove the run's folder to start anew",
        )
    mode = "r+" if done["films"] else "w+"
    values, targets = (
        np.lib.format.open_memmap(folder / f"{name}.npy", mode, kind, (count, *shape[1:]))
        for name, kind, shape in (
            ("values", np.float16, frozen.output_shape),
            ("targets", np.float32, dataset.element_spec[1].shape),
        )
    )
    through = tf.function(lambda films: frozen(films, training=False))
    started = time.monotonic() - done["seconds"]
    for films, targets_of_films in dataset.skip(done["batches"]):
        if done["films"] == count:
            break
        here = slice(done["films"], done["films"] + len(films))
        values[here], targets[here] = through(films), targets_of_films
        done |= {"films": here.stop, "batches": done["batches"] + 1, "seconds": time.monotonic() - started}
        if done["batches"] % BATCHES_AT_ONCE == 0 or here.stop == count:
            values.flush()
            targets.flush()
            write_json(note, done)
            left = (count - here.stop) * done["seconds"] / here.stop / 60
            print(f"{here.stop} of {count} films through the frozen part, {left:.0f} min left", flush=True)
    return Features(values, targets, done["seconds"])


def training_features(features: Features, films_per_epoch: int, fit: FitConfig, first_epoch: int) -> Any:
    """Batches `(float32 [b, ...], float32 [b, ...])` of all epochs from `first_epoch` on, back to back.

    An epoch is one of those that were computed, in an order that depends on (seed, epoch) alone.
    """
    computed = len(features.targets) // films_per_epoch

    def rows(epoch: int) -> npt.NDArray[np.int64]:
        order = np.random.default_rng([fit.seed, epoch]).permutation(films_per_epoch)
        return epoch % computed * films_per_epoch + order

    def batches(epoch: Any) -> Any:
        (order,) = tf.numpy_function(lambda e: [rows(int(e))], [epoch], [tf.int64])
        order.set_shape([None])
        return tf.data.Dataset.from_tensor_slices(order).batch(fit.batch_size)

    return tf.data.Dataset.range(first_epoch, fit.epochs).flat_map(batches).map(_reader(features)).prefetch(2)


def validation_features(features: Features, batch_size: int) -> Any:
    """Batches of all features, in the order they were computed."""
    rows = tf.data.Dataset.range(len(features.targets)).batch(batch_size)
    return rows.map(_reader(features)).prefetch(2)


def _reader(features: Features) -> Any:
    """A function from row numbers to the rows of the arrays on disk, as tensors."""

    def read(rows: Any) -> Any:
        values, targets = tf.numpy_function(
            lambda r: [features.values[r].astype(np.float32), features.targets[r]], [rows], [tf.float32, tf.float32]
        )
        values.set_shape([None, *features.values.shape[1:]])
        targets.set_shape([None, *features.targets.shape[1:]])
        return values, targets

    return read
