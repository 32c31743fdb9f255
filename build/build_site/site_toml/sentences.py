"""Checks the sentences that a site.toml has in place of shipped ones: their keys, what stands in braces, and their languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from build_site.config import Loaded
from build_site.i18n.languages import language_of
from build_site.i18n.strings import Message, Strings
from build_site.i18n.translations import FREE, placeholders_of
from plainfilm.errors import PlainfilmError, UsageError
from plainfilm.nearest import perhaps

# What every sentence may have: the site's own words.
WORDS = FREE | {"warning", "positive"}


def sentence_mistakes(loaded: Loaded, strings: Strings) -> list[str]:
    """All that is wrong with a site's own sentences, each as the lines of a `UsageError`."""
    config = loaded.config
    found = list(_languages(loaded))
    found += _wrong("", config.strings, config.messages, strings)
    for language, texts in config.texts.items():
        found += _wrong(f"texts.{language}.", texts.strings, texts.messages, strings)
    return [f"{loaded.path}: {mistake}" for mistake in found]


def _languages(loaded: Loaded) -> Iterator[str]:
    """Languages that do not exist, and words in languages that the site does not have."""
    config = loaded.config
    listed = list(dict.fromkeys([config.language, *config.translations]))
    for key, tag in [("language", config.language), *(("translations", tag) for tag in config.translations)]:
        try:
            language_of(tag)
        except PlainfilmError:
            yield _mistake(f"{key}: there is no language {tag}", "a tag such as fr or pt-BR")
    captions = [tag for sample in config.samples for tag in sample.captions]
    for key, tags in (("texts", list(config.texts)), ("samples.captions", captions)):
        for tag in dict.fromkeys(tags):
            if tag not in listed:
                expected = f"one of {', '.join(listed)}, or {tag} in translations"
                yield _mistake(
                    f"{key}.{tag}: the site has no such language", perhaps(tag, listed, expected, cutoff=0.5)
                )
    if config.language in config.texts:
        yield _mistake(
            f"texts.{config.language} is the site's own language", "its texts at the top of the file, without [texts]"
        )


def _wrong(where: str, page: Mapping[str, str], messages: Mapping[str, Message], strings: Strings) -> Iterator[str]:
    tables: tuple[tuple[str, Mapping[str, Message], Mapping[str, Message]], ...] = (
        ("strings", page, strings.page),
        ("messages", messages, strings.messages),
    )
    for table, own, shipped in tables:
        other = strings.messages if table == "strings" else strings.page
        for key, message in own.items():
            name = f"{where}{table}.{key}"
            if key not in shipped:
                yield _unknown(name, key, shipped, other)
            elif isinstance(message, dict) != isinstance(shipped[key], dict):
                expected = (
                    "its forms, such as { one = …, other = … }" if isinstance(shipped[key], dict) else "one sentence"
                )
                yield _mistake(f"{name} is of the wrong kind", expected, received=message)
            elif isinstance(message, dict) and "other" not in message:
                yield _mistake(
                    f"{name} lacks the form `other`", "other = …, for every number without a form of its own"
                )
            elif unknown := placeholders_of(message) - placeholders_of(shipped[key]) - WORDS:
                allowed = sorted(placeholders_of(shipped[key]) | WORDS)
                expected = f"one of {_braces(allowed)}, or none"
                for wrong in sorted(unknown, reverse=True):
                    expected = perhaps(wrong, allowed, expected, written="{{{}}}")
                yield _mistake(f"{name} has {_braces(unknown)}, which nothing fills in", expected)


def _unknown(name: str, key: str, shipped: Mapping[str, Message], other: Mapping[str, Message]) -> str:
    if key in other:
        table = "messages" if ".strings." in f".{name}" else "strings"
        return _mistake(f"unknown key {name}", f"it under [{table}], where it belongs")
    return _mistake(
        f"unknown key {name}", perhaps(key, shipped, f"one of the {len(shipped)} keys in site_template/strings.toml")
    )


def _braces(names: set[str] | list[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))


def _mistake(what: str, expected: str, received: object = None) -> str:
    return str(UsageError(what, received=received, expected=expected))
