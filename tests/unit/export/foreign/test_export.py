"""`python -m export --from MODEL`: a model that was trained elsewhere becomes a whole bundle, or nothing is written."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from export import verify
from export.__main__ import main
from export.foreign.command import classes_of
from export.foreign.export import NOT_KNOWN, ForeignExport, export_model, name_of
from export.foreign.measuring.pictures import MeasureOptions
from export.foreign.model import ForeignOptions
from export.foreign.positive import positive_of
from export.foreign.said import recognised
from plainfilm.bundle import Bundle
from plainfilm.errors import PlainfilmError, UsageError
from tests.unit.export.foreign.opened import opened, write_pictures


def asked(**settings: Any) -> ForeignExport:
    return ForeignExport(ForeignOptions(), **settings)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A model of which nothing is known but itself."""
    return export_model(opened(), tmp_path_factory.mktemp("models") / "bright", asked(), [])


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The same, measured."""
    here = tmp_path_factory.mktemp("measured")
    write_pictures(here / "set", {"clear": 100, "bright": 170}, 110)
    measure = MeasureOptions(here / "set", {})
    return export_model(opened(), here / "models" / "bright", asked(measure=measure, trained_on="drawn ramps"), [])


def outputs_of(bundle: Bundle) -> set[str]:
    return set(bundle.model["signature"]["outputs"])


def test_a_model_of_which_nothing_is_known_says_so(bundle: Bundle) -> None:
    metadata = bundle.metadata
    assert (metadata["operating_points"], metadata["evaluation"], metadata["splits"]) == ([], [], [])
    assert metadata["calibration"] is metadata["ood"] is metadata["provenance"]["data_sha256"] is None
    assert metadata["film_checks"] == {}
    assert metadata["training_population"] == NOT_KNOWN
    assert metadata["class_names"] == ["CLEAR", "BRIGHT"]
    assert metadata["positive_class"] == "BRIGHT"
    assert metadata["quantisation"]["split"] == "drawn"
    assert not bundle.has_predictions


def test_where_every_layer_is_known_there_is_a_heat_map_and_half_precision(bundle: Bundle) -> None:
    assert outputs_of(bundle) == {"heatmap", "heatmap_peak", "logit", "probability"}
    assert "heatmap" not in bundle.metadata, "no film has measured a scale"
    assert bundle.metadata["precision"] == "float16"


def test_tensorflow_js_gives_the_models_own_numbers(bundle: Bundle) -> None:
    films = np.random.default_rng(3).uniform(0, 255, (5, 24, 24, 1)).astype(np.float32)
    in_node = verify.run_in_node(bundle.path, films)
    expected = np.asarray(opened().logits(films))
    np.testing.assert_allclose(in_node["logit"], expected, atol=0.01)
    odds = np.exp(expected)
    np.testing.assert_allclose(in_node["probability"], odds / odds.sum(axis=1, keepdims=True), atol=0.005)


def test_a_model_whose_layers_are_not_known_is_stored_as_it_is(tmp_path: Path) -> None:
    model = opened(("a", "b", "c"), channels=3, layers_known=False)
    bundle = export_model(model, tmp_path / "three", asked(), [])
    assert outputs_of(bundle) == {"logit", "probability"}
    assert bundle.metadata["precision"] == "float32"
    assert bundle.metadata["image_converter"]["colour"] == "rgb"
    for case in bundle.parity["cases"]:
        assert case["decision"] == "abc"[int(np.argmax(case["probability"]))], (
            "the likeliest, without an operating point"
        )
    with pytest.raises(UsageError, match="float16"):
        export_model(model, tmp_path / "small", asked(precision="float16"), [])
    assert not (tmp_path / "small").exists()


def test_a_measured_model_has_all_that_one_of_ours_has(measured: Bundle) -> None:
    metadata = measured.metadata
    assert outputs_of(measured) == {"heatmap", "heatmap_peak", "logit", "ood_score", "probability"}
    assert [point["name"] for point in metadata["operating_points"][::2]] == ["balanced", "screening", "rule-in"]
    assert {row["split"] for row in metadata["evaluation"]} == {"val", "test"}
    assert all(row["low"] is not None for row in metadata["evaluation"] if row["metric"] == "auroc")
    assert metadata["ood"]["kept_fraction"] > 0.9
    assert "55 of the pictures that it was measured on" in metadata["ood"]["method"]
    assert metadata["film_checks"]["smallest_side"] == 24
    assert metadata["training_population"] == "drawn ramps"
    films = json.loads((measured.path / "predictions.json").read_text())["films"]
    assert sum(len(group["probabilities"]) for group in films) == 220


def test_parity_cases_follow_the_measured_threshold_and_temperature(measured: Bundle) -> None:
    threshold = measured.metadata["operating_points"][0]["threshold"]
    temperature = measured.metadata["calibration"]["temperature"]
    for case in measured.parity["cases"]:
        z = (case["logit"][1] - case["logit"][0]) / temperature
        assert case["probability"][1] == pytest.approx(1 / (1 + np.exp(-z)), rel=1e-4)
        assert case["decision"] == ("BRIGHT" if case["probability"][1] >= threshold else "CLEAR")


def test_what_was_recognised_and_what_is_not_known_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export_model(opened(("cat", "dog")), tmp_path / "pets", asked(), [])
    said = capsys.readouterr().out
    for part in (
        "bright.keras: a Keras model",
        "classes:  cat, dog",
        "positive: dog, taken because it is the second; --positive CLASS takes the other",
        "input:    24 × 24 pixels, grey",
        "pixels:   brought to 0..1 inside the graph",
        "view:     the centre square of a picture, resized with antialiasing",
        "heat map: in the graph (HiResCAM)",
        "note:     its scaling is inside",
        "not known of it, and what would make it known:",
        "calibration and thresholds (dog is read at 0.5): --measure DIR",
        '--trained-on "…"',
    ):
        assert part in said


def test_of_several_classes_none_is_said_to_be_looked_for_that_is_not() -> None:
    model = replace(opened(("a", "b", "c")), scaling="0..255")
    said = "\n".join(recognised(model, ["a", "b", "c"], positive_of(["a", "b", "c"], None), "float16", None))
    assert "positive: none: the likeliest class is read; --positive CLASS looks for one" in said
    assert "pixels:   taken as they are, 0..255" in said


def test_the_cards_notes_name_no_option_of_the_command(tmp_path: Path) -> None:
    notes = ("how it was made small is not known (--view, --sampling)", "the centre square (--view square).")
    export_model(replace(opened(("cat", "dog")), notes=notes), tmp_path / "pets", asked(), [])
    written = json.loads((tmp_path / "pets" / "metadata.json").read_text("utf-8"))["notes"]
    assert [note["text"] for note in written] == ["How it was made small is not known.", "The centre square."]


def test_an_export_that_fails_leaves_what_was_there(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(bundle.path, tmp_path / "bright")
    before = (tmp_path / "bright" / "metadata.json").read_bytes()
    wrong = json.dumps({"logit": [[0, 99]] * 99, "probability": [[0, 1]] * 99})
    monkeypatch.setattr(verify, "run_bundle", lambda bundle, inputs, count, outputs: outputs.write_text(wrong))
    with pytest.raises((PlainfilmError, ValueError)):
        export_model(opened(), tmp_path / "bright", asked(title="Another"), [])
    assert (tmp_path / "bright" / "metadata.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["bright"]


def test_a_bundle_of_a_run_is_not_lost_to_a_model_of_its_name(bundle: Bundle, tmp_path: Path) -> None:
    target = tmp_path / "models" / "bright"
    shutil.copytree(bundle.path, target)
    metadata = json.loads((target / "metadata.json").read_text())
    metadata["provenance"]["data_sha256"] = "0" * 64
    (target / "metadata.json").write_text(json.dumps(metadata))
    with pytest.raises(UsageError, match="--name"):
        main(["--from", str(tmp_path / "bright.keras"), "--out", str(tmp_path / "models")])


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "models" / "bright").mkdir(parents=True)
    (tmp_path / "models" / "bright" / "thesis.txt").write_text("mine")
    with pytest.raises(PlainfilmError, match=r"(?s)did not write.*thesis\.txt"):
        main(["--from", str(tmp_path / "bright.keras"), "--out", str(tmp_path / "models")])
    assert (tmp_path / "models" / "bright" / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("flowers.keras", "flowers"),
        ("My Flowers (2).h5", "my_flowers_2"),
        ("cars/model.json", "cars"),
        ("rocks/keras_model.h5", "rocks"),
        ("saved_model/saved_model.pb", "model"),
        ("花.keras", "花卉"),
    ],
)
def test_a_bundle_is_called_as_its_model_or_as_what_holds_it(path: str, name: str, tmp_path: Path) -> None:
    found = name_of(tmp_path / path)
    assert found == name if name.isascii() else found.isascii()


def test_classes_are_a_list_or_the_lines_of_a_file(tmp_path: Path) -> None:
    assert classes_of("a, b,c c") == ("a", "b", "c c")
    (tmp_path / "labels.txt").write_text("\ufeffNO PNEUMONIA\r\nPNEUMONIA, ANY KIND\r\n\r\n", "utf-8")
    assert classes_of(str(tmp_path / "labels.txt")) == ("NO PNEUMONIA", "PNEUMONIA, ANY KIND")
    assert classes_of(None) is None
    for wrong in ("a", "a,b,a", "", str(tmp_path)):
        with pytest.raises(UsageError, match="--classes"):
            classes_of(wrong)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing to export"),
        (["a_run", "--from", "a.keras"], "one model at a time"),
        (["a_run", "--classes", "a,b"], "--classes is for a model that was trained elsewhere"),
        (["--from", "a.keras", "--map", "a=b"], "--map is about pictures to measure on"),
        (["--from", "a.keras", "--measure", "d", "--map", "ab"], "--map is of another form"),
        (["--from", "a.keras", "--prepared", "d"], "--prepared is for a run"),
        (["--from", "a.keras", "--name", "../evil"], "cannot be called"),
    ],
)
def test_options_that_do_not_go_together_are_refused(arguments: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        main(arguments)


def test_a_model_where_a_run_should_be_is_shown_the_way(tmp_path: Path) -> None:
    (tmp_path / "flowers.keras").write_bytes(b"PK")
    with pytest.raises(PlainfilmError, match=r"python -m export --from .*flowers\.keras"):
        main([str(tmp_path / "flowers.keras")])


def test_the_command_line_takes_a_range_that_begins_with_a_minus(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "export", "--from", str(tmp_path / "no.keras"), "--input", "-1..1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[4])
    assert done.returncode == 1
    assert done.stderr.startswith("error: "), done.stderr
    assert "no.keras" in done.stderr
