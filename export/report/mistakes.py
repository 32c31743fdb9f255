"""The worst mistakes of a network on the test films: their list, and the films drawn with the heat map over them."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from export.audit.shortcuts import crop
from export.report.results import Result
from training.films.preprocessing import View

WORST = 20
# Longer side of the drawn films: large enough to see a lung, small enough for a page of hundreds.
PIXELS = 320
HEAT_COLOUR = (240, 120, 40)


@dataclass(frozen=True)
class Mistake:
    """A film that was read as another class than it is labelled.

    Attributes:
        path, label: As in `predictions.csv.gz`.
        probability: Calibrated probability of the positive class.
    """

    path: str
    label: str
    probability: float


@dataclass(frozen=True)
class Picture:
    """A drawn film: `data:` addresses of the part that the network saw, in true geometry, and of its heat map to lay over it."""

    film: str
    heat: str


def worst_mistakes(result: Result) -> list[Mistake]:
    """The test films that were read wrongly at the default threshold, the farthest from it (in log-odds) first."""
    films = result.predictions[result.predictions["split"] == "test"]
    positive = (films["label"] == result.run.config.data.positive_class).to_numpy()
    log_odds = films["logit"] / result.evaluation["calibration"]["temperature"]
    distance = log_odds - np.log(result.threshold / (1 - result.threshold))
    wrong = films.assign(distance=distance.abs())[(distance >= 0) != positive]
    worst = wrong.sort_values("distance", ascending=False, kind="stable").head(WORST)
    rows = worst[["path", "label", "probability"]].itertuples(index=False)
    return [Mistake(str(path), str(label), float(probability)) for path, label, probability in rows]


def draw_mistakes(result: Result, mistakes: list[Mistake], prepared: Path | None = None) -> list[Picture]:
    """Draws the mistakes, which needs the data set and TensorFlow."""
    from export.audit.audit import reader
    from export.source import read_source
    from plainfilm.tensorflow import import_tensorflow

    source = read_source(result.run.folder, prepared)
    import_tensorflow()
    converter = result.run.config.model.image_converter
    paths = [mistake.path for mistake in mistakes]
    _, heat = reader(source)(source.data.load(paths, converter))
    return [_draw(source.data.decode(path), of_film, converter.view) for path, of_film in zip(paths, heat, strict=True)]


def _draw(film: npt.NDArray[np.uint8], heat: npt.NDArray[np.float32], view: View) -> Picture:
    grey = Image.fromarray(crop(film, 1.0) if view == "square" else film)
    grey.thumbnail((PIXELS, PIXELS))
    opacity = Image.fromarray((heat * 160).astype(np.uint8)).resize(grey.size, Image.Resampling.BICUBIC)
    coloured = Image.new("RGBA", grey.size, HEAT_COLOUR)
    coloured.putalpha(opacity)
    return Picture(_address(grey, "JPEG"), _address(coloured, "WEBP"))


def _address(image: Image.Image, kind: str) -> str:
    stream = io.BytesIO()
    image.save(stream, kind, quality=80)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(stream.getvalue()).decode()}"
