"""The capstone's network of 2020, from scratch: five blocks of convolution, batch normalisation and max-pooling, then a dense layer.

At 150×150 with the filters of 2020 it has 1,246,401 weights. The layer `features` holds the penultimate values.
"""

from __future__ import annotations

from typing import Any, Literal

from training.networks.network import Network
from training.networks.readout import readout
from training.numbers import PartLeft, Units


class FiveBlockCnnConfig(Network, frozen=True, kw_only=True, tag="five_block_cnn"):
    """The capstone's network.

    Attributes:
        filters: Number of filters of each block's convolution.
        dropout: Dropout after each block's convolution; 0 for none.
        head: `flatten`, or `average` for global average pooling.
        dense_units, dense_dropout: Units of the dense layer before the last, and the dropout after it.
    """

    filters: tuple[Units, ...]
    dropout: tuple[PartLeft, ...]
    head: Literal["flatten", "average"]
    dense_units: Units
    dense_dropout: PartLeft

    def build(self, classes: int) -> Any:
        """See `Network.build`."""
        import keras
        from keras import layers

        image = keras.Input((self.height, self.width, 1), name="image")
        x = layers.Rescaling(1 / 255, name="rescaling")(image)
        for number, (filters, dropout) in enumerate(zip(self.filters, self.dropout, strict=True), start=1):
            x = layers.Conv2D(filters, 3, padding="same", activation="relu", name=f"block{number}_convolution")(x)
            if dropout:
                x = layers.Dropout(dropout, name=f"block{number}_dropout")(x)
            x = layers.BatchNormalization(
                momentum=self.batch_normalization_momentum, name=f"block{number}_batch_normalization"
            )(x)
            x = layers.MaxPooling2D(2, padding="same", name=f"block{number}_max_pool")(x)
        flat = self.head == "flatten"
        x = layers.Flatten(name="flatten")(x) if flat else layers.GlobalAveragePooling2D(name="average")(x)
        x = layers.Dense(self.dense_units, activation="relu", name="features")(x)
        x = layers.Dropout(self.dense_dropout, name="features_dropout")(x)
        return keras.Model(image, readout(x, classes), name="five_block_cnn")
