"""ImageNet weights, downloaded by Keras or from a local file, and cutting a backbone short."""

from __future__ import annotations

import warnings
from pathlib import Path
from textwrap import shorten
from typing import Any

from plainfilm.errors import PlainfilmError, UsageError
from training.networks.network import Network

GIVE_A_FILE = "connect to the network, or give a file: --backbone-weights FILE"


def keras_backbone(name: str, network: Network, weights: Path | None, **options: float) -> Any:
    """A network of `keras.applications`, for colour pictures and without its classifier, with ImageNet weights.

    Args:
        name: Its name there.
        network: Gives the size: Keras publishes the same weights in several files, whose names differ by it.
        weights: A local file; None to download.
        **options: Further arguments of the Keras function.

    Raises:
        PlainfilmError: The file is missing or holds another network; the download failed.
    """
    import keras

    shape = (network.height, network.width, 3)
    try:
        backbone = getattr(keras.applications, name)(
            input_shape=shape, include_top=False, weights=None if weights else "imagenet", **options
        )
        if weights:
            with warnings.catch_warnings(action="ignore"):  # hundreds of them where the error below says it in one
                backbone.load_weights(weights)
    except Exception as error:  # Keras raises whatever h5py and urllib raise
        arguments = ", ".join([*(f"{key}={value}" for key, value in options.items()), "include_top=False"])
        raise PlainfilmError(
            f"cannot load ImageNet weights of {name}",
            received=f"{weights or 'Keras download'}: {type(error).__name__}: {shorten(str(error), 400)}",
            expected=f"weights of keras.applications.{name}({arguments})",
            next_step=GIVE_A_FILE,
        ) from None
    return backbone


def layer_of(backbone: Any, name: str) -> Any:
    """The layer that a backbone is cut after.

    Raises:
        UsageError: It has no layer of this name.
    """
    names = [layer.name for layer in backbone.layers]
    if name not in names:
        raise UsageError(
            f"the backbone cannot be cut after {name!r}",
            received="no such layer",
            expected=f"one of {', '.join(each for each in names if each.endswith(('_relu', '_add', '_pool')))}",
        )
    return backbone.get_layer(name)
