"""The longer texts of a site: about.toml, the About page, and model_card.toml, what the cards say beyond what bundles state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from build_site.config import read_toml
from plainfilm.errors import UsageError

T = TypeVar("T")


@dataclass(frozen=True)
class Section:
    """A section of the About page: a title, paragraphs, and perhaps numbered steps."""

    title: str
    paragraphs: list[str]
    steps: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Citation:
    """Something to cite, as BibTeX."""

    title: str
    bibtex: str


@dataclass(frozen=True)
class CardTexts:
    """Paragraphs of the model cards, by section; `models` names the bundles of which they are true."""

    models: list[str] = field(default_factory=list)
    intended_use: list[str] = field(default_factory=list)
    out_of_scope: list[str] = field(default_factory=list)
    factors: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    training: list[str] = field(default_factory=list)
    known_failures: list[str] = field(default_factory=list)
    ethics: list[str] = field(default_factory=list)
    licence: list[str] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)

    def of(self, model: str) -> CardTexts:
        """These texts, or none where they are not about this model."""
        return self if model in self.models else CardTexts()


def read_about(path: Path) -> list[Section]:
    """Reads an about.toml, with nothing filled in.

    Raises:
        UsageError: It is missing, no TOML, or an entry is missing or unknown.
    """
    sections = read_toml(path).get("sections", [])
    return [_made(Section, section, path) for section in sections]


def read_card_texts(path: Path) -> CardTexts:
    """Reads a model_card.toml.

    Raises:
        UsageError: It is missing, no TOML, or an entry is missing or unknown.
    """
    document = read_toml(path)
    citations = [_made(Citation, one, path) for one in document.pop("citations", [])]
    return _made(CardTexts, {**document, "citations": citations}, path)


def changed(texts: T, change: Callable[[str], str]) -> T:
    """The same texts, every sentence changed: put into another language, or filled in. Names and BibTeX stay."""
    return replace(
        texts,  # type: ignore[type-var]
        **{name: _changed(value, change) for name, value in vars(texts).items() if name not in ("models", "bibtex")},
    )


def sentences_of(texts: Section | CardTexts) -> list[str]:
    """Every sentence or paragraph that `changed` would change."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    changed(texts, note)
    return found


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    return [change(one) if isinstance(one, str) else changed(one, change) for one in value]


def _made(kind: type[T], entries: dict[str, Any], path: Path) -> T:
    try:
        return kind(**entries)
    except TypeError:
        expected = ", ".join(one.name for one in fields(kind))  # type: ignore[arg-type]
        raise UsageError(
            f"{path} has an entry that means nothing, or lacks one", received=", ".join(entries), expected=expected
        ) from None
