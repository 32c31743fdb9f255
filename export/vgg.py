"""VGG16, whole or cut, under a global average: folded from Keras, and its TensorFlow operations.

Only the batch normalisation of the pooled features has to be folded, into the last layer. The grey film becomes three
channels by the subtraction of a mean for each; zero padding comes after it, so that it cannot go into a bias.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from export.averaged import Averaged
from export.layers import Floats, FoldError, Layers, activation_of, affine, check_finite, floats, weights_of


@dataclass(frozen=True)
class Convolution:
    """3x3 "same" convolution → ReLU [→ 2x2 max-pool].

    Attributes:
        name: The Keras layer's.
        kernel: `[rows, columns, channels in, channels out]`.
        bias: `[channels out]`.
        pooled: Whether a max-pool follows.
    """

    name: str
    kernel: Floats
    bias: Floats
    pooled: bool

    def __call__(self, x: Any) -> Any:
        """The output, `[n, rows, columns, channels out]`."""
        x = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, self.kernel, 1, "SAME"), self.bias))
        return tf.nn.max_pool2d(x, 2, 2, "VALID") if self.pooled else x


@dataclass(frozen=True)
class Vgg(Averaged):
    """Film + offset → convolutions → global average → dense (`logit`).

    Attributes:
        offset: `[3]`, for blue, green and red.
        convolutions: In their order.
        logit_kernel, logit_bias: `[channels, classes]`, `[classes]`.
    """

    GATE_MAPS = "the last two convolutions at a sixteenth of the film's size or more"

    offset: Floats
    convolutions: tuple[Convolution, ...]
    logit_kernel: Floats
    logit_bias: Floats

    def with_kernels(self, change: Callable[[str, Any], Any]) -> Vgg:
        """The network with each of its large weights replaced by `change(name, weight)`."""
        names = ["first_kernel", *(f"{each.name}_kernel" for each in self.convolutions[1:])]
        return replace(
            self,
            convolutions=tuple(
                replace(each, kernel=change(name, each.kernel))
                for each, name in zip(self.convolutions, names, strict=True)
            ),
            logit_kernel=change("logit_kernel", self.logit_kernel),
        )

    def convolve(self, image: Any) -> tuple[Any, tuple[Any, ...]]:
        """The last convolution's output, `[n, height, width, channels]`, and `gate_maps`."""
        outputs = []
        x = image + self.offset  # [n, height, width, 3]
        for convolution in self.convolutions:
            x = convolution(x)
            if 16 * x.shape[1] >= image.shape[1] - 15:  # a pool drops an odd row
                outputs.append(x)
        return x, tuple(outputs[-2:])


def fold(model: Any, positive: int) -> Vgg:
    """Folds a Keras model; `positive` is the column of the class that a sigmoid's single unit stands for.

    Raises:
        FoldError: A layer is not of the kind or not in the place that the exact folding holds for.
    """
    layers = Layers(model)
    grey = layers.take(keras.layers.Concatenate)
    if grey is None or any(tensor is not model.input for tensor in grey.input):
        raise layers.unexpected("Concatenate of the film with itself", grey)
    mean = layers.take(keras.layers.Rescaling)
    if mean is None or mean.scale != 1:
        raise layers.unexpected("Rescaling by offsets alone", mean)
    convolutions = []
    while convolution := layers.take(keras.layers.Conv2D):
        convolutions.append(_fold_convolution(layers, convolution))
    if flatten := layers.take(keras.layers.Flatten):
        raise FoldError(
            "this network is too large for the web",
            received=f"a dense layer of {4e-6 * layers.rest[0].count_params():.0f} MB on the layer {flatten.name!r}",
            expected="a feature map that is averaged",
            next_step='export a network with head = "average", such as that of `python -m training fit vgg16`',
        )
    if not convolutions or layers.take(keras.layers.GlobalAveragePooling2D) is None:
        raise layers.unexpected("convolutions and GlobalAveragePooling2D")
    normalization = layers.take(keras.layers.BatchNormalization)
    if normalization is None:
        raise layers.unexpected("BatchNormalization of the pooled features")
    factor, shift = affine(normalization)
    kernel, bias = layers.logit(positive)
    offset, *head = floats(np.array(mean.offset), kernel * factor[:, np.newaxis], bias + shift @ kernel)
    check_finite(head)
    return Vgg(offset, tuple(convolutions), *head)


def _fold_convolution(layers: Layers, layer: Any) -> Convolution:
    plain = layer.padding == "same" and layer.strides == (1, 1) and layer.dilation_rate == (1, 1) and layer.groups == 1
    if not plain or activation_of(layer) != "relu":
        raise layers.unexpected('Conv2D with ReLU, "same" padding and no strides', layer)
    pool = layers.take(keras.layers.MaxPooling2D)
    if pool is not None and (pool.pool_size, pool.strides, pool.padding) != ((2, 2), (2, 2), "valid"):
        raise layers.unexpected('MaxPooling2D 2x2, "valid" padding', pool)
    kernel, bias = floats(*weights_of(layer))
    check_finite([kernel, bias])
    return Convolution(layer.name, kernel, bias, pooled=pool is not None)
