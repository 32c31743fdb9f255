"""`python -m export`: a run becomes a bundle that gives Keras's readings in TensorFlow.js, or nothing at all."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from PIL import Image

from export import graph, verify
from export.__main__ import export
from export.network.fold import fold
from export.source import read_source
from plainfilm.bundle import Bundle, read_bundle
from plainfilm.errors import PlainfilmError, UsageError
from tests.unit.export.conftest import write_run
from tests.unit.export.network.test_fold import vgg
from training.films.preprocessing import convert, decode

ROOT = Path(__file__).parents[3]


def export_run(run: Path, out: Path, **options: Any) -> Bundle:
    return export(run, out, **{"name": "tiny", "precision": "float16", "prepared": None} | options)


@pytest.fixture(scope="module")
def bundles(finished_run: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Bundle]:
    """The run exported at every precision."""
    out = tmp_path_factory.mktemp("models")
    return {
        precision: export_run(finished_run, out, name=precision, precision=precision)
        for precision in ("float32", "float16", "uint8", "mixed")
    }


@pytest.fixture
def copied_run(finished_run: Path, tmp_path: Path) -> Path:
    """A run of one's own to break."""
    return Path(shutil.copytree(finished_run, tmp_path / "run"))


def operations(bundle: Bundle) -> Counter[str]:
    return Counter(node["op"] for node in bundle.model["modelTopology"]["node"])


@pytest.mark.parametrize("precision", ["float32", "float16", "uint8"])
def test_the_graph_is_folded_and_fused(bundles: dict[str, Bundle], precision: str) -> None:
    found = operations(bundles[precision])
    assert found["_FusedConv2D"] == 3
    assert found["_FusedMatMul"] == 2
    assert found["MatMul"] == 3, "one for the heat map, two for the out-of-distribution score"
    assert not [name for name in found if "BatchNorm" in name or name in ("Conv2D", "BiasAdd")]


def test_asking_for_one_output_leaves_the_branches_of_the_others_alone(bundles: dict[str, Bundle]) -> None:
    model = bundles["float16"].model
    nodes = {node["name"]: node for node in model["modelTopology"]["node"]}

    def behind(output: str) -> set[str]:
        names, waiting = set(), [model["signature"]["outputs"][output]["name"].split(":")[0]]
        while waiting:
            if (name := waiting.pop().removeprefix("^").split(":")[0]) not in names:
                names.add(name)
                waiting += nodes[name].get("input", [])
        return {nodes[name]["op"] for name in names}

    chain = {"Placeholder", "Const", "_FusedConv2D", "Mul", "MaxPool", "AddV2", "Reshape", "_FusedMatMul"}
    assert behind("logit") == chain | {"Identity"}
    assert behind("probability") - behind("logit") == {"Softmax"}
    assert not {"ResizeNearestNeighbor", "_FusedMatMul"} & behind("ood_score")
    assert "Sqrt" not in behind("heatmap")


def test_no_weight_is_stored_twice(bundles: dict[str, Bundle]) -> None:
    weights = bundles["float32"].model["weightsManifest"][0]["weights"]
    large = [tuple(weight["shape"]) for weight in weights if np.prod(weight["shape"]) >= 36]
    assert sorted(large) == sorted([(3, 3, 1, 4), (3, 3, 4, 6), (3, 3, 6, 5), (45, 16), (12, 12), (10, 10)])


def test_the_outputs_carry_the_names_of_the_contract(bundles: dict[str, Bundle]) -> None:
    signature = bundles["float16"].model["signature"]
    assert list(signature["inputs"]) == ["image"]
    shapes = {
        name: [int(size["size"]) for size in output["tensorShape"]["dim"]]
        for name, output in signature["outputs"].items()
    }
    assert shapes == {
        "heatmap": [-1, 6, 6], "heatmap_peak": [-1, 1, 1], "logit": [-1, 2], "ood_score": [-1], "probability": [-1, 2]
    }  # fmt: skip


def test_each_precision_takes_the_bytes_it_promises(bundles: dict[str, Bundle]) -> None:
    def size(precision: str) -> int:
        bundle = bundles[precision]
        return sum((bundle.path / name).stat().st_size for name in bundle.weight_files)

    assert size("float32") > size("float16") > size("uint8")
    weights = bundles["uint8"].model["weightsManifest"][0]["weights"]
    stored = {weight["name"].split("/")[-1]: weight.get("quantization", {}).get("dtype") for weight in weights}
    assert stored["features_kernel"] == stored["block2_convolution_kernel"] == "uint8"
    assert stored["logit_kernel"] == stored["gate1_whitening"] == "float16"
    assert stored["block1_convolution_kernel"] is None


