"""A partly frozen network: its features computed once, interrupted and continued, and what is trained on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from msgspec.structs import replace

from plainfilm.errors import PlainfilmError, UsageError
from tests.unit.training.networks.small import VGG, same_weights
from training.config import Config, read_config
from training.fit import fit
from training.fitting import callbacks, frozen
from training.networks.network import build_model
from training.run import read_run


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    smoke = read_config(Path("smoke"))
    prepared = tmp_path_factory.mktemp("data") / "prepared"
    return replace(
        smoke,
        name="transfer",
        model=VGG,
        data=replace(smoke.data, prepared=str(prepared), phantom_films=24),
        fit=replace(smoke.fit, epochs=3, kept_epoch="last"),
    )


@pytest.fixture(scope="module")
def vgg_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backbones") / "vgg16.weights.h5"
    keras.applications.VGG16(input_shape=(32, 32, 3), include_top=False, weights=None).save_weights(file)
    return file


@pytest.fixture(scope="module")
def vgg_run(config: Config, vgg_weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fit(config, tmp_path_factory.mktemp("runs"), vgg_weights)


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
    settings = replace(read_config(Path("smoke")).fit, epochs=4, batch_size=4)

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
    backbone = VGG.imagenet_backbone(vgg_weights)
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
    build_model(replace(VGG, height=32 if classes == 3 else 40), classes).save(tmp_path / "model.keras")
    received = r"output \(None, 3\)" if classes == 3 else r"input \(None, 40, 32, 1\)"
    with pytest.raises(PlainfilmError, match=f"does not fit its run(.|\n)*{received}"):
        read_run(tmp_path).load_model()
