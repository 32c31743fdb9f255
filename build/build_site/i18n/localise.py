"""The editions of a site: its words in every language that has them all."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from build_site.card.texts import About, CardTexts, changed, read_about, read_card_texts
from build_site.config import SiteConfig
from build_site.edition import Edition, Site
from build_site.i18n.languages import language_of
from build_site.i18n.strings import Strings, fill, read_strings
from build_site.i18n.translations import Translation, entries_of, read_translation
from build_site.i18n.words import Words
from build_site.models import Model


@dataclass(frozen=True)
class Texts:
    """Everything that a site says, in the language it was written in."""

    config: SiteConfig
    strings: Strings
    about: About
    card: CardTexts
    models: Sequence[Model]


def read_texts(config: SiteConfig, path: Path | None, template: Path, models: Sequence[Model]) -> Texts:
    """Reads the sentences and the longer texts; about.toml and model_card.toml may lie beside the site's own site.toml.

    Args:
        config: The site's configuration.
        path: Its file; None for the template's.
        template: The site template.
        models: The site's models.

    Raises:
        UsageError: A file is missing or not right.
    """

    def own_or_template(name: str) -> Path:
        own = None if path is None else path.with_name(name)
        return own if own is not None and own.is_file() else template / name

    strings = read_strings(template / "strings.toml")
    strings.with_messages(config.messages, path or "site.toml")
    return Texts(
        config=config,
        strings=strings,
        about=read_about(own_or_template("about.toml")),
        card=read_card_texts(own_or_template("model_card.toml")),
        models=models,
    )


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
    config = texts.config
    entries = entries_of(config, texts.strings, [model.metadata for model in texts.models], texts.about, texts.card)
    tags = dict.fromkeys([config.language, *config.translations])
    translations = [read_translation(catalogues / f"{tag}.po", tag, entries) for tag in tags]
    kept = [one for one in translations if one.language == config.language or one.covers_the_site]
    for one in translations:
        _warn(one, left_out=one not in kept)
    return kept


def edition_of(site: Site, texts: Texts, translation: Translation) -> Edition:
    """The site in one language."""
    config = translation.site(texts.config)
    about = changed(texts.about, lambda text: translation.text("about", text))
    card = changed(texts.card, lambda text: translation.text("card", text))
    words = config.words(texts.models[0].metadata["positive_class"])
    strings = translation.strings(texts.strings).with_messages(config.messages, "site.toml").filled(words)
    return Edition(
        site=site,
        language=language_of(translation.language),
        config=config,
        words=Words(strings.page, translation.language, str(strings.messages["percent"])),
        messages=strings.messages,
        models=tuple(
            dataclasses.replace(model, metadata=translation.metadata(model.metadata)) for model in texts.models
        ),
        about=changed(about, lambda text: fill(text, words)),
        card_texts=card,
        about_language=texts.config.language if about == texts.about else translation.language,
        card_language=texts.config.language if card == texts.card else translation.language,
    )


def _warn(translation: Translation, *, left_out: bool) -> None:
    names = translation.left_english
    if not names:
        return
    what = "is left out, because what site.toml says is not translated" if left_out else "is English in part"
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    print(f"warning: the page in {translation.language} {what}: {shown}", file=sys.stderr)
