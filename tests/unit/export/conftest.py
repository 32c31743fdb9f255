"""Small random networks of the kind that the export takes, and a run of one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from msgspec.structs import replace

from training.config import read_config, write_config
from training.films.phantom import write_dataset
from training.networks.mobilenet_v2 import MobileNetV2Config
from training.networks.network import build_model
from training.prepare import prepare

MakeModel = Callable[..., Any]


@pytest.fixture(scope="session")
def make_model() -> MakeModel:
    """Builds blocks of the 2020 network with random weights, and batch-norm statistics that include negative gammas."""

    def make(
        *,
        size: int = 22,
        filters: tuple[int, ...] = (4, 6, 5),
        average: bool = False,
        classes: int = 1,
        normalize: bool = True,
        units: int = 16,
        seed: int = 0,
    ) -> Any:
        layers = keras.layers
        image = keras.Input((size, size, 1), name="image")
        x = layers.Rescaling(1 / 255, name="rescaling")(image)
        for block, channels in enumerate(filters, start=1):
            x = layers.Conv2D(channels, 3, padding="same", activation="relu", name=f"block{block}_convolution")(x)
            x = layers.Dropout(0.1, name=f"block{block}_dropout")(x)
            if normalize:
                x = layers.BatchNormalization(name=f"block{block}_batch_normalization")(x)
            x = layers.MaxPooling2D(2, padding="same", name=f"block{block}_max_pool")(x)
        x = layers.GlobalAveragePooling2D()(x) if average else layers.Flatten(name="flatten")(x)
        x = layers.Dense(units, activation="relu", name="features")(x)
        x = layers.Dropout(0.2, name="features_dropout")(x)
        return finished(image, x, classes, seed)

    return make


@pytest.fixture(scope="session")
def make_mobilenet() -> MakeModel:
    """Builds MobileNetV2 0.35 for grey films with random weights and batch-norm statistics, whole or up to a layer.

    With `prepared` it standardises and smooths its films first.
    """

    def make(
        *, height: int = 32, width: int = 32, cut: str = "", prepared: bool = False, classes: int = 1, seed: int = 0
    ) -> Any:
        config = MobileNetV2Config(
            height=height,
            width=width,
            view="whole",
            batch_normalization_momentum=0.97,
            alpha=0.35,
            cut=cut,
            standardised=prepared,
            smoothed=prepared,
        )
        model = build_model(config, max(classes, 2))
        randomize(model, np.random.default_rng(seed))
        return model

    return make


def random_films(count: int, height: int = 32, width: int = 32) -> Any:
    """Films with a black stripe and a white one, where a wrongly placed border would show."""
    values = np.random.default_rng(1).uniform(0, 255, (count, height, width, 1)).astype(np.float32)
    values[:, :, :5] = 0
    values[:, -5:] = 255
    return values


def keras_output(model: Any, layer: str, films: Any) -> Any:
    """What a layer of a Keras model puts out for films."""
    return np.asarray(keras.Model(model.input, model.get_layer(layer).output)(films))


def finished(image: Any, features: Any, classes: int, seed: int) -> Any:
    """The model with its `logit` and `probability` on top, all weights and statistics random."""
    x = keras.layers.Dense(classes, name="logit")(features)
    x = keras.layers.Activation("sigmoid" if classes == 1 else "softmax", dtype="float32", name="probability")(x)
    model = keras.Model(image, x)
    randomize(model, np.random.default_rng(seed))
    return model


def randomize(model: Any, rng: np.random.Generator) -> None:
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            channels = layer.gamma.shape[0]
            gamma = rng.normal(0, 1, channels)
            gamma[0] = -abs(gamma[0])
            mean, variance = rng.normal(0.2, 0.2, channels), rng.uniform(0.3, 2, channels)
            layer.set_weights([gamma, rng.normal(0, 0.5, channels), mean, variance])
        elif isinstance(layer, keras.layers.Conv2D | keras.layers.DepthwiseConv2D | keras.layers.Dense):
            shape = layer.kernel.shape
            inputs = np.prod(shape[:2] if isinstance(layer, keras.layers.DepthwiseConv2D) else shape[:-1])
            bias = [rng.normal(0, 0.1, layer.bias.shape)] if layer.use_bias else []
            layer.set_weights([rng.normal(0, np.sqrt(2 / inputs), shape), *bias])


@pytest.fixture(scope="session")
def films() -> Any:
    """Random films `[n, size, size, 1]` in 0-255, with a black stripe, as real films have."""

    def make(count: int, size: int = 22) -> Any:
        values = np.random.default_rng(1).uniform(0, 255, (count, size, size, 1)).astype(np.float32)
        values[:, :, : size // 5] = 0
        return values

    return make


@pytest.fixture(scope="session")
def finished_run(make_model: MakeModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder whose network is random and whose evaluation is made up; its films are phantoms."""
    return write_run(tmp_path_factory.mktemp("export"), make_model(size=22))


@pytest.fixture(scope="session")
def mobilenet_run(make_mobilenet: MakeModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same of a MobileNetV2."""
    return write_run(tmp_path_factory.mktemp("export"), make_mobilenet())


def write_run(folder: Path, network: Any) -> Path:
    write_dataset(folder / "films", films_per_class=16, seed=3)
    prepare(folder / "films", folder / "prepared", patients_csv=None, seed=3)
    run = folder / "tiny_run"
    run.mkdir()
    config = read_config(Path("smoke"))
    _, height, width, _ = network.input_shape
    model = replace(config.model, height=height, width=width)
    data = replace(config.data, prepared=str(folder / "prepared"), phantom_films=0)
    write_config(replace(config, name="tiny_run", model=model, data=data), run / "config.toml")
    (run / "splits.csv").write_bytes((folder / "prepared/splits.csv").read_bytes())
    network.save(run / "model.keras")
    point = {"name": "balanced", "threshold": 0.5, "sensitivity": 0.9, "sensitivity_interval": [0.8, 0.95]}
    point |= {"specificity": 0.8, "specificity_interval": [0.7, 0.9], "n": 6, "accuracy": 0.85}
    evaluation = {
        "metrics": [{"metric": "auroc", "value": 0.9, "low": 0.8, "high": 0.95, "n": 6, "split": "val"}],
        "operating_points": [point | {"split": "val"}, point | {"split": "test", "n": 16}],
        "calibration": {"method": "temperature", "temperature": 1.5, "ece": 0.02, "split": "val", "n": 6},
        "name": "tiny_run",
        "class_names": ["NORMAL", "PNEUMONIA"],
        "positive_class": "PNEUMONIA",
        "splits": [{"name": name, "title": f"{name} films", "n": n} for name, n in (("val", 6), ("test", 16))],
        "classification_report": [],
        "confusion_matrix": [],
    }
    (run / "evaluation.json").write_text(json.dumps(evaluation))
    return run
