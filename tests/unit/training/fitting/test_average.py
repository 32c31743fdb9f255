"""A network made of finished ones."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
from msgspec.structs import replace

from plainfilm.errors import PlainfilmError, UsageError
from training.config import AverageConfig, Config
from training.evaluate import evaluate
from training.fit import fit
from training.fitting.average import drawn_back, estimate_statistics, mean_of
from training.run import read_run


@pytest.fixture(scope="module")
def trained_on(of_two_hospitals: Config, run_of_two_hospitals: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that began as another one, whose first layers it kept."""
    settings = {"start_from": str(run_of_two_hospitals), "frozen_until": "block2_max_pool", "epochs": 1}
    config = replace(of_two_hospitals, name="on", fit=replace(of_two_hospitals.fit, kept_epoch="last", **settings))
    return fit(config, tmp_path_factory.mktemp("runs"))


def test_layers_that_are_frozen_stay_as_training_started_statistics_included(
    trained_on: Path, run_of_two_hospitals: Path
) -> None:
    trained, start = (read_run(run).load_model() for run in (trained_on, run_of_two_hospitals))
    for layer in start.layers:
        same = [
            np.array_equal(one, other)
            for one, other in zip(layer.get_weights(), trained.get_layer(layer.name).get_weights(), strict=True)
        ]
        assert all(same) if layer.name[:6] in ("block1", "block2") else not any(same), layer.name


def test_a_layer_that_is_not_there_cannot_be_frozen(of_two_hospitals: Config, tmp_path: Path) -> None:
    config = replace(of_two_hospitals, fit=replace(of_two_hospitals.fit, frozen_until="block9"))
    with pytest.raises(UsageError, match=r"frozen until 'block9'(.|\n)*block1_convolution"):
        fit(config, tmp_path)


def test_finished_runs_are_averaged_and_drawn_back_to_their_start(
    trained_on: Path, run_of_two_hospitals: Path, tmp_path: Path
) -> None:
    config = replace(read_run(trained_on).config, name="averaged")
    runs = (str(trained_on), str(run_of_two_hospitals))
    config = replace(config, average=AverageConfig(runs, start_share=0.5, batches=3))
    folder = fit(config, tmp_path)
    averaged, trained, start = (read_run(run).load_model() for run in (folder, trained_on, run_of_two_hospitals))
    for name in ("logit", "block3_convolution"):
        for own, one, other in zip(
            *(each.get_layer(name).get_weights() for each in (averaged, trained, start)), strict=True
        ):
            np.testing.assert_allclose(own, one / 4 + other * 3 / 4, atol=1e-6)
    frozen, estimated = (
        [each.get_layer(f"block{number}_batch_normalization").get_weights()[2] for each in (averaged, start)]
        for number in (1, 4)
    )
    np.testing.assert_array_equal(frozen[0], frozen[1])
    assert np.abs(estimated[0] - estimated[1]).max() > 1e-3
    assert evaluate(folder)["populations"]
    with pytest.raises(PlainfilmError, match="is finished"):
        fit(config, tmp_path)


def test_what_cannot_be_averaged_is_refused(trained_on: Path, tmp_path: Path) -> None:
    config = read_run(trained_on).config
    config = replace(config, name="averaged", average=AverageConfig((str(trained_on), str(tmp_path / "none"))))
    with pytest.raises(PlainfilmError, match="none is not a run"):
        fit(config, tmp_path)
    other = replace(config, average=AverageConfig((str(trained_on),)), model=replace(config.model, dense_units=8))
    with pytest.raises(UsageError, match=r"be averaged into averaged: it is another network\n.*dense_units 32"):
        fit(other, tmp_path / "other")
    without = replace(
        config, average=AverageConfig((str(trained_on),), start_share=0.2), fit=replace(config.fit, start_from="")
    )
    with pytest.raises(UsageError, match="no start"):
        fit(without, tmp_path / "without")


def test_the_mean_and_the_way_back_are_by_weight() -> None:
    one, other = [np.array([1.0, 2]), np.array(4.0)], [np.array([3.0, 6]), np.array(0.0)]
    mean = mean_of([one, other])
    np.testing.assert_array_equal(mean[0], [2, 4])
    np.testing.assert_allclose(drawn_back(mean, one, 0.25)[1], 0.75 * 2 + 0.25 * 4)


def test_batch_statistics_are_the_mean_over_the_batches() -> None:
    layer = keras.layers.BatchNormalization(momentum=0.9)
    model = keras.Sequential([keras.Input((2,)), layer])
    batches = [np.random.default_rng(seed).normal(seed, 1 + seed, (50, 2)).astype(np.float32) for seed in range(3)]
    estimate_statistics(model, batches)
    np.testing.assert_allclose(layer.moving_mean, np.mean([each.mean(0) for each in batches], axis=0), rtol=1e-5)
    np.testing.assert_allclose(layer.moving_variance, np.mean([each.var(0) for each in batches], axis=0), rtol=1e-4)
    assert layer.momentum == 0.9
