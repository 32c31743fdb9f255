"""A run from its first epoch to its last, killed and continued on the way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
from msgspec.structs import replace

from plainfilm.atomic import OutputError
from plainfilm.errors import PlainfilmError, UsageError
from plainfilm.lock import HeldError, held
from tests.dead_process import left_by_a_dead_process
from training.config import Config, read_config
from training.evaluate import evaluate
from training.fit import fit
from training.fitting import callbacks
from training.fitting.opening import open_run
from training.run import read_run


def weights_of(run: Path) -> list[bytes]:
    """The bytes of every weight."""
    return [each.tobytes() for each in keras.saving.load_model(run / "model.keras", compile=False).get_weights()]


FIT_ON_ONE_CORE = """
import os, sys
from pathlib import Path
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
from training.config import read_config
from training.fit import fit
fit(read_config(Path(sys.argv[1])), Path(sys.argv[2]))
"""


def test_the_same_seed_gives_the_same_weights_in_a_process_of_fewer_cores(run: Path, tmp_path: Path) -> None:
    assert "TF_NUM_INTRAOP_THREADS" in os.environ, "the process inherits what `import_tensorflow` or the test run set"
    subprocess.run([sys.executable, "-c", FIT_ON_ONE_CORE, str(run / "config.toml"), str(tmp_path)], check=True)
    assert weights_of(tmp_path / "small") == weights_of(run)


def test_a_run_killed_after_an_epoch_continues_to_the_same_history(
    run: Path, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = callbacks.EpochCheckpoint.on_epoch_end

    def killed(self: callbacks.EpochCheckpoint, epoch: int, logs: dict[str, float] | None = None) -> None:
        real(self, epoch, logs)
        if epoch == 0:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(callbacks.EpochCheckpoint, "on_epoch_end", killed)
        with pytest.raises(KeyboardInterrupt):
            fit(config, tmp_path)
    assert len(pd.read_csv(tmp_path / "small" / "history.csv")) == 1
    continued = fit(config, tmp_path)
    whole, resumed = (pd.read_csv(folder / "history.csv") for folder in (run, continued))
    compared = [column for column in whole if column != "seconds"]
    pd.testing.assert_frame_equal(resumed[compared], whole[compared], check_exact=True)
    assert weights_of(continued) == weights_of(run)
    assert not (continued / "checkpoint").exists()


def test_a_finished_run_or_one_of_other_settings_is_not_overwritten(run: Path, config: Config) -> None:
    before = (run / "model.keras").read_bytes()
    with pytest.raises(PlainfilmError, match="is finished"):
        fit(config, run.parent)
    with pytest.raises(UsageError, match="other settings"):
        fit(replace(config, title="Another"), run.parent)
    assert (run / "model.keras").read_bytes() == before


def test_the_last_epoch_is_kept_where_the_config_says_so(run: Path, config: Config, tmp_path: Path) -> None:
    kept = fit(replace(config, fit=replace(config.fit, kept_epoch="last")), tmp_path)
    history = pd.read_csv(kept / "history.csv")
    model = read_run(kept).load_model()
    films = read_run(kept).prepared()
    val = films.table[films.table["split"] == "val"]
    probability = model.predict(films.load(val["path"].tolist(), config.model.image_converter), verbose=0)[:, 0]
    right = ((probability >= 0.5) == (val["label"] == "PNEUMONIA")).mean()
    assert right == pytest.approx(history["val_accuracy"].iloc[-1])
    assert np.isclose(history["val_loss"], pd.read_csv(run / "history.csv")["val_loss"], rtol=1e-4).all()


def test_a_loss_that_is_no_number_stops_at_once_and_is_said_by_evaluate_too(
    run: Path, config: Config, tmp_path: Path
) -> None:
    wild = replace(config, fit=replace(config.fit, learning_rate=1e38))
    with pytest.raises(PlainfilmError, match=r"went astray in epoch 1, (batch \d+|after its last batch)") as raised:
        fit(wild, tmp_path)
    assert raised.value.exit_code == 1
    assert "smaller `learning_rate`" in str(raised.value)
    assert not (tmp_path / "small" / "model.keras").exists()
    assert not list((tmp_path / "small" / "checkpoint").glob("*.keras"))
    # No file may ask for such a rate, so that the run says another one.
    stored = tmp_path / "small" / "config.toml"
    stored.write_text(stored.read_text().replace("learning_rate = 1e+38", "learning_rate = 0.5"))
    with pytest.raises(PlainfilmError, match="went astray") as raised:
        evaluate(tmp_path / "small")
    assert "epoch 1" in str(raised.value)
    model = keras.saving.load_model(run / "model.keras", compile=False)
    model.set_weights([np.full_like(each, np.nan) for each in model.get_weights()])
    model.save(tmp_path / "small" / "model.keras")
    with pytest.raises(PlainfilmError, match="no numbers"):
        evaluate(tmp_path / "small")


def test_a_second_fit_of_one_run_is_refused_with_the_name_of_the_first(config: Config, tmp_path: Path) -> None:
    with held(tmp_path / ".small.lock", "the run"), pytest.raises(HeldError, match="being worked on") as raised:
        fit(config, tmp_path)
    assert f"process {os.getpid()} on " in str(raised.value)
    assert not (tmp_path / "small").exists()


def killed_before_the_model_is_written(config: Config, runs: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its folder."""

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(callbacks, "finish", killed)
        with pytest.raises(KeyboardInterrupt):
            fit(config, runs)
    return runs / config.name


