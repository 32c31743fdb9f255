"""What a model is worth: chosen on one part and reported on the other, or said that it cannot be."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import softmax

from export.foreign.measuring.measure import Measurement, measure
from export.foreign.measuring.pictures import MeasureOptions, read_pictures
from export.foreign.model import ForeignError, ForeignModel
from export.foreign.positive import positive_of
from tests.unit.export.foreign.opened import opened, write_pictures


def measured(model: ForeignModel, pictures: Path, positive: str | None = None, **renamed: str) -> Measurement:
    class_names = list(model.class_names or ())
    with tempfile.TemporaryDirectory() as restored:
        data = read_pictures(MeasureOptions(pictures, renamed), class_names, Path(restored)).data
        return measure(model, "tiny", class_names, positive_of(class_names, positive), data)


def value(found: Measurement, metric: str, split: str = "test") -> float | None:
    rows = found.evaluation["metrics"]
    return next((row["value"] for row in rows if (row["metric"], row["split"]) == (metric, split)), None)


def test_temperature_and_thresholds_come_from_one_half_and_the_figures_of_both_are_told_apart(tmp_path: Path) -> None:
    write_pictures(tmp_path / "set", {"CLEAR": 100, "BRIGHT": 170}, 40)
    found = measured(opened(), tmp_path / "set")
    assert [point["name"] for point in found.evaluation["operating_points"]][::2] == [
        "balanced",
        "screening",
        "rule-in",
    ]
    assert found.evaluation["calibration"]["n"] == 40
    assert {split["name"]: split["n"] for split in found.evaluation["splits"]} == {"val": 40, "test": 40}
    assert value(found, "auroc") is not None
    z = found.predictions["logit"] / found.evaluation["calibration"]["temperature"]
    np.testing.assert_allclose(found.predictions["probability"], 1 / (1 + np.exp(-z)), rtol=1e-6)
    assert any("from 20 of BRIGHT and 20 of others" in note for note in found.notes)


def test_the_order_of_the_classes_changes_no_figure(tmp_path: Path) -> None:
    write_pictures(tmp_path / "set", {"CLEAR": 100, "BRIGHT": 170}, 30)
    model = opened()
    turned = replace(model, class_names=("BRIGHT", "CLEAR"), logits=lambda films: model.logits(films)[:, ::-1])
    first, second = measured(model, tmp_path / "set"), measured(turned, tmp_path / "set")
    assert value(first, "auroc") == value(second, "auroc")
    assert first.evaluation["operating_points"] == second.evaluation["operating_points"]
    np.testing.assert_allclose(first.predictions["probability"], second.predictions["probability"], rtol=1e-6)


def test_few_pictures_choose_nothing_and_report_all(tmp_path: Path) -> None:
    write_pictures(tmp_path / "set", {"CLEAR": 100, "BRIGHT": 170}, 8)
    found = measured(opened(), tmp_path / "set")
    assert found.evaluation["operating_points"] == []
    assert found.evaluation["calibration"] is None
    assert [(split["name"], split["n"]) for split in found.evaluation["splits"]] == [("test", 16)]
    logits = found.predictions[["logit_CLEAR", "logit_BRIGHT"]].to_numpy()
    np.testing.assert_allclose(found.predictions["probability"], softmax(logits, axis=1)[:, 1], rtol=1e-6)
    assert value(found, "accuracy") == value(found, "accuracy_at_0.5")
    assert any("too few to choose by" in note for note in found.notes)


def test_pictures_of_one_class_give_what_can_be_known_of_it(tmp_path: Path) -> None:
    write_pictures(tmp_path / "set", {"CLEAR": 100}, 30)
    found = measured(opened(), tmp_path / "set")
    assert value(found, "specificity") is not None
    assert value(found, "sensitivity") is value(found, "auroc") is value(found, "average_precision") is None
    assert any("no picture of BRIGHT" in note for note in found.notes)
    assert any("no AUROC and no sensitivity" in note for note in found.notes)


def test_three_classes_are_read_by_the_likeliest_unless_one_is_looked_for(tmp_path: Path) -> None:
    write_pictures(tmp_path / "set", {"a": 60, "b": 130, "c": 200}, 24)
    model = opened(("a", "b", "c"))
    found = measured(model, tmp_path / "set")
    assert found.evaluation["operating_points"] == []
    assert found.evaluation["calibration"]["temperature"] > 0
    likeliest = found.predictions[["logit_a", "logit_b", "logit_c"]].to_numpy().argmax(axis=1)
    test = (found.predictions["split"] == "test").to_numpy()
    right = np.array(["a", "b", "c"])[likeliest] == found.predictions["label"]
    assert value(found, "accuracy") == pytest.approx(right[test].mean())
    assert not any("threshold" in note for note in found.notes)
    assert len(measured(model, tmp_path / "set", "c").evaluation["operating_points"]) == 6


def test_classes_in_the_wrong_order_are_doubted(tmp_path: Path) -> None:
    write_pictures(tmp_path / "set", {"CLEAR": 100, "BRIGHT": 170}, 30)
    found = measured(opened(("BRIGHT", "CLEAR")), tmp_path / "set")
    assert any(note.startswith("doubtful: its validation AUROC") for note in found.notes)
    assert any("--classes" in note for note in found.notes)


def test_a_model_that_gives_no_numbers_is_named_with_the_picture(tmp_path: Path) -> None:
    write_pictures(tmp_path / "set", {"CLEAR": 100, "BRIGHT": 170}, 4)
    model = opened()
    broken = replace(model, logits=lambda films: model.logits(films) * float("nan"))
    with pytest.raises(ForeignError, match=r"(?s)no numbers for .*png.*--input"):
        measured(broken, tmp_path / "set")
