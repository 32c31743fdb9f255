"""MobileNetV2 (Sandler et al. 2018) on grey films."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from training.networks.imagenet import keras_backbone
from training.networks.network import Network
from training.networks.pooled import PooledBackbone
from training.numbers import Width

# Where a search cuts it: its maps at an eighth or a sixteenth of the film's size, or all of it.
SEARCHED_CUTS = ("block_6_expand_relu", "block_13_expand_relu", "")
SEARCHED_ALPHAS = (0.35, 1.0)


class MobileNetV2Config(PooledBackbone, frozen=True, kw_only=True, tag="mobilenet_v2"):
    """A MobileNetV2; layers go by Keras's names.

    Attributes:
        alpha: Relative width; Keras has ImageNet weights for 0.35, 0.5, 0.75, 1.0, 1.3 and 1.4.
    """

    scale: ClassVar[float] = 1 / 127.5
    offset: ClassVar[float] = -1

    alpha: Width

    @property
    def imagenet_weights(self) -> str:
        """Keras's weights differ by width."""
        return f"MobileNetV2 {self.alpha}"

    def backbone(self, image: Any, pictures: Any) -> Any:
        """See `PooledBackbone.backbone`."""
        import keras

        return keras.applications.MobileNetV2(input_tensor=pictures, alpha=self.alpha, include_top=False, weights=None)

    def imagenet_backbone(self, weights: Path | None) -> Any:
        """See `Network.imagenet_backbone`."""
        return keras_backbone("MobileNetV2", self, weights, alpha=self.alpha)

    @classmethod
    def search_variants(cls, like: Network) -> dict[str, Network]:
        """Two widths at three depths."""
        variants: dict[str, Network] = {}
        for alpha in SEARCHED_ALPHAS:
            variants |= cls.cut_variants(f"MobileNetV2 {alpha}", like, SEARCHED_CUTS, alpha=alpha)
        return variants
