"""The site's own words: site.toml (what this site is) and strings.toml (every sentence of the page)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from build_site.i18n.words import Words
from plainfilm.errors import UsageError

# A sentence, or its plural forms (the names are those of Intl.PluralRules).
Message = str | dict[str, str]
# By part of strings.toml and key.
Messages = dict[str, dict[str, Message]]


@dataclass(frozen=True)
class SiteConfig:
    """What site.toml says; see the comments there."""

    bundles: list[str]
    language: str
    translations: list[str]
    title: str
    headline: str
    lead: str
    warning: str
    address: str
    source_url: str
    picture: str
    pictures: str
    classes: dict[str, str]

    def label_of(self, class_name: str) -> str:
        """What people call a class."""
        return self.classes.get(class_name, class_name)


@dataclass(frozen=True)
class Strings:
    """strings.toml: `page` is rendered when the site is built, `messages` is for the page's script."""

    page: Words
    messages: dict[str, Message]


def read_site_config(path: Path) -> SiteConfig:
    """Reads a site.toml.

    Raises:
        UsageError: It is missing, no TOML, or an entry is missing, unknown or of the wrong type.
    """
    document = read_toml(path)
    kinds = {"classes": dict, "bundles": list, "translations": list}
    expected = {field.name: kinds.get(field.name, str) for field in fields(SiteConfig)}
    if unknown := sorted(document.keys() - expected.keys()):
        raise UsageError(f"{path} has entries that mean nothing: {', '.join(unknown)}", expected=", ".join(expected))
    for name, kind in expected.items():
        if not isinstance(document.get(name), kind):
            raise UsageError(
                f"{path}: `{name}` is missing or wrong", received=document.get(name), expected=f"a {kind.__name__}"
            )
    return SiteConfig(**document)


def read_messages(path: Path) -> Messages:
    """Reads a strings.toml: `page` and `messages`, with nothing filled in."""
    document = read_toml(path)
    return {part: document[part] for part in ("page", "messages")}


def site_words(site: SiteConfig, positive_class: str) -> dict[str, str]:
    """What stands for itself in every sentence."""
    positive = site.label_of(positive_class)
    return {"picture": site.picture, "pictures": site.pictures, "warning": site.warning, "positive": positive}


def strings_of(raw: Messages, site: SiteConfig, positive_class: str) -> Strings:
    """Puts the site's words in: `{picture}` becomes what the site calls a picture."""
    words = site_words(site, positive_class)
    messages = {key: _filled(message, words) for key, message in raw["messages"].items()}
    page = {key: fill(str(text), words) for key, text in raw["page"].items()}
    return Strings(Words(page, site.language, str(raw["messages"]["percent"])), messages)


def _filled(message: Message, values: dict[str, str]) -> Message:
    if isinstance(message, str):
        return fill(message, values)
    return {form: fill(text, values) for form, text in message.items()}


def fill(text: str, values: dict[str, str]) -> str:
    """Puts values in where their names stand in braces; other braces stay as they are."""
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def read_toml(path: Path) -> dict[str, Any]:
    """Reads a TOML file.

    Raises:
        UsageError: It is missing, or no TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise UsageError(f"there is no {path}") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from None
