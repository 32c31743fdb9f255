"""What model cards and the About page are made of: curves, texts, licences; and which models may share a site."""

from __future__ import annotations

from pathlib import Path

import pytest

from build_site.card.curves import Sample, counts_at, reliability, roc, sample_of, wilson
from build_site.card.texts import CardTexts, changed, read_about, read_card_texts
from build_site.i18n.strings import fill
from build_site.licences import Licence, licences_text
from build_site.models import check_together
from plainfilm import node
from plainfilm.bundle import read_bundle
from plainfilm.errors import UsageError
from tests.tiny_bundle import write_tiny_bundle

SAMPLE = Sample(positive=[0.3, 0.6, 0.8, 1.0], others=[0.0, 0.1, 0.6])


def test_a_film_at_the_threshold_is_read_as_positive() -> None:
    counts = counts_at(SAMPLE, 0.6)
    assert (counts.true_positives, counts.false_negatives, counts.false_positives, counts.true_negatives) == (
        3,
        1,
        1,
        2,
    )


def test_the_roc_curve_goes_from_nothing_to_everything_and_equal_films_are_one_step() -> None:
    points = roc(SAMPLE)
    assert (points[0], points[-1]) == ((0, 0), (1, 1))
    assert (1 / 3, 3 / 4) in points
    assert len(points) == 1 + 6


def test_every_film_is_in_one_bin_and_the_last_holds_1() -> None:
    bins = reliability(SAMPLE, 5)
    assert [(one.positive, one.others) for one in bins] == [(0, 2), (1, 0), (0, 0), (1, 1), (2, 0)]
    assert bins[2].mean is None
    assert bins[3].mean == pytest.approx(0.6)
    assert bins[3].observed == wilson(1, 2)


def test_wilsons_interval_is_the_published_one() -> None:
    # Newcombe 1998, table I, method 3: 81 of 263.
    assert wilson(81, 263) == pytest.approx((0.3080, 0.2553, 0.3662), abs=1e-4)


def test_a_split_with_one_kind_of_films_gives_no_curve() -> None:
    assert sample_of([{"split": "test", "label": 1, "probabilities": [0.5]}], "test", 1) is None


def test_models_that_read_other_classes_cannot_share_a_site(tmp_path: Path) -> None:
    bundles = [
        read_bundle(write_tiny_bundle(tmp_path, name="one")),
        read_bundle(write_tiny_bundle(tmp_path, name="two", class_names=["NORMAL", "PNEUMONIA", "COVID"])),
    ]
    with pytest.raises(UsageError, match="cannot share a site"):
        check_together(bundles)
    with pytest.raises(UsageError, match="same name"):
        check_together([bundles[0], bundles[0]])


def test_the_cards_texts_are_true_of_the_models_that_they_name_alone() -> None:
    texts = read_card_texts(node.template() / "model_card.toml")
    assert texts.of("five_block_cnn").known_failures
    assert texts.of("mine") == CardTexts()


def test_the_about_page_calls_pictures_what_the_site_calls_them() -> None:
    words = {"picture": "slide", "pictures": "slides"}
    sections = changed(read_about(node.template() / "about.toml"), lambda text: fill(text, words)).sections
    assert "A slide goes through five steps" in sections[0].paragraphs[0]
    assert not any("{" in text for section in sections for text in [section.title, *section.paragraphs, *section.steps])


def test_an_entry_that_means_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / "model_card.toml").write_text("intended_uses = []", "utf-8")
    with pytest.raises(UsageError, match="intended_uses"):
        read_card_texts(tmp_path / "model_card.toml")


def test_a_licence_that_packages_share_stands_once() -> None:
    text = licences_text([Licence("a", "1", "MIT", "Do as you like."), Licence("b", "2", "MIT", "Do as you like.")])
    assert text.count("Do as you like.") == 1
    assert "a 1 (MIT)\nb 2 (MIT)" in text
