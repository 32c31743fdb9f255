"""The model cards' figures and counts: drawn by the page's own code, run once in Node for all cards."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypedDict

from plainfilm.metadata import Interval, PredictedFilms
from plainfilm.node import run_program


class Counts(TypedDict):
    """The confusion matrix at a threshold: a film is read as positive at the threshold or above."""

    truePositives: int
    falseNegatives: int
    falsePositives: int
    trueNegatives: int


class RocPoint(TypedDict):
    """Sensitivity and specificity at a threshold."""

    sensitivity: float
    specificity: float


class Share(TypedDict):
    """A share with its 95 % interval."""

    value: float
    low: float
    high: float


Bin = TypedDict(
    "Bin",
    {
        "from": float,
        "to": float,
        "positive": int,
        "others": int,
        "meanProbability": float | None,
        "observed": Share | None,
    },
)
"""Films whose probability lies in [from, to), by class; the last bin includes 1."""


class Svgs(TypedDict):
    """The figures as SVG."""

    roc: str
    reliability: str
    histogram: str


class Drawn(TypedDict):
    """What Node returns for one card: `CardFigures` in site_template/src/node/card_figures.ts."""

    counts: list[Counts]
    roc: list[list[RocPoint]]
    bins: list[Bin]
    svgs: Svgs


@dataclass(frozen=True)
class Axes:
    """The names of a figure's axes."""

    x: str
    y: str


@dataclass(frozen=True)
class Request:
    """One card's figures: `CardRequest` in site_template/src/node/card_figures.ts.

    Attributes:
        films: The network's probabilities, as in predictions.json.
        label: Number of the positive class.
        threshold: At which the films are counted.
        splits: Names; the first is drawn in all figures, the others as ROC curves alone.
        titles, axes: By figure: `roc`, `reliability`, `histogram`.
        sides: Names of the histogram's halves, `up` and `down`.
    """

    films: Sequence[PredictedFilms]
    label: int
    threshold: float
    splits: Sequence[str]
    titles: Svgs
    axes: dict[str, Axes]
    sides: dict[str, str]


def splits_with_both(films: Sequence[PredictedFilms], label: int) -> list[str]:
    """Splits that have films of the positive class and others, in the order in which they were measured."""
    names = dict.fromkeys(group["split"] for group in films)
    return [name for name in names if len({group["label"] == label for group in films if group["split"] == name}) > 1]


def count_of(films: Sequence[PredictedFilms], split: str) -> int:
    """Number of films of a split."""
    return sum(len(group["probabilities"]) for group in films if group["split"] == split)


def draw(requests: Sequence[Request]) -> list[Drawn]:
    """Draws the figures of all cards, in their order.

    Raises:
        NodeError: Node could not draw them.
    """
    documents = []
    for request in requests:
        document = asdict(request)
        document["predictions"] = {"schema_version": 1, "films": document.pop("films")}
        documents.append(document)
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "cards.json"
        path.write_text(json.dumps(documents), "utf-8")
        drawn: list[Drawn] = json.loads(run_program("card_figures", [str(path)], "the cards' figures cannot be drawn"))
    return drawn


def interval_of(share: Share) -> Interval:
    """The ends of a share's interval."""
    return share["low"], share["high"]
