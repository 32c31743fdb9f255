"""How good a model is for a population, in one sentence made of what was measured, and what speaks against reading its films."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from build_site.card.facts import Facts
from build_site.card.populations import population_rows, populations_of, standing, warning
from build_site.models import model_of, of_first
from plainfilm.bundle import read_bundle
from plainfilm.metadata import Population
from tests.tiny_bundle import ADULT_OFFSET, ADULT_TEMPERATURE, of_populations, sign, write_tiny_bundle
from tests.unit.build_site.card.test_facts import facts_of


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return facts_of(write_tiny_bundle(tmp_path_factory.mktemp("bundle"), **of_populations()))


def said(facts: Facts, *rows: tuple[str, float, str], n: int = 100) -> tuple[str, str]:
    """What is said of adults of whom this was measured: metric, value and split."""
    evaluation = [
        {"metric": metric, "value": value, "low": None, "high": None, "n": n, "split": split}
        for metric, value, split in rows
    ]
    adults = cast("Population", facts.metadata["populations"][1] | {"evaluation": evaluation})
    return standing(facts, adults), warning(facts, adults)


LIKE = "films like those that the model learned from"
ELSEWHERE = "films from elsewhere, which it never saw"


def test_the_script_gets_what_decides_and_what_is_said_of_each(facts: Facts) -> None:
    children, adults = populations_of(facts)
    assert (children["name"], children["label"], children["ages"]) == (
        "children",
        "Children of one to five years",
        {"from": 1, "to": 6},
    )
    assert adults["calibration"] == {"temperature": ADULT_TEMPERATURE, "offset": ADULT_OFFSET}
    assert [point["threshold"] for point in adults["operating_points"]] == [0.25, 0.25, 0.6]
    assert "300 validation films of adults" in adults["operating_points"][0]["sentence"]
    assert children["standing"] == f"Children of one to five years: 92 of 100 {LIKE} are read right."
    assert adults["standing"] == f"Adults: 79 of 100 {LIKE} are read right; AUROC 0.85 on {ELSEWHERE}."
    assert (children["warning"], adults["warning"]) == ("", "")


def test_films_that_chose_nothing_speak_before_those_that_did(facts: Facts) -> None:
    rows = [("accuracy", 0.9, "val"), ("accuracy", 0.7, "val_adults"), ("accuracy", 0.8, "test_adults")]
    assert said(facts, *rows)[0] == f"Adults: 80 of 100 {LIKE} are read right."
    assert said(facts, *rows, ("accuracy", 0.6, "test"))[0] == f"Adults: 60 of 100 {LIKE} are read right."


def test_of_several_places_the_worst_is_told(facts: Facts) -> None:
    rows = [
        ("auroc", 0.9, "val"),
        ("auroc", 0.86, "external_a"),
        ("auroc", 0.71, "external_b"),
        ("accuracy", 0.8, "external_a"),
    ]
    assert said(facts, *rows)[0] == f"Adults: AUROC 0.90 on {LIKE}; AUROC 0.71 on {ELSEWHERE}."


def test_films_of_one_class_have_a_share_instead(facts: Facts) -> None:
    rows = [("accuracy", 0.9, "test"), ("sensitivity", 0.82, "external_a"), ("specificity", 0.9, "external_b")]
    assert said(facts, *rows)[0].endswith(f"Sensitivity 82.0\u00a0%, Specificity 90.0\u00a0% on {ELSEWHERE}.")
    assert (
        said(facts, ("accuracy", 0.78, "external_a"))[0]
        == f"Adults: 78 of 100 {ELSEWHERE[:5]} from elsewhere, which it never saw, are read right."
    )


def test_a_hundred_of_a_hundred_are_only_said_where_it_is_so(facts: Facts) -> None:
    for value, right in ((1.0, 100), (0.998, 99), (0.001, 1), (0.0, 0)):
        assert f" {right} of 100 " in said(facts, ("accuracy", value, "test"))[0]


def test_what_was_never_measured_or_never_learned_is_warned_of(facts: Facts) -> None:
    assert said(facts) == (
        "Adults: nothing was measured.",
        "Adults: the model was never measured on such films. How often it is right about them is not known.",
    )
    assert said(facts, ("auroc", 0.5, "external_a"))[1] == "Adults: the model never learned from such films."
    assert said(facts, ("loss", 0.5, "test"), ("accuracy", 7.0, "test")) == ("Adults: nothing was measured.", "")


def test_a_hospital_that_only_chose_thresholds_is_not_learned_from(facts: Facts) -> None:
    adults: Any = dict(facts.metadata["populations"][1])
    for seen, learned in ((["validation only"], False), (["validation only", "trained on"], True)):
        adults["hospitals"] = [{"title": "A", "seen": each, "trained_on": 0, "evaluation": []} for each in seen]
        assert (warning(facts, adults) == "") == learned
        assert (LIKE in standing(facts, adults)) == learned
        assert "AUROC 0.85" in standing(facts, adults)


def test_the_page_says_it_of_every_population_where_it_describes_the_model(facts: Facts) -> None:
    assert population_rows(facts)[1] == ("Adults", f"79 of 100 {LIKE} are read right; AUROC 0.85 on {ELSEWHERE}")


def test_the_operating_point_of_a_site_is_the_first_of_every_population(tmp_path: Path) -> None:
    bundle = read_bundle(write_tiny_bundle(tmp_path, **of_populations()))
    metadata: dict[str, Any] = json.loads(json.dumps(model_of(bundle, "rule-in").metadata))
    of_each = [metadata, *metadata["populations"]]
    assert [one["operating_points"][0]["name"] for one in of_each] == ["rule-in"] * 3


def test_the_figures_of_a_card_are_of_the_first_population(tmp_path: Path) -> None:
    path = write_tiny_bundle(tmp_path, **of_populations())
    groups = [
        {"split": "test", **whose, "label": 0, "probabilities": [0.5]}
        for whose in ({}, {"population": "children"}, {"population": "adults"})
    ]
    (path / "predictions.json").write_text(json.dumps({"schema_version": 1, "films": groups}), "utf-8")
    sign(path)
    assert of_first(model_of(read_bundle(path))) == groups[:2]
