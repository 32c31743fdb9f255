"""A search from its first trial to its three picks, on phantoms, killed, continued and shared on the way."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import pytest
from msgspec.structs import replace
from optuna.trial import create_trial

from plainfilm.errors import PlainfilmError, UsageError
from tests.unit.training.networks.small import MOBILENET
from training.config import Config, read_config
from training.films.phantom import write_dataset
from training.films.prepared import PreparedData
from training.fitting import callbacks
from training.fitting.history import read_history
from training.networks.five_block_cnn import FiveBlockCnnConfig
from training.networks.network import Network, build_model
from training.search.cost import milliseconds_of, weight_bytes, work_of
from training.search.picks import Tried, pareto_front, pick
from training.search.run import search
from training.search.shared_study import SharedStudy
from training.search.space import Space, every_network, find_weights
from training.search.trial import HALFWAY, Cost, is_overtaken


@pytest.fixture(scope="module")
def like() -> Config:
    smoke = read_config(Path("smoke"))
    return replace(smoke, fit=replace(smoke.fit, epochs=4))


@pytest.fixture(scope="module")
def space(like: Config) -> Space:
    assert isinstance(like.model, FiveBlockCnnConfig)
    narrow = replace(like.model, filters=(4, 4, 8, 8, 8), dense_units=8)
    return Space(like, {"narrow": narrow, "as smoke": like.model}, sizes=(32,), epochs=2)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "phantoms"
    write_dataset(folder, films_per_class=20, seed=4)
    return folder


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current directory, which is where things go by default."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def no_test_film(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Which splits' folders films are read from once they are prepared."""
    read: set[str] = set()
    real = PreparedData.decode

    def noted(self: PreparedData, path: str, *how: Any) -> Any:
        read.add(path.split("/")[0])
        return real(self, path, *how)

    monkeypatch.setattr(PreparedData, "decode", noted)
    yield read
    assert "test" not in read