def test_levels_with_a_scale_for_each_channel_are_a_product_in_the_graph(bundles: dict[str, Bundle]) -> None:
    weights = bundles["mixed"].model["weightsManifest"][0]["weights"]
    stored = {
        "/".join(weight["name"].split("/")[-2:]): weight.get("quantization", {}).get("dtype") for weight in weights
    }
    assert (stored["features_kernel/levels"], stored["features_kernel/scale"]) == ("uint8", None)
    products = [node for node in bundles["mixed"].model["modelTopology"]["node"] if node["op"] == "Mul"]
    assert any([name.split("/")[-1] for name in node["input"]] == ["levels", "scale"] for node in products)


def test_what_the_precision_changed_is_measured(bundles: dict[str, Bundle], finished_run: Path) -> None:
    changes = {name: bundle.metadata["quantisation"] for name, bundle in bundles.items()}
    assert changes["float32"]["max_abs_logit_change"] < 1e-4
    assert changes["float32"]["decisions_changed"] == 0
    most = {name: change["max_abs_logit_change"] for name, change in changes.items()}
    assert 0 < most["float16"] < most["uint8"]
    assert 0 < most["mixed"] < 0.05, "kernels of a few channels gain nothing by scales of their own"
    films = len(np.concatenate(list(read_source(finished_run, None).batches("val"))))
    assert all(change["split"] == "val" and change["n"] == films for change in changes.values())


def test_tensorflow_js_gives_the_numbers_of_keras(bundles: dict[str, Bundle], finished_run: Path) -> None:
    films = np.random.default_rng(4).uniform(0, 255, (3, 22, 22, 1)).astype(np.float32)
    outputs = verify.run_in_node(bundles["float32"].path, films)
    model = keras.models.load_model(finished_run / "model.keras")
    z = np.asarray(keras.Model(model.input, model.get_layer("logit").output)(films))[:, 0]
    np.testing.assert_allclose(outputs["logit"], np.stack([np.zeros(3), z], axis=1), atol=1e-4)
    np.testing.assert_allclose(outputs["probability"][:, 1], 1 / (1 + np.exp(-z / 1.5)), atol=1e-5)
    np.testing.assert_allclose(outputs["probability"].sum(axis=1), 1, atol=1e-6)
    assert outputs["ood_score"].shape == (3,)
    maps = graph.outputs(fold(model, 1), graph.Readout(1.0, 1, None), films)
    for name in ("heatmap", "heatmap_peak"):
        np.testing.assert_allclose(outputs[name], maps[name].numpy(), atol=1e-3)


def test_parity_pictures_are_of_every_kind_and_their_pixels_are_the_one_resize(
    bundles: dict[str, Bundle], finished_run: Path
) -> None:
    bundle = bundles["float16"]
    converter = read_source(finished_run, None).run.config.model.image_converter
    kinds = set()
    for case in bundle.parity["cases"]:
        data = (bundle.path / case["file"]).read_bytes()
        with Image.open(io.BytesIO(data)) as image:
            kinds.add((image.format, image.mode))
        grey = decode(data)
        assert grey.shape == (case["height"], case["width"])
        expected = convert(grey, converter)[..., 0]
        pixels = np.fromfile(bundle.path / case["pixels"], "<u2").reshape(22, 22) / 256
        assert np.abs(pixels - expected).max() <= 1 / 512 + 1e-6
    assert kinds == {("JPEG", "L"), ("JPEG", "RGB"), ("PNG", "L"), ("PNG", "RGBA"), ("PNG", "P")}


def test_parity_decisions_follow_the_default_threshold(bundles: dict[str, Bundle]) -> None:
    for case in bundles["float16"].parity["cases"]:
        assert case["decision"] == ("PNEUMONIA" if case["probability"][1] >= 0.5 else "NORMAL")


def test_metadata_says_what_the_run_says(bundles: dict[str, Bundle]) -> None:
    metadata = bundles["float16"].metadata
    assert metadata["class_names"] == ["NORMAL", "PNEUMONIA"]
    assert metadata["calibration"]["temperature"] == 1.5
    assert [point["split"] for point in metadata["operating_points"]] == ["val", "test"]
    assert metadata["ood"]["kept_fraction"] >= 0.99
    assert metadata["image_converter"]["height"] == 22


def test_the_gate_keeps_the_share_of_validation_films_that_it_says(
    bundles: dict[str, Bundle], finished_run: Path
) -> None:
    bundle = bundles["float16"]
    films = np.concatenate(list(read_source(finished_run, None).batches("val")))
    kept = np.mean(verify.run_in_node(bundle.path, films)["ood_score"] <= bundle.metadata["ood"]["threshold"])
    assert kept == bundle.metadata["ood"]["kept_fraction"]


def test_the_same_run_gives_the_same_bytes(finished_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    first, second = (export_run(finished_run, tmp_path / place).path for place in ("first", "second"))
    names = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(second) for path in second.rglob("*") if path.is_file())
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    assert json.loads((first / "metadata.json").read_text())["provenance"]["created"] == "2020-09-13T12:26:40Z"


