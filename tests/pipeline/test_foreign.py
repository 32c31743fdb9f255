"""Models of other tools, from one command to a reading in the browser: with the numbers of Keras and of TensorFlow.js in Node."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from PIL import Image

from export.__main__ import main
from export.convert import convert as write_graph_model
from export.graph import module_of
from export.verify import run_in_node
from plainfilm.bundle import Bundle, read_bundle
from tests.command import run
from tests.conftest import Open, Serve
from tests.shared import SHARED
from tests.unit.export.foreign.foreign_files import write_tfjs
from training.films.preprocessing import ImageConverter, convert, decode

CLASSES = ("EMPTY", "FULL")
SIZE = 24
FOREIGN = SHARED / "foreign"


@dataclass(frozen=True)
class Made:
    """A bundle, and what Keras says of pictures in 0-255 that the bundle's converter made: `[n, classes]`."""

    bundle: Bundle
    of_keras: Callable[[Any], Any]


def network(head: str, *, scaled: bool, normed: bool = True) -> Any:
    """A tiny network for pictures in colour that sees how red they are; `head` is its last activation."""
    layers = keras.layers
    units = 1 if head == "sigmoid" else 2
    model = keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 3)),
            *([layers.Rescaling(1 / 255)] if scaled else []),
            layers.Conv2D(6, 3, padding="same", activation="relu"),
            *([layers.BatchNormalization()] if normed else []),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(units, activation=head),
        ]
    )
    rng = np.random.default_rng(7)
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            kernel = np.broadcast_to(np.array([1, -0.3, -0.4])[:, None], layer.kernel.shape) / 9
            layer.set_weights([kernel + rng.normal(0, 0.02, kernel.shape), np.full(6, 0.05)])
        if isinstance(layer, layers.Dense):
            columns = np.array([[1.0]]) if units == 1 else np.array([[-0.5, 0.5]])
            kernel = np.abs(rng.normal(0.02, 0.01, (layer.kernel.shape[0], 1))) * columns
            layer.set_weights([kernel, -5.0 * columns[0]])
    return model


def write_pictures(folder: Path, count: int) -> None:
    """Pictures in colour, redder where they are FULL, under other names than the model's."""
    rng = np.random.default_rng(3)
    for name, red in {"empty": 90, "not empty": 190}.items():
        (folder / name).mkdir(parents=True)
        for number in range(count):
            levels = np.array([red + rng.normal(0, 30), 100, 90]) + rng.normal(0, 15, (40, 52, 3))
            Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8)).save(folder / name / f"{name}-{number}.png")


def write_automl(folder: Path, model: Any) -> None:
    """A graph-model with `dict.txt`, as AutoML Vision writes it."""
    folder.mkdir()
    write_graph_model(module_of(lambda image: {"scores": model(image)}, (SIZE, SIZE, 3)), folder, {})
    (folder / "dict.txt").write_text("\n".join(CLASSES))


def write_teachable_machine(folder: Path, model: Any) -> None:
    """A layers-model with `metadata.json`, as Teachable Machine writes it."""
    conv, dense = (layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D | keras.layers.Dense))
    layers = [
        ("Conv2D", {"name": "conv", "batch_input_shape": [None, SIZE, SIZE, 3], "filters": 6, "kernel_size": [3, 3],
                    "padding": "same", "activation": "relu", "use_bias": True}),
        ("MaxPooling2D", {"name": "pool", "pool_size": [2, 2], "strides": [2, 2], "padding": "valid"}),
        ("Flatten", {"name": "flat"}),
        ("Dense", {"name": "dense", "units": 2, "activation": "softmax", "use_bias": True}),
    ]  # fmt: skip
    topology = {
        "class_name": "Sequential",
        "config": {"name": "tiny", "layers": [{"class_name": kind, "config": each} for kind, each in layers]},
        "keras_version": "tfjs-layers 1.7.4",
        "backend": "tensor_flow.js",
    }
    weights = {
        f"{name}/{part}": array
        for name, layer in (("conv", conv), ("dense", dense))
        for part, array in zip(("kernel", "bias"), layer.get_weights(), strict=True)
    }
    write_tfjs(folder, topology, weights)
    said = {"packageName": "@teachablemachine/image", "imageSize": SIZE, "labels": list(CLASSES)}
    (folder / "metadata.json").write_text(json.dumps(said))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    """A bundle of each kind of model, one of them measured."""
    here = tmp_path_factory.mktemp("foreign")
    softmax, plain, sigmoid = (
        network("softmax", scaled=True),
        network("softmax", scaled=False),
        network("sigmoid", scaled=True),
    )
    softmax.save(here / "keras_file.keras")
    plain.save(here / "hdf5.h5")
    sigmoid.export(here / "saved_model_folder", verbose=False)
    write_automl(here / "automl", plain)
    unnormed = network("softmax", scaled=False, normed=False)
    write_teachable_machine(here / "teachable_machine", unnormed)
    write_pictures(here / "pictures", 60)
    out, named = ["--out", str(here / "models")], ["--classes", ",".join(CLASSES)]
    measured = ["--measure", str(here / "pictures"), "--map", "not empty=full", "--trained-on", "nothing but a formula"]
    main(["--from", str(here / "keras_file.keras"), *named, *measured, *out])
    main(["--from", str(here / "hdf5.h5"), *named, "--input", "0..1", "--view", "whole", *out])
    main(["--from", str(here / "saved_model_folder"), *named, *out])
    main(["--from", str(here / "automl"), "--input", "0..1", *out])
    main(["--from", str(here / "teachable_machine"), *out])

    def of_one(films: Any) -> Any:
        full = np.asarray(sigmoid(films))
        return np.concatenate([1 - full, full], axis=1)

    of_keras: dict[str, Callable[[Any], Any]] = {
        "keras_file": lambda films: np.asarray(softmax(films)),
        "hdf5": lambda films: np.asarray(plain(films / 255)),
        "saved_model_folder": of_one,
        "automl": lambda films: np.asarray(plain(films / 255)),
        "teachable_machine": lambda films: np.asarray(unnormed(films / 127.5 - 1)),
    }
    return {name: Made(read_bundle(here / "models" / name), compute) for name, compute in of_keras.items()}


