"""A network taught by finished ones, on phantoms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from msgspec.structs import replace

from plainfilm.errors import PlainfilmError, UsageError
from training.config import Config, read_config
from training.films.populations import Population
from training.fit import fit
from training.fitting.config import Teacher
from training.fitting.teachers import read_teachers
from training.run import read_run


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    smoke = read_config(Path("smoke"))
    data = replace(smoke.data, prepared=str(tmp_path_factory.mktemp("data") / "prepared"), phantom_films=16)
    return replace(smoke, name="teacher", data=data, fit=replace(smoke.fit, epochs=2))


@pytest.fixture(scope="module")
def teacher(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fit(config, tmp_path_factory.mktemp("runs"))


def taught_by(config: Config, *teachers: Path) -> Config:
    return replace(config, name="student", fit=replace(config.fit, teachers=tuple(map(str, teachers))))


def test_a_student_learns_from_teachers_of_other_sizes(config: Config, teacher: Path, tmp_path: Path) -> None:
    smaller = replace(config.model, height=32, width=40)
    student = fit(replace(taught_by(config, teacher), model=smaller), tmp_path)
    assert read_run(student).load_model().input_shape == (None, 32, 40, 1)
    loss = pd.read_csv(student / "history.csv")["loss"]
    assert loss.iloc[-1] < loss.iloc[0]


def test_a_taught_run_killed_after_an_epoch_continues_to_the_same_weights(
    config: Config, teacher: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from training.fitting import callbacks

    whole = fit(taught_by(config, teacher), tmp_path / "whole")
    on_epoch_end = callbacks.EpochCheckpoint.on_epoch_end

    def killed(self: callbacks.EpochCheckpoint, epoch: int, logs: dict[str, float] | None = None) -> None:
        on_epoch_end(self, epoch, logs)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(callbacks.EpochCheckpoint, "on_epoch_end", killed)
        with pytest.raises(KeyboardInterrupt):
            fit(taught_by(config, teacher), tmp_path / "killed")
    continued = fit(taught_by(config, teacher), tmp_path / "killed")
    for one, other in zip(
        read_run(whole).load_model().get_weights(), read_run(continued).load_model().get_weights(), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_teachers_say_their_mean_probability(config: Config, teacher: Path) -> None:
    films = np.random.default_rng(1).uniform(0, 255, (3, 48, 48, 1)).astype(np.float32)
    splits = read_run(teacher).splits
    said, by_any = read_teachers(taught_by(config, teacher, teacher), ["NORMAL", "PNEUMONIA"], splits)(films, None)
    assert by_any is None
    np.testing.assert_allclose(said, read_run(teacher).load_model()(films), atol=1e-5)


def test_a_teacher_of_a_population_teaches_its_films_alone(config: Config, teacher: Path) -> None:
    populations = (Population("children", "Children"), Population("adults", "Adults"))
    student = replace(taught_by(config), data=replace(config.data, populations=populations))
    films = np.random.default_rng(1).uniform(0, 255, (3, 48, 48, 1)).astype(np.float32)
    alone = read_run(teacher).load_model()(films)
    for population, teachers, taught in (
        ([0, 1, 0], [Teacher(str(teacher), "adults")], [False, True, False]),
        ([0, 1, 0], [Teacher(str(teacher), "adults"), str(teacher)], [True, True, True]),
        ([0, 0, 0], [Teacher(str(teacher), "adults")], [False, False, False]),
    ):
        config_of = replace(student, fit=replace(student.fit, teachers=tuple(teachers)))
        teach = read_teachers(config_of, ["NORMAL", "PNEUMONIA"], read_run(teacher).splits)
        said, by_any = teach(films, tf.constant(population, tf.int64))
        assert by_any.numpy().tolist() == taught
        np.testing.assert_allclose(said, np.where(np.array(taught)[:, None], alone, 0), atol=1e-5)


def test_a_teacher_that_cannot_teach_is_refused(config: Config, teacher: Path, tmp_path: Path) -> None:
    splits = read_run(teacher).splits
    with pytest.raises(PlainfilmError, match="nowhere is not a run"):
        read_teachers(taught_by(config, tmp_path / "nowhere"), ["NORMAL", "PNEUMONIA"], splits)
    with pytest.raises(UsageError, match=r"cannot teach student\n.*classes"):
        read_teachers(taught_by(config, teacher), ["NORMAL", "TUBERCULOSIS"], splits)
    square = replace(config.model, view="square")
    with pytest.raises(UsageError, match=r"cannot teach student\n.*view whole"):
        read_teachers(replace(taught_by(config, teacher), model=square), ["NORMAL", "PNEUMONIA"], splits)
    moved = splits.assign(split=splits["split"].replace({"train": "val", "val": "train"}))
    with pytest.raises(UsageError, match=r"cannot teach student\n.*films that it was trained on"):
        read_teachers(taught_by(config, teacher), ["NORMAL", "PNEUMONIA"], moved)
