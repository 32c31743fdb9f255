"""What networks have in common whose logit is linear in the average of their last feature map."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import tensorflow as tf

from export import heatmap
from export.layers import Floats


class Averaged(ABC):
    """Convolutions → global average → dense (`logit`).

    Attributes:
        logit_kernel, logit_bias: `[channels, classes]`, `[classes]`, as `Layers.logit` gives them.
    """

    logit_kernel: Floats
    logit_bias: Floats

    @abstractmethod
    def convolve(self, image: Any) -> tuple[Any, tuple[Any, ...]]:
        """The last convolution's output, `[n, height, width, channels]`, and `gate_maps`, for films `image`."""

    def gate_maps(self, image: Any) -> tuple[Any, ...]:
        """What the out-of-distribution gate looks at: `GATE_MAPS`, each `[n, rows, columns, channels]`."""
        return self.convolve(image)[1]

    def read(self, image: Any, positive: int) -> tuple[Any, tuple[Any, ...], Any]:
        """Logits `[n, classes]`, `gate_maps` and the heat map of the class `positive`, `[n, height, width]`."""
        activation, gate_maps = self.convolve(image)
        features = tf.reduce_mean(activation, axis=[1, 2])
        logit = tf.nn.bias_add(tf.matmul(features, self.logit_kernel), self.logit_bias)
        _, rows, columns, _ = activation.shape
        gradient = heatmap.direction(self.logit_kernel, positive) / (rows * columns)
        return logit, gate_maps, heatmap.hirescam(activation, gradient)
