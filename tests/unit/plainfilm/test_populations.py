"""What a bundle's populations may say, beyond their JSON Schema."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plainfilm.bundle import BundleError, read_bundle
from plainfilm.populations import problems
from tests.tiny_bundle import ADULTS, CHILDREN, of_populations, write_tiny_bundle


@pytest.fixture(scope="module")
def metadata(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = write_tiny_bundle(tmp_path_factory.mktemp("bundle"), **of_populations())
    read: dict[str, Any] = read_bundle(path).metadata
    return read


def test_a_bundle_of_two_populations_is_read(metadata: dict[str, Any]) -> None:
    assert [one["name"] for one in metadata["populations"]] == [CHILDREN, ADULTS]
    assert list(problems(metadata)) == []


def test_a_bundle_without_populations_is_read_as_ever(tmp_path: Path) -> None:
    assert "populations" not in read_bundle(write_tiny_bundle(tmp_path)).metadata


Change = Callable[[dict[str, Any], dict[str, Any]], Any]
WRONG: list[tuple[str, Change]] = [
    ("two populations are called children", lambda one, _: one["populations"][1].update(name="children")),
    ("the ages of adults end before they begin", lambda _, two: two.update(ages={"from": 18, "to": 18})),
    ("children and adults share the age of 4 years", lambda _, two: two.update(ages={"from": 4})),
    ("adults and children share the age of 1 years", lambda _, two: two.update(ages={"to": 30})),
    ("operating_points are not those of the first population", lambda one, _: one["operating_points"].pop()),
    ("calibration is not that of the first population", lambda one, _: one["calibration"].update(temperature=2.0)),
    ("only a second population may have one", lambda one, _: one["calibration"].update(offset=0.5)),
    (
        "adults has several thresholds",
        lambda _, two: two["operating_points"].append(two["operating_points"][0] | {"threshold": 0.01}),
    ),
    ("the operating points of adults are", lambda _, two: two["operating_points"].reverse()),
    ("the operating points of adults are", lambda _, two: two["operating_points"].clear()),
]


@pytest.mark.parametrize(("problem", "change"), WRONG)
def test_what_contradicts_itself_is_named(metadata: dict[str, Any], problem: str, change: Change) -> None:
    changed = copy.deepcopy(metadata)
    change(changed, changed["populations"][1])
    assert any(problem in one for one in problems(changed)), list(problems(changed))


INVALID: list[Change] = [
    lambda one, _: one["populations"].pop(),
    lambda _, two: two.update(name="Grown ups"),
    lambda _, two: two.update(title=""),
    lambda _, two: two.update(ages={}),
    lambda _, two: two.update(ages={"from": -1}),
    lambda _, two: two.update(ages={"to": 999}),
    lambda _, two: two["calibration"].update(temperature=0),
    lambda _, two: two["operating_points"][0].update(threshold=1.5),
    lambda _, two: two.pop("evaluation"),
    lambda _, two: two.update(name="children"),
]


@pytest.mark.parametrize("change", INVALID)
def test_a_bundle_with_wrong_populations_is_not_read(tmp_path: Path, change: Change) -> None:
    path = write_tiny_bundle(tmp_path, **of_populations())
    document = json.loads((path / "metadata.json").read_text())
    change(document, document["populations"][1])
    (path / "metadata.json").write_text(json.dumps(document))
    with pytest.raises(BundleError, match=r"metadata\.json"):
        read_bundle(path)


def test_the_top_level_may_have_been_measured_on_other_films_than_the_first_population(
    metadata: dict[str, Any],
) -> None:
    changed = copy.deepcopy(metadata)
    changed["operating_points"] += [point | {"split": "val", "n": 12} for point in changed["operating_points"]]
    changed["calibration"]["ece"] = 0.5
    assert list(problems(changed)) == []


def test_a_population_may_lack_points_ages_and_measurements(metadata: dict[str, Any]) -> None:
    changed = copy.deepcopy(metadata)
    adults = changed["populations"][1]
    adults["operating_points"] = [one for one in adults["operating_points"] if one["name"] != "rule-in"]
    adults["operating_points"].append(adults["operating_points"][0] | {"name": "of their own", "threshold": 0.9})
    del adults["ages"]
    adults.update(calibration=None, evaluation=[])
    assert list(problems(changed)) == []
