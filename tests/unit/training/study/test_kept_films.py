"""The films of a study, kept on disk: decoded once, also while another run of the study writes the same ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from plainfilm.lock import held
from training.films.prepared import PreparedData
from training.films.preprocessing import ImageConverter
from training.study.kept_films import KeptFilms, kept_films

PATHS = ["train/a.png", "train/b.png"]
CONVERTER = ImageConverter(height=8, width=8, channels=1, view="whole")


@pytest.fixture
def kept(tmp_path: Path) -> KeptFilms:
    levels = np.random.default_rng(3)
    for path in PATHS:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        Image.fromarray(levels.integers(0, 256, (16, 20), np.uint8)).save(tmp_path / path)
    table = pd.DataFrame({"path": PATHS, "sha256": ["a", "b"]})
    return kept_films(PreparedData(tmp_path / "prepared", tmp_path, table), tmp_path / "kept")


def test_films_are_decoded_once(kept: KeptFilms, monkeypatch: pytest.MonkeyPatch) -> None:
    first = kept.load(PATHS, CONVERTER)
    monkeypatch.setattr(PreparedData, "load", lambda *_: pytest.fail("they are decoded again"))
    assert np.array_equal(kept.load(PATHS, CONVERTER), first)
    assert [file.suffix for file in kept.kept.iterdir()] == [".npy"]


def test_a_run_that_finds_another_writing_them_goes_on(kept: KeptFilms) -> None:
    kept.load(PATHS, CONVERTER)
    (file,) = kept.kept.glob("*.npy")
    file.unlink()
    with held(file.with_suffix(".lock"), "the other run"):
        assert kept.load(PATHS, CONVERTER).shape == (2, 8, 8, 1)
        assert not file.exists()
    kept.load(PATHS, CONVERTER)
    assert file.exists()
