"""The digits of scikit-learn as a folder of pictures."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from plainfilm.errors import PlainfilmError
from training.examples import digits


def test_every_picture_is_a_digit_enlarged_and_every_fifth_is_tested_on(tmp_path: Path) -> None:
    from sklearn.datasets import load_digits

    written = digits.write_digits(tmp_path / "digits")
    assert written.total() == 1797
    files = sorted((tmp_path / "digits").rglob("*.png"))
    assert len(files) == 1797
    tested = sum(count for (split, _), count in written.items() if split == "test")
    assert tested == pytest.approx(1797 / 5, abs=5)
    levels, targets = load_digits(return_X_y=True)
    [seventh] = (tmp_path / "digits").rglob("digit-0007.png")
    assert seventh.parent.name == str(targets[7])
    small = np.asarray(Image.open(seventh).resize((8, 8), Image.Resampling.BOX), dtype=float) * 16 / 255
    assert np.abs(small.ravel() - levels[7]).mean() < 1


def test_a_folder_of_somebody_elses_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("dear")
    monkeypatch.setattr(sys, "argv", ["digits", str(tmp_path / "letters")])
    with pytest.raises(PlainfilmError, match="letters"):
        digits.main()
    assert (tmp_path / "letters" / "a.txt").read_text() == "dear"
