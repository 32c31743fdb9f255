"""Folding five blocks: fewer steps, the same numbers, and a refusal where that would not hold."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from export import graph
from export.five_block import fold
from export.graph import Readout
from export.layers import FoldError

PLAIN = Readout(temperature=1.0, positive=1, gate=None)


def keras_logits(model: Any, films: Any) -> Any:
    return np.asarray(keras.Model(model.input, model.get_layer("logit").output)(films))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("size", [22, 31])
@pytest.mark.parametrize("average", [False, True])
def test_the_folded_network_gives_the_logits_of_keras(
    make_model: Any, films: Any, average: bool, size: int, seed: int
) -> None:
    model = make_model(size=size, average=average, seed=seed)
    network = fold(model, 1)
    assert any(block.sign is not None for block in network.blocks), "the test wants negative gammas"
    logit = graph.outputs(network, PLAIN, films(5, size))["logit"].numpy()
    np.testing.assert_allclose(logit[:, 1], keras_logits(model, films(5, size))[:, 0], atol=1e-4)
    np.testing.assert_array_equal(logit[:, 0], 0)


def test_the_2020_network_at_full_size_folds_exactly(make_model: Any, films: Any) -> None:
    model = make_model(size=150, filters=(32, 64, 64, 128, 256), units=128)
    logit = graph.outputs(fold(model, 1), PLAIN, films(2, 150))["logit"].numpy()
    np.testing.assert_allclose(logit[:, 1], keras_logits(model, films(2, 150))[:, 0], atol=1e-4)


def test_three_classes_keep_their_logits(make_model: Any, films: Any) -> None:
    model = make_model(classes=3)
    logit = graph.outputs(fold(model, 1), PLAIN, films(5))["logit"].numpy()
    np.testing.assert_allclose(logit, keras_logits(model, films(5)), atol=1e-4)


def test_a_network_without_batch_normalisation_needs_no_signs_and_shifts(make_model: Any, films: Any) -> None:
    model = make_model(normalize=False)
    network = fold(model, 1)
    assert all(block.sign is None and block.shift is None for block in network.blocks)
    logit = graph.outputs(network, PLAIN, films(5))["logit"].numpy()
    np.testing.assert_allclose(logit[:, 1], keras_logits(model, films(5))[:, 0], atol=1e-4)


def test_the_last_shift_leaves_no_operation_behind(make_model: Any) -> None:
    *earlier, last = fold(make_model(), 1).blocks
    assert all(block.shift is not None for block in earlier)
    assert last.shift is None


def test_an_unknown_layer_is_named() -> None:
    image = keras.Input((8, 8, 1))
    x = keras.layers.Conv2D(2, 3, padding="same", activation="relu", name="first")(image)
    model = keras.Model(image, keras.layers.LayerNormalization(name="odd_one")(x))
    with pytest.raises(FoldError, match=r"(?s)odd_one.*MaxPooling2D"):
        fold(model, 1)


@pytest.mark.parametrize("change", [{"padding": "valid"}, {"strides": 2}, {"activation": "elu"}])
def test_a_convolution_that_cannot_be_folded_exactly_is_refused(change: dict[str, Any]) -> None:
    image = keras.Input((8, 8, 1))
    settings = {"padding": "same", "activation": "relu", "name": "strange"} | change
    model = keras.Model(image, keras.layers.Conv2D(2, 3, **settings)(image))
    with pytest.raises(FoldError, match="strange"):
        fold(model, 1)


def test_weights_that_are_not_numbers_are_refused(make_model: Any) -> None:
    model = make_model(seed=5)
    model.get_layer("features").bias.assign(np.full(16, np.nan))
    with pytest.raises(FoldError, match="not numbers"):
        fold(model, 1)
