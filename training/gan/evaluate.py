"""`python -m training gan evaluate RUN`: how real made films look, how varied they are, and whether any is a copy of a train film.

Real films are those of train and validation; no test film is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from plainfilm.json_files import write_json
from training.config import read_config
from training.evaluation.metrics import auroc_of
from training.films.arrays import Floats, Levels
from training.films.preprocessing import convert
from training.gan.distances import Estimate, coverage, kernel_distance, nearest, precision, recall, share
from training.gan.films import RealFilms, films_of, read_films
from training.gan.making import load_maker
from training.run import Run, read_run

RESULT = "evaluation.json"
PAIRS = 20
SEED = 1_000_003  # other films than those of `made.png` and of `sample`
NEAR = 0.05  # share of validation films by which "near to a train film" is measured
RESAMPLES = 500
BATCH = 64

Features = Callable[[Levels], Floats]


@dataclass(frozen=True)
class Films:
    """Films of one origin, uint8 `[n, size, size, 1]`, and their class numbers `[n]`."""

    films: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]


def evaluate_gan(run: Path, *, reader: Path, films: int, backbone_weights: Path | None = None) -> dict[str, Any]:
    """Judges the films of a run, writes its `evaluation.json` and the nearest pairs as `nearest.png`, and returns the figures.

    Args:
        run: Folder of a run of `gan fit`.
        reader: A finished run of `fit`, whose penultimate values are one space of features; ImageNet's MobileNetV2 is the other.
        films: Number of made films of each class.
        backbone_weights: ImageNet weights of MobileNetV2; None to download Keras's.

    Raises:
        PlainfilmError: There is no trained GAN, no reader, or the films have moved.
    """
    maker = load_maker(run)
    data = films_of(maker.config)
    size = maker.config.networks.size
    real = {split: read_films(data, split, size) for split in ("train", "val")}
    made = Films(
        np.concatenate([maker.make(label, films, seed=SEED) for label in range(len(maker.class_names))]),
        np.repeat(np.arange(len(maker.class_names)), films),
    )
    every = {**{split: Films(each.films, each.labels) for split, each in real.items()}, "made": made}
    spaces = {
        "ImageNet's MobileNetV2": imagenet_features(backbone_weights),
        f"the reader {reader.name}": reader_features(read_run(reader)),
    }
    trained = {
        "size": size,
        "steps": maker.config.fit.steps,
        "batch_size": maker.config.fit.batch_size,
        "patients": maker.config.data.patients,
        "train_films": len(real["train"].films),
    }
    result: dict[str, Any] = {
        "run": maker.config.name,
        "trained": trained,
        "made_films": len(made.films),
        "spaces": {},
    }
    for title, features in spaces.items():
        print(f"features of {title}", flush=True)
        found = {name: features(each.films) for name, each in every.items()}
        labels = {name: each.labels for name, each in every.items()}
        result["spaces"][title] = judge(found, labels, maker.class_names)
        if title.startswith("ImageNet"):
            draw_nearest(run / "nearest.png", made, real["train"], found["made"], found["train"])
    write_json(run / RESULT, result)
    print("\n".join(lines_of(result)))
    return result


def judge(
    found: Mapping[str, Floats], labels: Mapping[str, npt.NDArray[np.int64]], class_names: list[str]
) -> dict[str, Any]:
    """All figures in one space of features; `found` and `labels` have `train`, `val` and `made`.

    The kernel distance is of the features as they are, class by class: validation has the classes in other shares than train, and a feature
    that hardly varies would outweigh the others if all were brought to one spread, as they are for distances between films.
    """
    middle, spread = found["train"].mean(0), found["train"].std(0) + 1e-6
    at = {name: (each - middle) / spread for name, each in found.items()}

    def by_class(every: Mapping[str, Floats]) -> dict[str, dict[str, Floats]]:
        return {
            class_name: {name: each[labels[name] == number] for name, each in every.items()}
            for number, class_name in enumerate(class_names)
        }

    of = by_class(at)
    near = {
        name: np.concatenate([nearest(each[name], each["train"])[0] for each in of.values()])
        for name in ("made", "val")
    }
    bound = float(np.quantile(near["val"], NEAR))
    learn = partial(_learned, labels=labels)
    return {
        "kernel_distance": {
            class_name: {
                "made_to_train": asdict(kernel_distance(each["made"], each["train"])),
                "validation_to_train": asdict(kernel_distance(each["val"], each["train"])),
            }
            for class_name, each in by_class(found).items()
        },
        "precision": {name: asdict(precision(each["made"], each["train"])) for name, each in of.items()},
        "recall": {name: asdict(recall(each["made"], each["train"])) for name, each in of.items()},
        "coverage": {name: asdict(coverage(each["made"], each["train"])) for name, each in of.items()},
        "memorisation": {
            "median_distance_made": float(np.median(near["made"])),
            "median_distance_validation": float(np.median(near["val"])),
            "validation_share": NEAR,
            "made_as_near": asdict(share(near["made"] <= bound)),
        },
        "learned_auroc": {
            "trained_on_real_tested_on_validation": asdict(learn(at, "train", "val")),
            "trained_on_made_tested_on_validation": asdict(learn(at, "made", "val")),
            "trained_on_real_tested_on_made": asdict(learn(at, "train", "made")),
        },
    }


def _learned(
    at: Mapping[str, Floats], trained: str, tested: str, *, labels: Mapping[str, npt.NDArray[np.int64]]
) -> Estimate:
    """AUROC of a logistic regression: the last class against the rest."""
    from sklearn.linear_model import LogisticRegression

    positive = {name: each == each.max() for name, each in labels.items()}
    score = LogisticRegression(C=0.01, max_iter=500).fit(at[trained], positive[trained]).decision_function(at[tested])
    rng = np.random.default_rng(0)
    drawn = [rng.integers(0, len(score), len(score)) for _ in range(RESAMPLES)]
    low, high = np.nanpercentile([auroc_of(positive[tested][rows], score[rows]) for rows in drawn], [2.5, 97.5])
    return Estimate(auroc_of(positive[tested], score), float(low), float(high))


def imagenet_features(weights: Path | None) -> Features:
    """Mean activations of MobileNetV2's last maps, `[n, 1280]`, of films as they are."""
    import keras

    network = read_config(Path("mobilenet_v2")).model
    backbone = network.imagenet_backbone(weights)
    model = keras.Sequential([backbone, keras.layers.GlobalAveragePooling2D()])
    side = network.image_converter.height

    def features(films: Levels) -> Floats:
        resized = keras.ops.image.resize(films.astype(np.float32), (side, side), antialias=True)
        pictures = np.repeat(np.asarray(resized), 3, axis=-1) / 127.5 - 1
        return np.asarray(model.predict(pictures, batch_size=BATCH, verbose=0))

    return features


