"""strings.toml: every sentence of the page, and how the site's words are put into them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from plainfilm.toml_files import read_toml

# A sentence, or its plural forms (the names are those of Intl.PluralRules).
Message = str | dict[str, str]


class Strings(msgspec.Struct, frozen=True):
    """The sentences by key: `page` is rendered when the site is built, `messages` is for the page's script."""

    page: dict[str, str]
    messages: dict[str, Message]

    def with_own(self, page: Mapping[str, str], messages: Mapping[str, Message]) -> Strings:
        """The sentences with a site's own in place of the general ones; `site_toml.sentences` has checked their keys."""
        return Strings({**self.page, **page}, {**self.messages, **messages})

    def filled(self, values: Mapping[str, str]) -> Strings:
        """The sentences with values put in: `{picture}` becomes what the site calls a picture."""
        return Strings(
            page={key: fill(text, values) for key, text in self.page.items()},
            messages={key: _filled(message, values) for key, message in self.messages.items()},
        )


def read_strings(path: Path) -> Strings:
    """Reads a strings.toml, with nothing filled in.

    Raises:
        UsageError: It is missing, is not TOML, or a part is missing, unknown or of the wrong kind.
    """
    return read_toml(path, Strings)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Puts values in where their names stand in braces; other braces stay as they are."""
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def _filled(message: Message, values: Mapping[str, str]) -> Message:
    if isinstance(message, str):
        return fill(message, values)
    return {form: fill(text, values) for form, text in message.items()}
