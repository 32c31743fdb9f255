"""Distillation: finished networks as teachers of another one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from training.config import Config
from training.fitting.others import check_fits
from training.run import read_run


def read_teachers(
    config: Config, class_names: list[str], splits: pd.DataFrame
) -> Callable[[Any, Any], tuple[Any, Any]]:
    """The function that gives the mean probability of the teachers of `config`.

    Returns:
        Films as the network in training sees them, `[n, height, width, 1]`, and the places of their populations, `[n]`, to the mean of
        the teachers that teach them, `[n, 1]`, the probability of the second of two classes, or `[n, classes]`; and which films have
        any, `[n]`, or None where all teachers teach every film. Each teacher reads films at its own size.

    Raises:
        PlainfilmError: A teacher is missing or not finished.
        UsageError: A teacher has other classes, another view, or was trained on films that validate or test this run.
    """
    import tensorflow as tf

    runs = [(read_run(Path(teacher.run)), teacher.population) for teacher in config.fit.taught_by]
    for run, _ in runs:
        check_fits(run, config, class_names, splits, f"teach {config.name}")
    names = [population.name for population in config.data.populations]
    models = [
        (run.load_model(), run.config.model, names.index(population) if population else None)
        for run, population in runs
    ]

    def read_by(model: Any, size: Any, films: Any) -> Any:
        return model(tf.image.resize(films, (size.height, size.width), antialias=True), training=False)

    def teach_all(films: Any, _: Any) -> tuple[Any, Any]:
        read = [read_by(model, size, films) for model, size, _ in models]
        return tf.add_n(read) / len(read), None

    def teach_some(films: Any, population: Any) -> tuple[Any, Any]:
        sums, teachers = 0.0, 0.0
        for model, size, taught in models:
            rows = tf.where(tf.ones_like(population, tf.bool) if taught is None else population == taught)
            # With the first film in front: TensorFlow cannot convolve no film at all.
            read = read_by(model, size, tf.concat([films[:1], tf.gather_nd(films, rows)], axis=0))[1:]
            shape = tf.stack([tf.shape(films, tf.int64)[0], tf.cast(read.shape[-1], tf.int64)])
            sums += tf.scatter_nd(rows, read, shape)
            teachers += tf.scatter_nd(rows, tf.ones_like(read[:, 0]), shape[:1])
        return sums / tf.maximum(teachers, 1.0)[:, None], teachers > 0

    return teach_all if all(taught is None for *_, taught in models) else teach_some
