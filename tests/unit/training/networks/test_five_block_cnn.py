"""The capstone's network."""

from __future__ import annotations

from pathlib import Path

from training.config import read_config
from training.networks.network import build_model


def test_the_networks_of_2020_have_their_1246401_weights() -> None:
    for name in ("five_block_cnn_2020", "five_block_cnn"):
        model = build_model(read_config(Path(name)).model, 2)
        assert model.count_params() == 1_246_401
        assert model.input_shape == (None, 150, 150, 1)
