"""MobileNetV2 from ImageNet to an evaluated run."""

from __future__ import annotations

from pathlib import Path

import keras
from msgspec.structs import replace

from tests.unit.training.networks.small import MOBILENET, same_weights
from training.config import read_config
from training.evaluate import evaluate
from training.fit import fit
from training.networks.network import build_model


def test_a_transfer_network_starts_from_its_backbone_and_goes_the_whole_way(tmp_path: Path) -> None:
    backbone = keras.applications.MobileNetV2(input_shape=(32, 32, 3), alpha=0.35, include_top=False, weights=None)
    backbone.save_weights(tmp_path / "backbone.weights.h5")
    model = build_model(MOBILENET, 2, MOBILENET.imagenet_backbone(tmp_path / "backbone.weights.h5"))
    same_weights(model, backbone, ["Conv1", "block_3_depthwise", "Conv_1_bn"])
    assert model.get_layer("bn_Conv1").momentum == 0.9
    smoke = read_config(Path("smoke"))
    shallow = replace(
        MOBILENET, cut="block_2_add"
    )  # TensorFlow takes most of a minute to draw up the training of all blocks
    data = replace(smoke.data, prepared=str(tmp_path / "prepared"), phantom_films=24)
    transfer = replace(smoke, model=shallow, data=data, fit=replace(smoke.fit, epochs=1, kept_epoch="last"))
    evaluation = evaluate(fit(transfer, tmp_path / "runs", tmp_path / "backbone.weights.h5"))
    assert evaluation["class_names"] == ["NORMAL", "PNEUMONIA"]
