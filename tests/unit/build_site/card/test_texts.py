"""The longer texts: the About page, and the model cards' paragraphs."""

from __future__ import annotations

from pathlib import Path

import pytest

from build_site.card.texts import CardTexts, changed, read_about, read_card_texts
from build_site.i18n.strings import fill
from plainfilm import node
from plainfilm.errors import UsageError


def test_the_cards_texts_are_true_of_the_models_that_they_name_alone() -> None:
    texts = read_card_texts(node.template() / "model_card.toml")
    assert texts.of("five_block_cnn").known_failures
    assert texts.of("mine") == CardTexts()


def test_a_model_apart_has_sections_of_its_own_over_the_others() -> None:
    texts = read_card_texts(node.template() / "model_card.toml")
    apart, common = texts.of("children_and_adults"), texts.of("five_block_cnn")
    assert apart.intended_use == common.intended_use
    assert apart.known_failures != common.known_failures
    assert not any("Adults are read little better" in text for text in apart.known_failures)
    assert len(apart.citations) == len(common.citations) + 1
    assert (apart.apart, common.apart) == ([], [])
    own = CardTexts(models=["mine"], ethics=["ours"]).over(apart)
    assert (own.ethics, own.data) == (["ours"], apart.data)


def test_the_about_page_calls_pictures_what_the_site_calls_them() -> None:
    words = {"picture": "slide", "pictures": "slides"}
    sections = changed(read_about(node.template() / "about.toml"), lambda text: fill(text, words)).sections
    assert "A slide goes through five steps" in sections[0].paragraphs[0]
    assert not any("{" in text for section in sections for text in [section.title, *section.paragraphs, *section.steps])


def test_an_entry_that_means_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / "model_card.toml").write_text("intended_uses = []", "utf-8")
    with pytest.raises(UsageError, match="intended_uses"):
        read_card_texts(tmp_path / "model_card.toml")
