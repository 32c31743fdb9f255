"""A study of made films on phantoms, from a GAN of a few steps to its figures: killed, gone on with, and opened on test once."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from plainfilm.errors import PlainfilmError, UsageError
from plainfilm.files import read_json
from training.config import changed, read_config
from training.films.prepared import read_prepared
from training.fitting.extra import check_extra, extra_films
from training.gan.config import GanConfig
from training.study import one_run, workers
from training.study.run import study

PLAN = """
title = "Made films"
question = "Do they help?"
base = "smoke"
seeds = [1]
{best}
[changes]
model = {{ view = "square" }}
fit = {{ epochs = 1 }}
[limits]
size = 16
[[arms]]
name = "real"
title = "Real films"
[[arms]]
name = "repeated"
title = "+100 % repeated"
changes.extra = {{ kind = "repeated", share = 1.0 }}
[[arms]]
name = "made"
title = "+100 % made"
against = ["repeated", "real"]
changes.extra = {{ kind = "made", share = 1.0, gan = "{gan}" }}
"""


class KilledError(Exception):
    """Stands for a kill."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("study")


def write_plan(folder: Path, gan: Path, best: str = "") -> Path:
    (folder / "small.toml").write_text(PLAN.format(gan=gan.as_posix(), best=best))
    return folder / "small.toml"


@pytest.fixture(scope="module")
def finished(folder: Path, gan_run: Path, gan_config: GanConfig) -> dict[str, Any]:
    """The result of a study that was killed after its first run and gone on with."""
    plan, out = write_plan(folder, gan_run), folder / "out"
    one = one_run.train_and_read
    with pytest.MonkeyPatch.context() as patch:

        def killed_after_the_first(*given: Any) -> None:
            if (out / "real_seed1" / "readings.npz").exists():
                raise KilledError
            one(*given)

        patch.setattr(workers, "train_and_read", killed_after_the_first)
        with pytest.raises(KilledError):
            study(plan, out, prepared=gan_config.data.prepared)
    assert read_json(out / "small.json")["ran"]["finished"] == 1
    first = (out / "real_seed1" / "readings.npz").stat().st_mtime_ns
    result: dict[str, Any] = read_json(study(plan, out, prepared=gan_config.data.prepared))
    assert (out / "real_seed1" / "readings.npz").stat().st_mtime_ns == first
    return result


def test_every_arm_is_compared_with_as_many_repeated_films_and_with_none(finished: dict[str, Any]) -> None:
    assert [arm["name"] for arm in finished["arms"]] == ["real", "repeated", "made"]
    assert [other["arm"] for other in finished["arms"][2]["against"]] == ["repeated", "real"]
    assert (finished["ran"]["finished"], finished["ran"]["planned"], finished["test"]) == (3, 3, None)


def test_made_films_were_added_to_train_alone(finished: dict[str, Any], folder: Path) -> None:
    log = (folder / "out" / "made_seed1.log").read_text()
    splits = pd.read_csv(folder / "out" / "made_seed1" / "splits.csv")
    train = int((splits["split"] == "train").sum())
    assert f"adding {train} made films to {train} train films" in log
    assert not splits["path"].str.contains("made").any()
    assert 'kind = "made"' in (folder / "out" / "made_seed1" / "config.toml").read_text()


def test_made_films_are_of_the_class_that_they_were_made_for(gan_run: Path) -> None:
    extra = {"extra": {"kind": "made", "share": 1.0, "gan": str(gan_run)}}
    config = changed(read_config(Path("smoke")), extra, "here")
    films, labels = np.zeros((4, 48, 48, 1), np.uint8), np.array([0, 1, 1, 1])
    more, of = extra_films(config, films, labels, ["NORMAL", "PNEUMONIA"], config.model.image_converter)
    assert isinstance(more, np.ndarray)
    assert (more.shape, str(more.dtype), of.tolist()) == ((8, 48, 48, 1), "uint8", [0, 1, 1, 1, 0, 1, 1, 1])
    again, _ = extra_films(config, films, labels, ["NORMAL", "PNEUMONIA"], config.model.image_converter)
    assert isinstance(again, np.ndarray)
    assert np.array_equal(more, again)


