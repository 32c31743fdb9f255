"""A site and its editions: the parts that all languages share, and those of one language."""

from __future__ import annotations

from dataclasses import dataclass

from build_site.card.facts import Facts
from build_site.card.texts import About, SiteCardTexts
from build_site.config import SiteConfig
from build_site.i18n.languages import Language
from build_site.i18n.strings import Message
from build_site.i18n.words import Words
from build_site.licences import Licence
from build_site.models import Model
from build_site.site_toml.files import OwnFiles


@dataclass(frozen=True)
class Scripts:
    """The bundled sources; the first lines of site_template/src/NAME/main.ts tell their purposes. `litert` is the second engine's worker, where the site has one."""

    language: str
    guard: str
    not_found: str
    page: str
    worker: bytes
    litert: bytes | None
    formats: bytes
    measure: bytes
    later: str
    service_worker: bytes
    style: str
    embed: str
    embed_style: str


@dataclass(frozen=True)
class Site:
    """What is the same in every language.

    Attributes:
        version: Of this package.
        scripts: What runs in the browser, and the stylesheet.
        mark: Plainfilm's mark, the inside of an SVG.
        files: The site's own logo, icon and samples.
        grounds: The page's background, dark and light.
        licences: Of the software in the scripts.
        languages: The first is that of the site's own folder, the others have a folder each.
    """

    version: str
    scripts: Scripts
    mark: str
    files: OwnFiles
    grounds: tuple[str, str]
    licences: list[Licence]
    languages: tuple[Language, ...]

    def folder_of(self, language: Language) -> str:
        """Where a language's pages lie: empty, or with a slash at the end."""
        return "" if language == self.languages[0] else f"{language.tag}/"


@dataclass(frozen=True)
class Edition:
    """A site in one of its languages.

    Attributes:
        site: What all editions share.
        language: Of this one.
        config: site.toml in this language.
        words: Sentences for the templates.
        messages: Sentences for the page's script.
        models: The models with their texts in this language; the first is the default.
        about, card_texts: The longer texts.
        about_language, card_language: The languages that these are in: a site's own texts may be untranslated.
    """

    site: Site
    language: Language
    config: SiteConfig
    words: Words
    messages: dict[str, Message]
    models: tuple[Model, ...]
    about: About
    card_texts: SiteCardTexts
    about_language: str
    card_language: str

    @property
    def folder(self) -> str:
        """Where its pages lie in the site: empty, or with a slash at the end."""
        return self.site.folder_of(self.language)

    @property
    def is_default(self) -> bool:
        """Whether it is the one in the site's own folder."""
        return self.folder == ""

    def facts_of(self, model: Model) -> Facts:
        """The facts about one of its models, in its words."""
        return Facts(model.metadata, self.config, self.words)
