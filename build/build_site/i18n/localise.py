"""The site's parts in each of its languages: what is translated changes, scripts and styles stay."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

from build_site.card.texts import changed
from build_site.config import Messages, fill, site_words, strings_of
from build_site.i18n.languages import language_of
from build_site.i18n.translations import Translation, entries_of, read_translation
from build_site.render import Parts


def in_every_language(parts: Parts, raw: Messages, catalogues: Path) -> list[Parts]:
    """The parts in the site's language first, then in those it is translated into.

    A language in which the site's own words are missing is left out, and sentences that are missing stay English; both
    are said on the standard error.

    Args:
        parts: With everything but the translations.
        raw: strings.toml.
        catalogues: The folder of the .po files.

    Raises:
        UsageError: A language has no catalogue, or is none.
    """
    site = parts.site
    entries = entries_of(site, raw, [model.metadata for model in parts.models], parts.about, parts.card_texts)
    tags = dict.fromkeys([site.language, *site.translations])
    translations = [read_translation(catalogues / f"{tag}.po", tag, entries) for tag in tags]
    spoken = [one for one in translations if one.language == site.language or one.speaks_of_the_site]
    for one in translations:
        _warn(one, left_out=one not in spoken)
    languages = tuple(language_of(one.language) for one in spoken)
    return [dataclasses.replace(_translated(parts, raw, one), languages=languages) for one in spoken]


def _translated(parts: Parts, raw: Messages, translation: Translation) -> Parts:
    site = translation.site(parts.site)
    positive = parts.models[0].metadata["positive_class"]
    models = [dataclasses.replace(model, metadata=translation.metadata(model.metadata)) for model in parts.models]
    strings = strings_of(translation.messages(raw), site, positive)
    words = site_words(site, positive)
    about = [changed(one, lambda text: fill(translation.text("about", text), words)) for one in parts.about]
    card = changed(parts.card_texts, lambda text: translation.text("card", text))
    return dataclasses.replace(parts, site=site, strings=strings, models=tuple(models), about=about, card_texts=card)


def _warn(translation: Translation, *, left_out: bool) -> None:
    names = translation.left_english
    if not names:
        return
    what = "is left out, because what site.toml says is not translated" if left_out else "is English in part"
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    print(f"warning: the page in {translation.language} {what}: {shown}", file=sys.stderr)
