"""How languages write numbers, and that the page shows the plural form that gettext means."""

from __future__ import annotations

from gettext import c2py
from pathlib import Path

import pytest
from babel import Locale

from build_site.i18n.languages import number, plural_indices
from build_site.i18n.messages import catalogues, template_of, text_of, updated
from build_site.i18n.translations import Entry, read_catalog, read_translation

MESSAGE = {"one": "{n} film", "other": "{n} films"}


def translated(folder: Path, language: str) -> dict[str, str]:
    """A counting message in a language just begun, each form translated by its number in the catalogue."""
    entry, path = Entry("page.key", MESSAGE), folder / f"{language}.po"
    catalog = updated(path, language, template_of([entry]))
    forms = tuple(f"{{n}} {index}" for index in range(catalog.num_plurals))
    message = catalog.get(MESSAGE["one"], "page.key")
    assert message is not None
    message.string = forms
    path.write_text(text_of(catalog, language), "utf-8")
    found = read_translation(path, language, [entry]).of("page.key", MESSAGE)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("language", ["pl", "cs", "sl", "ga", "he", "ru", "uk", "it", "ca", "ar", "de", "ja", "pt-BR"])
def test_the_page_shows_the_form_that_gettext_means_for_every_count(tmp_path: Path, language: str) -> None:
    found = translated(tmp_path, language)
    locale = Locale.parse(language, sep="-")
    index_of = c2py(read_catalog(tmp_path / f"{language}.po", language).plural_expr)
    shown = {count: found.get(locale.plural_form(count), found["other"]) for count in range(201)}
    assert shown == {count: f"{{n}} {index_of(count)}" for count in range(201)}


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("pl", "one few other"),
        ("cs", "one few other"),
        ("sl", "one two few other"),
        ("ga", "one two few many other"),
        ("he", "one other"),
        ("ru", "one few other"),
        ("uk", "one few other"),
        ("it", "one other"),
        ("ca", "one other"),
        ("ar", "zero one two few other many"),
        ("pt", "one other"),
        ("hi", "one other"),
        ("zh", "other"),
    ],
)
def test_plural_forms_get_the_names_that_the_page_chooses_by(tmp_path: Path, language: str, names: str) -> None:
    assert translated(tmp_path, language) == {name: f"{{n}} {index}" for index, name in enumerate(names.split())}


def test_the_shipped_arabic_has_its_six_forms_in_the_order_of_the_names() -> None:
    catalog = read_catalog(catalogues()["ar"], "ar")
    names = ("zero", "one", "two", "few", "many", "other")
    assert plural_indices("ar", catalog.num_plurals, catalog.plural_expr) == {
        name: index for index, name in enumerate(names)
    }


def test_a_catalogue_may_count_its_forms_otherwise_than_babel() -> None:
    four = "n==1 ? 0 : n==2 ? 1 : n>10 && n%10==0 ? 2 : 3"  # older catalogues in Hebrew
    assert plural_indices("he", 4, four) == {"one": 0, "two": 1, "other": 3}
    three = "n==1 ? 0 : n!=0 && n%1000000==0 ? 1 : 2"  # Spanish in Babel 2.19
    assert plural_indices("es", 3, three) == {"one": 0, "many": 1, "other": 2}


def test_numbers_are_written_in_each_language_with_digits_0_to_9() -> None:
    written = {language: number(12345.678, 1, language) for language in ("en", "ar", "es", "fr", "hi", "pt", "zh")}
    assert written == {
        "en": "12,345.7", "ar": "12,345.7", "es": "12.345,7", "fr": "12\u202f345,7", "hi": "12,345.7",
        "pt": "12.345,7", "zh": "12,345.7",
    }  # fmt: skip
