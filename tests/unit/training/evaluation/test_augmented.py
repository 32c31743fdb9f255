"""Varied validation: fixed variations, four of every film."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from training.evaluation.augmented import DRAWS, varied_films
from training.films.phantom import write_dataset
from training.films.prepared import PreparedData
from training.films.preprocessing import ImageConverter

CONVERTER = ImageConverter(40, 48, 1, "whole")


def test_every_film_is_varied_four_times_the_same_way_each_time(tmp_path: Path) -> None:
    write_dataset(tmp_path, films_per_class=2, seed=1)
    films = PreparedData(tmp_path, tmp_path, pd.DataFrame())
    paths = [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.glob("train/*/*"))]
    batches = list(varied_films(films, paths, CONVERTER))
    assert [list(of) for of, _ in batches] == [paths] * DRAWS
    plain = films.load(paths, CONVERTER)
    drawn = [plain, *(varied for _, varied in batches)]
    for index, one in enumerate(drawn):
        assert one.shape == (4, 40, 48, 1)
        assert all(np.abs(one - other).mean() > 3 for other in drawn[:index])
    for (_, first), (_, again) in zip(batches, varied_films(films, paths, CONVERTER), strict=True):
        np.testing.assert_array_equal(first, again)
