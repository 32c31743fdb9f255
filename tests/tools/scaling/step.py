"""`python -m tests.tools.scaling.step CONFIG …` prints name, title, input size and milliseconds of processor time that a film takes in training."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from plainfilm.tensorflow import import_tensorflow
from tests.tools.scaling.training import BATCH, STEPS
from training.config import read_config


def main(names: list[str]) -> None:
    """Weights are random: they cost as much as others."""
    import_tensorflow()
    import numpy as np

    from training.networks.network import build_model
    from training.networks.readout import loss_of

    rng = np.random.default_rng(1)
    for name in names:
        config = read_config(Path(name))
        size = config.model.image_converter
        model = build_model(config.model, 2)
        model.compile("adam", loss_of(2, 0.0), jit_compile=False)
        films = rng.uniform(0, 255, (BATCH, size.height, size.width, size.channels)).astype(np.float32)
        labels = rng.integers(0, 2, (BATCH, 1)).astype(np.float32)
        model.train_on_batch(films, labels)
        seconds = []
        for _ in range(STEPS):
            started = time.process_time()
            model.train_on_batch(films, labels)
            seconds.append(time.process_time() - started)
        print(name, config.title, size.height, f"{statistics.median(seconds) / BATCH * 1000:.2f}", sep="\t", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
