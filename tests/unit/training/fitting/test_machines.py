"""What a run is trained on: numbers of half precision, and what TF_CONFIG may say."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf
from msgspec.structs import replace

from plainfilm.errors import UsageError
from training.config import Config
from training.fit import fit
from training.fitting.machines import Machines
from training.fitting.tf_config import workers_of

DEFAULT = tf.distribute.get_strategy()


def losses(run: Path) -> list[float]:
    with (run / "history.csv").open() as file:
        return [float(row["loss"]) for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def plain(config: Config, run: Path) -> Config:
    """One epoch without dropout, whose masks are other ones in half precision; `run` has prepared the films."""
    still = replace(config.model, dropout=(0.0,) * 5, dense_dropout=0.0)
    return replace(config, name="plain", model=still, fit=replace(config.fit, epochs=1))


@pytest.fixture(scope="module")
def plain_loss(plain: Config, tmp_path_factory: pytest.TempPathFactory) -> float:
    return losses(fit(plain, tmp_path_factory.mktemp("plain")))[0]


def test_half_precision_learns_as_single_does(plain: Config, plain_loss: float, tmp_path: Path) -> None:
    trained = fit(plain, tmp_path, machines=Machines(DEFAULT, "mixed_float16"))
    assert losses(trained)[0] == pytest.approx(plain_loss, rel=0.02)
    model = keras.saving.load_model(trained / "model.keras", compile=False)
    assert {weight.dtype for weight in model.weights} == {"float32"}
    assert {layer.dtype_policy.name for layer in model.layers} == {"float32"}
    assert all(np.isfinite(weight).all() for weight in model.get_weights())


def test_steps_that_xla_compiles_learn_as_others_do_and_say_that_they_do_not_repeat(
    plain: Config, plain_loss: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Look(keras.callbacks.Callback):
        compiled = False

        def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
            self.compiled = self.model.jit_compile

    look = Look()
    compiled = replace(plain, name="compiled", fit=replace(plain.fit, jit_compile=True))
    trained = fit(compiled, tmp_path, watchers=[look])
    assert look.compiled
    assert losses(trained)[0] == pytest.approx(plain_loss, rel=1e-3)
    assert "not to the bit" in capsys.readouterr().out
    two = Machines(SimpleNamespace(num_replicas_in_sync=2))
    with pytest.raises(UsageError, match="one device"):
        fit(replace(compiled, name="shared"), tmp_path, machines=two)
    # The next run repeats itself again.
    assert losses(fit(plain, tmp_path))[0] == plain_loss


@pytest.mark.parametrize(("before", "after"), [("mixed_float16", "float32"), ("float32", "mixed_float16")])
def test_a_run_goes_on_where_a_graphics_card_has_come_or_gone(
    config: Config, run: Path, tmp_path: Path, recwarn: pytest.WarningsRecorder, before: str, after: str
) -> None:
    class Stopped(Exception):  # noqa: N818
        pass

    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
            raise Stopped

    short = replace(config, name="switched", fit=replace(config.fit, epochs=2))
    with pytest.raises(Stopped):
        fit(short, tmp_path, watchers=[Stop()], machines=Machines(DEFAULT, before))
    trained = fit(short, tmp_path, machines=Machines(DEFAULT, after))
    # Keras only warns of an optimiser that it cannot put back.
    assert [each for each in recwarn if "variable loading" in str(each.message)] == []
    assert len(losses(trained)) == 2
    model = keras.saving.load_model(trained / "model.keras", compile=False)
    assert {layer.dtype_policy.name for layer in model.layers} == {"float32"}


def test_tf_config_says_which_machines_train() -> None:
    two = {"cluster": {"worker": ["a:1", "b:1"]}, "task": {"type": "worker", "index": 1}}
    assert workers_of("") == (1, 0)
    assert workers_of(json.dumps(two)) == (2, 1)
    assert workers_of(json.dumps(two).replace('"a:1"', '"[::1]:1"').replace('"index": 1', '"index": "1"')) == (2, 1)


@pytest.mark.parametrize(
    "text",
    [
        "workers",
        "[]",
        "{}",
        '{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 1}}',
        '{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": "first"}}',
        '{"cluster": {"worker": ["a:1"], "ps": ["b:1"]}, "task": {"type": "worker", "index": 0}}',
        '{"cluster": {"chief": ["a:1"]}, "task": {"type": "chief", "index": 0}}',
        '{"cluster": {"worker": "a:1"}, "task": {"type": "worker", "index": 0}}',
        '{"cluster": {"worker": ["a:1", "a:1"]}, "task": {"type": "worker", "index": 0}}',
        '{"cluster": {"worker": ["a:1", "b"]}, "task": {"type": "worker", "index": 0}}',
        '{"cluster": {"worker": ["http://a:1", "b:1"]}, "task": {"type": "worker", "index": 0}}',
        '{"cluster": {"worker": ["a:1", "b:99999"]}, "task": {"type": "worker", "index": 0}}',
        '{"cluster": {"worker": [1, 2]}, "task": {"type": "worker", "index": 0}}',
        '{"cluster": {"worker": ["a:1", "b:1"]}, "task": {"type": "worker", "index": 0.5}}',
        '{"cluster": {"worker": ["a:1", "b:1"]}, "task": {"type": "worker", "index": true}}',
        "[" * 100_000,
    ],
)
def test_another_tf_config_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="TF_CONFIG"):
        workers_of(text)
