"""The maps that the out-of-distribution gate looks at are chosen by their size and by what makes them."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from export.network.fold import fold
from export.network.gate_maps import gate_maps, lateral_maps
from export.network.run import run
from export.network.steps import FoldError
from tests.unit.export.conftest import keras_output, random_films
from tests.unit.export.network.test_fold import vgg


@pytest.mark.parametrize(
    ("cut", "layers"),
    [
        ("", ["block_11_add", "block_12_add"]),
        ("block_13_expand_relu", ["block_11_add", "block_12_add"]),
        ("block_3_expand_relu", ["block_1_project_BN", "block_2_add"]),
    ],
)
def test_the_gate_looks_at_the_last_bottlenecks_that_are_not_too_coarse(
    make_mobilenet: Any, cut: str, layers: list[str]
) -> None:
    model, films = make_mobilenet(cut=cut), random_films(4)
    network = fold(model, 1)
    chosen, values = gate_maps(network), run(network, films)
    assert chosen.words == "the last two bottlenecks at a sixteenth of the input's size or more"
    for name, layer in zip(chosen.names, layers, strict=True):
        np.testing.assert_allclose(values[name], keras_output(model, layer, films), atol=1e-4)


def test_of_five_blocks_they_are_the_last_two_outputs(make_model: Any, films: Any) -> None:
    network = fold(make_model(size=40, filters=(4, 6, 5, 4, 3)), 1)
    chosen, values = gate_maps(network), run(network, films(2, 40))
    assert chosen.words == "the last two convolutions at a sixteenth of the input's size or more"
    assert [values[name].shape[1:] for name in chosen.names] == [(3, 3, 4), (2, 2, 3)]


def test_of_a_vgg16_they_are_the_last_two_convolutions() -> None:
    network = fold(vgg("block3_conv3"), 1)
    assert gate_maps(network).names == ("block3_conv2_relu", "block3_conv3_relu")


def test_a_network_of_one_convolution_has_one_and_one_of_none_is_refused() -> None:
    layers = keras.layers
    image = keras.Input((16, 16, 1))
    one = layers.Dense(2)(layers.Flatten()(layers.Conv2D(3, 3, name="only")(image)))
    assert gate_maps(fold(keras.Model(image, one), 1)).names == ("only",)
    with pytest.raises(FoldError, match="no feature map"):
        gate_maps(fold(keras.Model(image, layers.Dense(2)(layers.Flatten()(image))), 1))


@pytest.mark.parametrize(
    ("cut", "finer"), [("", ["block_5_add"]), ("block_13_expand_relu", ["block_5_add"]), ("block_3_expand_relu", [])]
)
def test_the_lateral_check_looks_at_the_gates_maps_and_a_finer_one(
    make_mobilenet: Any, cut: str, finer: list[str]
) -> None:
    network = fold(make_mobilenet(cut=cut), 1)
    gate, chosen = gate_maps(network), lateral_maps(network)
    assert chosen.names == (*finer, *gate.names)
    assert chosen.words.endswith("and the last one at an eighth" if finer else "size or more")
