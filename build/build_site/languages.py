"""The languages of the site: their names, their direction, their plural forms, and how they write numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal

from plainfilm.errors import UsageError

# Where strings.toml is written, and what a missing translation falls back to.
SOURCE = "en"
# gettext counts a language's plural forms, the page's script names them (Intl.PluralRules). Fractions are not counted.
FORMS = {1: ("other",), 2: ("one", "other"), 6: ("zero", "one", "two", "few", "many", "other")}


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
