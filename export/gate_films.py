"""Films as they look elsewhere, which the out-of-distribution gate is to keep: varied, and half of them in frames.

A film from elsewhere is exposed, cut and printed otherwise, and often has bars or a frame around it: collimators, the edge
of the detector, a scanner's lid. Without such films, the gate takes any of this for a reason to refuse.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from export.network.steps import Floats
from export.source import BATCH, Source
from training.films.augmentation import AugmentationConfig, augment
from training.fitting.dataset import training_converter

# Wide, as in training, and the same for every network, whatever it was trained with.
VARIATION = AugmentationConfig(
    smallest_crop=0.5,
    rotation_degrees=10.0,
    zoom=0.1,
    aspect=0.5,
    shift=0.0,
    horizontal_flip=True,
    brightness=0.2,
    contrast=0.4,
    gamma=0.4,
    blur=0.8,
    jpeg_quality=40,
)

FRAMED = 0.5  # share of the films that get bars
BAR = 0.6  # chance of a bar at each side of such a film
LARGEST_BAR = 0.18  # of the side


def gate_films(source: Source, at_most: int) -> Iterator[Floats]:
    """About so many training films, evenly spread and varied, `[≤ BATCH, height, width, channels]` at a time; always the same."""
    rng = np.random.default_rng(2020)
    converter = source.run.config.model.image_converter
    before = training_converter(converter, VARIATION)
    paths = source.paths("train", at_most)
    for first in range(0, len(paths), BATCH):
        films = source.data.load(paths[first : first + BATCH], before)
        yield in_frames(augment(films, VARIATION, (2020, first), (converter.height, converter.width)).numpy(), rng)


def in_frames(films: Floats, rng: np.random.Generator) -> Floats:
    """Films `[n, height, width, channels]` in 0-255, some with bars of one grey over their sides."""
    films = films.copy()
    _, height, width, _ = films.shape
    for film in films:
        if rng.random() < FRAMED:
            grey = rng.choice([0, 255, rng.uniform(0, 255)])
            top, bottom, left, right = (rng.random(4) < BAR) * rng.uniform(0, LARGEST_BAR, 4)
            film[: int(top * height)] = grey
            film[height - int(bottom * height) :] = grey
            film[:, : int(left * width)] = grey
            film[:, width - int(right * width) :] = grey
    return films