def test_a_run_killed_after_early_stopping_is_written_and_not_trained_on(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So small a rate changes no weight, and no epoch is better than the first.
    still = replace(config, fit=replace(config.fit, learning_rate=1e-30, epochs=9, early_stopping_patience=1))
    run = killed_before_the_model_is_written(still, tmp_path, monkeypatch)
    history = (run / "history.csv").read_bytes()
    assert 1 < len(history.splitlines()) - 1 < 9, "stopped early"
    fit(still, tmp_path)
    assert (run / "history.csv").read_bytes() == history
    assert (run / "model.keras").exists()
    assert not (run / "checkpoint").exists()


def test_what_is_torn_in_an_unfinished_run_is_said_with_the_next_command(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = killed_before_the_model_is_written(replace(config, fit=replace(config.fit, epochs=2)), tmp_path, monkeypatch)
    config = replace(config, fit=replace(config.fit, epochs=2))
    for name, next_step in (
        ("config.toml", "copy the config"),
        ("history.csv", "remove"),
        ("checkpoint/state.json", "trains anew from the first epoch"),
        ("checkpoint/best.keras", "trains anew from the first epoch"),
    ):
        whole = (run / name).read_bytes()
        for torn in (b"", whole[: len(whole) * 2 // 3]):
            (run / name).write_bytes(torn)
            with pytest.raises(PlainfilmError, match=f"next: .*{next_step}") as raised:
                fit(config, tmp_path)
            assert name in str(raised.value)
            assert raised.value.exit_code == 1
            assert not (run / "model.keras").exists()
        (run / name).write_bytes(whole)
    fit(config, tmp_path)
    assert (run / "model.keras").exists()


@pytest.mark.parametrize("share", [0.0, 0.5])
@pytest.mark.parametrize(
    "torn", ["config.toml", left_by_a_dead_process("config.toml"), "splits.csv"], ids=["config", "partial", "splits"]
)
def test_a_run_that_was_killed_while_it_began_begins_again(
    config: Config, tmp_path: Path, torn: str, share: float
) -> None:
    run, splits = tmp_path / "small", b"path,label\n1.png,A\n"
    open_run(run, config, splits)
    whole = (run / ("splits.csv" if torn == "splits.csv" else "config.toml")).read_bytes()
    (run / "config.toml").unlink()
    (run / torn).write_bytes(whole[: int(len(whole) * share)])
    open_run(run, config, splits)
    assert read_config(run / "config.toml") == config
    assert sorted(path.name for path in run.iterdir()) == ["config.toml", "splits.csv"]
    assert (run / "splits.csv").read_bytes() == splits
    (run / "config.toml").unlink()
    (run / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError, match=r"thesis\.txt"):
        open_run(run, config, splits)