@pytest.fixture(scope="module")
def site(made: dict[str, Made], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One site of them all."""
    here = tmp_path_factory.mktemp("foreign_site")
    bundles = [part for one in made.values() for part in ("--bundle", one.bundle.path)]
    run("build_site", *bundles, "--out", "dist", cwd=here)
    return here / "dist"


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Pictures that no model was measured on."""
    folder = tmp_path_factory.mktemp("seen")
    rng = np.random.default_rng(5)
    for red in (40, 130, 150, 240):
        smooth = np.linspace(-30, 30, 90)[None, :, None] + rng.normal(0, 4, (70, 90, 3))
        Image.fromarray(np.clip(np.array([red, 110, 80]) + smooth, 0, 255).astype(np.uint8)).save(folder / f"{red}.png")
    return sorted(folder.iterdir())


def seen_by(bundle: Bundle, pictures: list[Path]) -> Any:
    """The pictures as the bundle's network takes them."""
    entry = bundle.metadata["image_converter"]
    fields = ("height", "width", "channels", "view", "colour", "sampling")
    converter = ImageConverter(**{name: entry[name] for name in fields})
    return np.stack([convert(decode(picture, converter.colour), converter) for picture in pictures])


@pytest.mark.parametrize("kind", ["keras_file", "hdf5", "saved_model_folder", "automl", "teachable_machine"])
def test_the_page_reads_as_keras_and_as_tensorflow_js_in_node_do(
    kind: str, made: dict[str, Made], site: Path, pictures: list[Path], serve: Serve, visit: Open
) -> None:
    one = made[kind]
    films = seen_by(one.bundle, pictures)
    calibration = one.bundle.metadata["calibration"]
    odds = one.of_keras(films) ** (1 / calibration["temperature"] if calibration else 1)
    of_keras = odds / odds.sum(axis=1, keepdims=True)
    in_node = run_in_node(one.bundle.path, films)["probability"]
    np.testing.assert_allclose(in_node, of_keras, atol=0.004)
    assert np.ptp(of_keras[:, 1]) > 0.3, "the pictures are read differently"

    page = visit(f"{serve(site)}?backend=wasm&model={kind}").until_engine("ready")
    for picture, expected in zip(pictures, in_node, strict=True):
        reading = page.classify(picture, anyway=True)
        read = {each["class_name"]: each["probability"] for each in reading["probabilities"]}
        assert tuple(read) == CLASSES
        np.testing.assert_allclose(list(read.values()), expected, atol=0.002)
        full = read["FULL"] >= one.bundle.default_threshold
        assert reading["label"] == ("FULL" if full else "EMPTY")
    assert page.problems == []


def test_the_measured_one_has_thresholds_and_the_others_say_that_nothing_is_known(
    made: dict[str, Made], site: Path
) -> None:
    metadata = {name: one.bundle.metadata for name, one in made.items()}
    assert metadata["keras_file"]["operating_points"][0]["name"] == "balanced"
    assert metadata["keras_file"]["training_population"] == "nothing but a formula"
    assert {row["split"] for row in metadata["keras_file"]["evaluation"]} == {"val", "test"}
    for name in ("hdf5", "saved_model_folder", "automl", "teachable_machine"):
        assert metadata[name]["operating_points"] == []
        assert metadata[name]["training_population"].startswith("not known")
    card = next(iter(site.glob("model-card-hdf5*"))).read_text("utf-8")
    assert "Nothing was measured of this model" in card
    assert "No threshold was chosen" in card
    assert "The Plainfilm authors" not in card


@pytest.mark.skipif(not FOREIGN.is_dir(), reason=f"other people's models are not here: {FOREIGN} (tiny ones stand in)")
@pytest.mark.parametrize(
    ("name", "options", "classes"),
    [
        ("keras_layers_pneumonia", ["--classes", "NORMAL,PNEUMONIA", "--input", "0..1"], ["NORMAL", "PNEUMONIA"]),
        ("teachable_machine_cars", [], ["Convertible", "Minivan", "Sedans", "SUV", "Trucks"]),
        ("teachable_machine_keras_h5", [], ["Rock", "Paper", "Scissors"]),
        ("automl_vision_pneumonia", [], ["PNEUMONIA", "NORMAL"]),
    ],
)
def test_models_that_people_have_become_bundles(
    name: str, options: list[str], classes: list[str], tmp_path: Path
) -> None:
    main(["--from", str(FOREIGN / name), "--out", str(tmp_path), *options])
    bundle = read_bundle(tmp_path / name)
    assert bundle.metadata["class_names"] == classes
    assert len(bundle.parity["cases"]) >= 6
    assert json.loads((tmp_path / name / "metadata.json").read_text())["operating_points"] == []
