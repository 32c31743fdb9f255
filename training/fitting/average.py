"""A network made of finished ones: the mean of their weights, drawn back in part to what they started from.

The mean of networks that were trained on from one start reads films of other hospitals better than any of them (Wortsman et al. 2022,
arXiv:2203.05482), and the way back to the start keeps what the start knew of those (Wortsman et al. 2022, arXiv:2109.01903). One network
comes out, which costs a reader no more than one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from plainfilm.errors import UsageError
from training.config import Config
from training.films.prepared import PreparedData
from training.fitting.dataset import read_split, training_batches, training_converter
from training.fitting.frozen import freeze
from training.fitting.others import weights_of
from training.networks.network import build_model


def average(
    config: Config, run: Path, data: PreparedData, class_names: list[str], in_memory: int | None = None
) -> None:
    """Writes `model.keras` into the run: the average that `config.average` asks for, its batch statistics estimated anew.

    Raises:
        PlainfilmError: A run is missing or not finished.
        UsageError: One has another network, other classes, or knows films that validate or test this run.
    """
    model = build_model(config.model, len(class_names))
    model.set_weights(averaged_weights(config, class_names, data.table))
    if config.fit.frozen_until:
        freeze(model, config.fit.frozen_until)
    converter = training_converter(config.model.image_converter, config.augmentation)
    films, labels, origins = read_split(config, data, class_names, "train", converter, in_memory)
    batches = training_batches(config, films, labels, class_names, origins)
    print(f"batch statistics from {config.average.batches} batches", flush=True)
    estimate_statistics(model, islice((batch for batch, _ in batches), config.average.batches))
    temporary = run / "partial.keras"
    model.save(temporary)
    temporary.replace(run / "model.keras")


def averaged_weights(config: Config, class_names: list[str], splits: pd.DataFrame) -> list[Any]:
    """The mean of the runs' weights, of which `start_share` is replaced by the start's; in the network's order.

    Raises:
        PlainfilmError: A run is missing or not finished.
        UsageError: One does not fit, or there is no start to go back to.
    """
    asked = config.average
    if asked.start_share and not config.fit.start_from:
        raise UsageError(
            f"[average] of {config.name} goes back to a start, and there is no start",
            received=f"start_share = {asked.start_share:g}, and no start_from in [fit]",
            expected="start_share = 0, or the run that the averaged ones began as",
        )
    cannot = f"be averaged into {config.name}"
    mean = mean_of([weights_of(Path(run), config, class_names, splits, cannot) for run in asked.runs])
    if not asked.start_share:
        return mean
    start = weights_of(Path(config.fit.start_from), config, class_names, splits, cannot)
    return drawn_back(mean, start, asked.start_share)


def mean_of(networks: Sequence[Sequence[Any]]) -> list[Any]:
    """Weight by weight."""
    return [np.mean(each, axis=0, dtype=np.float64).astype(np.float32) for each in zip(*networks, strict=True)]


def drawn_back(weights: Sequence[Any], start: Sequence[Any], share: float) -> list[Any]:
    """On the straight line from `weights` to `start`, this share of the way."""
    return [(1 - share) * own + share * from_start for own, from_start in zip(weights, start, strict=True)]


def estimate_statistics(model: Any, batches: Iterable[Any]) -> None:
    """Sets mean and variance of every batch normalisation that may be trained to the mean over these batches.

    Those of averaged networks are not the average of theirs.
    """
    moving = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization) and layer.trainable]
    momentum = [layer.momentum for layer in moving]
    for count, films in enumerate(batches):
        for layer in moving:
            layer.momentum = count / (count + 1)  # the running mean is then that of all batches alike
        films = films["image"] if isinstance(films, dict) else films
        model(films, training=True)
    for layer, value in zip(moving, momentum, strict=True):
        layer.momentum = value
