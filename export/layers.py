"""Reading a trained Keras network layer by layer, weights in double precision, so that folding rounds only once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from plainfilm.errors import PlainfilmError

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]


class FoldError(PlainfilmError):
    """The network is not one that this export knows how to write out."""


class Layers:
    """The model's layers, taken one after the other; whatever does nothing at inference is passed over."""

    def __init__(self, model: Any) -> None:
        idle = (keras.layers.InputLayer, keras.layers.Dropout, keras.layers.SpatialDropout2D)
        self.rest = [layer for layer in model.layers if not isinstance(layer, idle)]

    def take(self, *kinds: type) -> Any:
        """The next layer if it is of one of these kinds, else None."""
        return self.rest.pop(0) if self.rest and isinstance(self.rest[0], kinds) else None

    def unexpected(self, expected: str, layer: Any = None) -> FoldError:
        """The error that says which layer came (the next, unless given) where another was expected."""
        layer = layer if layer is not None else (self.rest[0] if self.rest else None)
        received = f"layer {layer.name!r} ({type(layer).__name__})" if layer is not None else "the end of the network"
        return FoldError("the network cannot be written out", received=received, expected=expected)

    def dense(self, activation: str) -> Any:
        """The next layer, which must be Dense with this activation."""
        layer = self.take(keras.layers.Dense)
        if layer is None or activation_of(layer) != activation:
            raise self.unexpected(f"Dense with activation {activation}", layer)
        return layer

    def logit(self, positive: int) -> tuple[Doubles, Doubles]:
        """The network's end, Dense and then sigmoid or softmax: kernel `[features, classes]` and bias `[classes]`.

        A sigmoid's single logit z is stored as two columns, z for the positive class and 0 for the other, whose softmax
        is sigmoid(z) and 1 - sigmoid(z): one form for any number of classes.
        """
        layer = self.dense("linear")
        activation = self.take(keras.layers.Activation)
        if activation is None or activation_of(activation) != ("sigmoid" if layer.units == 1 else "softmax"):
            raise self.unexpected("Activation: sigmoid over one logit or softmax over several", activation)
        if self.rest:
            raise self.unexpected("the end of the network")
        kernel, bias = weights_of(layer)
        if layer.units == 1:
            column = np.eye(2)[positive]
            return kernel * column, bias * column
        return kernel, bias


def affine(layer: Any) -> tuple[Doubles, Doubles]:
    """A batch normalisation at inference as (s, t) of s·x + t, each `[channels]`."""
    mean = np.asarray(layer.moving_mean, dtype=np.float64)
    factor = 1 / np.sqrt(np.asarray(layer.moving_variance, dtype=np.float64) + layer.epsilon)
    if layer.scale:
        factor = factor * np.asarray(layer.gamma, dtype=np.float64)
    shift = -mean * factor
    if layer.center:
        shift = shift + np.asarray(layer.beta, dtype=np.float64)
    return factor, shift


def activation_of(layer: Any) -> str:
    """Keras's name of a layer's activation."""
    return str(layer.activation.__name__)


def weights_of(layer: Any) -> tuple[Doubles, Doubles]:
    """A layer's kernel and bias."""
    kernel = np.asarray(layer.kernel, dtype=np.float64)
    bias = np.asarray(layer.bias, dtype=np.float64) if layer.use_bias else np.zeros(kernel.shape[-1])
    return kernel, bias


def floats(*arrays: Doubles) -> tuple[Floats, ...]:
    """The folded weights as they are kept."""
    return tuple(array.astype(np.float32) for array in arrays)


def check_finite(arrays: Iterable[Floats | None]) -> None:
    """Checks a folded network's weights.

    Raises:
        FoldError: One is NaN or infinite.
    """
    if not all(np.isfinite(array).all() for array in arrays if array is not None):
        raise FoldError(
            "the network has weights that are not numbers", received="NaN or infinity", next_step="train the run again"
        )