def reader_features(run: Run) -> Features:
    """What a reader's last layer sees, `[n, features]`."""
    import keras

    model = run.load_model()
    before = keras.Model(model.input, model.get_layer("logit").input)
    converter = run.config.model.image_converter

    def features(films: Levels) -> Floats:
        seen = np.stack([convert(film[..., 0], converter) for film in films])
        return np.asarray(before.predict(seen, batch_size=BATCH, verbose=0))

    return features


def draw_nearest(file: Path, made: Films, train: RealFilms, made_features: Floats, train_features: Floats) -> None:
    """The twenty made films that are nearest to a train film, above those: for one's own eyes, as train films may not be shown."""
    from PIL import Image

    from plainfilm.atomic import atomic_file

    distance, index = nearest(made_features, train_features)
    order = np.argsort(distance)[:PAIRS]
    pairs = [np.concatenate([made.films[one, ..., 0], train.films[index[one], ..., 0]]) for one in order]
    with atomic_file(file) as partial:
        Image.fromarray(np.concatenate(pairs, axis=1)).save(partial, format="PNG")


def lines_of(result: Mapping[str, Any]) -> list[str]:
    """The figures as text."""

    def text(of: Mapping[str, float], digits: int = 3) -> str:
        return f"{of['value']:.{digits}f} ({of['low']:.{digits}f} to {of['high']:.{digits}f})"

    lines = []
    for title, space in result["spaces"].items():
        lines.append(f"\nby {title}")
        for name, each in space["kernel_distance"].items():
            lines.append(
                f"  kernel distance {name}: made to train {text(each['made_to_train'])}, validation to train {text(each['validation_to_train'])}"
            )
        for figure in ("precision", "recall", "coverage"):
            lines.append(f"  {figure}: " + ", ".join(f"{name} {text(each)}" for name, each in space[figure].items()))
        copied = space["memorisation"]
        lines.append(
            f"  as near to a train film as the nearest {copied['validation_share']:.0%} of validation films: {text(copied['made_as_near'])} of made films"
        )
        lines.extend(
            f"  AUROC, {name.replace('_', ' ')}: {text(each)}" for name, each in space["learned_auroc"].items()
        )
    return lines
