"""Augmented validation: every validation film in a few fixed variations, by which recipes and thresholds are chosen.

Plain validation is nearly separated (AUROC 0.997 for every network so far) and cannot rank anything. The variations are
those a film may meet on its way to the page: another crop, shape, exposure, sharpness, JPEG quality. They are fixed, and the
same for every network, however it was trained. Files and figures call the split `val_varied`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from training.films.augmentation import AugmentationConfig, augment
from training.films.prepared import PreparedData
from training.films.preprocessing import ImageConverter

VARIATION = AugmentationConfig(
    smallest_crop=0.7,
    rotation_degrees=5.0,
    zoom=0.15,
    aspect=0.2,
    shift=0.05,
    horizontal_flip=False,
    brightness=0.1,
    contrast=0.2,
    gamma=0.25,
    blur=0.8,
    jpeg_quality=40,
)
# Twice as far, to rank networks that the variation above no longer tells apart; only `compare` uses it.
HARDER_VARIATION = AugmentationConfig(
    smallest_crop=0.5,
    rotation_degrees=8.0,
    zoom=0.25,
    aspect=0.4,
    shift=0.1,
    horizontal_flip=False,
    brightness=0.2,
    contrast=0.4,
    gamma=0.4,
    blur=0.8,
    jpeg_quality=30,
)
DRAWS = 4
BATCH = 64


def varied_films(
    films: PreparedData, paths: Sequence[str], converter: ImageConverter, variation: AugmentationConfig = VARIATION
) -> Iterator[tuple[Sequence[str], npt.NDArray[np.float32]]]:
    """Yields paths and films `[≤ BATCH, height, width, channels]` in 0–255, `DRAWS` times for every batch of paths.

    How a film is varied depends on its place in `paths`, the draw and the network's input size, and on nothing else.
    """
    from training.fitting.dataset import training_converter

    before = training_converter(converter, variation)
    for batch, start in enumerate(range(0, len(paths), BATCH)):
        chosen = paths[start : start + BATCH]
        whole = films.load(chosen, before)
        for draw in range(DRAWS):
            yield chosen, augment(whole, variation, (draw, batch), (converter.height, converter.width)).numpy()
