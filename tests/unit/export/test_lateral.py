"""Films from the side: learned from a few, kept in the run, given to the bundle, and refused by it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from export import film_checks, verify
from export.__main__ import export
from export.fit_lateral import KEPT, Frontals, fit, fit_lateral, halves
from export.lateral import FILE, read
from plainfilm.bundle import Bundle, read_bundle
from plainfilm.errors import PlainfilmError
from tests.shared import LATERAL, REPOSITORY, needs_laterals
from training.films.phantom import from_the_side, thorax
from training.films.prepared import picture_files
from training.films.preprocessing import ImageConverter, convert, decode
from training.run import read_run

SHIPPED = REPOSITORY / "export" / "models" / "mobilenet_v2_distilled_long"


def hospital(name: str, centre: float, count: int = 400, features: int = 5) -> Frontals:
    rng = np.random.default_rng(len(name))
    plain, varied, validation = (rng.normal(centre, spread, (count, features)) for spread in (1, 1.2, 1))
    return Frontals(name, plain, varied, validation)


def laterals(centre: float, films: int = 10, copies: int = 8, features: int = 5) -> np.ndarray:
    rng = np.random.default_rng(5)
    return centre + rng.normal(0, 0.5, (films, 1, features)) + rng.normal(0, 1, (films, copies, features))


def test_the_threshold_keeps_the_films_of_every_hospital_and_lies_halfway_to_the_laterals() -> None:
    hospitals = [hospital("near", 0), hospital("far", 1, count=90)]
    made = fit(hospitals, laterals(7))
    for each in hospitals:
        assert np.mean(made.scores(each.plain) <= made.threshold) >= KEPT
        assert np.mean(made.scores(each.varied) <= made.threshold) >= KEPT
        assert (made.scores(each.validation) <= made.threshold).all()
    assert made.left_out_refused == 10
    of_laterals, of_frontals = made.scores(laterals(7)[:, 0]).min(), made.scores(hospitals[1].plain).max()
    assert of_frontals < made.threshold < of_laterals


def test_laterals_that_look_like_frontal_films_are_said_to() -> None:
    with pytest.raises(PlainfilmError, match="does not tell the lateral films from the frontal ones"):
        fit([hospital("only", 0)], laterals(0))


def test_every_second_film_is_learned_from_and_the_others_are_held_back() -> None:
    files = [Path(f"{number}.png") for number in range(5)]
    assert halves(files) == ([files[1], files[3]], [files[0], files[2], files[4]])


@pytest.fixture(scope="module")
def phantoms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve lateral phantoms, and as many frontal ones of another hospital in the folder `frontal` beside."""
    folder, rng = tmp_path_factory.mktemp("views"), np.random.default_rng(8)
    for name in ("lateral", "frontal"):
        (folder / name).mkdir()
    for number in range(12):
        Image.fromarray(from_the_side(rng, 240, 200)).save(folder / "lateral" / f"{number:02}.png")
        Image.fromarray(thorax(rng, number % 2 == 0, 220, 260)).save(folder / "frontal" / f"{number:08}_000.png")
    return folder


