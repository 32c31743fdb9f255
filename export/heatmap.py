"""The heat map: HiResCAM of the positive class, with the gradient written out in forward operations.

HiResCAM (Draelos and Carin 2020, arXiv:2011.08891) multiplies the activations of the last convolution by the gradient
of the logit, value by value, and adds up the channels. For a network that is linear behind that layer but for ReLUs,
the map says exactly what each place adds to the logit. TensorFlow.js graph models cannot be differentiated, and need
not be: the gradient through two dense layers and one max-pool is a comparison, two products and an equality. Where the
logit is linear in the average of the last feature map, it is the logit's weights, and the map is the class activation
map of Zhou et al. (2016, arXiv:1512.04150).
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

# Below this a map holds nothing positive worth showing; large enough for half-precision WebGL.
SMALLEST_PEAK = 1e-6


def direction(logit_kernel: Any, positive: int) -> Any:
    """What moves the reading towards the class `positive`, `[features]`: the weights of its logit.

    With two classes only the difference of the logits counts, so it is the difference that is explained.
    """
    weights = logit_kernel[:, positive]
    if logit_kernel.shape[1] == 2:
        weights = weights - logit_kernel[:, 1 - positive]
    return weights


def hirescam(activation: Any, gradient: Any) -> Any:
    """The map at a layer, `[n, height, width]`, the largest value of each film 1, nothing below 0.

    Args:
        activation: Output of the layer, `[n, height, width, channels]`.
        gradient: d logit / d activation, of the same shape, or `[channels]` where it is the same everywhere.
    """
    contribution = tf.nn.relu(tf.reduce_sum(activation * gradient, axis=-1))
    return contribution / tf.maximum(tf.reduce_max(contribution, axis=[1, 2], keepdims=True), SMALLEST_PEAK)


def through_max_pool(gradient: Any, activation: Any, pooled: Any) -> Any:
    """Carries the gradient back through a 2x2 max-pool: to the largest value of each window, shared between ties.

    Args:
        gradient: d logit / d pooled, of the shape of `pooled`, or `[n, 1, 1, channels]` where it is the same everywhere.
        activation: What is pooled, `[n, height, width, channels]`.
        pooled: The same after the max-pool, `[n, ⌈height/2⌉, ⌈width/2⌉, channels]`.
    """
    _, height, width, _ = activation.shape
    _, rows, columns, _ = pooled.shape

    def enlarge(values: Any) -> Any:  # each value four times
        return tf.image.resize(values, [2 * rows, 2 * columns], method="nearest")

    def carry(activation: Any) -> Any:
        largest = tf.cast(tf.equal(activation, enlarge(pooled)), tf.float32)
        return largest * enlarge(gradient / (4.0 * tf.nn.avg_pool2d(largest, 2, 2, "VALID")))

    if (height, width) == (2 * rows, 2 * columns):
        return carry(activation)
    # "same" pools pad an odd side at its end. Zeros do there as well: where one ties with the maximum, that is zero too
    # and contributes nothing.
    padded = tf.pad(activation, [[0, 0], [0, 2 * rows - height], [0, 2 * columns - width], [0, 0]])
    return carry(padded)[:, :height, :width]
