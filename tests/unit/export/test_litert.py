"""A bundle's network as LiteRT's file: the same numbers from the same weights, whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from export.__main__ import main
from export.litert import READ, add_litert, check_against_parity, converted, film_of, graph_of
from export.verify import VerificationError
from plainfilm.bundle import LITERT, read_bundle
from plainfilm.errors import PlainfilmError
from tests.tiny_bundle import TFLITE, sign, write_tiny_bundle

MODELS = Path(__file__).parents[3] / "export" / "models"


def test_the_command_adds_the_network_to_a_bundle_in_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = write_tiny_bundle(tmp_path)
    before = read_bundle(bundle)
    for _ in range(2):  # once more, it is replaced
        main(["litert", str(bundle)])
        after = read_bundle(bundle)
        assert after.has_litert
        assert [entry for entry in after.metadata["files"] if entry["path"] != LITERT] == before.metadata["files"]
    assert "litert = true" in capsys.readouterr().out


def test_or_to_another_one_and_leaves_the_first_as_it_was(tmp_path: Path) -> None:
    bundle = write_tiny_bundle(tmp_path)
    made = add_litert(bundle, tmp_path / "other")
    assert made.has_litert
    assert made.metadata["name"] == "other"
    assert not read_bundle(bundle).has_litert


def test_the_network_that_the_tests_of_the_page_use_is_that_of_the_tiny_bundle(tmp_path: Path) -> None:
    bundle = read_bundle(write_tiny_bundle(tmp_path))
    check_against_parity(bundle, TFLITE.read_bytes())
    films = [film_of(bundle, case) for case in bundle.parity["cases"]]
    runs = [
        tf.lite.Interpreter(model_content=one).get_signature_runner()
        for one in (TFLITE.read_bytes(), converted(bundle))
    ]
    for film in films:
        kept, made = (run(image=film) for run in runs)
        assert kept.keys() == made.keys() == {"logit", "ood_score", "probability"}
        for name, value in kept.items():
            np.testing.assert_allclose(value, made[name], atol=1e-5)


def test_a_shipped_network_gives_pythons_numbers_from_weights_of_every_kind(capsys: pytest.CaptureFixture[str]) -> None:
    bundle = read_bundle(MODELS / "children_and_adults")
    graph = graph_of(bundle)
    assert not [node.op for node in graph.node if "Fused" in node.op]
    network = converted(bundle)
    check_against_parity(bundle, network)
    assert "on 6 pictures" in capsys.readouterr().out
    interpreter = tf.lite.Interpreter(model_content=network)
    assert interpreter.get_signature_list()["serving_default"]["outputs"] == sorted(READ)


def test_other_numbers_are_no_network_and_nothing_is_written(tmp_path: Path) -> None:
    bundle = write_tiny_bundle(tmp_path)
    parity = json.loads((bundle / "parity.json").read_text("utf-8"))
    parity["cases"][1]["logit"][1] += 0.5
    (bundle / "parity.json").write_text(json.dumps(parity), "utf-8")
    sign(bundle)
    with pytest.raises(VerificationError, match="LiteRT computes something else"):
        add_litert(bundle, bundle)
    assert not read_bundle(bundle).has_litert


@pytest.mark.parametrize("op", ["Bincount", "NoSuchOperation"])
def test_a_network_that_litert_lacks_something_for_is_said_to_be_one(tmp_path: Path, op: str) -> None:
    bundle = write_tiny_bundle(tmp_path)
    model = json.loads((bundle / "model.json").read_text("utf-8"))
    next(node for node in model["modelTopology"]["node"] if node["name"] == "scaled")["op"] = op
    (bundle / "model.json").write_text(json.dumps(model), "utf-8")
    sign(bundle)
    with pytest.raises(PlainfilmError, match="a network that LiteRT cannot run"):
        converted(read_bundle(bundle))


def test_a_fused_operation_of_an_unknown_kind_is_named(tmp_path: Path) -> None:
    bundle = write_tiny_bundle(tmp_path)
    text = (bundle / "model.json").read_text("utf-8")
    (bundle / "model.json").write_text(text.replace('"UmVsdQ=="', '"UHJlbHU="'), "utf-8")  # Relu, Prelu
    sign(bundle)
    with pytest.raises(PlainfilmError, match="Prelu in features"):
        converted(read_bundle(bundle))
