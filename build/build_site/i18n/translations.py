"""The site's words in another language: gettext catalogues, checked; what is missing in one stays English."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import msgspec
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from build_site.card.texts import About, CardTexts, sentences_of
from build_site.config import LanguageTexts, SiteConfig
from build_site.i18n.languages import SOURCE, plural_indices
from build_site.i18n.strings import Message, Strings
from plainfilm.errors import UsageError
from plainfilm.metadata import Metadata

# Tables of site.toml with words, and how their keys begin in the catalogues.
SITE_TABLES = {
    "classes": "classes.",
    "strings": "site.strings.",
    "messages": "site.messages.",
    "metrics": "site.metrics.",
}
SITE_WORDS = ("title", "headline", "lead", "warning", "picture", "pictures")
# A language that declines its nouns writes these out; another kind of picture needs other translations anyway.
FREE = {"picture", "pictures", "Pictures"}


@dataclass(frozen=True)
class Entry:
    """A message to translate; `key` is its context in the catalogues, such as `page.choose`."""

    key: str
    message: Message

    @property
    def name(self) -> str:
        """Its name in reports."""
        return f'{self.key} "{self.ids[0][:40]}"' if "." not in self.key else self.key

    @property
    def ids(self) -> tuple[str, ...]:
        """Its identity in gettext: the English text, singular and plural."""
        return ids_of(self.message)


@dataclass(frozen=True)
class Translation:
    """One language's words.

    Attributes:
        language: Its tag.
        found: Right translations by key and English text.
        problems: What is missing or wrong, by the message's name.
    """

    language: str
    found: Mapping[tuple[str, str], Message] = dataclasses.field(default_factory=dict)
    problems: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def of(self, key: str, message: Message) -> Message:
        """The translation, or the message itself."""
        return self.found.get((key, ids_of(message)[0]), message)

    def text(self, key: str, text: str) -> str:
        """The translation of a text without plural forms."""
        return cast("str", self.of(key, text))

    def strings(self, strings: Strings) -> Strings:
        """strings.toml in this language."""
        return Strings(
            page={key: self.text(f"page.{key}", text) for key, text in strings.page.items()},
            messages={key: self.of(f"messages.{key}", message) for key, message in strings.messages.items()},
        )

    def site(self, site: SiteConfig) -> SiteConfig:
        """site.toml in this language: what it says in it itself counts before the catalogue."""
        own = self._texts_of(site)
        words: dict[str, Any] = {
            name: getattr(own, name) or self.text(f"site.{name}", getattr(site, name)) for name in SITE_WORDS
        }
        tables: dict[str, Any] = {
            table: {
                **{key: self.of(f"{prefix}{key}", message) for key, message in getattr(site, table).items()},
                **getattr(own, table),
            }
            for table, prefix in SITE_TABLES.items()
        }
        return msgspec.structs.replace(site, language=self.language, **tables, **words)

    def lacks_of(self, site: SiteConfig) -> list[str]:
        """What site.toml says and this language does not; a name may stay as it is."""
        own = self._texts_of(site)
        stated = {f"site.{name}" for name in SITE_WORDS if getattr(own, name)} | {"site.title"}
        stated |= {f"{prefix}{key}" for table, prefix in SITE_TABLES.items() for key in getattr(own, table)}
        return [name for name in self.problems if name.startswith(("site.", "classes.")) and name not in stated]

    def _texts_of(self, site: SiteConfig) -> LanguageTexts:
        return site.texts.get(self.language, LanguageTexts())

    def metadata(self, metadata: Metadata) -> Metadata:
        """A bundle's metadata with its free text in this language, where that was translated."""
        translated = metadata.copy()
        translated["title"] = self.text("bundle", metadata["title"])
        translated["description"] = self.text("bundle", metadata["description"])
        translated["training_population"] = self.text("bundle", metadata["training_population"])
        if "splits" in metadata:
            translated["splits"] = [
                {"name": split["name"], "title": self.text("bundle", split["title"]), "n": split["n"]}
                for split in metadata["splits"]
            ]
        if "populations" in metadata:
            translated["populations"] = [
                {**one, "title": self.text("bundle", one["title"])} for one in metadata["populations"]
            ]
        return translated

    @property
    def left_english(self) -> list[str]:
        """Sentences of the page and longer texts that stay English; bundles' own texts may."""
        return [name for name in self.problems if not name.startswith(("bundle ", "site.", "classes."))]


