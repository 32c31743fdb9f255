"""Distillation: finished networks as teachers of another one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from plainfilm.errors import UsageError
from training.config import Config
from training.run import read_run


def read_teachers(config: Config, class_names: list[str]) -> Callable[[Any], Any]:
    """The function that gives the mean probability of the teachers of `config`.

    Returns:
        Films as the network in training sees them, `[n, height, width, 1]`, to `[n, 1]`, the probability of the second of two
        classes, or `[n, classes]`; each teacher reads them at its own size.

    Raises:
        PlainfilmError: A teacher is missing or not finished.
        UsageError: A teacher has other classes, another view or other films, among which may be the validation films of this run.
    """
    import tensorflow as tf

    runs = [read_run(Path(folder)) for folder in config.fit.teachers]
    for run in runs:
        for what, received, expected in (
            ("classes", run.class_names, class_names),
            ("view", run.config.model.view, config.model.view),
            ("films", run.config.data.prepared, config.data.prepared),
        ):
            if received != expected:
                raise UsageError(
                    f"{run.folder} cannot teach {config.name}", received=f"{what} {received}", expected=str(expected)
                )
    models = [(run.load_model(), run.config.model) for run in runs]

    def teach(films: Any) -> Any:
        read = [
            model(tf.image.resize(films, (size.height, size.width), antialias=True), training=False)
            for model, size in models
        ]
        return tf.add_n(read) / len(read)

    return teach
