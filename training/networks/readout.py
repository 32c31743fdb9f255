"""The end of every network: logits and probabilities. Only this module knows that two classes share one sigmoid unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def units_of(classes: int) -> int:
    """Number of outputs: one sigmoid unit for two classes, a softmax over all of them for more."""
    return 1 if classes == 2 else classes


def readout(features: Any, classes: int) -> Any:
    """The layers `logit` and `probability`, which stay in float32 under mixed precision.

    Args:
        features: `[n, features]`.
        classes: Number of classes.

    Returns:
        `[n, 1]`, the probability of the second of two classes, or `[n, classes]`.
    """
    from keras import layers

    logit = layers.Dense(units_of(classes), name="logit", dtype="float32")(features)
    return layers.Activation("sigmoid" if classes == 2 else "softmax", name="probability", dtype="float32")(logit)


def targets_of(labels: npt.NDArray[np.int64], classes: int) -> npt.NDArray[np.float32]:
    """What the loss compares the probabilities with: `[n, 1]` 0 or 1, or one-hot `[n, classes]`."""
    if classes == 2:
        return labels[:, None].astype(np.float32)
    return np.eye(classes, dtype=np.float32)[labels]


def loss_of(classes: int, label_smoothing: float) -> Any:
    """Keras's cross-entropy of the probabilities."""
    import keras

    kind = keras.losses.BinaryCrossentropy if classes == 2 else keras.losses.CategoricalCrossentropy
    return kind(label_smoothing=label_smoothing)


def logit_model(model: Any) -> Any:
    """The same network up to its logits, `[n, classes]`; those of a sigmoid unit are `[0, z]`, whose softmax is its sigmoid."""
    import keras

    logit = model.get_layer("logit").output
    if logit.shape[-1] == 1:
        logit = keras.layers.Concatenate(name="logits")([keras.ops.zeros_like(logit), logit])
    return keras.Model(model.input, logit)
