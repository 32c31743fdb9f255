"""Made films: marked, repeatable, judged; and what they are judged by."""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from sklearn.metrics.pairwise import polynomial_kernel

from plainfilm.atomic import OutputError
from plainfilm.errors import PlainfilmError, UsageError
from training.config import read_config
from training.gan.augment import augmented
from training.gan.config import GanConfig, read_gan_config
from training.gan.distances import _discrepancy, coverage, kernel_distance, nearest, precision, recall
from training.gan.evaluate import evaluate_gan
from training.gan.networks import build_discriminator, build_generator
from training.gan.sample import sample


def test_films_are_marked_in_the_picture_and_in_the_file(gan_run: Path, tmp_path: Path) -> None:
    sample(gan_run, tmp_path / "made", films=2, seed=1)
    sample(gan_run, tmp_path / "plain", films=2, seed=1, marked=False)
    made = [Image.open(path) for path in sorted((tmp_path / "made").rglob("*.png"))]
    plain = [Image.open(path) for path in sorted((tmp_path / "plain").rglob("*.png"))]
    assert len(made) == len(plain) == 4
    for with_mark, without in zip(made, plain, strict=True):
        assert "Made by a network" in with_mark.text["Description"]  # type: ignore[attr-defined]
        assert "Made by a network" in without.text["Description"]  # type: ignore[attr-defined]
        assert not np.array_equal(np.asarray(with_mark), np.asarray(without))
    before = (tmp_path / "made/NORMAL/made_00001.png").read_bytes()
    sample(gan_run, tmp_path / "made", films=1, seed=1)  # its own output is replaced
    assert (tmp_path / "made/NORMAL/made_00001.png").read_bytes() == before
    (tmp_path / "made/mine.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"mine\.txt"):
        sample(gan_run, tmp_path / "made", films=1, seed=1)
    with pytest.raises(PlainfilmError, match="no trained GAN"):
        sample(tmp_path / "plain", tmp_path / "other", films=1, seed=1)


def test_made_films_are_judged_in_two_spaces(gan_run: Path, run: Path, tmp_path: Path) -> None:
    weights = tmp_path / "imagenet.weights.h5"
    side = read_config(Path("mobilenet_v2")).model.height
    keras.applications.MobileNetV2((side, side, 3), include_top=False, weights=None).save_weights(weights)
    result = evaluate_gan(gan_run, reader=run, films=6, backbone_weights=weights)
    assert json.loads((gan_run / "evaluation.json").read_text()) == result
    assert len(result["spaces"]) == 2
    for space in result["spaces"].values():
        assert set(space["kernel_distance"]) == {"NORMAL", "PNEUMONIA"}
        assert 0 <= space["memorisation"]["made_as_near"]["value"] <= 1
        assert 0 <= space["learned_auroc"]["trained_on_made_tested_on_validation"]["value"] <= 1
    assert Image.open(gan_run / "nearest.png").size == (12 * 16, 2 * 16)


def test_distances_of_the_same_films_and_of_others() -> None:
    rng = np.random.default_rng(0)
    real, more = (rng.standard_normal((300, 8)).astype(np.float32) for _ in range(2))
    far = more + 5
    near, off = kernel_distance(more, real), kernel_distance(far, real)
    assert near.low < 0 < near.high
    assert off.low > 1
    for figure in (precision, recall, coverage):
        assert figure(more, real).value > 0.8
        assert figure(far, real).value < 0.05
    assert nearest(real[:5], real)[1].tolist() == [0, 1, 2, 3, 4]
    # By the definition's own double sum.
    x, y = real[:20], far[:20]
    kernel = polynomial_kernel(np.concatenate([x, y]), degree=3, coef0=1)
    pairs = [(i, j) for i in range(20) for j in range(20)]
    within = sum(kernel[i, j] + kernel[20 + i, 20 + j] for i, j in pairs if i != j) / (20 * 19)
    assert _discrepancy(x, y) == pytest.approx(within - 2 * sum(kernel[i, 20 + j] for i, j in pairs) / 400, rel=1e-5)


def test_augmentation_of_no_strength_changes_nothing_and_gradients_pass() -> None:
    films = tf.random.stateless_uniform([4, 16, 16, 1], [1, 2], -1, 1)
    assert np.allclose(augmented(films, 0.0, tf.constant([1, 2])), films, atol=1e-5)
    with tf.GradientTape() as tape:
        tape.watch(films)
        changed = augmented(films, 0.8, tf.constant([1, 2]))
    assert not np.allclose(changed, films)
    assert np.abs(tape.gradient(changed, films)).sum() > 0
    assert np.array_equal(changed, augmented(films, 0.8, tf.constant([1, 2])))


def test_networks_depend_on_the_class(gan_config: GanConfig) -> None:
    generator, discriminator = (build(gan_config.networks, 3) for build in (build_generator, build_discriminator))
    z = np.ones((3, gan_config.networks.latent), np.float32)
    films = generator([z, np.array([0, 1, 2])])
    assert films.shape == (3, 16, 16, 1)
    assert not np.allclose(films[0], films[1])
    logits = discriminator([np.repeat(films[:1], 3, axis=0), np.array([0, 1, 2])])
    assert logits.shape == (3,)
    assert not np.allclose(logits[0], logits[1])


def test_settings_that_make_no_network_are_refused(tmp_path: Path, gan_run: Path) -> None:
    text = (gan_run / "gan.toml").read_text()
    (tmp_path / "odd.toml").write_text(text.replace("size = 16", "size = 48"))
    with pytest.raises(UsageError, match="does not halve"):
        read_gan_config(tmp_path / "odd.toml")
    (tmp_path / "unknown.toml").write_text(text.replace("latent", "latents"))
    with pytest.raises(UsageError, match="latents"):
        read_gan_config(tmp_path / "unknown.toml")
    with pytest.raises(UsageError, match="gan_smoke"):
        read_gan_config(tmp_path / "nothing")
