"""The longer texts of a site: about.toml, the About page, and model_card.toml, what the cards say beyond what bundles state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from build_site.config import Base
from plainfilm.toml_files import read_toml

T = TypeVar("T", bound=msgspec.Struct)
NEVER_CHANGED = ("models", "bibtex", "only")  # names and references, not sentences


class Section(msgspec.Struct, frozen=True):
    """A section of the About page: a title, paragraphs, and perhaps numbered steps; `only` for sites over one base."""

    title: str
    paragraphs: list[str]
    steps: list[str] = []
    only: Base | None = None


class About(msgspec.Struct, frozen=True):
    """The About page."""

    sections: list[Section] = []

    def over(self, base: Base) -> About:
        """What of it a site over this base says."""
        return About([section for section in self.sections if section.only in (None, base)])


class Citation(msgspec.Struct, frozen=True):
    """Something to cite, as BibTeX."""

    title: str
    bibtex: str


class CardTexts(msgspec.Struct, frozen=True):
    """Paragraphs of the model cards, by section; `models` names the bundles of which they are true.

    `apart` has texts for other bundles: the sections that it states replace those of the same name above it.
    """

    models: list[str] = []
    intended_use: list[str] = []
    out_of_scope: list[str] = []
    factors: list[str] = []
    data: list[str] = []
    training: list[str] = []
    known_failures: list[str] = []
    ethics: list[str] = []
    licence: list[str] = []
    citations: list[Citation] = []
    apart: list[CardTexts] = []

    def of(self, model: str) -> CardTexts:
        """These texts, or those apart that are about this model, or none."""
        common = msgspec.structs.replace(self, apart=[])
        found = next((each for each in self.apart if model in each.models), None)
        return found.over(common) if found else common if model in self.models else CardTexts()

    def over(self, below: CardTexts) -> CardTexts:
        """These sections, and of the others those below."""
        stated = {
            name: value
            for name, value in msgspec.structs.asdict(self).items()
            if value and name not in ("models", "apart")
        }
        return msgspec.structs.replace(below, **stated)


class SiteCardTexts(msgspec.Struct, frozen=True):
    """The texts of a site's cards: its own, section by section, before the shipped ones."""

    shipped: CardTexts
    own: CardTexts | None = None

    def of(self, model: str) -> CardTexts:
        """The texts about one model; a site's own that name no model are about every one."""
        shipped = self.shipped.of(model)
        if self.own is None or (self.own.models and model not in self.own.models):
            return shipped
        return self.own.over(shipped)


def read_about(path: Path) -> About:
    """Reads an about.toml, with nothing filled in.

    Raises:
        UsageError: It is missing, is not TOML, or an entry is missing, unknown or of the wrong kind.
    """
    return read_toml(path, About)


def read_card_texts(path: Path) -> CardTexts:
    """Reads a model_card.toml.

    Raises:
        UsageError: It is missing, is not TOML, or an entry is unknown or of the wrong kind.
    """
    return read_toml(path, CardTexts)


def changed(texts: T, change: Callable[[str], str]) -> T:
    """The same texts, every sentence changed: put into another language, or filled in. Names and BibTeX stay."""
    values = msgspec.structs.asdict(texts)
    return msgspec.structs.replace(
        texts, **{name: _changed(value, change) for name, value in values.items() if name not in NEVER_CHANGED}
    )


def sentences_of(texts: About | CardTexts) -> list[str]:
    """Every sentence or paragraph that `changed` would change."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    changed(texts, note)
    return list(dict.fromkeys(found))


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    return [change(one) if isinstance(one, str) else changed(one, change) for one in value]
