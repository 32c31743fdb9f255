"""VGG16 as it was in 2020."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np

from training.config import read_config
from training.fitting import frozen
from training.networks.network import build_model
from training.networks.vgg16 import VGG16Config


def test_the_vgg16_of_2020_has_its_sizes_and_preprocessing() -> None:
    config = read_config(Path("vgg16_2020")).model
    assert isinstance(config, VGG16Config)
    model = build_model(config, 2)
    _, head = frozen.split_at(model, config.frozen_until)
    assert head.get_layer("features").count_params() == 8192 * 4096 + 4096
    assert model.count_params() - head.count_params() == 14_714_688
    film = np.random.default_rng(1).integers(0, 256, (1, 150, 150, 1)).astype(np.float32)
    expected = keras.applications.vgg16.preprocess_input(np.repeat(film, 3, axis=-1))
    mean = keras.Model(model.input, model.get_layer("mean").output)
    np.testing.assert_allclose(mean(film), expected, atol=1e-4)
