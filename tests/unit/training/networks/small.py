"""Small networks to test with."""

from __future__ import annotations

from typing import Any

import numpy as np

from training.networks.efficientnet_lite0 import EfficientNetLite0Config
from training.networks.mobilenet_v2 import MobileNetV2Config
from training.networks.vgg16 import VGG16Config

SIZE: dict[str, Any] = {"height": 32, "width": 32, "view": "whole", "batch_normalization_momentum": 0.9}

MOBILENET = MobileNetV2Config(**SIZE, alpha=0.35)
EFFICIENTNET = EfficientNetLite0Config(**SIZE, cut="block_4_add", standardised=False, smoothed=False)
VGG = VGG16Config(
    **SIZE, cut="block2_pool", frozen_until="block1_pool", frozen_epochs=2, head="average", dense_units=0, dropout=0.2
)


def same_weights(one: Any, other: Any, names: list[str]) -> None:
    for name in names:
        pairs = zip(one.get_layer(name).get_weights(), other.get_layer(name).get_weights(), strict=True)
        for taken, given in pairs:
            np.testing.assert_array_equal(taken, given)
