"""The model cards' figures, drawn and counted by the page's own code in Node."""

from __future__ import annotations

import re

import pytest

from build_site.card.figures import Axes, Request, count_of, draw, splits_with_both
from plainfilm.metadata import PredictedFilms

FILMS: list[PredictedFilms] = [
    {"split": "test", "label": 1, "probabilities": [0.3, 0.6, 0.8, 1.0]},
    {"split": "test", "label": 0, "probabilities": [0.0, 0.1]},
    {"split": "test", "label": 2, "probabilities": [0.6]},
    {"split": "external_old", "label": 1, "probabilities": [0.5]},
    {"split": "external_old", "label": 2, "probabilities": [0.4]},
    {"split": "val", "label": 1, "probabilities": [0.5]},
]
AXES = Axes("across", "up")


def request(threshold: float, title: str = "ROC") -> Request:
    return Request(
        films=FILMS,
        label=1,
        threshold=threshold,
        splits=["test", "external_old"],
        titles={"roc": title, "reliability": "reliable", "histogram": "counted"},
        axes={"roc": AXES, "reliability": AXES, "histogram": AXES},
        sides={"up": "ill", "down": "well"},
    )


def test_a_split_with_one_kind_of_films_gives_no_curve() -> None:
    assert splits_with_both(FILMS, 1) == ["test", "external_old"]
    assert splits_with_both(FILMS, 2) == ["test", "external_old"]
    assert splits_with_both(FILMS, 0) == ["test"]
    assert count_of(FILMS, "test") == 7


def test_a_film_at_the_threshold_is_read_as_positive() -> None:
    (drawn,) = draw([request(0.6)])
    test, external = drawn["counts"]
    assert test == {"truePositives": 3, "falseNegatives": 1, "falsePositives": 1, "trueNegatives": 2}
    assert external == {"truePositives": 0, "falseNegatives": 1, "falsePositives": 0, "trueNegatives": 1}


def test_the_tables_hold_what_the_figures_show() -> None:
    (drawn,) = draw([request(0.6)])
    assert len(drawn["roc"]) == 2
    assert tuple(drawn["roc"][0][5].values()) == pytest.approx((3 / 4, 2 / 3))
    assert [len(points) for points in drawn["roc"]] == [9, 9]
    assert [(one["positive"], one["others"]) for one in drawn["bins"]] == [
        (0, 1), (0, 1), (0, 0), (1, 0), (0, 0), (0, 0), (1, 1), (0, 0), (1, 0), (1, 0),
    ]  # fmt: skip
    assert drawn["bins"][2]["meanProbability"] is None
    assert drawn["bins"][6]["meanProbability"] == pytest.approx(0.6)
    observed = drawn["bins"][6]["observed"]
    assert observed is not None
    assert (observed["value"], observed["low"], observed["high"]) == pytest.approx((0.5, 0.0945, 0.9055), abs=1e-4)


def test_every_card_gets_its_own_figures_in_its_own_words() -> None:
    first, second = draw([request(0.6, "Curve <one>"), request(0.3, "Courbe deux")])
    assert 'aria-label="Curve &lt;one&gt;"' in first["svgs"]["roc"]
    assert 'aria-label="Courbe deux"' in second["svgs"]["roc"]
    assert first["counts"] != second["counts"]
    for name in ("roc", "reliability", "histogram"):
        svg = first["svgs"][name]
        assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
        assert not re.search(r"NaN|undefined|Infinity|style=", svg)
    assert len(re.findall("curve line-", first["svgs"]["roc"])) == 2


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw([]) == []
