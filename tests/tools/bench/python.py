"""Python: the training pipeline against its step and against the capstone's, the engine in Node, commands."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from build_site.config import read_site_config
from build_site.site import build
from plainfilm.bundle import read_bundle
from plainfilm.node import run_bundle
from plainfilm.tensorflow import import_tensorflow
from tests.shared import ADULTS, CHEST_XRAY, OF_DEFAULT, REPOSITORY, SHARED
from tests.tools.bench.measured import Part, in_turns, ratios
from training.config import Config, read_config
from training.films.augmentation import AugmentationConfig
from training.films.phantom import thorax
from training.films.preprocessing import convert

FILMS, BATCH = 256, 32
# Of an epoch of the pipeline alone: as many as an epoch of training has, so that its start counts as little.
EPOCH = 4096
# As the capstone of 2020 had it (training/configs/five_block_cnn_2020.toml says what became of it).
CAPSTONE = {
    "rotation_range": 5,
    "width_shift_range": 0.1,
    "height_shift_range": 0.05,
    "shear_range": 0.1,
    "zoom_range": 0.15,
}
# The same changes, as the pipeline names them.
AS_CAPSTONE = AugmentationConfig(
    smallest_crop=1.0,
    rotation_degrees=5.0,
    zoom=0.15,
    aspect=0.0,
    shift=0.1,
    horizontal_flip=False,
    brightness=0.0,
    contrast=0.0,
    gamma=0.0,
    blur=0.0,
    jpeg_quality=100,
    shear_degrees=0.1,
)


def timed(action: Callable[[], object]) -> Callable[[], float]:
    """Seconds that it takes."""

    def run() -> float:
        started = time.perf_counter()
        action()
        return time.perf_counter() - started

    return run


def measure(part: Part, folder: Path, repeats: int = 3) -> None:
    """Each of them."""
    for command in ("training", "export", "build_site"):
        ask = partial(subprocess.run, [sys.executable, "-m", command, "--help"], capture_output=True, check=True)
        part.row(f"python -m {command} --help", in_turns({"": timed(ask)}, repeats)[""], "s")
    _training(part, repeats)
    _one_film(part, folder, repeats)
    taken = [timed(lambda: build(folder / "dist"))() for _ in range(2)]
    for name, seconds in zip(("build_site", "build_site, again"), taken, strict=True):
        part.row(name, [seconds], "s")


def _training(part: Part, repeats: int) -> None:
    from training.fitting.dataset import training_dataset

    tf = import_tensorflow()
    config, model, films = network()
    model.compile("adam", "binary_crossentropy", jit_compile=False)
    targets, labels = np.zeros((FILMS, 1), np.float32), np.arange(FILMS) % 2
    fit = msgspec.structs.replace(config.fit, epochs=1, batch_size=BATCH, teachers=())

    def pipeline(augmentation: AugmentationConfig, count: int) -> Any:
        size, times = (config.model.height, config.model.width), count // FILMS
        many, of_many = np.concatenate([films.astype(np.uint8)] * times), np.tile(labels, times)
        return training_dataset(many, of_many, np.tile(targets, (times, 1)), fit, augmentation, size, 0)

    # The films of all are in memory, decoded; a generator of the capstone's decodes them again in each epoch.
    ready = tf.data.Dataset.from_tensor_slices((films, targets)).batch(BATCH)
    varied, as_2020 = pipeline(config.augmentation, EPOCH), pipeline(AS_CAPSTONE, EPOCH)
    for_step = pipeline(config.augmentation, FILMS)
    generator = _generator(films, part)
    actions = {
        "step": timed(lambda: model.fit(ready, verbose=0)),
        "step with its pipeline": timed(lambda: model.fit(for_step, verbose=0)),
        "pipeline": timed(lambda: [None for _ in varied]),
        "pipeline, the generator's changes": timed(lambda: [None for _ in as_2020]),
        **({} if generator is None else {"generator": timed(generator)}),
    }
    values = in_turns(actions, repeats)
    for name, each in values.items():
        count = FILMS if "step" in name else EPOCH
        part.row(f"training, {name}", [count / seconds for seconds in each], "films/s")
    waits = 1 - ratios(values["step"], values["step with its pipeline"])
    part.target("waiting", max(0.0, waits), "on processors alone, which the pipeline and the step share")
    if generator is not None:
        alike, own = (
            ratios(values["generator"], values[name]) for name in ("pipeline, the generator's changes", "pipeline")
        )
        told = f"the same changes in both, of decoded films in memory; with the recipe's own, light and JPEG files too, {own:.2g} ×"
        part.target("pipeline", alike, told)


def _generator(films: npt.NDArray[np.float32], part: Part) -> Callable[[], object] | None:
    try:
        from keras.src.legacy.preprocessing.image import ImageDataGenerator
    except ImportError:
        part.lacks("the capstone's ImageDataGenerator: this Keras has none", ("pipeline",))
        return None
    given = ImageDataGenerator(rescale=1 / 255, **CAPSTONE)
    return lambda: [None for _ in zip(range(EPOCH // BATCH), given.flow(films, batch_size=BATCH), strict=False)]


def _one_film(part: Part, folder: Path, repeats: int) -> None:
    name = read_site_config().bundles[0]
    bundle = REPOSITORY / "export" / "models" / name
    shape = read_bundle(bundle).metadata["image_converter"]
    converter, rng = read_config(Path(name)).model.image_converter, np.random.default_rng(0)
    native, small = thorax(rng, True, 1300, 1700), thorax(rng, True, 224, 314)
    values = in_turns(
        {"native": timed(lambda: convert(native, converter)), "224 px": timed(lambda: convert(small, converter))},
        repeats,
    )
    for size, each in values.items():
        part.row(f"the one resize, {size}", [1000 * seconds for seconds in each], "ms")
    inputs, outputs = folder / "films.f32", folder / "outputs.json"
    rng.uniform(0, 255, (1, shape["height"], shape["width"], shape["channels"])).astype("<f4").tofile(inputs)
    run_bundle(bundle, inputs, 1, outputs)
    part.row("the network in Node, WASM, one film", [json.loads(outputs.read_text("utf-8"))["milliseconds"]], "ms")


def measure_commands(part: Part, folder: Path) -> None:
    """`prepare` on the films of the default model, `evaluate` and `export` of the default model's run, each once, where those are here."""
    run = REPOSITORY / "training" / "runs" / read_site_config().bundles[0]
    if not (run / "model.keras").is_file():
        part.lacks("export: the default model's run has no weights here", ("export",))
        return
    prepared = REPOSITORY / "training" / "prepared" / OF_DEFAULT[0]
    missing = [films for films in (CHEST_XRAY, ADULTS) if not films.is_dir()]
    if not missing:
        prepared = folder / "prepared"
        if not _command(part, "prepare", ["training", "prepare", *OF_DEFAULT, "--out", str(prepared)]):
            return
    else:
        part.lacks(f"prepare: {' and '.join(str(films.relative_to(SHARED.parent)) for films in missing)} is not here")
    if not prepared.is_dir():
        part.lacks("evaluate and export: no prepared data set is here", ("export",))
        return
    own = folder / "runs" / run.name
    shutil.copytree(run, own)
    shutil.copytree(run.parent / "splits", own.parent / "splits")  # which its splits.json names
    given = ["--prepared", str(prepared)]
    _command(part, "evaluate", ["training", "evaluate", str(own), *given])
    seconds = _command(part, "export", ["export", str(own), "--out", str(folder / "bundle"), *given])
    if seconds:
        part.target("export", seconds, "once, of the default model's run")


def _command(part: Part, name: str, words: list[str]) -> float:
    """Seconds that it takes; 0 where it fails."""
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", *words], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        part.lacks(f"{name}: {(done.stderr.strip().splitlines() or ['no word'])[-1]}", ("export",) * (name == "export"))
        return 0.0
    return part.row(
        f"python -m {' '.join(words[: 1 if name == 'export' else 2])}", [time.perf_counter() - started], "s"
    )


def network() -> tuple[Config, Any, npt.NDArray[np.float32]]:
    """The shipped model's configuration, its network with random weights, and noise of its input size in 0-255."""
    from training.networks.network import build_model

    import_tensorflow()
    config = read_config(Path(read_site_config().bundles[0]))
    shape = (FILMS, config.model.height, config.model.width, 1)
    return config, build_model(config.model, 2), np.random.default_rng(0).integers(0, 256, shape).astype(np.float32)
