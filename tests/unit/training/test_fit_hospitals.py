"""Training on the films of several hospitals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
from msgspec.structs import replace

from plainfilm.errors import PlainfilmError, UsageError
from training.compare import ALL, compare
from training.config import Config, read_config
from training.films.prepared import PreparedData
from training.fit import fit
from training.fitting.heads import average_heads, with_heads
from training.fitting.origins import with_words
from training.networks.network import build_model
from training.run import read_run


def changed(config: Config, **settings: Any) -> Config:
    return replace(config, name="changed", fit=replace(config.fit, **settings))


def test_a_run_says_by_itself_whose_films_it_read(run_of_two_hospitals: Path) -> None:
    run = read_run(run_of_two_hospitals)
    assert [each.name for each in run.config.data.populations] == ["children", "adults"]
    assert {each.name: each.population for each in run.config.data.hospitals} == {"city": "children", "bay": "adults"}
    assert set(run.splits["hospital"]) == {"city", "bay"}
    assert run.config.fit.weights == {"bay": 0.5}


def validation_loss(folder: Path) -> float:
    """The log-loss of validation as the finished network reads it, the mean of the hospitals."""
    run = read_run(folder)
    films = run.prepared()
    val = films.table[films.table["split"] == "val"]
    given = np.rint(films.load(val["path"].tolist(), run.config.model.image_converter))
    probability = run.load_model().predict(given, verbose=0)[:, 0]
    right = np.where(val["label"] == "PNEUMONIA", probability, 1 - probability)
    return float(pd.Series(-np.log(right)).groupby(val["hospital"].to_numpy()).mean().mean())


def test_the_validation_loss_counts_hospitals_alike(run_of_two_hospitals: Path) -> None:
    history = pd.read_csv(run_of_two_hospitals / "history.csv")
    assert history["val_loss"].min() == pytest.approx(validation_loss(run_of_two_hospitals), rel=1e-3)


def test_heads_are_trained_apart_and_read_as_one(
    of_two_hospitals: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from training.fitting import callbacks

    config = changed(of_two_hospitals, heads="population", epochs=2, kept_epoch="last")
    whole = fit(config, tmp_path / "whole")
    history = pd.read_csv(whole / "history.csv")
    assert history["val_loss"].iloc[-1] == pytest.approx(validation_loss(whole), rel=1e-3)
    model = read_run(whole).load_model()

    on_epoch_end = callbacks.EpochCheckpoint.on_epoch_end

    def killed(self: callbacks.EpochCheckpoint, epoch: int, logs: dict[str, float] | None = None) -> None:
        on_epoch_end(self, epoch, logs)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(callbacks.EpochCheckpoint, "on_epoch_end", killed)
        with pytest.raises(KeyboardInterrupt):
            fit(config, tmp_path / "killed")
    continued = read_run(fit(config, tmp_path / "killed")).load_model()
    for one, other in zip(model.get_weights(), continued.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("classes", [2, 3])
def test_the_mean_of_the_heads_weights_gives_the_mean_of_their_logits(of_two_hospitals: Config, classes: int) -> None:
    keras.utils.set_random_seed(3)
    model = build_model(of_two_hospitals.model, classes)
    trained = with_heads(model, 2)
    films = np.random.default_rng(1).uniform(0, 255, (4, 48, 48, 1)).astype(np.float32)
    halves = np.full((4, 2), 0.5, np.float32)
    np.testing.assert_allclose(trained([films, halves]), model(films), atol=1e-5)  # each starts from the single one
    heads = trained.get_layer("heads")
    heads.set_weights([np.random.default_rng(2).normal(size=each.shape) for each in heads.get_weights()])
    first, second = (trained([films, np.eye(2, dtype=np.float32)[[place] * 4]]) for place in (0, 1))
    assert np.abs(first - second).max() > 1e-3
    average_heads(trained, model)
    np.testing.assert_allclose(trained([films, halves]), model(films), atol=1e-5)


def test_training_may_start_from_a_finished_run(
    of_two_hospitals: Config, run_of_two_hospitals: Path, tmp_path: Path
) -> None:
    start = str(run_of_two_hospitals)
    still = fit(changed(of_two_hospitals, start_from=start, learning_rate=1e-30, epochs=1), tmp_path)
    weights, before = (read_run(run).load_model().get_weights() for run in (still, run_of_two_hospitals))
    moving = {"moving_mean", "moving_variance"}
    names = [each.name for each in read_run(still).load_model().weights]
    for name, one, other in zip(names, weights, before, strict=True):
        if name not in moving:
            np.testing.assert_array_equal(one, other)


def test_a_start_that_does_not_fit_is_refused(
    of_two_hospitals: Config, run_of_two_hospitals: Path, tmp_path: Path
) -> None:
    config = changed(of_two_hospitals, start_from=str(run_of_two_hospitals))
    with pytest.raises(UsageError, match=r"another network\n.*height 48"):
        fit(replace(config, model=replace(config.model, height=32)), tmp_path / "a")
    with pytest.raises(PlainfilmError, match="nowhere is not a run"):
        fit(changed(config, start_from="nowhere"), tmp_path / "b")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"weights": {"sea": 1.0}}, "a hospital that the films are not of"),
        ({"weights": {"city": 0.0, "bay": 0.0}}, "leaves no hospital"),
        ({"balanced": False}, "every film is drawn once"),
        ({"teachers": ({"run": "x", "population": "old"},)}, "a population that the films are not of"),
    ],
)
def test_what_does_not_fit_the_hospitals_is_refused(
    of_two_hospitals: Config, two_hospitals: PreparedData, settings: dict[str, Any], words: str
) -> None:
    from training.fitting.config import Teacher

    if "teachers" in settings:
        settings = {"teachers": tuple(Teacher(**each) for each in settings["teachers"])}
    with pytest.raises(UsageError) as error:
        with_words(changed(of_two_hospitals, **settings), two_hospitals)
    assert words in str(error.value)


@pytest.mark.parametrize("settings", [{"weights": {"city": 0.5}}, {"heads": "population"}])
def test_one_data_set_has_no_hospitals_to_weigh(run: Path, settings: dict[str, Any]) -> None:
    opened = read_run(run)
    with pytest.raises(UsageError, match="asks for several hospitals"):
        with_words(changed(opened.config, **settings), opened.prepared())


def test_a_hospital_that_lacks_a_class_is_refused_unless_forced(
    of_two_hospitals: Config, two_hospitals: PreparedData
) -> None:
    from dataclasses import replace as with_other

    table = two_hospitals.table
    ill = (table["hospital"] == "bay") & (table["label"] == "PNEUMONIA")
    apart = with_other(two_hospitals, table=table[~ill])
    with pytest.raises(UsageError, match="nothing could fix thresholds for the population adults"):
        with_words(of_two_hospitals, apart)
    of_one = tuple(replace(hospital, population="children") for hospital in two_hospitals.hospitals)
    data = with_other(
        apart,
        table=apart.table.assign(population="children"),
        hospitals=of_one,
        populations=two_hospitals.populations[:1],
    )
    with pytest.raises(UsageError, match="bay has no film of PNEUMONIA") as error:
        with_words(of_two_hospitals, data)
    assert "incomplete_hospitals = true" in str(error.value)
    with_words(changed(of_two_hospitals, incomplete_hospitals=True), data)
    with_words(changed(of_two_hospitals, weights={"bay": 0.0}), data)


def test_words_that_are_not_those_of_the_films_are_refused(
    of_two_hospitals: Config, two_hospitals: PreparedData
) -> None:
    stated = replace(of_two_hospitals.data, hospitals=two_hospitals.hospitals[:1])
    with pytest.raises(UsageError, match=r"data.hospitals of both are not"):
        with_words(replace(of_two_hospitals, data=stated), two_hospitals)


def test_runs_are_compared_hospital_by_hospital(run_of_two_hospitals: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = compare([run_of_two_hospitals, run_of_two_hospitals])
    assert list(table.index) == ["both", "both (2)", ALL]
    for measure in ("plain AUROC", "varied AUROC", "varied sensitivity", "varied specificity"):
        columns = table[[f"city {measure}", f"bay {measure}"]]
        assert columns.notna().all(axis=None)
        assert table[f"worst {measure}"].equals(columns.min(axis=1))
    assert "by hospital" in capsys.readouterr().out


def test_the_shipped_configurations_of_several_hospitals_ask_for_what_there_is() -> None:
    config = read_config(Path("mobilenet_v2_adults"))
    assert config.fit.weights == {"nih": 0.4}
    assert config.model == read_run(Path(__file__).parents[3] / config.fit.start_from).config.model
    assert read_config(Path("mobilenet_v2_adults_heads")).fit.heads == "population"
