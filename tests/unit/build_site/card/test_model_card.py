"""What model cards and the About page are made of: texts, licences; and which models may share a site."""

from __future__ import annotations

from pathlib import Path

import pytest

from build_site.card.texts import CardTexts, changed, read_about, read_card_texts
from build_site.i18n.strings import fill
from build_site.licences import Licence, licences_text
from build_site.models import check_together
from plainfilm import node
from plainfilm.bundle import read_bundle
from plainfilm.errors import UsageError
from tests.tiny_bundle import write_tiny_bundle


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
