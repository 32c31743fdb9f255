"""What the pages say of a model, in words and rounded numbers."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from build_site.card.facts import Facts
from build_site.card.operating_points import points_of
from build_site.config import read_site_config
from build_site.i18n.strings import read_strings
from build_site.i18n.words import Words
from plainfilm import node
from tests.tiny_bundle import LATERAL_CHECK

TEMPLATE = node.template()
SITE = read_site_config(TEMPLATE / "site.toml")
STRINGS = read_strings(TEMPLATE / "strings.toml").filled(SITE.words("PNEUMONIA"))
N = "n\u00a0=\u00a0"


def facts_of(tiny_bundle: Path, **changes: Any) -> Facts:
    metadata = json.loads((tiny_bundle / "metadata.json").read_text("utf-8")) | changes
    return Facts(metadata, SITE, Words(STRINGS.page, "en", str(STRINGS.messages["percent"])))


def measured(metric: str, value: float, split: str) -> dict[str, Any]:
    return {"metric": metric, "value": value, "low": value - 0.01, "high": value + 0.01, "n": 1024, "split": split}


def test_a_measure_is_called_what_people_call_it(tiny_bundle: Path) -> None:
    names = ["auroc", "recall_PNEUMONIA", "bacterial_recall", "accuracy_at_0.5", "made_up"]
    facts = facts_of(tiny_bundle, evaluation=[measured(name, 0.5, "test") for name in names])
    assert [row.metric for row in facts.measured()] == [
        "AUROC", "Recall, pneumonia", "Recall, bacterial", "Accuracy at a threshold of 0.5", "Made up",
    ]  # fmt: skip


def test_headlines_are_of_the_test_films_where_there_are_some(tiny_bundle: Path) -> None:
    entries = [measured("auroc", 0.9, "val"), measured("auroc", 0.8, "test"), measured("brightness", 0.7, "test")]
    facts = facts_of(tiny_bundle, evaluation=entries)
    assert [row.headline for row in facts.measured()] == [False, True, False]
    assert facts.headlines() == ["AUROC\u00a00.800 (0.790–0.810)"]
    assert facts_of(tiny_bundle, evaluation=entries[:1]).headlines() == ["AUROC\u00a00.900 (0.890–0.910)"]


def test_external_films_are_told_of_where_all_was_measured(tiny_bundle: Path) -> None:
    split = "external_adults"
    entries = [measured(name, 0.5, split) for name in ("auroc", "ece", "sensitivity", "specificity")]
    (sentence,) = facts_of(tiny_bundle, evaluation=entries).external()
    assert sentence.startswith(
        "External evaluation, on 1,024 external_adults films: AUROC 0.500 (0.490–0.510), sensitivity 50.0"
    )
    assert facts_of(tiny_bundle, evaluation=entries[1:]).external() == []


def test_operating_points_on_films_that_chose_nothing_are_shown_first(tiny_bundle: Path) -> None:
    rows = facts_of(tiny_bundle).point_rows()
    assert [(row.name, row.on, row.headline) for row in rows] == [
        ("Balanced", f"val films, {N}400", False),
        ("Balanced", f"test films, {N}624", True),
    ]
    assert rows[1].threshold == "50.0\u00a0%"
    assert rows[1].shares == [("95.1\u00a0%", " (92.8–97.2)"), ("87.2\u00a0%", " (82.5–91.5)")]


def test_the_script_gets_one_entry_per_point_with_every_split(tiny_bundle: Path) -> None:
    facts = facts_of(tiny_bundle)
    (point,) = points_of(facts, facts.metadata["operating_points"])
    assert (point["name"], point["label"], point["threshold"]) == ("balanced", "Balanced", 0.5)
    assert [one["films"] for one in point["measured"]] == ["val films", "test films"]
    assert point["measured"][0]["sensitivity"] == {"value": 0.951, "low": None, "high": None}
    assert point["measured"][1]["sensitivity"] == {"value": 0.951, "low": 0.928, "high": 0.972}
    assert "measured on 624 test films" in point["sentence"]


def test_operating_points_that_coincide_are_one_row_and_leave_nothing_between(tiny_bundle: Path) -> None:
    base = {"sensitivity": 0.9, "specificity": 0.9, "split": "test", "n": 10}
    points = [{"name": name, "threshold": 0.2, **base} for name in ("balanced", "screening", "rule-in")]
    facts = facts_of(tiny_bundle, operating_points=points)
    assert [row.name for row in facts.point_rows()] == ["Balanced, Screening, and Strict"]
    assert facts.zones() is None


@pytest.mark.parametrize("names", [["screening"], ["screening", "rule-in"]])
def test_zones_need_both_of_their_thresholds(tiny_bundle: Path, names: list[str]) -> None:
    base = {"sensitivity": 0.9, "specificity": 0.9, "split": "val", "n": 10}
    points = [{"name": name, "threshold": 0.2 + 0.5 * index, **base} for index, name in enumerate(names)]
    zones = facts_of(tiny_bundle, operating_points=points).zones()
    assert (zones is None) == (len(names) == 1)
    assert zones is None or "A score from 20.0\u00a0% on and below 70.0\u00a0% is indeterminate." in zones


def test_what_a_bundle_does_not_have_is_left_out(tiny_bundle: Path) -> None:
    terms = [term for term, _ in facts_of(tiny_bundle, calibration=None, ood=None).rows()]
    assert terms == ["Tells apart", "Looks at", "Size", "Learned from", "Taken from another side", "Made"]
    assert facts_of(tiny_bundle, evaluation=[], operating_points=[]).headlines() == []


def test_a_card_says_how_films_from_the_side_are_told_or_that_none_are(tiny_bundle: Path) -> None:
    term = "Taken from another side"
    told = dict(facts_of(tiny_bundle, lateral=LATERAL_CHECK).rows())[term]
    assert told == "refused too: 11 of 11 such films that it was tried on; keeps 100.0\u00a0% of validation"
    assert dict(facts_of(tiny_bundle).rows())[term].startswith("no check: such a film is read")
    without_views = msgspec.structs.replace(SITE, dicom=None)
    assert term not in dict(dataclasses.replace(facts_of(tiny_bundle), site=without_views).rows())


@pytest.mark.parametrize(("precision", "said"), [("mixed", "uint8 + float16"), ("float32", "float32")])
def test_how_weights_are_stored_is_said_in_types(tiny_bundle: Path, precision: str, said: str) -> None:
    assert facts_of(tiny_bundle, precision=precision).size().endswith(said)
