"""Backbones from ImageNet under global average pooling: cut where the configuration says, then one dense layer. All layers are trained."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from training.networks.imagenet import layer_of
from training.networks.network import Network
from training.networks.readout import readout
from training.numbers import PartLeft


class PooledBackbone(Network, frozen=True, kw_only=True):
    """A backbone that gives feature maps, averaged over their places.

    Attributes:
        cut: Name of the last layer kept, such as `block_13_expand_relu`; empty for the whole backbone.
        standardised: Whether each film has its mean subtracted and its spread made one, so that brightness and contrast carry no
            information; else its values are scaled as the backbone knows them.
        smoothed: Whether films are averaged over 3×3 pixels first, so that sharper and softer copies look alike.
        dropout: Dropout before the last layer.
    """

    # A backbone sees (value · scale + offset) of values in 0–255.
    scale: ClassVar[float]
    offset: ClassVar[float]

    cut: str = ""
    standardised: bool = True
    smoothed: bool = True
    dropout: PartLeft = 0.2

    def backbone(self, image: Any, pictures: Any) -> Any:
        """The whole backbone with random weights.

        Args:
            image: The Keras input.
            pictures: Colour pictures computed from it, `[n, height, width, 3]` in about -1…1.

        Returns:
            A keras.Model from `image` to `[n, rows, columns, channels]`.
        """
        raise NotImplementedError

    def build(self, classes: int) -> Any:
        """The backbone up to the cut, pooled, and one dense layer; see `Network.build`."""
        import keras
        from keras import layers

        image = keras.Input((self.height, self.width, 1), name="image")
        backbone = self.backbone(image, self._pictures(image))
        if self.cut:
            backbone = keras.Model(image, layer_of(backbone, self.cut).output)
        for layer in backbone.layers:
            # Keras's 0.999 lags behind a short training: validation would look random from epoch to epoch.
            if isinstance(layer, layers.BatchNormalization):
                layer.momentum = self.batch_normalization_momentum
        x = layers.GlobalAveragePooling2D(name="average")(backbone.output)
        x = layers.Dropout(self.dropout, name="features_dropout")(x)
        return keras.Model(image, readout(x, classes), name=self.architecture)

    def _pictures(self, image: Any) -> Any:
        """Grey films `[n, height, width, 1]` in 0–255 as colour pictures `[n, height, width, 3]`."""
        from keras import layers

        if self.standardised:
            # Mean 0 and variance 1 over the whole film; half of that is the spread of ImageNet's pictures.
            x = layers.Rescaling(1 / 255, name="rescaling")(image)
            normalise = layers.LayerNormalization(
                axis=[1, 2, 3], epsilon=1e-4, center=False, scale=False, name="standardised"
            )
            x = layers.Rescaling(0.5, name="spread")(normalise(x))
        else:
            x = layers.Rescaling(self.scale, offset=self.offset, name="rescaling")(image)
        if self.smoothed:
            x = layers.AveragePooling2D(3, strides=1, padding="same", name="smoothed")(x)
        return layers.Concatenate(name="grey_to_rgb")([x, x, x])

    @classmethod
    def cut_variants(cls, title: str, like: Network, cuts: Iterable[str], **settings: Any) -> dict[str, Network]:
        """One variant for each cut, for `search_variants`; an empty cut keeps the whole backbone."""
        names = ["height", "width", "view", "batch_normalization_momentum"]
        if isinstance(like, PooledBackbone):
            names += ["standardised", "smoothed", "dropout"]
        settings |= {name: getattr(like, name) for name in names}
        return {f"{title} to {cut}" if cut else title: cls(cut=cut, **settings) for cut in cuts}