def test_a_gan_of_other_patients_is_refused_and_one_that_is_not_finished(
    gan_run: Path, gan_config: GanConfig, tmp_path: Path
) -> None:
    table = read_prepared(Path(gan_config.data.prepared)).table
    made = {"model": {"view": "square"}, "extra": {"kind": "made", "share": 1.0, "gan": str(gan_run)}}
    config = changed(read_config(Path("smoke")), made, "here")
    check_extra(config, table, ["NORMAL", "PNEUMONIA"])
    with pytest.raises(PlainfilmError, match="learned from other films"):
        check_extra(config, table[(table["split"] != "train") | (table.index % 2 == 0)], ["NORMAL", "PNEUMONIA"])
    with pytest.raises(PlainfilmError, match="makes other classes"):
        check_extra(config, table, ["NORMAL", "VIRUS"])
    begun = shutil.copytree(gan_run, tmp_path / "begun")
    (begun / "gan.toml").write_text((begun / "gan.toml").read_text().replace("steps = 4", "steps = 40"))
    with pytest.raises(PlainfilmError, match="4 of 40 steps"):
        check_extra(changed(config, {"extra": {"gan": str(begun)}}, "here"), table, ["NORMAL", "PNEUMONIA"])


def test_test_is_opened_once_for_the_arm_that_was_named(
    finished: dict[str, Any], folder: Path, gan_run: Path, gan_config: GanConfig
) -> None:
    out, prepared = folder / "out", gan_config.data.prepared
    with pytest.raises(UsageError, match="names no best arm"):
        study(write_plan(folder, gan_run), out, prepared=prepared, open_test=True)
    plan = write_plan(folder, gan_run, best='best = "made"')
    opened = read_json(study(plan, out, prepared=prepared, open_test=True))["test"]
    assert opened["arm"] == "made"
    assert set(opened["arms"]) == {"made", "repeated", "real"}
    with pytest.raises(PlainfilmError, match="was opened for small before"):
        study(plan, out, prepared=prepared, open_test=True)
    assert read_json(study(plan, out, prepared=prepared))["test"] == opened  # kept when the study is gone on with


def test_finished_runs_of_another_arm_or_of_other_films_are_refused(
    finished: dict[str, Any], folder: Path, gan_run: Path, gan_config: GanConfig, tmp_path: Path
) -> None:
    plan = write_plan(folder, gan_run)
    other = tmp_path / "small.toml"
    other.write_text(plan.read_text().replace("epochs = 1", "epochs = 2"))
    with pytest.raises(UsageError, match="give the changed arm another name"):
        study(other, folder / "out", prepared=gan_config.data.prepared)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    with pytest.raises(PlainfilmError, match="left alone"):
        study(plan, tmp_path / "mine", prepared=gan_config.data.prepared)
    (tmp_path / "elsewhere.toml").write_text(plan.read_text())
    with pytest.raises(UsageError, match="holds another study"):
        study(tmp_path / "elsewhere.toml", folder / "out", prepared=gan_config.data.prepared)
    readings = folder / "out" / "real_seed1" / "readings.npz"
    whole = readings.read_bytes()
    readings.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(PlainfilmError, match="cannot be read"):
        study(plan, folder / "out", prepared=gan_config.data.prepared)
    readings.write_bytes(whole)


def test_a_run_that_fails_is_named_and_the_others_are_kept(
    gan_run: Path, gan_config: GanConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def astray(config: Any, *given: Any) -> None:
        raise PlainfilmError(f"training of {config.name} went astray", received="nan")

    monkeypatch.setattr(workers, "train_and_read", astray)
    with pytest.raises(
        PlainfilmError, match=r"3 of 3 runs failed(.|\n)*made_seed1: training of made_seed1 went astray"
    ):
        study(write_plan(tmp_path, gan_run), tmp_path / "out", prepared=gan_config.data.prepared)