@pytest.fixture(scope="module")
def run(mobilenet_run: Path, phantoms: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that has learned them."""
    copy = Path(shutil.copytree(mobilenet_run, tmp_path_factory.mktemp("lateral") / "run"))
    fit_lateral(copy, phantoms / "lateral", [phantoms / "frontal"])
    return copy


@pytest.fixture(scope="module")
def bundle(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    out = tmp_path_factory.mktemp("models")
    return export(run, out, name="side", precision="float16", prepared=None)


def test_the_run_says_what_it_was_learned_from_and_how_good_it_is(run: Path) -> None:
    stated = json.loads((run / FILE).read_text("utf-8"))
    sets = {row["set"]: row for row in stated["sets"]}
    assert [row["n"] for name, row in sets.items() if name.startswith("lateral")] == [6, 6]
    assert {"films, training", "films, validation", "frontal, training", "frontal, validation"} < set(sets)
    assert sets["frontal, training"]["n"] + sets["frontal, validation"]["n"] == 12
    assert sets["lateral, held back"]["refused"] == stated["refused"] >= 5
    assert sets["films, training"]["refused"] == 0
    assert "of 6 lateral films" in stated["method"]


def test_the_bundle_has_the_score_and_tells_views_apart(bundle: Bundle) -> None:
    limit = bundle.metadata["lateral"]
    assert set(bundle.model["signature"]["outputs"]) == {
        "heatmap", "heatmap_peak", "lateral_score", "logit", "ood_score", "probability"
    }  # fmt: skip
    assert all(isinstance(case["lateral_score"], float) for case in bundle.parity["cases"])
    assert all(case["lateral_score"] <= limit["threshold"] for case in bundle.parity["cases"])
    rng = np.random.default_rng(77)
    side = [from_the_side(rng, 230, 210) for _ in range(8)]
    frontal = [thorax(rng, False, 230, 300) for _ in range(8)]
    converter = ImageConverter(32, 32, 1, "whole")
    films = np.stack([convert(film, converter) for film in [*side, *(film[:, ::-1] for film in side), *frontal]])
    refused = verify.run_in_node(bundle.path, films)["lateral_score"] > limit["threshold"]
    assert refused[:16].sum() >= 14
    assert not refused[16:].any()
    reasons = [one.reason for one in film_checks.read([*side, *frontal], bundle.path)]
    assert "lateral" in reasons[:8], "but for those that the gate takes for something else altogether"
    assert "lateral" not in reasons[8:]


def test_it_adds_nothing_to_the_branches_of_the_other_outputs(bundle: Bundle, run: Path, tmp_path: Path) -> None:
    (plain := Path(shutil.copytree(run, tmp_path / "plain")) / FILE).unlink()
    without = export(plain.parent, tmp_path / "models", name="side", precision="float16", prepared=None)
    assert "lateral" not in without.metadata
    assert "lateral_score" not in without.model["signature"]["outputs"]
    films = np.random.default_rng(4).uniform(0, 255, (3, 32, 32, 1)).astype(np.float32)
    ours, theirs = (verify.run_in_node(each.path, films) for each in (bundle, without))
    for output in ("logit", "probability", "ood_score", "heatmap"):
        np.testing.assert_array_equal(ours[output], theirs[output])
    nodes = {node["name"]: node for node in bundle.model["modelTopology"]["node"]}
    for output in ("logit", "probability", "heatmap", "ood_score"):
        names, waiting = set[str](), [bundle.model["signature"]["outputs"][output]["name"].split(":")[0]]
        while waiting:
            if (name := waiting.pop().removeprefix("^").split(":")[0]) not in names:
                names.add(name)
                waiting += nodes[name].get("input", [])
        assert not [name for name in names if "lateral" in name], output


def test_weights_of_another_network_are_not_taken_for_the_runs(run: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(run, tmp_path / "run"))
    stated = json.loads((copy / FILE).read_text("utf-8"))
    (copy / FILE).write_text(json.dumps(stated | {"model_sha256": "0" * 64}), "utf-8")
    with pytest.raises(PlainfilmError, match="made for another network"):
        read(read_run(copy))
    for broken in ("", "[]", json.dumps(stated | {"maps": []}), json.dumps(stated | {"bias": None})):
        (copy / FILE).write_text(broken, "utf-8")
        with pytest.raises(PlainfilmError, match=r"(?s)cannot read .*python -m export lateral"):
            read(read_run(copy))
    (copy / FILE).unlink()
    assert read(read_run(copy)) is None


def test_folders_that_hold_too_few_films_are_named(run: Path, phantoms: Path, tmp_path: Path) -> None:
    with pytest.raises(PlainfilmError, match="there is no folder"):
        fit_lateral(run, tmp_path / "nothing")
    for file in picture_files(phantoms / "lateral")[:5]:
        shutil.copy(file, tmp_path)
    with pytest.raises(PlainfilmError, match=r"(?s)too few films.*5, of which every second.*8 at least"):
        fit_lateral(run, tmp_path)


@needs_laterals
def test_the_shipped_network_refuses_real_laterals_that_it_did_not_learn_from() -> None:
    assert read_bundle(SHIPPED).metadata["lateral"]["laterals"] == 11
    _, held_back = halves(picture_files(LATERAL))
    films = [decode(file) for file in held_back]
    reasons = [one.reason for one in film_checks.read([*films, *(film[:, ::-1] for film in films)], SHIPPED)]
    assert reasons.count("lateral") >= 20
