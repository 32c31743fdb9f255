"""The network of five blocks: fewer, plainer steps that give the same numbers as Keras, and its TensorFlow operations.

It is blocks of convolution → ReLU → batch normalisation → max-pool under a dense head. At inference a batch
normalisation is s·x + t for each channel. Here it stands *after* the ReLU, so s cannot simply be multiplied into the
convolution: its magnitude can (a ReLU is positively homogeneous), its sign stays behind the ReLU. t commutes with the
max-pool and is added after it, on a quarter of the values; in the last block it goes into the bias of the dense layer.
It must not go into the next convolution, whose zero padding stands for values that t was not added to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from export import heatmap
from export.layers import Doubles, Floats, Layers, activation_of, affine, check_finite, floats, weights_of


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
class FiveBlock:
    """Blocks → flatten or global average → dense ReLU (`features`) → dense (`logit`).

    Attributes:
        average: Whether the last block's output is averaged over the picture instead of flattened.
        feature_kernel, feature_bias: `[flattened or channels, features]`, `[features]`.
        logit_kernel, logit_bias: `[features, classes]`, `[classes]`, as `Layers.logit` gives them.
    """

    GATE_MAPS = "the last two blocks"

    blocks: tuple[Block, ...]
    average: bool
    feature_kernel: Floats
    feature_bias: Floats
    logit_kernel: Floats
    logit_bias: Floats

    def with_kernels(self, change: Callable[[str, Any], Any]) -> FiveBlock:
        """The network with each of its large weights replaced by `change(name, weight)`."""
        names = ["first_kernel", *(f"block{number}_kernel" for number in range(2, len(self.blocks) + 1))]
        return replace(
            self,
            blocks=tuple(
                replace(block, kernel=change(name, block.kernel))
                for block, name in zip(self.blocks, names, strict=True)
            ),
            feature_kernel=change("feature_kernel", self.feature_kernel),
            logit_kernel=change("logit_kernel", self.logit_kernel),
        )

    def gate_maps(self, image: Any) -> tuple[Any, ...]:
        """What the out-of-distribution gate looks at: `GATE_MAPS`, each `[n, rows, columns, channels]`."""
        return tuple(self._run_blocks(image)[1][-2:])

    def read(self, image: Any, positive: int) -> tuple[Any, tuple[Any, ...], Any]:
        """Logits `[n, classes]`, `gate_maps` and the heat map of the class `positive`, `[n, height, width]`."""
        activation, outputs = self._run_blocks(image)
        pooled = outputs[-1]
        features = tf.nn.relu(self._preactivation(pooled))
        logit = tf.nn.bias_add(tf.matmul(features, self.logit_kernel), self.logit_bias)
        gradient = heatmap.through_max_pool(self._gradient_at_pool(pooled, features, positive), activation, pooled)
        return logit, tuple(outputs[-2:]), heatmap.hirescam(activation, gradient)

    def _run_blocks(self, image: Any) -> tuple[Any, list[Any]]:
        """The last block's output before its max-pool, and the outputs of all blocks."""
        outputs = []
        pooled = image
        for block in self.blocks:
            activation = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(pooled, block.kernel, 1, "SAME"), block.bias))
            if block.sign is not None:
                activation = activation * block.sign
            pooled = tf.nn.max_pool2d(activation, 2, 2, "SAME")
            if block.shift is not None:
                pooled = pooled + block.shift
            outputs.append(pooled)
        return activation, outputs

    def _preactivation(self, pooled: Any) -> Any:
        _, rows, columns, channels = pooled.shape
        head = (
            tf.reduce_mean(pooled, axis=[1, 2]) if self.average else tf.reshape(pooled, [-1, rows * columns * channels])
        )
        return tf.nn.bias_add(tf.matmul(head, self.feature_kernel), self.feature_bias)

    def _gradient_at_pool(self, pooled: Any, features: Any, positive: int) -> Any:
        """d logit / d pooled, of the shape of `pooled` (or `[n, 1, 1, channels]` where it is the same everywhere)."""
        at_features = tf.cast(features > 0, tf.float32) * heatmap.direction(self.logit_kernel, positive)
        at_head = tf.matmul(at_features, self.feature_kernel, transpose_b=True)  # [n, flattened or channels]
        _, rows, columns, channels = pooled.shape
        if self.average:
            return tf.reshape(at_head / (rows * columns), [-1, 1, 1, channels])
        return tf.reshape(at_head, [-1, rows, columns, channels])


def fold(model: Any, positive: int) -> FiveBlock:
    """Folds a Keras model; `positive` is the column of the class that a sigmoid's single unit stands for.

    Raises:
        FoldError: A layer is not of the kind or not in the place that the exact folding holds for.
    """
    layers = Layers(model)
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
    feature_kernel, feature_bias = weights_of(layers.dense("relu"))
    if shift is not None:
        positions = len(feature_kernel) // len(shift)
        feature_bias = feature_bias + np.tile(shift, positions) @ feature_kernel
    head = floats(feature_kernel, feature_bias, *layers.logit(positive))
    check_finite([array for block in blocks for array in (block.kernel, block.bias, block.shift)])
    check_finite(head)
    return FiveBlock(tuple(blocks), average, *head)


def _rescaling(layers: Layers) -> float:
    """The factor of the first layer, which goes into the first convolution's weights."""
    layer = layers.take(keras.layers.Rescaling)
    if layer is None:
        return 1.0
    if layer.offset != 0:
        raise layers.unexpected("Rescaling without an offset, which no zero-padded convolution can take in", layer)
    return float(layer.scale)


def _fold_block(layers: Layers, convolution: Any, scale: float) -> tuple[Block, Doubles | None]:
    """Folds one block; returns its shift apart where the next layer is dense and can take it in."""
    same = convolution.padding == "same" and convolution.strides == (1, 1) and convolution.dilation_rate == (1, 1)
    if not same or convolution.groups != 1 or activation_of(convolution) != "relu":
        raise layers.unexpected('Conv2D with ReLU, "same" padding and no strides', convolution)
    kernel, bias = weights_of(convolution)
    factor, shift = np.ones(convolution.filters), None
    if normalization := layers.take(keras.layers.BatchNormalization):
        factor, shift = affine(normalization)
    pool = layers.take(keras.layers.MaxPooling2D)
    if pool is None or (pool.pool_size, pool.strides, pool.padding) != ((2, 2), (2, 2), "same"):
        raise layers.unexpected('MaxPooling2D 2x2, "same" padding', pool)
    sign = np.where(factor < 0, -1, 1).astype(np.float32) if (factor < 0).any() else None
    last = not (layers.rest and isinstance(layers.rest[0], keras.layers.Conv2D))
    stored_shift = None if last or shift is None else shift.astype(np.float32)
    kernel_32, bias_32 = floats(kernel * scale * np.abs(factor), bias * np.abs(factor))
    return Block(kernel_32, bias_32, sign, stored_shift), shift if last else None
