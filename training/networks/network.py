"""What every network has in common: a configuration that is a table of a TOML file, its layers, and its start from ImageNet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from plainfilm.errors import UsageError
from training.films.preprocessing import ImageConverter, View
from training.numbers import Count, PartLeft, Side

# Below this the last feature map of a backbone is less than a pixel wide.
SMALLEST_BACKBONE_INPUT = 32


class FrozenPart(msgspec.Struct, frozen=True):
    """The first layers of a network, which are not trained.

    Attributes:
        until: Name of the last frozen layer.
        epochs: Number of epochs whose films go through the frozen part, once; later epochs read the same features again, in
            another order.
    """

    until: str
    epochs: Count


class Network(msgspec.Struct, frozen=True, kw_only=True, tag_field="architecture"):
    """The configuration of a network. Each kind is a subclass, in a module of this package that is named as its tag.

    Attributes:
        height, width, view: The image converter; films have one grey channel.
        batch_normalization_momentum: Momentum of the batch-norm statistics.
    """

    height: Side
    width: Side
    view: View
    batch_normalization_momentum: PartLeft

    @property
    def architecture(self) -> str:
        """The tag that names this kind in a TOML file."""
        return str(self.__struct_config__.tag)

    @property
    def image_converter(self) -> ImageConverter:
        """How a film becomes the network's input."""
        return ImageConverter(self.height, self.width, 1, self.view)

    @property
    def frozen_part(self) -> FrozenPart | None:
        """The part that stays as ImageNet left it; None where all layers are trained."""
        return None

    @property
    def imagenet_weights(self) -> str:
        """Name of the ImageNet weights it starts from, the same for networks that can share them; empty for random weights."""
        return ""

    def build(self, classes: int) -> Any:
        """The network with random weights.

        Args:
            classes: Number of classes.

        Returns:
            A keras.Model from `image`, float32 `[n, height, width, 1]` in 0–255 (all scaling is inside), to the layers of
            `training.networks.readout`.
        """
        raise NotImplementedError

    def imagenet_backbone(self, weights: Path | None) -> Any:
        """The network without its classifier, for colour pictures, with ImageNet weights.

        Args:
            weights: A local file; None to download Keras's. The weights do not depend on the size of the input.

        Returns:
            A keras.Model, whose weights `build_model` copies by layer name; None for a network that starts from random weights.

        Raises:
            PlainfilmError: The file is missing or holds another network; the download failed.
        """
        return None

    @classmethod
    def search_variants(cls, like: Network) -> dict[str, Network]:
        """Title → network, for a search to try; of the size of `like`, and otherwise like it where they have settings in common."""
        return {}


def build_model(network: Network, classes: int, backbone: Any = None) -> Any:
    """The network with random weights, except for those of `backbone`.

    Args:
        network: Its configuration.
        classes: Number of classes.
        backbone: A keras.Model whose weights are copied by layer name (`Network.imagenet_backbone`); None for random weights.

    Returns:
        What `Network.build` returns.

    Raises:
        UsageError: The films are too small for the network, or it has no layer of a name that the configuration gives.
    """
    if network.imagenet_weights and min(network.height, network.width) < SMALLEST_BACKBONE_INPUT:
        raise UsageError(
            f"films are too small for {network.architecture}",
            received=f"height {network.height}, width {network.width}",
            expected=f"at least {SMALLEST_BACKBONE_INPUT} each",
        )
    try:
        model = network.build(classes)
    except (ValueError, ArithmeticError, MemoryError) as error:  # whatever Keras says of sizes that do not go together
        raise UsageError(
            f"there is no {network.architecture} of these settings",
            received=f"{network.height} × {network.width} pixels: {str(error).strip().splitlines()[0][:300]}",
            expected="layers that fit one behind the other, such as those of training/configs/",
            next_step="change [model] of the configuration",
        ) from None
    if backbone is not None:
        kept = {layer.name for layer in model.layers}
        for layer in backbone.layers:
            if layer.weights and layer.name in kept:
                model.get_layer(layer.name).set_weights(layer.get_weights())
    return model
