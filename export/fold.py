"""Folds a trained Keras network into fewer, plainer steps that give the same numbers.

The networks of this project are blocks of convolution → ReLU → batch normalisation → max-pool under a dense head. At
inference a batch normalisation is s·x + t for each channel. Here it stands *after* the ReLU, so s cannot simply be
multiplied into the convolution: its magnitude can (a ReLU is positively homogeneous), its sign stays behind the ReLU.
t commutes with the max-pool and is added after it, on a quarter of the values; in the last block it goes into the bias
of the dense layer. It must not go into the next convolution, whose zero padding stands for values that t was not added
to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from training.exceptions import PlainfilmError

Floats = npt.NDArray[np.float32]


class FoldError(PlainfilmError):
    """The network is not one that this export knows how to write out."""


@dataclass(frozen=True)
class Block:
    """3x3 "same" convolution → ReLU → · sign → 2x2 "same" max-pool → + shift.

    Attributes:
        kernel: `[rows, columns, channels in, channels out]`.
        bias: `[channels out]`.
        sign: -1 or 1 for each channel; None where all are 1.
        shift: `[channels out]`; None where there is nothing to add.
    """

    kernel: Floats
    bias: Floats
    sign: Floats | None
    shift: Floats | None


@dataclass(frozen=True)
class Network:
    """Blocks → flatten or global average → dense ReLU (`features`) → dense (`logit`).

    In memory the weights are arrays; inside a graph, its constants (`export.graph`).

    Attributes:
        average: Whether the last block's output is averaged over the picture instead of flattened.
        feature_kernel, feature_bias: `[flattened or channels, features]`, `[features]`.
        logit_kernel, logit_bias: `[features, classes]`, `[classes]`. A sigmoid's single logit z is stored as two
            columns, z for the positive class and 0 for the other, whose softmax is sigmoid(z) and 1 - sigmoid(z): one
            form for any number of classes.
    """

    blocks: tuple[Block, ...]
    average: bool
    feature_kernel: Floats
    feature_bias: Floats
    logit_kernel: Floats
    logit_bias: Floats


def fold(model: Any, positive: int) -> Network:
    """Folds a Keras model; `positive` is the column of the class that a sigmoid's single unit stands for.

    Raises:
        FoldError: A layer is not of the kind or not in the place that the exact folding holds for.
    """
    layers = _Layers(model)
    scale = _rescaling(layers)
    blocks = []
    while convolution := layers.take(keras.layers.Conv2D):
        block, shift = _fold_block(layers, convolution, scale)
        blocks.append(block)
        scale = 1.0
    if not blocks:
        raise layers.unexpected("a Conv2D layer")
    average = layers.take(keras.layers.GlobalAveragePooling2D) is not None
    if not average and not layers.take(keras.layers.Flatten):
        raise layers.unexpected("Flatten or GlobalAveragePooling2D")
    features = _dense(layers, "relu")
    logit = _dense(layers, "linear")
    activation = layers.take(keras.layers.Activation)
    classes = logit.units
    if activation is None or _activation(activation) != ("sigmoid" if classes == 1 else "softmax"):
        raise layers.unexpected("Activation: sigmoid over one logit or softmax over several", activation)
    if layers.rest:
        raise layers.unexpected("the end of the network")

    feature_kernel, feature_bias = _weights(features)
    logit_kernel, logit_bias = _weights(logit)
    if shift is not None:
        positions = len(feature_kernel) // len(shift)
        feature_bias = feature_bias + np.tile(shift, positions) @ feature_kernel
    if classes == 1:
        column = np.eye(2)[positive]
        logit_kernel, logit_bias = logit_kernel * column, logit_bias * column
    network = Network(tuple(blocks), average, *_floats(feature_kernel, feature_bias, logit_kernel, logit_bias))
    _check_finite(network)
    return network


class _Layers:
    """The model's layers, taken one after the other; whatever does nothing at inference is passed over."""

    def __init__(self, model: Any) -> None:
        idle = (keras.layers.InputLayer, keras.layers.Dropout, keras.layers.SpatialDropout2D)
        self.rest = [layer for layer in model.layers if not isinstance(layer, idle)]

    def take(self, kind: type) -> Any:
        """The next layer if it is of this kind, else None."""
        return self.rest.pop(0) if self.rest and isinstance(self.rest[0], kind) else None

    def unexpected(self, expected: str, layer: Any = None) -> FoldError:
        layer = layer if layer is not None else (self.rest[0] if self.rest else None)
        received = f"layer {layer.name!r} ({type(layer).__name__})" if layer is not None else "the end of the network"
        return FoldError("the network cannot be written out", received=received, expected=expected)