def test_an_older_bundle_survives_an_export_that_fails(
    bundles: dict[str, Bundle], finished_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(bundles["uint8"].path, tmp_path / "tiny")
    monkeypatch.setattr(verify, "run_bundle", write_wrong_logits)
    with pytest.raises(PlainfilmError, match=r"logit by TensorFlow\.js and by TensorFlow disagree on picture"):
        export_run(finished_run, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["tiny"]
    assert read_bundle(tmp_path / "tiny").metadata["precision"] == "uint8"


def write_wrong_logits(bundle: Path, inputs: Path, count: int, outputs: Path) -> None:
    outputs.write_text(json.dumps({"backend": "wasm", "logit": [[0, 99]] * count}))


def test_an_older_bundle_is_replaced_by_one_that_succeeds(
    bundles: dict[str, Bundle], finished_run: Path, tmp_path: Path
) -> None:
    shutil.copytree(bundles["uint8"].path, tmp_path / "tiny")
    assert export_run(finished_run, tmp_path).metadata["precision"] == "float16"
    assert [path.name for path in tmp_path.iterdir()] == ["tiny"]


def test_a_folder_with_a_file_that_no_bundle_lists_is_left_alone(
    bundles: dict[str, Bundle], finished_run: Path, tmp_path: Path
) -> None:
    shutil.copytree(bundles["uint8"].path, tmp_path / "tiny")
    (tmp_path / "tiny/left_over.bin").write_bytes(b"old")
    with pytest.raises(PlainfilmError, match=r"did not write(.|\n)*left_over\.bin"):
        export_run(finished_run, tmp_path)
    assert (tmp_path / "tiny/left_over.bin").read_bytes() == b"old"


def test_a_folder_that_is_no_run_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(PlainfilmError, match="is not a run"):
        export_run(tmp_path, tmp_path / "models")


def test_a_run_without_its_model_says_so(copied_run: Path, tmp_path: Path) -> None:
    (copied_run / "model.keras").unlink()
    with pytest.raises(PlainfilmError, match=r"no model\.keras"):
        export_run(copied_run, tmp_path / "models")


def test_a_truncated_model_is_no_traceback_and_leaves_nothing(copied_run: Path, tmp_path: Path) -> None:
    data = (copied_run / "model.keras").read_bytes()
    (copied_run / "model.keras").write_bytes(data[: len(data) // 2])
    with pytest.raises(PlainfilmError, match=r"model\.keras cannot be read"):
        export_run(copied_run, tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_a_model_of_another_size_is_refused_with_both_sizes(copied_run: Path, tmp_path: Path, make_model: Any) -> None:
    make_model(size=30).save(copied_run / "model.keras")
    with pytest.raises(PlainfilmError, match=r"(?s)30, 30, 1.*22, 22, 1"):
        export_run(copied_run, tmp_path / "models")


def test_a_run_that_was_not_evaluated_says_what_to_run(copied_run: Path, tmp_path: Path) -> None:
    (copied_run / "evaluation.json").unlink()
    with pytest.raises(PlainfilmError, match="python -m training evaluate"):
        export_run(copied_run, tmp_path / "models")


def test_films_that_have_gone_are_missed(copied_run: Path, tmp_path: Path) -> None:
    config = (copied_run / "config.toml").read_text()
    lines = ['prepared = "/nowhere"' if line.startswith("prepared") else line for line in config.splitlines()]
    (copied_run / "config.toml").write_text("\n".join(lines))
    with pytest.raises(PlainfilmError, match="/nowhere"):
        export_run(copied_run, tmp_path / "models")


def test_a_name_that_is_no_folder_name_is_refused(finished_run: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be called"):
        export_run(finished_run, tmp_path, name="../evil")


def test_a_network_trained_in_mixed_precision_is_exported_in_full_precision(copied_run: Path, tmp_path: Path) -> None:
    model = keras.models.load_model(copied_run / "model.keras")
    for layer in model.layers[1:]:
        layer.dtype_policy = "mixed_float16"
    model.save(copied_run / "model.keras")
    change = export_run(copied_run, tmp_path, precision="float32").metadata["quantisation"]
    assert change["max_abs_logit_change"] < 1e-4


def test_the_command_line_answers_in_words_and_exit_codes(tmp_path: Path) -> None:
    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "export", *arguments]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert run("--help").returncode == 0
    nothing = run(tmp_path / "nothing")
    assert nothing.returncode == 1
    assert nothing.stderr.startswith("error: ")
    assert "Traceback" not in nothing.stderr
    assert run(tmp_path, "--precision", "int3").returncode == 2


def test_a_vgg16_goes_the_whole_way_to_a_bundle(tmp_path: Path) -> None:
    model = vgg("block2_conv2", size=(32, 32))
    bundle = export(write_run(tmp_path, model), tmp_path / "models", name="vgg", precision="float16", prepared=None)
    operations = {node["op"] for node in bundle.model["modelTopology"]["node"]}
    assert "_FusedConv2D" in operations
    assert not {"Conv2D", "BiasAdd"} & operations
