"""Layers of absurd sizes are refused before they are made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from export.foreign.keras.safety import check_config, check_shapes
from export.foreign.model import ForeignError

FILE = Path("model.json")


def network(**layer: Any) -> dict[str, Any]:
    one = {"class_name": "Conv2D", "config": {"name": "c", "kernel_size": [3, 3], "filters": 8, "seed": 2**31, **layer}}
    return {"class_name": "Sequential", "config": {"name": "s", "layers": [one]}}


@pytest.mark.parametrize(
    "layer",
    [
        {"filters": 10**9},
        {"units": 10**10},
        {"kernel_size": [10_000, 3]},
        {"size": [100_000, 100_000]},
        {"padding": [[0, 10**8], [0, 0]]},
        {"n": 10**9},
        {"batch_input_shape": [None, 10**9, 10**9, 3]},
        {"target_shape": [1e12]},
    ],
)
def test_numbers_that_no_network_needs_are_refused_by_name(layer: dict[str, Any]) -> None:
    check_config(network(), FILE)
    with pytest.raises(ForeignError, match=r"layer that is too large\n.*of layer 'c'"):
        check_config(network(**layer), FILE)


def test_layers_that_give_more_than_a_browser_holds_are_refused_before_they_compute() -> None:
    import keras

    image = keras.Input((64, 64, 3))
    check_shapes(keras.Model(image, keras.layers.UpSampling2D(4)(image)), FILE)
    twice = keras.layers.UpSampling2D(64)(keras.layers.UpSampling2D(64, name="first")(image))
    large = keras.Model(image, keras.layers.GlobalAveragePooling2D()(twice))
    with pytest.raises(ForeignError, match="layer that is too large"):
        check_shapes(large, FILE)
    with pytest.raises(ForeignError, match="layer that is too large"):
        check_shapes(keras.Sequential([keras.Input((64, 64, 3)), large]), FILE)
