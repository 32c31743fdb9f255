"""Shortcuts taken away from films, and the deletion test."""

from __future__ import annotations

import shutil
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest

from export.audit.audit import audit
from export.audit.deletion import deletion_test, draw_deletion, enlarged, moved, top_blocks
from export.audit.shortcuts import blank_edges, crop, equalise, shape_and_size_alone, shortcut_controls
from plainfilm.errors import PlainfilmError


def a_film(height: int = 120, width: int = 180) -> np.ndarray:
    return np.random.default_rng(0).integers(40, 200, (height, width), dtype=np.uint8)


def table_of(test_widths: tuple[int, int]) -> pd.DataFrame:
    """Wide positive films and square others in train; in test the given widths of positive and other films."""
    rows = [("yes", split, width, 100) for split, width in [("train", 150)] * 5 + [("test", test_widths[0])] * 3]
    rows += [("no", split, width, 100) for split, width in [("train", 100)] * 5 + [("test", test_widths[1])] * 3]
    return pd.DataFrame(rows, columns=["label", "split", "width", "height"])


@pytest.mark.parametrize(("test_widths", "expected"), [((160, 110), 1.0), ((110, 160), 0.0), ((120, 120), 0.5)])
def test_a_classifier_by_shape_keeps_the_direction_it_learned_on_train(
    test_widths: tuple[int, int], expected: float
) -> None:
    rows = shape_and_size_alone(table_of(test_widths), "yes")
    found = {(row["classifier"], row["split"]): row["auroc"] for row in rows}
    assert found["width/height", "test"] == expected
    assert found["width/height", "train"] == found["width × height", "train"] == 1.0
    assert ("width/height", "val") not in found


@pytest.mark.parametrize("ratio", [0.8, 1.0, 1.4, 2.5])
def test_a_crop_has_the_ratio_and_is_the_centre_of_the_film(ratio: float) -> None:
    film = a_film()
    cropped = crop(film, ratio)
    height, width = cropped.shape
    assert width / height == pytest.approx(ratio, rel=0.02)
    assert height == 120 or width == 180
    top, left = (120 - height) // 2, (180 - width) // 2
    np.testing.assert_array_equal(cropped, film[top : top + height, left : left + width])


def test_what_stands_in_the_corners_and_on_the_border_does_not_show_in_a_blanked_film() -> None:
    film, lettered = a_film(), a_film()
    lettered[:20, :20] = 255
    lettered[-20:, -20:] = 255
    lettered[:, :4] = 0
    np.testing.assert_array_equal(blank_edges(film), blank_edges(lettered))
    np.testing.assert_array_equal(blank_edges(film)[30:90, 30:150], film[30:90, 30:150])


def test_equalised_films_have_one_mean_and_one_spread_whatever_they_had() -> None:
    for film in (a_film(), a_film() // 3 + 10):
        equal = equalise(film, 120.0, 30.0)
        assert equal.mean() == pytest.approx(120, abs=0.1)
        assert equal.std() == pytest.approx(30, abs=0.1)
    assert (equalise(np.full((9, 9), 7, np.uint8), 120.0, 30.0) == 120).all()


def test_every_control_gives_a_film_of_the_wanted_shape() -> None:
    film = a_film()
    shapes = {control.name: control.change(film).shape for control in shortcut_controls(1.0, 120.0, 30.0)}
    whole = (120, 180)
    assert shapes == {
        "as_it_is": whole,
        "squashed": (120, 120),
        "cropped": (120, 120),
        "blanked": whole,
        "equalised": whole,
    }


def test_the_top_blocks_is_a_fifth_and_the_hottest() -> None:
    heat = np.random.default_rng(1).uniform(0, 1, (4, 5, 6)).astype(np.float32)
    mask = top_blocks(heat)
    assert (mask.sum(axis=(1, 2)) == 6).all()
    for of_film, chosen in zip(heat, mask, strict=True):
        assert of_film[chosen].min() > of_film[~chosen].max()


def test_a_moved_mask_keeps_its_area_and_enlarged_its_blocks() -> None:
    mask = np.zeros((20, 4, 4), bool)
    mask[:, 0, :2] = True
    other = moved(mask, np.random.default_rng(0))
    assert (other.sum(axis=(1, 2)) == 2).all()
    assert (other != mask).any()
    large = enlarged(mask, (8, 12))
    assert large.shape == (20, 8, 12)
    assert large[0].sum() == 2 * 6
    assert large[0, :2, :6].all()


def test_a_map_that_points_at_what_decides_passes_the_deletion_test_and_one_that_does_not_fails(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    films = rng.uniform(50, 100, (12, 50, 50, 1)).astype(np.float32)
    films[:, 10:20, 10:20] += 100  # what decides

    def log_odds(films: np.ndarray) -> np.ndarray:
        return np.asarray(films[:, 10:20, 10:20].mean(axis=(1, 2, 3)), np.float64)

    right = np.zeros((12, 5, 5), np.float32)
    right[:, 1, 1] = 1
    by_mean, by_blur = deletion_test(log_odds, films, right)
    for deletion in (by_mean, by_blur):
        row = deletion.row()
        assert row["fall_hottest"] > 2 * row["fall_random"] > 0
        assert row["share_hottest_falls_more"] == 1
    wrong = deletion_test(log_odds, films, np.roll(right, 2, axis=(1, 2)))[0].row()
    assert wrong["fall_hottest"] < wrong["fall_random"]
    draw_deletion(tmp_path / "deletion.svg", [by_mean, by_blur], np.arange(12) < 6)
    assert (tmp_path / "deletion.svg").read_text().count("<svg") == 1


def test_a_network_without_a_heat_map_is_refused_in_words(finished_run: Path, tmp_path: Path) -> None:
    run = Path(shutil.copytree(finished_run, tmp_path / "run"))
    layers = keras.layers
    image = keras.Input((22, 22, 1))
    x = layers.Dense(6, "relu")(layers.GlobalAveragePooling2D()(layers.Conv2D(7, 3)(image)))
    x = layers.Dense(1, name="logit")(layers.Add(name="around")([x, layers.Dense(6)(x)]))
    keras.Model(image, layers.Activation("sigmoid")(x)).save(run / "model.keras")
    with pytest.raises(PlainfilmError, match=r"no heat map to look at\n  received: there is no rule .* 'around'"):
        audit(run)
    assert not (run / "audit.json").exists()
