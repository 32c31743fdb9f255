"""The editions of a site: its words in every language that has them all."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from build_site.card.texts import CardTexts, SiteCardTexts, changed
from build_site.config import SiteConfig
from build_site.edition import Edition, Site
from build_site.i18n.languages import language_of
from build_site.i18n.strings import Message, Strings, fill
from build_site.i18n.translations import Translation, entries_of, read_translation
from build_site.i18n.words import Words
from build_site.models import Model
from build_site.site_toml.longer import LongerTexts


@dataclass(frozen=True)
class Texts:
    """Everything that a site says, in the language it was written in; `strings` are as shipped."""

    config: SiteConfig
    strings: Strings
    longer: LongerTexts
    models: Sequence[Model]


def translations_of(texts: Texts, catalogues: Path) -> list[Translation]:
    """The site's own language first, then those it is translated into.

    A language in which the site's own words are missing is left out, and sentences that are missing stay English; both
    are reported on the standard error.

    Args:
        texts: What the site says.
        catalogues: The folder of the .po files.

    Raises:
        UsageError: A language has no catalogue, or does not exist.
    """
    config, longer = texts.config, texts.longer
    metadata = [model.metadata for model in texts.models]
    entries = entries_of(config, texts.strings, metadata, longer.about, longer.card)
    tags = dict.fromkeys([config.language, *config.translations])
    translations = [read_translation(catalogues / f"{tag}.po", tag, entries) for tag in tags]
    lacking = {one.language: one.lacks_of(config) for one in translations if one.language != config.language}
    _warn_of_left_out({tag: lacks for tag, lacks in lacking.items() if lacks})
    kept = [one for one in translations if not lacking.get(one.language)]
    for one in kept:
        _warn_of_english(one, longer)
    return kept


def edition_of(site: Site, texts: Texts, translation: Translation) -> Edition:
    """The site in one language."""
    language, longer, own = translation.language, texts.longer, texts.config.language
    config = translation.site(texts.config).filled()
    words = config.words(texts.models[0].metadata["positive_class"])
    strings = translation.strings(texts.strings).with_own(config.strings, config.messages).filled(words)
    translated = changed(longer.about, lambda text: translation.text("about", text))
    about = longer.abouts.get(language, translated)
    shipped = changed(longer.card, lambda text: translation.text("card", text))
    own_card = longer.own_card
    if language in longer.cards:
        own_card = longer.cards[language].over(own_card or CardTexts())
    in_this_language = (
        language == own or language in longer.cards or (longer.own_card is None and shipped != longer.card)
    )
    return Edition(
        site=site,
        language=language_of(language),
        config=config,
        words=Words(strings.page, language, str(strings.messages["percent"])),
        messages=strings.messages if config.features.dicom else _without_dicom(strings),
        models=tuple(
            dataclasses.replace(model, metadata=translation.metadata(model.metadata)) for model in texts.models
        ),
        about=changed(about, lambda text: fill(text, words)),
        card_texts=SiteCardTexts(shipped, own_card),
        about_language=own if about == longer.about else language,
        card_language=language if in_this_language else own,
    )


def _without_dicom(strings: Strings) -> dict[str, Message]:
    """The sentences for the script of a page that opens no DICOM files."""
    return {**strings.messages, "not-an-image": strings.page["not_an_image_without_dicom"]}


def _warn_of_left_out(lacking: Mapping[str, Sequence[str]]) -> None:
    """Languages that lack the same are named together."""
    together: dict[tuple[str, ...], list[str]] = {}
    for tag, names in lacking.items():
        together.setdefault(tuple(names), []).append(tag)
    for names, tags in together.items():
        what = f"the page in {tags[0]} is" if len(tags) == 1 else f"the pages in {', '.join(tags)} are"
        print(
            f"warning: {what} left out, because what site.toml says is not translated: {_some(names)}\n"
            f"  next:     say it under [texts.{tags[0]}], or leave the language out of `translations`",
            file=sys.stderr,
        )


def _warn_of_english(translation: Translation, longer: LongerTexts) -> None:
    names = translation.left_english
    if translation.language in longer.abouts:
        names = [name for name in names if not name.startswith("about ")]
    if names:
        print(f"warning: the page in {translation.language} is English in part: {_some(names)}", file=sys.stderr)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
