"""The sentences of a page in one language, and how it writes numbers, percentages and intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from babel.lists import format_list

from build_site.i18n.languages import language_of, number
from plainfilm.percent import DECIMALS


class Words(dict[str, str]):
    """`[page]` of strings.toml by key, in one language."""

    def __init__(self, sentences: Mapping[str, str], language: str, percent: str) -> None:
        """`percent` is the pattern of a percentage: `{value} %`."""
        super().__init__(sentences)
        self.language = language
        self._percent = percent

    def number(self, value: float, digits: int = 0) -> str:
        """A number with so many decimals."""
        return number(value, digits, self.language)

    def list(self, texts: Sequence[str]) -> str:
        """Several things as one: `a, b and c`."""
        return format_list(texts, locale=self.language)

    def percent(self, share: float) -> str:
        """0.951 → `95.1 %`, with a space that does not break."""
        return self._percent.replace("{value}", self.number(share * 100, DECIMALS))

    def percent_interval(self, interval: tuple[float, float] | None) -> str:
        """A 95 % interval as ` (92.8–97.2)`, or nothing."""
        if not interval:
            return ""
        return f" ({self.span(interval[0] * 100, interval[1] * 100, DECIMALS)})"

    def span(self, low: float, high: float, digits: int) -> str:
        """From a number to another, the lower one left in every language."""
        text = f"{self.number(low, digits)}–{self.number(high, digits)}"
        return f"\u2066{text}\u2069" if language_of(self.language).direction == "rtl" else text
