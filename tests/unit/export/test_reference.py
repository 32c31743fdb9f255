"""What TensorFlow makes of many films: the same numbers by one graph as by one operation after another."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from export import graph, ood, reference
from export.network.fold import fold
from export.network.gate_maps import gate_maps
from export.network.run import run
from tests.unit.export.conftest import MakeModel, random_films
from training.networks.readout import logit_model


@pytest.fixture
def in_batches(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Films that take several batches, the last of them smaller."""
    monkeypatch.setattr(reference, "BATCH", 8)
    return random_films(20)


@pytest.mark.parametrize("classes", [1, 3])
def test_a_graph_changes_no_digit_of_a_network_s_outputs(
    make_mobilenet: MakeModel, in_batches: Any, classes: int
) -> None:
    network = fold(make_mobilenet(classes=classes), positive=1)
    readout = graph.Readout(temperature=1.5, positive=1, gate=None)
    by_graph = reference.outputs(network, readout, in_batches)
    as_it_is = reference.outputs_of(partial(graph.outputs, network, readout), in_batches)
    assert by_graph.keys() == as_it_is.keys()
    for name, values in by_graph.items():
        np.testing.assert_array_equal(values, as_it_is[name], name)


def test_nor_of_keras_s_logits_nor_of_a_description(make_mobilenet: MakeModel, in_batches: Any) -> None:
    model = make_mobilenet()
    network, reader = fold(model, positive=1), logit_model(model)
    batches = [in_batches[:8], in_batches[8:16], in_batches[16:]]
    expected = np.concatenate([np.asarray(reader(batch)) for batch in batches])
    np.testing.assert_array_equal(reference.keras_logits(model, in_batches), expected)
    described = reference.descriptions(network, [in_batches[:8], in_batches[8:]])
    for name, values in zip(gate_maps(network).names, described, strict=True):
        one_by_one = [ood.describe(run(network, batch)[name]) for batch in batches]
        np.testing.assert_array_equal(values, np.concatenate(one_by_one))


def test_tensorflow_is_left_as_it_was(make_mobilenet: MakeModel, in_batches: Any) -> None:
    before = tf.config.optimizer.get_experimental_options()
    reference.keras_logits(make_mobilenet(), in_batches)
    assert tf.config.optimizer.get_experimental_options() == before
