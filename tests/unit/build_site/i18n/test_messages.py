"""The catalogues are in step with the English words, and any language can be begun with one command."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from build_site.config import read_site_config
from build_site.i18n.__main__ import main
from build_site.i18n.languages import language_of
from build_site.i18n.messages import catalogues, shipped_entries, template_of, text_of, updated
from plainfilm import node
from plainfilm.errors import UsageError

LANGUAGES = read_site_config(node.template() / "site.toml").translations


def test_there_are_the_languages_that_the_site_promises() -> None:
    assert sorted(catalogues()) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_is_in_step_with_the_english_words(language: str) -> None:
    path = catalogues()[language]
    catalog = updated(path, language, template_of(shipped_entries()))
    assert path.read_text("utf-8") == text_of(catalog, language_of(language).name), "python -m build_site.i18n"


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the site template's words, which the command may write to."""
    original, copy = node.template(), tmp_path / "site_template"
    shutil.copytree(original / "translations", copy / "translations")
    for name in ("site.toml", "pictures.toml", "strings.toml", "about.toml", "model_card.toml"):
        shutil.copy(original / name, copy)
    monkeypatch.setattr(node, "template", lambda: copy)
    return copy


def test_a_language_is_begun_with_every_message_to_translate(
    template: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path.name: path.read_bytes() for path in (template / "translations").iterdir()}
    monkeypatch.setattr(sys, "argv", ["i18n", "pl"])
    main()
    printed = capsys.readouterr().out
    assert f"pl.po: 0 of {len(shipped_entries())} messages" in printed
    assert "add pl to `translations` in site.toml" in printed
    begun = (template / "translations" / "pl.po").read_text("utf-8")
    assert "nplurals=3" in begun
    assert begun.count("msgctxt") == len(shipped_entries())
    assert before == {name: (template / "translations" / name).read_bytes() for name in before}


def test_a_language_that_does_not_exist_is_refused(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["i18n", "xx"])
    with pytest.raises(UsageError, match="no such language"):
        main()
    assert not (template / "translations" / "xx.po").exists()
