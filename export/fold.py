"""Folds a trained Keras network into fewer, plainer steps that give the same numbers: one module for each architecture.

In memory a folded network's weights are arrays; inside a graph, its constants (`export.graph`).
"""

from __future__ import annotations

from typing import Any

import keras

from export import five_block, mobilenet

Network = five_block.FiveBlock | mobilenet.MobileNet


def fold(model: Any, positive: int) -> Network:
    """Folds a Keras model; `positive` is the column of the class that a sigmoid's single unit stands for.

    Raises:
        FoldError: A layer is not of the kind or not in the place that the exact folding holds for.
    """
    depthwise = any(isinstance(layer, keras.layers.DepthwiseConv2D) for layer in model.layers)
    return mobilenet.fold(model, positive) if depthwise else five_block.fold(model, positive)
