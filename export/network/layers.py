"""What each Keras layer, and each Keras operation between layers, becomes: one or more of `export.network.run.OPERATIONS`.

Every layer becomes what it does at inference; augmentation and dropout do nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import numpy as np
from keras import layers

from export.network.run import FUNCTIONS
from training.films.arrays import Doubles

# Operations one after the other, each with its weights and options.
Parts = list[tuple[str, dict[str, Any], dict[str, Any]]]


class UnreadableError(Exception):
    """A known layer is set in a way that is not; says how it should be set."""


def _conv(layer: Any) -> Parts:
    return [("conv", _kernel(layer), _sliding(layer) | {"groups": layer.groups}), *_activation(layer)]


def _depthwise(layer: Any) -> Parts:
    return [("depthwise", _kernel(layer), _sliding(layer)), *_activation(layer)]


def _separable(layer: Any) -> Parts:
    pointwise = {"kernel": layer.pointwise_kernel, "bias": layer.bias if layer.use_bias else None}
    once = {"strides": (1, 1), "padding": "VALID", "dilation": (1, 1), "groups": 1}
    return [
        ("depthwise", {"kernel": layer.depthwise_kernel}, _sliding(layer)),
        ("conv", pointwise, once),
        *_activation(layer),
    ]


def _kernel(layer: Any) -> dict[str, Any]:
    return {"kernel": layer.kernel, "bias": layer.bias if layer.use_bias else None}


def _sliding(layer: Any) -> dict[str, Any]:
    return {"strides": layer.strides, "padding": layer.padding.upper(), "dilation": layer.dilation_rate}


def _dense(layer: Any) -> Parts:
    return [("dense", _kernel(layer), {}), *_activation(layer)]


def _activation(layer: Any) -> Parts:
    """A layer's activation; keras.activations' own only, since another function may bear the same name."""
    name = getattr(layer.activation, "__name__", "")
    if layer.activation is not getattr(keras.activations, name, None) or name not in {"linear", *FUNCTIONS}:
        raise UnreadableError(f"an activation out of linear, {', '.join(FUNCTIONS)}; not {name or layer.activation!r}")
    return [] if name == "linear" else _function(name)


def _function(name: str, **options: Any) -> Parts:
    return [("activation", {}, {"function": name, **options})]


def _relu(layer: Any) -> Parts:
    if layer.threshold != 0:
        raise UnreadableError("ReLU with threshold 0")
    if layer.negative_slope:
        parts = _function("leaky_relu", negative_slope=float(layer.negative_slope))
        return parts if layer.max_value is None else [*parts, *_at_most(layer.max_value)]
    if layer.max_value == 6:
        return _function("relu6")
    return _function("relu") + ([] if layer.max_value is None else _at_most(layer.max_value))


def _at_most(value: float) -> Parts:
    return _function("at_most", value=float(value))


def _softmax(layer: Any) -> Parts:
    if layer.axis != -1:
        raise UnreadableError("Softmax over the last axis")
    return _function("softmax")


def _batch_normalization(layer: Any) -> Parts:
    """s·x + t for each channel."""
    if layer.axis != -1 and layer.axis != layer.input_spec.ndim - 1:
        raise UnreadableError("BatchNormalization of the last axis")
    scale = 1 / np.sqrt(_doubles(layer.moving_variance) + layer.epsilon)
    if layer.scale:
        scale = scale * _doubles(layer.gamma)
    shift = -_doubles(layer.moving_mean) * scale
    return _affine(scale, shift + _doubles(layer.beta) if layer.center else shift)


def _layer_normalization(layer: Any) -> Parts:
    axes = tuple(layer.axis if isinstance(layer.axis, list | tuple) else [layer.axis])
    standardise: Parts = [("standardise", {}, {"axes": axes, "epsilon": float(layer.epsilon)})]
    gamma, beta = (
        weight if wanted else None for weight, wanted in ((layer.gamma, layer.scale), (layer.beta, layer.center))
    )
    if gamma is None and beta is None:
        return standardise
    if len(axes) != 1:
        raise UnreadableError("LayerNormalization with weights for the last axis alone, or without weights")
    return standardise + _affine(1.0 if gamma is None else gamma, 0.0 if beta is None else beta)


def _normalization(layer: Any) -> Parts:
    if layer.mean is None or layer.invert:
        raise UnreadableError("Normalization that has adapted to data, and not inverted")
    spread = np.maximum(np.sqrt(_doubles(layer.variance)), keras.config.epsilon())
    return _affine(1 / spread, -_doubles(layer.mean) / spread)


def _rescaling(layer: Any) -> Parts:
    return _affine(layer.scale, layer.offset)


def _affine(scale: Any, shift: Any) -> Parts:
    """scale · x + shift."""
    return [("affine", {"scale": _per_channel(scale), "shift": _per_channel(shift)}, {})]


def _per_channel(value: Any) -> Doubles:
    """One value, `[]`, or one per channel, `[channels]`."""
    array = _doubles(value)
    if array.size > 1 and array.size != array.shape[-1]:
        raise UnreadableError("numbers of which there is one, or one per channel")
    return array.reshape(-1) if array.size > 1 else array.reshape(())


def _doubles(value: Any) -> Doubles:
    return np.asarray(value, dtype=np.float64)


def _pool(op: str, layer: Any) -> Parts:
    return [(op, {}, {"size": layer.pool_size, "strides": layer.strides, "padding": layer.padding.upper()})]


def _plain(op: str, **options: Any) -> Callable[..., Parts]:
    """A reader of layers that have nothing to read."""
    return lambda *_: [(op, {}, options)]


def _concatenate(layer: Any, *_: Any) -> Parts:
    return [("concatenate", {}, {"axis": layer.axis})]


def _upsampling(layer: Any) -> Parts:
    if layer.interpolation not in ("nearest", "bilinear"):
        raise UnreadableError("UpSampling2D by nearest or bilinear interpolation")
    return [("upsample", {}, {"interpolation": layer.interpolation})]


IDLE = (
    layers.InputLayer, layers.Identity, layers.Dropout, layers.SpatialDropout2D, layers.GaussianDropout,
    layers.GaussianNoise, layers.AlphaDropout, layers.ActivityRegularization, layers.RandomFlip, layers.RandomRotation,
    layers.RandomZoom, layers.RandomTranslation, layers.RandomShear, layers.RandomContrast, layers.RandomBrightness,
)  # fmt: skip

LAYERS: dict[type, Callable[[Any], Parts]] = {
    layers.Conv2D: _conv,
    layers.DepthwiseConv2D: _depthwise,
    layers.SeparableConv2D: _separable,
    layers.Dense: _dense,
    layers.BatchNormalization: _batch_normalization,
    layers.LayerNormalization: _layer_normalization,
    layers.Normalization: _normalization,
    layers.Rescaling: _rescaling,
    layers.Activation: _activation,
    layers.ReLU: _relu,
    layers.LeakyReLU: lambda layer: _function("leaky_relu", negative_slope=float(layer.negative_slope)),
    layers.ELU: lambda layer: _function("elu", alpha=float(layer.alpha)),
    layers.Softmax: _softmax,
    layers.MaxPooling2D: partial(_pool, "max_pool"),
    layers.AveragePooling2D: partial(_pool, "average_pool"),
    layers.GlobalAveragePooling2D: _plain("global_average"),
    layers.GlobalMaxPooling2D: _plain("global_max"),
    layers.Flatten: _plain("reshape"),
    layers.Reshape: _plain("reshape"),
    layers.ZeroPadding2D: lambda layer: [("zero_pad", {}, {"around": layer.padding})],
    layers.Cropping2D: lambda layer: [("crop", {}, {"around": layer.cropping})],
    layers.UpSampling2D: _upsampling,
    layers.Add: _plain("add"),
    layers.Subtract: _plain("subtract"),
    layers.Multiply: _plain("multiply"),
    layers.Average: _plain("average"),
    layers.Maximum: _plain("maximum"),
    layers.Minimum: _plain("minimum"),
    layers.Concatenate: _concatenate,
    **dict.fromkeys(IDLE, lambda layer: []),
}


def _sum(operation: Any, left: Any, right: Any) -> Parts:
    return _affine(1.0, _number(left, right)) if _has_number(left, right) else [("add", {}, {})]


def _difference(operation: Any, left: Any, right: Any) -> Parts:
    if not _has_number(left, right):
        return [("subtract", {}, {})]
    return _affine(-1.0, left) if _is_number(left) else _affine(1.0, -_doubles(right))


def _product(operation: Any, left: Any, right: Any) -> Parts:
    return _affine(_number(left, right), 0.0) if _has_number(left, right) else [("multiply", {}, {})]


def _quotient(operation: Any, left: Any, right: Any) -> Parts:
    if not _is_number(right):
        raise UnreadableError("a quotient by numbers")
    return _affine(1 / _doubles(right), 0.0)


def _is_number(value: Any) -> bool:
    return not isinstance(value, keras.KerasTensor)


def _has_number(left: Any, right: Any) -> bool:
    return _is_number(left) or _is_number(right)


def _number(left: Any, right: Any) -> Any:
    return left if _is_number(left) else right


def _over_the_map(op: str, operation: Any, *_: Any) -> Parts:
    if operation.axis is None or sorted(axis % 4 for axis in np.atleast_1d(operation.axis)) != [1, 2]:
        raise UnreadableError("a mean or maximum over rows and columns")
    return [(op, {}, {})]


def _reversed_channels(operation: Any, _: Any, key: Any) -> Parts:
    """x[..., ::-1], the order of colours that some networks of ImageNet want."""
    if key != (Ellipsis, slice(None, None, -1)):
        raise UnreadableError("no slicing but [..., ::-1]")
    return [("reverse", {}, {})]


def _softmax_operation(operation: Any, *_: Any) -> Parts:
    return _softmax(operation)


# What Keras makes of Python operators and of keras.ops on symbolic tensors, by the names of its classes.
OPERATIONS: dict[str, Callable[..., Parts]] = {
    "Add": _sum,
    "Subtract": _difference,
    "Multiply": _product,
    "Divide": _quotient,
    "TrueDivide": _quotient,
    "GetItem": _reversed_channels,
    "Concatenate": _concatenate,
    "Reshape": _plain("reshape"),
    "Mean": partial(_over_the_map, "global_average"),
    "Max": partial(_over_the_map, "global_max"),
    "Relu": lambda *_: _function("relu"),
    "Relu6": lambda *_: _function("relu6"),
    "LeakyRelu": lambda operation, *_: _function("leaky_relu", negative_slope=float(operation.negative_slope)),
    "Sigmoid": lambda *_: _function("sigmoid"),
    "HardSigmoid": lambda *_: _function("hard_sigmoid"),
    "Silu": lambda *_: _function("silu"),
    "HardSilu": lambda *_: _function("hard_silu"),
    "Tanh": lambda *_: _function("tanh"),
    "Gelu": lambda operation, *_: _function("gelu", approximate=bool(operation.approximate)),
    "Softmax": _softmax_operation,
}
