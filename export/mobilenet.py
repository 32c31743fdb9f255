"""MobileNetV2 and EfficientNet-Lite, whole or cut, under a global average: folded from Keras, and their TensorFlow operations.

Every batch normalisation stands directly behind a convolution, without an activation between, so it goes into the
convolution's weights and bias whole. The grey film stands three times in the network's input; the first convolution
takes it once, its kernel added up over the three. The rescaling to about -1…1 stays in front: zero padding comes after it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from export.averaged import Averaged
from export.layers import Floats, Layers, activation_of, affine, check_finite, floats

Zeros = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Convolution:
    """[Zero padding →] convolution or depthwise convolution [→ ReLU6] [→ + an earlier output].

    Attributes:
        name: The Keras layer's.
        kernel: `[rows, columns, channels in, channels out]`; depthwise `[rows, columns, channels, 1]`.
        bias: `[channels out]`.
        depthwise: Whether each channel is convolved for itself.
        stride: Along rows and columns.
        padding: `SAME` or `VALID`, on top of `zeros`.
        zeros: Rows of zeros before and after, columns before and after; None for none.
        relu6: Whether the result is cut to 0-6.
        plus: Name of the earlier convolution whose output is added; None for none.
    """

    name: str
    kernel: Floats
    bias: Floats
    depthwise: bool
    stride: int
    padding: str
    zeros: Zeros | None
    relu6: bool
    plus: str | None

    def __call__(self, x: Any, earlier: dict[str, Any]) -> Any:
        """The output, `[n, rows, columns, channels out]`, with the earlier outputs at hand."""
        if self.zeros is not None:
            x = tf.pad(x, [[0, 0], *self.zeros, [0, 0]])
        if self.depthwise:
            x = tf.nn.depthwise_conv2d(x, self.kernel, [1, self.stride, self.stride, 1], self.padding)
        else:
            x = tf.nn.conv2d(x, self.kernel, self.stride, self.padding)
        x = tf.nn.bias_add(x, self.bias)
        if self.relu6:
            x = tf.nn.relu6(x)
        return x if self.plus is None else x + earlier[self.plus]


@dataclass(frozen=True)
class Standardised:
    """A film with its mean taken off and its standard deviation made `spread`.

    Attributes:
        epsilon: Added to the variance.
        spread: What the standardised film is multiplied by.
    """

    epsilon: float
    spread: float

    def __call__(self, x: Any) -> Any:
        """The films, `[n, height, width, 1]`."""
        centred = x - tf.reduce_mean(x, axis=[1, 2, 3], keepdims=True)
        variance = tf.reduce_mean(tf.square(centred), axis=[1, 2, 3], keepdims=True)
        return centred * (tf.math.rsqrt(variance + self.epsilon) * self.spread)


@dataclass(frozen=True)
class MobileNet(Averaged):
    """Film · scale + offset [→ standardised] [→ smoothed] → convolutions → global average → dense (`logit`).

    Attributes:
        scale, offset: Of the rescaling.
        standardised: Whether and how each film is standardised.
        smoothed: Whether it is averaged over 3×3 pixels.
        convolutions: In their order.
        logit_kernel, logit_bias: `[channels, classes]`, `[classes]`, as `Layers.logit` gives them.
    """

    GATE_MAPS = "the last two bottlenecks at a sixteenth of the film's size or more"

    scale: float
    offset: float
    standardised: Standardised | None
    smoothed: bool
    convolutions: tuple[Convolution, ...]
    logit_kernel: Floats
    logit_bias: Floats

    def with_kernels(self, change: Callable[[str, Any], Any]) -> MobileNet:
        """The network with each of its large weights replaced by `change(name, weight)`."""
        return replace(
            self,
            convolutions=tuple(
                replace(each, kernel=change(f"{each.name}_kernel", each.kernel)) for each in self.convolutions
            ),
            logit_kernel=change("logit_kernel", self.logit_kernel),
        )

    def convolve(self, image: Any) -> tuple[Any, tuple[Any, ...]]:
        """The last convolution's output, `[n, height, width, channels]`, and `gate_maps`."""
        added_later = {each.plus for each in self.convolutions}
        earlier: dict[str, Any] = {}
        bottlenecks = []
        x = image * self.scale + self.offset
        if self.standardised is not None:
            x = self.standardised(x)
        if self.smoothed:
            x = tf.nn.avg_pool2d(x, 3, 1, "SAME")
        for convolution in self.convolutions:
            x = convolution(x, earlier)
            if convolution.name in added_later:
                earlier[convolution.name] = x
            if not convolution.relu6 and 16 * x.shape[1] >= image.shape[1]:
                bottlenecks.append(x)
        return x, tuple(bottlenecks[-2:])


