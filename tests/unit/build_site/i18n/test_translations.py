"""Every language says everything, with the right placeholders; and a gap never breaks a site."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from build_site.config import read_site_config
from build_site.i18n.messages import catalogues, shipped_entries
from build_site.i18n.strings import Message
from build_site.i18n.translations import Entry, read_catalog, read_translation
from plainfilm import node
from plainfilm.errors import UsageError

LANGUAGES = read_site_config(node.template() / "site.toml").translations
PO = """\
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_with_its_placeholders_and_plural_forms(language: str) -> None:
    assert read_translation(catalogues()[language], language, shipped_entries()).problems == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_english_is_left_over(language: str) -> None:
    translation = read_translation(catalogues()[language], language, shipped_entries())
    same = {key for (key, english), text in translation.found.items() if text == english and len(english.split()) > 2}
    assert same <= {"messages.details"}
    if language in ("ar", "hi", "zh"):
        said = {key: str(text) for (key, _), text in translation.found.items()}
        english = re.compile(r"\b(the|of|is|this|not|and|with|for)\b")
        assert {key for key, text in said.items() if english.search(text)} == set()


def entry(message: Message) -> Entry:
    return Entry("page.key", message)


@pytest.mark.parametrize(
    ("message", "translation", "problem"),
    [
        ("{n} of {m}", 'msgstr "{m} : {n}"', None),
        ("{n} {pictures}", 'msgstr "{n} cosas"', None),  # a language that declines nouns writes them out
        ("{n} of {m}", 'msgstr "{n}"', "lacks {m}"),
        ("{n} left", 'msgstr "{n} {rest}"', "has {rest}, which nothing fills in"),
        ("word", 'msgstr ""', "is not translated, or fuzzy"),
    ],
)
def test_a_translation_that_is_not_right_stays_english_and_is_named(
    tmp_path: Path, message: str, translation: str, problem: str | None
) -> None:
    path = tmp_path / "es.po"
    path.write_text(f'{PO}msgctxt "page.key"\nmsgid "{message}"\n{translation}\n', "utf-8")
    read = read_translation(path, "es", [entry(message)])
    assert read.problems == ({} if problem is None else {"page.key": problem})
    assert (read.text("page.key", message) == message) == (problem is not None)


def test_a_translation_marked_unsure_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "es.po"
    path.write_text(f'{PO}#, fuzzy\nmsgctxt "page.key"\nmsgid "word"\nmsgstr "mundo"\n', "utf-8")
    assert read_translation(path, "es", [entry("word")]).text("page.key", "word") == "word"


def test_a_language_without_a_catalogue_is_refused_with_the_command_that_begins_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"build_site\.i18n de"):
        read_catalog(tmp_path / "de.po", "de")
