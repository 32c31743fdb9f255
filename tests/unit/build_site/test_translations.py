"""Every language says everything, with the right placeholders and plural forms; and a gap never breaks a site."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from build_site.config import Message
from build_site.languages import language_of, number
from build_site.messages import catalogues, shipped_entries, template_of, text_of, updated
from build_site.site import build
from build_site.translations import Entry, read_catalog, read_translation
from plainfilm import node
from plainfilm.errors import UsageError

LANGUAGES = ("ar", "es", "fr", "hi", "pt", "zh")
PO = """\
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

"""


def test_there_are_the_languages_that_the_site_promises() -> None:
    assert tuple(catalogues()) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_with_its_placeholders_and_plural_forms(language: str) -> None:
    assert read_translation(catalogues()[language], language, shipped_entries()).problems == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_is_in_step_with_the_english_words(language: str) -> None:
    path = catalogues()[language]
    catalog = updated(path, language, template_of(shipped_entries()))
    assert path.read_text("utf-8") == text_of(catalog, language_of(language).name), "python -m build_site.messages"


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


def test_plural_forms_get_the_names_that_the_page_chooses_by(tmp_path: Path) -> None:
    path = tmp_path / "ar.po"
    forms = "\n".join(f'msgstr[{index}] "{{n}} {index}"' for index in range(6))
    path.write_text(f'{PO}msgctxt "page.key"\nmsgid "{{n}} film"\nmsgid_plural "{{n}} films"\n{forms}\n', "utf-8")
    message = {"one": "{n} film", "other": "{n} films"}
    read = read_translation(path, "ar", [entry(message)])
    assert read.of("page.key", message) == {
        "zero": "{n} 0", "one": "{n} 1", "two": "{n} 2", "few": "{n} 3", "many": "{n} 4", "other": "{n} 5",
    }  # fmt: skip


def test_a_language_without_a_catalogue_is_refused_with_the_command_that_begins_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"build_site\.messages de"):
        read_catalog(tmp_path / "de.po", "de")


def test_numbers_are_written_in_each_language_with_digits_0_to_9() -> None:
    written = {language: number(12345.678, 1, language) for language in ("en", *LANGUAGES)}
    assert written == {
        "en": "12,345.7", "ar": "12,345.7", "es": "12.345,7", "fr": "12\u202f345,7", "hi": "12,345.7",
        "pt": "12.345,7", "zh": "12,345.7",
    }  # fmt: skip


def test_every_language_has_its_pages_and_says_where_the_others_are(tiny_site: Path) -> None:
    for language in LANGUAGES:
        for name in ("index.html", "about.html", "model-card.html"):
            page = (tiny_site / language / name).read_text("utf-8")
            assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page
            assert f'<a href="../{name}" hreflang="en"' in page
            assert f'<a href="../zh/{name}" hreflang="zh"' in page
            assert not re.search(r"\{[a-z]\w*\}", page[page.index("<body>") : page.rindex("</main>")]), name


def test_a_site_with_words_of_its_own_leaves_out_the_languages_that_lack_them(
    tiny_bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "site.toml"
    text = (node.template() / "site.toml").read_text("utf-8").replace('pictures = "films"', 'pictures = "scans"')
    config.write_text(text, "utf-8")
    built = build(tmp_path / "dist", bundle=tiny_bundle, config=config).out
    assert not (built / "es").exists()
    assert 'class="languages"' not in (built / "index.html").read_text("utf-8")
    assert "warning: the page in es is left out" in capsys.readouterr().err


def test_the_languages_add_little_to_the_one_file(tiny_site: Path) -> None:
    page = (tiny_site / "standalone.html").read_text("utf-8")
    packed = re.findall(r'data-path="languages/\w+\.html\.gz">([^<]+)<', page)
    assert len(packed) == len(LANGUAGES)
    assert sum(map(len, packed)) < 600_000
