"""VGG16 (Simonyan and Zisserman 2014) on grey films, partly frozen.

The network of 2020 is cut after `block5_pool`, frozen up to there, flattened, with Dense 4096, batch normalisation, dropout.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from training.networks.imagenet import keras_backbone, layer_of
from training.networks.network import FrozenPart, Network
from training.networks.readout import readout
from training.numbers import Count, PartLeft, UnitsOrNone

# ImageNet's mean of blue, green and red, which VGG16 expects to be subtracted from its input.
MEAN = (103.939, 116.779, 123.68)


class VGG16Config(Network, frozen=True, kw_only=True, tag="vgg16"):
    """A VGG16 whose first part stays as ImageNet left it; the rest is trained. Layers go by Keras's names.

    Attributes:
        cut: Name of the last layer kept, such as `block5_pool`.
        frozen_until, frozen_epochs: See `FrozenPart`.
        head: `flatten`, or `average` for global average pooling.
        dense_units: Units of the dense layer before the last; 0 for none.
        dropout: Dropout before the last layer.
    """

    cut: str
    frozen_until: str
    frozen_epochs: Count
    head: Literal["flatten", "average"]
    dense_units: UnitsOrNone
    dropout: PartLeft

    @property
    def frozen_part(self) -> FrozenPart:
        """Up to `frozen_until`."""
        return FrozenPart(self.frozen_until, self.frozen_epochs)

    @property
    def imagenet_weights(self) -> str:
        """Keras's."""
        return "VGG16"

    def build(self, classes: int) -> Any:
        """See `Network.build`."""
        import keras
        from keras import layers

        image = keras.Input((self.height, self.width, 1), name="image")
        x = layers.Concatenate(name="grey_to_bgr")([image, image, image])
        x = layers.Rescaling(1.0, offset=[-mean for mean in MEAN], name="mean")(x)
        backbone = keras.applications.VGG16(input_tensor=x, include_top=False, weights=None)
        x = layer_of(backbone, self.cut).output
        flat = self.head == "flatten"
        x = layers.Flatten(name="flatten")(x) if flat else layers.GlobalAveragePooling2D(name="average")(x)
        if self.dense_units:
            x = layers.Dense(self.dense_units, activation="relu", name="features")(x)
        x = layers.BatchNormalization(momentum=self.batch_normalization_momentum, name="features_batch_normalization")(
            x
        )
        x = layers.Dropout(self.dropout, name="features_dropout")(x)
        return keras.Model(image, readout(x, classes), name="vgg16")

    def imagenet_backbone(self, weights: Path | None) -> Any:
        """See `Network.imagenet_backbone`."""
        return keras_backbone("VGG16", self, weights)