def entries_of(
    site: SiteConfig, strings: Strings, bundles: Iterable[Metadata], about: About, card: CardTexts
) -> list[Entry]:
    """Everything to translate: of site.toml, strings.toml, the longer texts and the bundles' metadata."""
    entries = site_entries(site)
    entries += [Entry(f"page.{key}", text) for key, text in strings.page.items()]
    entries += [Entry(f"messages.{key}", message) for key, message in strings.messages.items()]
    entries += [Entry("about", text) for text in sentences_of(about)]
    entries += [Entry("card", text) for text in sentences_of(card)]
    texts: list[str] = []
    for metadata in bundles:
        texts += [metadata["title"], metadata["description"], metadata["training_population"]]
        texts += [split["title"] for split in metadata.get("splits", [])]
        texts += [population["title"] for population in metadata.get("populations", [])]
    return entries + [Entry("bundle", text) for text in dict.fromkeys(texts)]


def site_entries(site: SiteConfig) -> list[Entry]:
    """What a site.toml says itself."""
    entries = [Entry(f"site.{name}", getattr(site, name)) for name in SITE_WORDS]
    for table, prefix in SITE_TABLES.items():
        entries += [Entry(f"{prefix}{key}", message) for key, message in getattr(site, table).items()]
    return entries


def read_translation(path: Path, language: str, entries: Iterable[Entry]) -> Translation:
    """Reads a catalogue and checks it.

    Raises:
        UsageError: There is none.
    """
    if language == SOURCE:
        return Translation(language)
    catalog = read_catalog(path, language)
    found: dict[tuple[str, str], Message] = {}
    problems: dict[str, str] = {}
    for entry in entries:
        translated = _lookup(catalog, language, entry)
        if translated is None:
            problems[entry.name] = "is not translated, or fuzzy"
        elif wrong := _wrong(entry.message, translated):
            problems[entry.name] = wrong
        else:
            found[entry.key, entry.ids[0]] = translated
    return Translation(language, found, problems)


def read_catalog(path: Path, language: str) -> Catalog:
    """Reads a .po file.

    Raises:
        UsageError: It is not there, or damaged.
    """
    try:
        with path.open("rb") as file:
            return read_po(file, locale=language.replace("-", "_"), abort_invalid=True)
    except FileNotFoundError:
        raise UsageError(
            f"there is no translation into {language}",
            expected=str(path),
            next_step=f"python -m build_site.i18n {language} begins one",
        ) from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from None


def ids_of(message: Message) -> tuple[str, ...]:
    """The English text of a message; singular and plural of one that counts."""
    return (message,) if isinstance(message, str) else (message["one"], message["other"])


def _lookup(catalog: Catalog, language: str, entry: Entry) -> Message | None:
    """A message's translation, by its plural forms if it has some; None where it is missing or unsure."""
    message = catalog.get(entry.ids[0], entry.key)
    if message is None or message.fuzzy or not message.string:
        return None
    if isinstance(message.string, str):
        return message.string if isinstance(entry.message, str) else None
    if isinstance(entry.message, str) or not all(message.string):
        return None
    indices = plural_indices(language, catalog.num_plurals, catalog.plural_expr)
    return {name: message.string[index] for name, index in indices.items()}


def _wrong(message: Message, translated: Message) -> str | None:
    """What is wrong with a translation's placeholders."""
    expected = placeholders_of(message) - FREE
    texts = [translated] if isinstance(translated, str) else list(translated.values())
    for text in texts:
        unknown = placeholders_of(text) - expected - FREE
        if unknown:
            return f"has {{{'}, {'.join(sorted(unknown))}}}, which nothing fills in"
    general = translated if isinstance(translated, str) else translated["other"]  # others may do without the number
    if missing := expected - placeholders_of(general):
        return f"lacks {{{'}, {'.join(sorted(missing))}}}"
    return None


def placeholders_of(message: Message) -> set[str]:
    """The names in braces."""
    texts = [message] if isinstance(message, str) else message.values()
    return {name for text in texts for name in re.findall(r"\{(\w+)\}", text)}
