"""ImageNet weights that cannot be used, and layers that networks do not have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import pytest
from msgspec.structs import replace

from plainfilm.errors import PlainfilmError, UsageError
from tests.unit.training.networks.small import EFFICIENTNET, MOBILENET, VGG
from training.fitting import frozen
from training.networks.network import Network, build_model


@pytest.mark.parametrize("model", [MOBILENET, VGG, EFFICIENTNET])
@pytest.mark.parametrize("content", [None, b"no weights", "other network"])
def test_backbone_weights_that_cannot_be_used_say_so(model: Network, content: Any, tmp_path: Path) -> None:
    file = tmp_path / "backbone.weights.h5"
    if content == "other network":
        other = keras.applications.MobileNetV2(input_shape=(32, 32, 3), alpha=0.5, include_top=False, weights=None)
        other.save_weights(file)
    elif content is not None:
        file.write_bytes(content)
    with pytest.raises(
        PlainfilmError, match=r"cannot load ImageNet weights(.|\n)*backbone.weights.h5(.|\n)*-weights FILE"
    ):
        model.imagenet_backbone(file)


def test_networks_refuse_films_too_small_for_them_and_layers_they_do_not_have() -> None:
    model: Any
    for model in (MOBILENET, VGG, EFFICIENTNET):
        with pytest.raises(UsageError, match="too small"):
            build_model(replace(model, height=20), 2)
        with pytest.raises(UsageError, match="cut after 'nowhere'"):
            build_model(replace(model, cut="nowhere"), 2)
    with pytest.raises(UsageError, match="frozen until 'nowhere'"):
        frozen.split_at(build_model(VGG, 2), "nowhere")
