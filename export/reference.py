"""What Keras and TensorFlow make of films: the numbers that a bundle has to give.

Everything is computed in true float32, also on a GPU, which would round to TF32 otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf

from export import graph, ood
from export.graph import Readout
from export.network.gate_maps import gate_maps
from export.network.run import run
from export.network.steps import Network
from training.films.arrays import Floats
from training.networks.readout import logit_model
from training.run import Run

BATCH = 64


def load_model(run: Run) -> Any:
    """The run's Keras model, computing in float32 also where it was trained in mixed precision.

    Raises:
        PlainfilmError: It cannot be read, or does not fit the run's config.toml and classes.
    """
    tf.config.experimental.enable_tensor_float_32_execution(False)
    model = run.load_model()
    for layer in model.layers:
        layer.dtype_policy = "float32"
    return model


def keras_logits(model: Any, films: Floats) -> Floats:
    """Keras's own logits, `[n, classes]`."""
    reader = logit_model(model)
    return _of_sets(lambda batch: {"logit": tf.cast(reader(batch), tf.float32)}, [films])["logit"]


def outputs(network: Network, readout: Readout, films: Floats) -> dict[str, Floats]:
    """The bundle's outputs by TensorFlow, for films `[n, height, width, channels]`."""
    return _of_sets(partial(graph.outputs, network, readout), [films])


def outputs_of(compute: graph.Outputs, films: Floats) -> dict[str, Floats]:
    """The same by any function of a batch of films, called as it is."""
    return _joined([compute(batch) for batch in _batches(films)])


def descriptions(network: Network, sets: Iterable[Floats], names: Sequence[str] = ()) -> list[Floats]:
    """Descriptions of feature maps, the OOD gate's or those named, `[n, 2 channels]` of each map, for all films of some sets."""
    names = names or gate_maps(network).names

    def describe(batch: Any) -> dict[str, Any]:
        values = run(network, batch)
        return {name: ood.describe(values[name]) for name in names}

    described = _of_sets(describe, sets)
    return [described[name] for name in names]


def _of_sets(compute: graph.Outputs, sets: Iterable[Floats]) -> dict[str, Floats]:
    """The outputs for all films of some sets, by one graph of TensorFlow: half the time and memory of one operation after another."""
    batches = [batch for films in sets for batch in _batches(films)]
    traced = graph.traced(compute, batches[0].shape[1:])
    with _each_operation_as_it_is():
        return _joined([traced(batch) for batch in batches])


@contextmanager
def _each_operation_as_it_is() -> Iterator[None]:
    """Without TensorFlow's joining of operations in graphs, which rounds logits otherwise than one operation after another."""
    before = tf.config.optimizer.get_experimental_options()
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
    try:
        yield
    finally:
        tf.config.optimizer.set_experimental_options(before)


def _joined(parts: Sequence[dict[str, Any]]) -> dict[str, Floats]:
    return {name: np.concatenate([part[name].numpy() for part in parts]) for name in parts[0]}


def _batches(films: Floats) -> list[Floats]:
    return [films[first : first + BATCH] for first in range(0, len(films), BATCH)]
