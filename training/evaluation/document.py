"""What others read of a run's `evaluation.json`: checked when it is opened, so that no figure is missing half-way through a command."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Interval = Annotated[list[float | None], msgspec.Meta(min_length=2, max_length=2)]


class Split(msgspec.Struct):
    """Films that were measured."""

    name: str
    title: str
    n: Count


class Calibration(msgspec.Struct):
    """How logits become probabilities."""

    temperature: Annotated[float, msgspec.Meta(gt=0, le=1e6)]
    ece: float
    split: str
    n: Count
    method: str


class Point(msgspec.Struct):
    """An operating point on a split."""

    name: str
    threshold: Share
    split: str
    n: Count
    sensitivity: float | None
    specificity: float | None
    sensitivity_interval: Interval | None = None
    specificity_interval: Interval | None = None


class Metric(msgspec.Struct):
    """A figure of a split; its interval may be missing, never its key."""

    metric: str
    value: float | None
    low: float | None
    high: float | None
    n: Count
    split: str


class ClassRow(msgspec.Struct, rename={"label": "class"}):
    """Precision and recall of a class on a split."""

    split: str
    label: str
    precision: float | None
    recall: float | None
    f1: float | None
    support: Count


class Cell(msgspec.Struct):
    """A cell of a confusion matrix."""

    split: str
    label: str
    read_as: str
    n: Count


class Evaluation(msgspec.Struct):
    """The whole document; further keys are left alone."""

    name: str
    class_names: Annotated[list[str], msgspec.Meta(min_length=2)]
    positive_class: str
    splits: Annotated[list[Split], msgspec.Meta(min_length=1)]
    calibration: dict[str, Any] | None
    operating_points: list[Point]
    metrics: list[Metric]
    classification_report: list[ClassRow]
    confusion_matrix: list[Cell]


def problem_of(document: Any) -> str | None:
    """What is wrong with a document, with its place; None where nothing is."""
    try:
        found = msgspec.convert(document, Evaluation)
        if found.calibration:
            msgspec.convert(found.calibration, Calibration)
    except msgspec.ValidationError as error:
        return str(error)
    splits = {split.name for split in found.splits}
    rows: list[Point | Metric | ClassRow | Cell] = [*found.operating_points, *found.metrics]
    rows += [*found.classification_report, *found.confusion_matrix]
    for row in rows:
        if row.split not in splits:
            return f"the split {row.split!r}, which is not among {', '.join(sorted(splits))}"
    return None
