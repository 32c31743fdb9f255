"""What is said of a model that was trained elsewhere: what was recognised, and what is not known of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from export.foreign.model import ForeignModel
from export.foreign.positive import Positive
from plainfilm.bundle import Precision

if TYPE_CHECKING:
    from export.subject import Subject

VIEWS = {"square": "the centre square of a picture", "whole": "the whole picture, squashed"}
SAMPLINGS = {
    "antialias": "with antialiasing",
    "bilinear": "bilinear, without antialiasing",
    "bilinear-corner": "bilinear by the corners of pixels",
    "nearest": "to the nearest pixel",
}
MEASURE = "--measure DIR, with labelled pictures in DIR/CLASS/"


def recognised(
    model: ForeignModel,
    class_names: Sequence[str],
    positive: Positive,
    precision: Precision,
    no_heat_map: str | None,
) -> list[str]:
    """Lines about what the model is taken for.

    Args:
        model: The model.
        class_names: Its classes.
        positive: The positive class.
        precision: How its weights will be stored.
        no_heat_map: Why its graph has no heat map; None where it has one.
    """
    converter = model.image_converter
    channels = (
        "grey" if converter.channels == 1 else "grey in three channels" if converter.colour == "grey" else "in colour"
    )
    rows = {
        "classes": ", ".join(class_names),
        "positive": f"{positive.name}, {positive.why}"
        if positive.is_told or len(class_names) == 2
        else "none: the likeliest class is read; --positive CLASS looks for one",
        "input": f"{converter.height} × {converter.width} pixels, {channels}",
        "pixels": "taken as they are, 0..255"
        if model.scaling == "0..255"
        else f"brought to {model.scaling} inside the graph",
        "view": f"{VIEWS[converter.view]}, resized {SAMPLINGS[converter.sampling]}",
        "weights": precision,
        "heat map": "in the graph (HiResCAM)" if no_heat_map is None else f"not in the graph: {no_heat_map}",
    }
    return [
        f"{model.path}: {model.kind}",
        *(f"  {name + ':':<10}{value}" for name, value in rows.items()),
        *(f"  note:     {note}" for note in model.notes),
    ]


def not_known(subject: Subject, *, trained_on: str | None, gate: bool, no_gate: str) -> list[str]:
    """Lines about what the bundle cannot say, and what would make it known; none where it can say all.

    Args:
        subject: What the bundle says.
        trained_on: What the user says of the pictures that the model learned from.
        gate: Whether it refuses pictures that it does not know.
        no_gate: Why not, and what would change that.
    """
    rule = (
        f"{subject.positive_class} is read at 0.5" if len(subject.class_names) == 2 else "the likeliest class is read"
    )
    lines = []
    if not subject.evaluation:
        lines.append(f"how good it is: {MEASURE}")
    if not subject.evaluation.get("calibration"):
        lines.append(f"calibration and thresholds ({rule}): {MEASURE}")
    elif not subject.evaluation["operating_points"]:
        lines.append(f"thresholds ({rule}): --positive CLASS chooses them for one of the classes")
    if not gate:
        lines.append(f"which pictures it does not know (any is read): {no_gate}")
    if trained_on is None:
        lines.append('what it was trained on: --trained-on "…" says it on the page')
    return ["not known of it, and what would make it known:", *(f"  {line}" for line in lines)] if lines else []
