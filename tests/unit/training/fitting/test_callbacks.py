"""What a person sees while a network is trained."""

from __future__ import annotations

import re

import keras
import numpy as np
import pytest

from training.fitting.callbacks import EpochClock


def test_the_time_left_stands_in_a_line_of_its_own_beside_keras_bar(capsys: pytest.CaptureFixture[str]) -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(loss="mse")
    history = model.fit(np.zeros((8, 2)), np.zeros((8, 1)), epochs=3, callbacks=[EpochClock(60.0)], verbose=1)
    lines = [line for line in capsys.readouterr().out.split("\n") if "epochs done" in line]
    assert len(lines) == 2
    assert all(re.fullmatch(r"[12] of 3 epochs done, at most \d+ min left", line) for line in lines)
    assert history.history["seconds"][0] > 60, "what went before the first epoch counts as part of it"
