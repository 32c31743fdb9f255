"""What acts after each epoch, and in which order it is printed."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from training.config import read_config
from training.fitting.callbacks import training_callbacks


def test_the_time_left_stands_on_a_line_of_its_own_below_the_bar(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    films = np.zeros((8, 2), np.float32)
    model.fit(
        films,
        films[:, 0],
        validation_data=(films, films[:, 0]),
        epochs=2,
        verbose=1,
        callbacks=training_callbacks(tmp_path, read_config(Path("smoke")).fit, {}),
    )
    lines = capsys.readouterr().out.replace("\r", "\n").splitlines()
    assert [line for line in lines if "epochs done" in line] == [
        "1 of 2 epochs done, at most 0 min left",
        "2 of 2 epochs done, at most 0 min left",
    ]