def fold(model: Any, positive: int) -> MobileNet:
    """Folds a Keras model; `positive` is the column of the class that a sigmoid's single unit stands for.

    Raises:
        FoldError: A layer is not of the kind or not in the place that the exact folding holds for.
    """
    layers = Layers(model)
    rescaling = layers.take(keras.layers.Rescaling)
    if rescaling is None:
        raise layers.unexpected("Rescaling")
    standardised, spread = _fold_standardised(layers)
    smoothing = layers.take(keras.layers.AveragePooling2D)
    if smoothing is not None and (smoothing.pool_size, smoothing.strides, smoothing.padding) != (
        (3, 3),
        (1, 1),
        "same",
    ):
        raise layers.unexpected("AveragePooling2D over 3×3 pixels, one by one", smoothing)
    rescaled = smoothing or spread or rescaling
    grey = layers.take(keras.layers.Concatenate)
    if grey is None or any(tensor is not rescaled.output for tensor in grey.input):
        raise layers.unexpected("Concatenate of the rescaled film with itself", grey)
    convolutions: list[Convolution] = []
    outputs: dict[str, str] = {}  # Keras layer → the convolution that ends with it
    while layers.rest and not isinstance(layers.rest[0], keras.layers.GlobalAveragePooling2D):
        convolution, last = _fold_convolution(layers, outputs, grey=not convolutions)
        outputs[last] = convolution.name
        convolutions.append(convolution)
    if not convolutions or layers.take(keras.layers.GlobalAveragePooling2D) is None:
        raise layers.unexpected("convolutions and GlobalAveragePooling2D")
    head = floats(*layers.logit(positive))
    check_finite(head)
    return MobileNet(
        float(rescaling.scale), float(rescaling.offset), standardised, smoothing is not None, tuple(convolutions), *head
    )


def _fold_standardised(layers: Layers) -> tuple[Standardised | None, Any]:
    """LayerNormalization over the whole film and the Rescaling behind it, folded, and that Rescaling; None where they are not."""
    normalization = layers.take(keras.layers.LayerNormalization)
    if normalization is None:
        return None, None
    if list(normalization.axis) != [1, 2, 3] or normalization.scale or normalization.center:
        raise layers.unexpected("LayerNormalization of the whole film, without weights", normalization)
    spread = layers.take(keras.layers.Rescaling)
    if spread is None or spread.offset != 0:
        raise layers.unexpected("Rescaling without offset", spread)
    return Standardised(float(normalization.epsilon), float(spread.scale)), spread


def _fold_convolution(layers: Layers, outputs: dict[str, str], *, grey: bool) -> tuple[Convolution, str]:
    """Folds one convolution with what belongs to it; returns it and the name of the last layer that does.

    With `grey`, its input channels are all the same and become one.
    """
    padding = layers.take(keras.layers.ZeroPadding2D)
    layer = layers.take(keras.layers.Conv2D, keras.layers.DepthwiseConv2D)
    if layer is None:
        raise layers.unexpected("Conv2D or DepthwiseConv2D")
    depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
    plain = layer.dilation_rate == (1, 1) and len(set(layer.strides)) == 1 and activation_of(layer) == "linear"
    if not plain or (layer.depth_multiplier if depthwise else layer.groups) != 1 or (grey and depthwise):
        raise layers.unexpected("a linear convolution with one stride, undilated and ungrouped", layer)
    kernel = np.asarray(layer.kernel, dtype=np.float64)
    if grey:
        kernel = kernel.sum(axis=2, keepdims=True)
    channels = kernel.shape[2 if depthwise else 3]
    bias = np.asarray(layer.bias, dtype=np.float64) if layer.use_bias else np.zeros(channels)
    last = layer
    if normalization := layers.take(keras.layers.BatchNormalization):
        factor, shift = affine(normalization)
        kernel = kernel * (factor[:, np.newaxis] if depthwise else factor)
        bias = bias * factor + shift
        last = normalization
    relu = layers.take(keras.layers.ReLU)
    if relu is not None:
        if (relu.max_value, relu.negative_slope, relu.threshold) != (6, 0, 0):
            raise layers.unexpected("ReLU up to 6", relu)
        last = relu
    add, plus = layers.take(keras.layers.Add), None
    if add is not None:
        plus = _added(layers, add, last, outputs)
        last = add
    kernel_32, bias_32 = floats(kernel, bias)
    check_finite([kernel_32, bias_32])
    convolution = Convolution(
        name=layer.name,
        kernel=kernel_32,
        bias=bias_32,
        depthwise=depthwise,
        stride=layer.strides[0],
        padding=layer.padding.upper(),
        zeros=None if padding is None else padding.padding,
        relu6=relu is not None,
        plus=plus,
    )
    return convolution, last.name


def _added(layers: Layers, add: Any, last: Any, outputs: dict[str, str]) -> str:
    """Name of the convolution whose output a residual connection adds to that of the layer `last`."""
    sources = [tensor._keras_history.operation.name for tensor in add.input]
    earlier = [outputs[name] for name in sources if name in outputs]
    if len(sources) != 2 or last.name not in sources or len(earlier) != 1:
        raise layers.unexpected(f"Add of {last.name!r} and an earlier output", add)
    return earlier[0]
