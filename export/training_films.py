"""The training films that the OOD gate and the film checks are fitted to, as they are and augmented; decoded once per export.

An external film is exposed, cropped and printed otherwise, and often has bars or a frame around it: collimators, the edge of
the detector, a scanner's lid. Without such films among the augmented ones, the gate takes any of this for a reason to refuse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.films.arrays import Floats, Levels
from training.films.augmentation import AugmentationConfig, augment
from training.films.prepared import PreparedData, in_threads
from training.films.preprocessing import ImageConverter, convert
from training.fitting.dataset import training_converter

# Films decoded at a time.
BATCH = 128

# Wide, as in training, and the same for every network, whatever it was trained with.
AUGMENTATION = AugmentationConfig(
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


@dataclass(frozen=True)
class TrainingFilms:
    """Films of training.

    Attributes:
        decoded: As they are, uint8 `[height, width]` each, or `[height, width, 3]` for a network that takes colours.
        plain: As the network sees them, `[n, height, width, channels]` in 0-255.
        augmented: The same films, augmented, half of them in frames, of the same shape.
    """

    decoded: list[Levels]
    plain: Floats
    augmented: Floats


def training_films(data: PreparedData, paths: Sequence[str], converter: ImageConverter) -> TrainingFilms:
    """Decodes and augments the films at `paths`, one or more; always the same."""
    decoded = list(in_threads(lambda path: data.decode(path, converter.colour), paths))
    plain = np.stack(list(in_threads(lambda film: convert(film, converter), decoded)))
    return TrainingFilms(decoded, plain, vary(decoded, converter))


def vary(decoded: Sequence[Levels], converter: ImageConverter) -> Floats:
    """Decoded films augmented, half of them in frames, as the network sees them; always the same."""
    before = training_converter(converter, AUGMENTATION)
    rng, size = np.random.default_rng(2020), (converter.height, converter.width)
    augmented = []
    for first in range(0, len(decoded), BATCH):
        films = np.stack(list(in_threads(lambda film: convert(film, before), decoded[first : first + BATCH])))
        augmented.append(in_frames(augment(films, AUGMENTATION, (2020, first), size).numpy(), rng))
    return np.concatenate(augmented)


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