def _rescaling(layers: _Layers) -> float:
    """The factor of the first layer, which goes into the first convolution's weights."""
    layer = layers.take(keras.layers.Rescaling)
    if layer is None:
        return 1.0
    if layer.offset != 0:
        raise layers.unexpected("Rescaling without an offset, which no zero-padded convolution can take in", layer)
    return float(layer.scale)


def _fold_block(layers: _Layers, convolution: Any, scale: float) -> tuple[Block, npt.NDArray[np.float64] | None]:
    """Folds one block; returns its shift apart where the next layer is dense and can take it in."""
    same = convolution.padding == "same" and convolution.strides == (1, 1) and convolution.dilation_rate == (1, 1)
    if not same or convolution.groups != 1 or _activation(convolution) != "relu":
        raise layers.unexpected('Conv2D with ReLU, "same" padding and no strides', convolution)
    kernel, bias = _weights(convolution)
    factor, shift = np.ones(convolution.filters), None
    if normalization := layers.take(keras.layers.BatchNormalization):
        factor, shift = _affine(normalization)
    pool = layers.take(keras.layers.MaxPooling2D)
    if pool is None or (pool.pool_size, pool.strides, pool.padding) != ((2, 2), (2, 2), "same"):
        raise layers.unexpected('MaxPooling2D 2x2, "same" padding', pool)
    sign = np.where(factor < 0, -1, 1).astype(np.float32) if (factor < 0).any() else None
    last = not (layers.rest and isinstance(layers.rest[0], keras.layers.Conv2D))
    stored_shift = None if last or shift is None else shift.astype(np.float32)
    kernel_32, bias_32 = _floats(kernel * scale * np.abs(factor), bias * np.abs(factor))
    return Block(kernel_32, bias_32, sign, stored_shift), shift if last else None


def _affine(layer: Any) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """A batch normalisation at inference as (s, t) of s·x + t, each `[channels]`."""
    mean = np.asarray(layer.moving_mean, dtype=np.float64)
    factor = 1 / np.sqrt(np.asarray(layer.moving_variance, dtype=np.float64) + layer.epsilon)
    if layer.scale:
        factor = factor * np.asarray(layer.gamma, dtype=np.float64)
    shift = -mean * factor
    if layer.center:
        shift = shift + np.asarray(layer.beta, dtype=np.float64)
    return factor, shift


def _dense(layers: _Layers, activation: str) -> Any:
    layer = layers.take(keras.layers.Dense)
    if layer is None or _activation(layer) != activation:
        raise layers.unexpected(f"Dense with activation {activation}", layer)
    return layer


def _activation(layer: Any) -> str:
    return str(layer.activation.__name__)


def _weights(layer: Any) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Kernel and bias in double precision, so that folding itself rounds only once."""
    kernel = np.asarray(layer.kernel, dtype=np.float64)
    bias = np.asarray(layer.bias, dtype=np.float64) if layer.use_bias else np.zeros(kernel.shape[-1])
    return kernel, bias


def _floats(*arrays: npt.NDArray[np.float64]) -> tuple[Floats, ...]:
    return tuple(array.astype(np.float32) for array in arrays)


def _check_finite(network: Network) -> None:
    arrays = [
        array for block in network.blocks for array in (block.kernel, block.bias, block.shift) if array is not None
    ]
    arrays += [network.feature_kernel, network.feature_bias, network.logit_kernel, network.logit_bias]
    if not all(np.isfinite(array).all() for array in arrays):
        raise FoldError(
            "the network has weights that are not numbers", received="NaN or infinity", next_step="train the run again"
        )
