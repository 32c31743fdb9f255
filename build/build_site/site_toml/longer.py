"""about.toml and model_card.toml, a site's own or the template's, in every language that they are written in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from build_site.card.texts import About, CardTexts, read_about, read_card_texts
from build_site.config import SiteConfig
from plainfilm.errors import UsageError

T = TypeVar("T", About, CardTexts)


@dataclass(frozen=True)
class LongerTexts:
    """The longer texts of a site.

    Attributes:
        about: The About page in the site's language.
        card: The shipped paragraphs of the model cards.
        own_card: Those of the site, which count before the shipped ones; None where it has none.
        abouts, cards: The site's own in other languages, by their tags.
    """

    about: About
    card: CardTexts
    own_card: CardTexts | None
    abouts: Mapping[str, About]
    cards: Mapping[str, CardTexts]


def read_longer_texts(config: SiteConfig, path: Path | None, template: Path) -> tuple[LongerTexts, list[str]]:
    """The texts, and what is wrong with them, each as the lines of a `UsageError`.

    Args:
        config: The site's configuration.
        path: Its file, beside which its own texts lie; None for the template's.
        template: The site template.
    """
    mistakes: list[str] = []

    def own(name: str, read: Callable[[Path], T]) -> T | None:
        file = None if path is None else path.with_name(name)
        if file is None or not file.is_file():
            return None
        try:
            return read(file)
        except UsageError as error:
            mistakes.append(str(error))
            return None

    # What is no tag has been named by `sentence_mistakes`.
    tags = [tag for tag in dict.fromkeys(config.translations) if re.fullmatch(r"[\w-]+", tag)]
    others = [tag for tag in tags if tag != config.language]
    abouts = {tag: own(f"about.{tag}.toml", read_about) for tag in others}
    cards = {tag: own(f"model_card.{tag}.toml", read_card_texts) for tag in others}
    texts = LongerTexts(
        about=(own("about.toml", read_about) or read_about(template / "about.toml")).over(config.base),
        card=read_card_texts(template / "model_card.toml"),
        own_card=own("model_card.toml", read_card_texts),
        abouts={tag: about.over(config.base) for tag, about in abouts.items() if about is not None},
        cards={tag: card for tag, card in cards.items() if card is not None},
    )
    return texts, mistakes
