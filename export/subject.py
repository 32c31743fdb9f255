"""A network as its bundle describes it: its classes, its input, and what was measured of it; whoever trained it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from plainfilm.metadata import Note
from training.evaluation.operating_points import decide
from training.films.arrays import Floats
from training.films.preprocessing import ImageConverter


@dataclass(frozen=True)
class Subject:
    """What metadata.json says of a network, apart from what the export itself finds out.

    Attributes:
        title, description, training_population: For people.
        class_names: In the order of the network's outputs.
        positive_class: One of them.
        image_converter: How a picture becomes the network's input.
        evaluation: evaluation.json; empty for a network that was not measured.
        data_sha256: SHA-256 of the run's splits; None where it was not trained here.
        notes: What was assumed, and what is left open.
    """

    title: str
    description: str
    training_population: str
    class_names: list[str]
    positive_class: str
    image_converter: ImageConverter
    evaluation: Mapping[str, Any]
    data_sha256: str | None
    notes: tuple[Note, ...] = ()

    @property
    def positive(self) -> int:
        """Column of the positive class."""
        return self.class_names.index(self.positive_class)

    @property
    def sought(self) -> int | None:
        """Column of the class that is looked for; None where a film is read as the likeliest of several."""
        return None if self.threshold is None and len(self.class_names) > 2 else self.positive

    @property
    def temperature(self) -> float:
        """What logits are divided by before the softmax."""
        calibration = self.evaluation.get("calibration")
        return float(calibration["temperature"]) if calibration else 1.0

    @property
    def threshold(self) -> float | None:
        """Probability of the positive class at the default operating point; None where there is none."""
        points = self.evaluation.get("operating_points")
        return float(points[0]["threshold"]) if points else None

    def decide(self, probability: Floats) -> str:
        """The class read from one film's probabilities `[classes]`: at the default operating point, or else the likeliest."""
        read = decide(np.asarray(probability)[np.newaxis], self.positive, self.threshold)
        return self.class_names[int(read[0])]
