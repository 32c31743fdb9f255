"""The cost of a network for a visitor, known before it is trained: bytes to download and milliseconds per film."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras

# Milliseconds for each operation, value and step in TensorFlow.js: WASM with SIMD on one thread of a server of 2024, without heat map
# and OOD gate. Fitted by `python -m tests.tools.calibrate` to 15 networks of 1 to 20 ms, MobileNetV2 and five-block: off by
# 6 % on average, 15 % at most. Not timed for each trial, so that workers on different and busy machines agree.
DENSE_OPERATION, DEPTHWISE_OPERATION, VALUE, STEP = 6.9e-8, 2.1e-7, 2.9e-7, 0.029


@dataclass(frozen=True)
class Work:
    """The operations of a network for one film.

    Attributes:
        dense_operations: Multiply-adds of convolutions over all channels and of dense layers.
        depthwise_operations: Multiply-adds of convolutions of each channel for itself.
        values: Number of output values of those layers.
        steps: Number of those layers.
    """

    dense_operations: int
    depthwise_operations: int
    values: int
    steps: int


def work_of(model: Any) -> Work:
    """The work of a Keras model for grey films, as the export folds it: one input channel, no batch normalisation."""
    dense = depthwise = values = steps = 0
    for layer, kernel, outputs in _kernels(model):
        positions = outputs // kernel[-1 if not _is_depthwise(layer) else -2]
        operations = positions * _product(kernel)
        depthwise += operations if _is_depthwise(layer) else 0
        dense += 0 if _is_depthwise(layer) else operations
        values += outputs
        steps += 1
    return Work(dense, depthwise, values, steps)


def milliseconds_of(work: Work) -> float:
    """Estimated milliseconds per film in the browser."""
    return (
        DENSE_OPERATION * work.dense_operations
        + DEPTHWISE_OPERATION * work.depthwise_operations
        + VALUE * work.values
        + STEP * work.steps
    )


def weight_bytes(model: Any) -> int:
    """Size of the weights as `export` stores them: float16 kernels, but the first and the depthwise ones float32, as is a bias for every
    channel; without those of the OOD gate.
    """
    return sum(
        (4 if number == 0 or _is_depthwise(layer) else 2) * _product(kernel)
        + 4 * kernel[-1 if not _is_depthwise(layer) else -2]
        for number, (layer, kernel, _) in enumerate(_kernels(model))
    )


def _kernels(model: Any) -> list[tuple[Any, tuple[int, ...], int]]:
    """Layers with a kernel, its shape, and the number of output values; the first layer takes the grey film once."""
    found: list[tuple[Any, tuple[int, ...], int]] = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D | keras.layers.DepthwiseConv2D | keras.layers.Dense):
            kernel = tuple(layer.kernel.shape)
            if not found:
                kernel = (*kernel[:-2], 1, kernel[-1])
            found.append((layer, kernel, _product(layer.output.shape[1:])))
    return found


def _is_depthwise(layer: Any) -> bool:
    return isinstance(layer, keras.layers.DepthwiseConv2D)


def _product(shape: tuple[int, ...]) -> int:
    product = 1
    for size in shape:
        product *= size
    return product
