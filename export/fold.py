"""Folds a trained Keras network into fewer, plainer steps that give the same numbers: one module for each architecture.

In memory a folded network's weights are arrays; inside a graph, its constants (`export.graph`).
"""

from __future__ import annotations

from typing import Any

import keras

from export import five_block, mobilenet, vgg

Network = five_block.FiveBlock | mobilenet.MobileNet | vgg.Vgg


def fold(model: Any, positive: int) -> Network:
    """Folds a Keras model; `positive` is the column of the class that a sigmoid's single unit stands for.

    Raises:
        FoldError: A layer is not of the kind or not in the place that the exact folding holds for.
    """
    kinds = {type(layer) for layer in model.layers}
    if keras.layers.DepthwiseConv2D in kinds:
        return mobilenet.fold(model, positive)
    if keras.layers.Concatenate in kinds:
        return vgg.fold(model, positive)
    return five_block.fold(model, positive)
