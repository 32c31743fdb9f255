"""The languages of the site: their names, their direction, their plural forms, and how they write numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from gettext import c2py

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal

from plainfilm.errors import UsageError

# Where strings.toml is written, and what a missing translation falls back to.
SOURCE = "en"
PLURAL_NAMES = ("zero", "one", "two", "few", "many", "other")
# Counts by which gettext's plural forms are matched with the names: every rule repeats within these, but for the millions.
COUNTS = (*range(201), 1_000_000)


@dataclass(frozen=True)
class Language:
    """A language.

    Attributes:
        tag: As in the page's `lang`, and the folder of its pages.
        name: What its speakers call it.
        direction: `ltr` or `rtl`.
    """

    tag: str
    name: str
    direction: str


def language_of(tag: str) -> Language:
    """A language by its tag.

    Raises:
        UsageError: Nothing is known of it.
    """
    locale = _locale(tag)
    name = locale.get_display_name(locale) or tag
    return Language(tag, name[0].upper() + name[1:], locale.text_direction)


def plural_indices(tag: str, plurals: int, expression: str) -> dict[str, int]:
    """Which of a catalogue's plural forms the page shows by which name of Intl.PluralRules.

    gettext numbers the forms by an expression in C, the browser names them by the rules of CLDR; Babel has both. A name
    that two forms share is the form's that more counts take, or else the first's; a name for fractions alone is left out.

    Args:
        tag: The language.
        plurals: Number of forms in the catalogue.
        expression: The catalogue's `plural=` expression of `n`.

    Returns:
        The form's index by name, in the order of PLURAL_NAMES; `other` is always there, and stands for every name that
        is not.
    """
    name_of, index_of = _locale(tag).plural_form, c2py(expression)
    found: dict[str, Counter[int]] = {}
    for count in COUNTS:
        found.setdefault(name_of(count), Counter())[index_of(count)] += 1
    indices = {name: max(sorted(counted), key=counted.__getitem__) for name, counted in found.items()}
    other = indices.setdefault("other", plurals - 1)
    return {name: indices[name] for name in PLURAL_NAMES if name == "other" or indices.get(name, other) != other}


def number(value: float, digits: int, tag: str) -> str:
    """A number with so many decimals, in the digits 0 to 9: 12345.6 → `12,345.60`, `12.345,60`, …"""
    # Rounded as everywhere else in Python; Babel only puts the separators in.
    exact = Decimal(f"{value:.{digits}f}")
    return format_decimal(exact, f"#,##0.{'0' * digits}" if digits else "#,##0", locale=_locale(tag))


def _locale(tag: str) -> Locale:
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        raise UsageError("there is no such language", received=tag, expected="a tag such as en, es or pt-BR") from None
