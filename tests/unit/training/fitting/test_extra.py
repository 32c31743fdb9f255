"""Extra train films: what `[extra]` may say, and which films are repeated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from msgspec.structs import replace

from plainfilm.errors import PlainfilmError, UsageError
from training.config import Config, read_config
from training.films.populations import Hospital
from training.fitting.config import ExtraConfig
from training.fitting.extra import CacheAndMore, check_extra, extra_films, repeated_rows
from training.fitting.film_cache import FilmCache

TABLE = pd.DataFrame({"split": ["train", "val"], "sha256": ["a", "b"], "label": ["NORMAL", "PNEUMONIA"]})
CLASSES = ["NORMAL", "PNEUMONIA"]


@pytest.fixture
def smoke() -> Config:
    return read_config(Path("smoke"))


@pytest.mark.parametrize(
    "extra",
    [
        ExtraConfig("none", 0.5),
        ExtraConfig("repeated"),
        ExtraConfig("repeated", 0.5, "runs/gan"),
        ExtraConfig("made", 0.5),
        ExtraConfig("made", 0.0, "runs/gan"),
    ],
)
def test_keys_that_do_not_go_together_are_refused(smoke: Config, extra: ExtraConfig) -> None:
    with pytest.raises(UsageError, match="does not go together"):
        check_extra(replace(smoke, extra=extra), TABLE, CLASSES)


def test_made_films_need_a_network_that_sees_squares_and_a_gan(smoke: Config, tmp_path: Path) -> None:
    made = replace(smoke, extra=ExtraConfig("made", 0.5, str(tmp_path / "gan")))
    with pytest.raises(UsageError, match="centre square"):
        check_extra(made, TABLE, CLASSES)
    square = replace(made, model=replace(smoke.model, view="square"), data=replace(smoke.data, patients=0.25))
    with pytest.raises(PlainfilmError, match=r"gan fit chest_xray_gan --patients 0\.25 --runs"):
        check_extra(square, TABLE, CLASSES)


def test_extra_films_of_several_hospitals_are_refused(smoke: Config) -> None:
    hospital = Hospital(name="bay", title="Bay", population="adults")
    two = replace(smoke, data=replace(smoke.data, hospitals=(hospital,)), extra=ExtraConfig("repeated", 1.0))
    with pytest.raises(UsageError, match="one hospital"):
        check_extra(two, TABLE, CLASSES)


def test_a_film_is_repeated_twice_only_when_every_other_of_its_class_was_once() -> None:
    labels = np.array([0, 1, 1, 0, 1, 0, 0])
    rows = repeated_rows(labels, [6, 7], seed=3)
    assert labels[rows].tolist() == [0] * 6 + [1] * 7
    assert sorted(rows[:4]) == [0, 3, 5, 6]
    assert sorted(rows[6:9]) == sorted(rows[9:12]) == [1, 2, 4]
    assert repeated_rows(labels, [6, 7], seed=3).tolist() == rows.tolist()
    assert repeated_rows(labels, [0, 0], seed=3).tolist() == []


def test_repeated_films_stand_behind_the_real_ones(smoke: Config) -> None:
    films = np.arange(5, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 2, 1), np.uint8)
    labels = np.array([0, 0, 1, 1, 1])
    more, of = extra_films(
        replace(smoke, extra=ExtraConfig("repeated", 1.0)), films, labels, CLASSES, smoke.model.image_converter
    )
    assert isinstance(more, np.ndarray)
    assert more[:5, 0, 0, 0].tolist() == [0, 1, 2, 3, 4]
    assert sorted(more[5:, 0, 0, 0]) == [0, 1, 2, 3, 4]
    assert of.tolist() == [0, 0, 1, 1, 1, 0, 0, 1, 1, 1]
    assert extra_films(smoke, films, labels, CLASSES, smoke.model.image_converter) == (films, labels)


@pytest.mark.parametrize("kind", ["repeated", "made"])
def test_extra_films_behind_films_on_disk_are_those_behind_films_in_memory(kind: str) -> None:
    films = np.random.default_rng(0).integers(0, 256, (5, 2, 2, 1), np.uint8)
    more = np.array([4, 0, 0, 2]) if kind == "repeated" else films[::-1][:4] // 2
    on_disk = CacheAndMore((films[:3], films[3:]), (9, 2, 2, 1), FilmCache((films[:3], films[3:]), films.shape), more)
    whole = np.concatenate([films, films[more] if kind == "repeated" else more])
    numbers = np.array([8, 0, 5, 4, 7, 6, 3])
    assert np.array_equal(on_disk.rows(numbers), whole[numbers])
    assert len(on_disk) == 9