def test_a_search_killed_in_its_first_trial_goes_on_and_ends_with_three_picks(
    films: Path,
    space: Space,
    at_home: Path,
    no_test_film: set[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = at_home / "study"
    real = callbacks.EpochCheckpoint.on_epoch_end

    def killed(self: callbacks.EpochCheckpoint, epoch: int, logs: dict[str, float] | None = None) -> None:
        real(self, epoch, logs)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(callbacks.EpochCheckpoint, "on_epoch_end", killed)
        with pytest.raises(KeyboardInterrupt):
            search(films, space, folder, hours=1)
    assert len(read_history(folder / "trial_000")) == 1
    assert not (folder / "search.json").exists()

    picks = search(films, space, folder, hours=1, most_trials=2)
    assert "continuing after epoch 1 of 2" in (folder / "trial_000.log").read_text()
    assert no_test_film == {"train"}, "validation is carved from train"
    said = capsys.readouterr().out
    assert "trial_000: AUROC 0." in said or "trial_000: AUROC 1." in said
    assert "2 finished, 0 stopped, 0 failed" in said

    found = json.loads((folder / "search.json").read_text())
    assert {trial["run"] for trial in found["trials"]} == {"trial_000", "trial_001"}
    assert {trial["network"] for trial in found["trials"]} == {"narrow", "as smoke"}, "each network once at first"
    assert (
        {each["name"] for each in found["picks"]} == {"low_latency", "best_trade_off", "higher_accuracy"} == set(picks)
    )
    assert (folder / "pareto.svg").read_text().startswith("<svg")
    config = read_config(folder / "phantoms_low_latency.toml")
    assert config.fit.epochs == 4, "trained fully, unlike the trial"
    assert "python -m training fit " + str(folder / "phantoms_low_latency.toml") in said


def test_a_budget_that_ends_within_a_trial_keeps_its_epochs_and_says_so(
    films: Path, space: Space, at_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.search.trial.time", SimpleNamespace(monotonic=lambda: math.inf))
    with pytest.raises(PlainfilmError, match="no trial has finished yet"):
        search(films, space, at_home / "study", hours=1, most_trials=1)
    assert "trial_000: not finished" in capsys.readouterr().out
    assert len(read_history(at_home / "study" / "trial_000")) == 1


def test_a_study_is_about_one_thing_only(films: Path, space: Space, at_home: Path) -> None:
    with pytest.raises(PlainfilmError, match="no trial has finished yet"):
        search(films, space, at_home / "study", hours=0)
    with pytest.raises(UsageError, match="something else"):
        search(films, dataclasses.replace(space, sizes=(32, 40)), at_home / "study", hours=0)


def open_study(folder: Path, space: Space) -> SharedStudy:
    return SharedStudy(folder, space.as_json(), space.distributions, space.first_trials)


def test_two_workers_share_a_study_and_the_second_takes_over_what_the_first_died_on(
    space: Space, tmp_path: Path
) -> None:
    first, second = open_study(tmp_path, space), open_study(tmp_path, space)
    dying = first.claim()
    died_on = dying.__enter__()
    with second.claim() as other:
        assert other.run != died_on.run
        assert {died_on.trial.params["network"], other.trial.params["network"]} == set(space.networks)
        second.finish(other, [0.9, 100, 1.0])
    dying.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)  # its lock is let go of, its trial is not told
    with second.claim() as taken_over:
        assert taken_over.run == died_on.run
        assert taken_over.trial.params == died_on.trial.params
        second.finish(taken_over, [0.8, 200, 2.0])
    assert [trial.values for trial in first.finished()] == [[0.9, 100, 1.0], [0.8, 200, 2.0]]
    assert first.counts() == {"finished": 2, "stopped": 0, "failed": 0}
    with first.claim() as failing:
        first.give_up(failing, failed=True)
    with first.claim() as hopeless:
        first.give_up(hopeless, failed=False)
    assert second.counts() == {"finished": 2, "stopped": 1, "failed": 1}


TINY = Tried("tiny", 0.70, 10_000, 1.0)
SMALL = Tried("small", 0.972, 400_000, 3.0)
MIDDLE = Tried("middle", 0.979, 500_000, 3.5)
LARGE = Tried("large", 0.980, 4_000_000, 20.0)
SLOW = Tried("slow", 0.979, 4_000_000, 30.0)


def test_the_picks_follow_their_rules() -> None:
    front = pareto_front([SLOW, LARGE, TINY, MIDDLE, SMALL])
    assert front == [TINY, SMALL, MIDDLE, LARGE], "what is worse in everything is not on the front"
    assert pick(front) == {"low_latency": SMALL, "best_trade_off": MIDDLE, "higher_accuracy": LARGE}
    assert pick([TINY]) == dict.fromkeys(("low_latency", "best_trade_off", "higher_accuracy"), TINY)
    assert pareto_front([MIDDLE, dataclasses.replace(MIDDLE, run="same")]) == [MIDDLE]


def test_a_trial_is_overtaken_by_one_that_costs_no_more() -> None:
    def finished(auroc: float, weight_bytes: float, milliseconds: float) -> Any:
        return create_trial(values=[0.99, weight_bytes, milliseconds], user_attrs={HALFWAY: auroc})

    cost = Cost(1000, 5.0)
    assert is_overtaken(0.9, cost, [finished(0.95, 1000, 5.0)])
    assert not is_overtaken(0.94, cost, [finished(0.95, 1000, 5.0)]), "not by so little"
    assert not is_overtaken(0.9, cost, [finished(0.95, 1001, 5.0), finished(0.95, 1000, 5.1)])
    assert not is_overtaken(0.9, cost, [])


def test_a_network_costs_what_is_published_of_it(like: Config) -> None:
    networks = every_network(like)
    mobilenet = replace(networks["MobileNetV2 0.35"], height=224, width=224)
    work = work_of(build_model(mobilenet, 2))
    colours, classifier = 2 * 9 * 16 * 112 * 112, 1280 * 1000  # which grey films and two classes do without
    published = 59.2e6
    assert work.dense_operations + work.depthwise_operations + colours + classifier == pytest.approx(
        published, rel=0.01
    )
    size = weight_bytes(keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Conv2D(8, 3), keras.layers.Dense(2)]))
    assert size == 4 * (9 * 8) + 2 * (8 * 2) + 4 * (8 + 2)
    larger = milliseconds_of(work_of(build_model(replace(mobilenet, height=160, width=160), 2)))
    assert larger < milliseconds_of(work)


def test_every_cut_of_the_space_can_be_built_at_the_smallest_size(like: Config) -> None:
    space = Space(like, {name: network for name, network in every_network(like).items() if "1.0" not in name})
    assert len(space.networks) == 7
    for parameters in space.first_trials:
        config = space.config({**parameters, "size": min(space.sizes)}, "trial", Path("prepared"))
        assert build_model(config.model, 2).input_shape == (None, 96, 96, 1)


def test_networks_whose_imagenet_weights_cannot_be_had_are_left_out(
    like: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def download(*_: object, **__: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr("keras.src.applications.mobilenet_v2.file_utils.get_file", download)
    shape = (32, 32, 3)
    file = tmp_path / "small.weights.h5"
    keras.applications.MobileNetV2(input_shape=shape, alpha=0.35, include_top=False, weights=None).save_weights(file)
    small = MOBILENET
    networks: dict[str, Network] = {"small": small, "cut": replace(small, cut="block_6_expand_relu")}
    networks |= {"wide": replace(small, alpha=1.0), "cnn": like.model}
    assert find_weights(networks, [file]) == {"small": file, "cut": file, "cnn": None}
    assert "left out: wide" in capsys.readouterr().out
    with pytest.raises(PlainfilmError, match="no network to try"):
        find_weights({"wide": networks["wide"]}, [file])
    with pytest.raises(PlainfilmError, match="no such file"):
        find_weights(networks, [tmp_path / "nowhere"])
