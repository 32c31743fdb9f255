"""A model that somebody else trained, opened: what its pictures are, what its outputs mean, and the function that computes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from plainfilm.errors import PlainfilmError

if TYPE_CHECKING:  # --help must not wait for NumPy and TensorFlow
    from export.network.steps import Network
    from training.films.preprocessing import ImageConverter

# What a model wants its pixels to be: `caffe` is blue, green, red, each less its mean over ImageNet; `torch` is red, green,
# blue in 0..1, less ImageNet's mean and divided by its spread.
Scaling = Literal["0..255", "-1..1", "0..1", "caffe", "torch"]
SCALINGS: tuple[Scaling, ...] = ("0..255", "-1..1", "0..1", "caffe", "torch")


class ForeignError(PlainfilmError):
    """The model is not one that can be opened, or not without being told more about it."""


@dataclass(frozen=True)
class ForeignOptions:
    """What the user says of a model; None leaves it to what the model's own tool does.

    Attributes:
        classes: Names of the classes, in the order of the model's outputs.
        scaling: What the model wants its pixels to be.
        view: The centre square, or the whole picture squashed.
        colour: What the model's channels hold.
        sampling: How pictures become as small as the model wants them.
    """

    classes: tuple[str, ...] | None = None
    scaling: Scaling | None = None
    view: Literal["square", "whole"] | None = None
    colour: Literal["grey", "rgb"] | None = None
    sampling: Literal["antialias", "bilinear", "bilinear-corner", "nearest"] | None = None


@dataclass(frozen=True)
class ForeignModel:
    """An opened model.

    Attributes:
        kind: What it is, for people: "a Teachable Machine export".
        path: What was opened.
        class_names: In the order of the outputs. None never leaves `open_foreign`: it asks for names that it does not find.
        image_converter: How a picture becomes the model's input, in 0-255.
        scaling: What the model wants those pixels to be, as `--input` says it; `logits` and `network` do that themselves.
        network: The model as our own steps, from 0-255 to its logits; None where a layer is not known.
        logits: TensorFlow: float32 `[n, height, width, channels]` in 0-255 → `[n, classes]`, whose softmax is the model's
            own probability. Can be traced into a graph.
        notes: What was assumed, and what is not known; one sentence each.
    """

    kind: str
    path: Path
    class_names: tuple[str, ...] | None
    image_converter: ImageConverter
    scaling: Scaling
    network: Network | None
    logits: Callable[[Any], Any]
    notes: tuple[str, ...]
