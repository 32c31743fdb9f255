"""site.toml: what a site is and what it calls things. A site's own file states what differs from a shipped one.

The descriptions here are the reference: docs/site_toml.md and the file that `init` writes are made of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from build_site.i18n.strings import Message, fill
from plainfilm import node
from plainfilm.errors import UsageError
from plainfilm.toml_files import laid_over, mistakes_of, read_table

# The shipped files that a site's own may lie over, by the name that it calls them.
BASES = {"chest-xrays": "site.toml", "pictures": "pictures.toml"}
Base = Literal["chest-xrays", "pictures"]
Colour = Annotated[str, Meta(pattern="^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$", title="a colour such as #15608f or #fff")]
Hundredths = Annotated[float, Meta(ge=0, le=100, title="a number from 0 to 100")]
Years = Annotated[float, Meta(ge=0, lt=120, title="a number from 0, below 120")]
EVERY = ("*",)
Name = Annotated[str, Meta(min_length=1, title="a string that is not empty")]


class DicomRules(msgspec.Struct, frozen=True, kw_only=True):
    """`[dicom]`: what the header of a DICOM file must name for the file to be read without asking. `*` stands for any
    characters, and a header that leaves a field out, or has a word for a part of the body that is not known, is allowed.
    Without this table every DICOM file is read."""

    modalities: Annotated[list[str], Meta(description="Modalities that are read, by their codes.")] = msgspec.field(
        default_factory=lambda: list(EVERY)
    )
    body_parts: Annotated[list[str], Meta(description="Parts of the body that are read, as people type them.")] = (
        msgspec.field(default_factory=lambda: list(EVERY))
    )
    other_views: Annotated[list[str], Meta(description="View positions that are not read.")] = []


class Palette(msgspec.Struct, frozen=True, kw_only=True):
    """Colours of one theme. What is not stated stays as shipped. Every text must have the contrast on its background that
    WCAG 2.2 asks for at level AA; where it has not, the build says which pair it is, and a colour near it that would do."""

    ground: Annotated[Colour | None, Meta(description="The page's background.")] = None
    surface: Annotated[Colour | None, Meta(description="The background of cards and of the area for files.")] = None
    raised: Annotated[Colour | None, Meta(description="The background of buttons and menus.")] = None
    line: Annotated[Colour | None, Meta(description="Borders; decoration, so no contrast is asked of it.")] = None
    text: Annotated[Colour | None, Meta(description="Text.")] = None
    quiet: Annotated[Colour | None, Meta(description="Text of less weight, and the borders of fields.")] = None
    accent: Annotated[Colour | None, Meta(description="Links, the main button, the focus.")] = None
    on_accent: Annotated[Colour | None, Meta(description="Text on the main button.")] = None
    positive: Annotated[Colour | None, Meta(description="A reading as the positive class.")] = None
    negative: Annotated[Colour | None, Meta(description="A reading as another class.")] = None
    failed: Annotated[Colour | None, Meta(description="What went wrong.")] = None
    film: Annotated[Colour | None, Meta(description="Around a picture; its tools are light, so this is dark.")] = None


class Colours(msgspec.Struct, frozen=True, kw_only=True):
    """`[colours.dark]` and `[colours.light]`: the page follows the visitor's system."""

    dark: Palette = Palette()
    light: Palette = Palette()


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """`[reading]`: with what the page begins. The visitor may choose otherwise."""

    operating_point: Annotated[
        str, Meta(description="The operating point to read at, by its name; empty: the bundle's first.")
    ] = ""
    prevalence: Annotated[
        Hundredths | None,
        Meta(description="How many of 100 have the positive class: typed in beforehand."),
    ] = None  # fmt: skip


class Features(msgspec.Struct, frozen=True, kw_only=True):
    """`[features]`: parts of the page that a site may do without."""

    students: Annotated[bool, Meta(description="The threshold to move over the pictures that were measured.")] = True
    operating_points: Annotated[
        bool, Meta(description="The choice of the operating point, with what a reading is worth.")
    ] = True
    prevalence: Annotated[
        bool, Meta(description="The question how common the positive class is, with PPV and NPV.")
    ] = True
    dicom: Annotated[bool, Meta(description="DICOM files; off, the page neither offers nor opens them.")] = True
    folders: Annotated[bool, Meta(description="The link that chooses a whole folder.")] = True
    printing: Annotated[bool, Meta(description="The button that prints a report.")] = True
    litert: Annotated[
        bool,
        Meta(
            description="LiteRT.js as a second engine, for long batches of models with a network for it (`python -m export litert BUNDLE`): some "
            "5 MB that are fetched only where so many films wait that they pay, and used only where it gives Python's numbers and is faster."
        ),
    ] = False
    phantoms: Annotated[
        bool,
        Meta(
            description="Drawn chest X-rays to try, each with what it was drawn as; only where there are no `[[samples]]`, "
            "and the model reads NORMAL and PNEUMONIA. How they are drawn was tuned with a shipped network's readings in sight: they prove nothing about it."
        ),
    ] = True


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """`[[samples]]`: a picture that the page offers to try, beside site.toml; once for each."""

    file: Annotated[Name, Meta(description="The picture's file, from the folder of site.toml.")]
    caption: Annotated[Name, Meta(description="What the visitor reads below it.")]
    captions: Annotated[dict[str, Name], Meta(description="The same in other languages, by their tags.")] = {}
    age: Annotated[
        Years | None,
        Meta(description="Of the patient, in years: a model that tells populations apart reads it as of theirs."),
    ] = None  # fmt: skip


class LanguageTexts(msgspec.Struct, frozen=True, kw_only=True):
    """`[texts.LANGUAGE]`: in another language what this file says in its own. A language is shown when all of that is said in
    it, here or in its catalogue; `title` may stay as it is. The longer texts lie beside this file: `about.LANGUAGE.toml`,
    `model_card.LANGUAGE.toml`."""

    title: Annotated[Name | None, Meta(description="The site's name.")] = None
    headline: Annotated[Name | None, Meta(description="The first line of the page.")] = None
    lead: Annotated[Name | None, Meta(description="The lines below it.")] = None
    warning: Annotated[Name | None, Meta(description="The warning.")] = None
    picture: Annotated[Name | None, Meta(description="What one picture is called.")] = None
    pictures: Annotated[Name | None, Meta(description="What several are called.")] = None
    classes: Annotated[dict[str, Name], Meta(description="What people call the classes.")] = {}
    strings: Annotated[dict[str, Name], Meta(description="Sentences of the page, by key.")] = {}
    messages: Annotated[dict[str, Message], Meta(description="Sentences of the page's script, by key.")] = {}
    metrics: Annotated[dict[str, Name], Meta(description="What people call measures.")] = {}


class SiteConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What site.toml says. Every key is optional: what a site's own file leaves out is as in the file that it lies over.
    Tables are laid over key by key, lists are replaced."""

    base: Annotated[
        Base,
        Meta(
            description="The shipped file that this one lies over: `chest-xrays`, or `pictures` for pictures of any kind, where no word, "
            "rule or sentence is about X-rays. Left out, it is `pictures` where this file calls its pictures something else than films, "
            "with `picture` or `pictures`, or where its first model has other classes than those of chest X-rays; otherwise `chest-xrays`."
        ),
    ] = "chest-xrays"
    title: Annotated[Name, Meta(description="The site's name: at the top of every page, and of the installed page.")]
    headline: Annotated[Name, Meta(description="The first line of the page; `{picture}` and `{pictures}` are put in.")]
    lead: Annotated[Name, Meta(description="The lines below it, and what search engines show.")]
    warning: Annotated[
        Name, Meta(description="Stands beside every reading, in every export and at the foot of every page.")
    ]
    picture: Annotated[Name, Meta(description="What one picture is called.")]
    pictures: Annotated[Name, Meta(description="What several are called.")]
    language: Annotated[
        Name, Meta(description="The language of this file, shown first: `en`, or one of the translations.")
    ]
    translations: Annotated[
        list[Name],
        Meta(description="Other languages of the page; the visitor's browser chooses. Each is a folder of the site."),
    ]
    address: Annotated[
        str,
        Meta(
            pattern="^(https?://[^/?#]+/([^?#]*/)?)?$",
            title="an address such as https://example.org/reader/, with a slash at the end, or nothing",
            description="Where the site is published, with a slash at the end: what search engines shall name. The pages work under any "
            "address and path without it.",
        ),
    ] = ""
    source_url: Annotated[
        str,
        Meta(
            pattern="^(https://.+)?$",
            title="an address that begins with https://, or nothing",
            description="The project's public address, linked at the foot of every page.",
        ),
    ] = ""
    contact: Annotated[
        str,
        Meta(
            pattern=r"^(https://.+|[^@\s]+@[^@\s]+\.[^@\s]+)?$",
            title="an e-mail address, or an address that begins with https://, or nothing",
            description="Whom to ask: an e-mail address, or a page; linked at the foot of every page.",
        ),
    ] = ""
    citation: Annotated[str, Meta(description="How to cite the site, as BibTeX: shown on the About page.")] = ""
    bundles: Annotated[
        list[Name],
        Meta(
            description="The models: folders of bundles, from the folder of this file, or names of shipped ones. They may lie anywhere. "
            "`--bundle` counts before it."
        ),
    ]
    model: Annotated[str, Meta(description="The model to begin with, by its bundle's name; empty: the first.")] = ""
    own_points: Annotated[
        list[Name],
        Meta(
            description="Thresholds of the site's own, as *Measure it here* saves them on the page: JSON files beside this one. Each becomes an "
            "operating point by its file's name, and `reading.operating_point` may name it."
        ),
    ] = []
    logo: Annotated[
        str, Meta(description="The mark before the site's name: an SVG or PNG beside this file; empty: Plainfilm's.")
    ] = ""
    icon: Annotated[
        str,
        Meta(
            description="The icon of tabs and of the installed page: an SVG or a square PNG of at least 192 pixels (better 512) beside this "
            "file; empty: the logo where it is square, or else Plainfilm's."
        ),
    ] = ""
    css: Annotated[
        str,
        Meta(description="A stylesheet beside this file, added after the page's own. It may load nothing: no `@import`, no `url()`."),
    ] = ""  # fmt: skip
    classes: Annotated[
        dict[str, Name],
        Meta(description="What people call the bundle's classes; one that is not listed goes by its name."),
    ] = {}
    labels: Annotated[
        dict[str, list[Name]],
        Meta(
            description="What else folders and tables call the classes, case and accents aside: by these words, the classes' names and what "
            "people call them the page knows labelled pictures, on which it offers to measure."
        ),
    ] = {}
    colours: Colours = Colours()
    reading: Reading = Reading()
    features: Features = Features()
    samples: list[Sample] = []
    strings: Annotated[
        dict[str, Name],
        Meta(
            description="Sentences of the page in place of those under `[page]` in site_template/strings.toml, by key."
        ),
    ] = {}
    messages: Annotated[
        dict[str, Message],
        Meta(
            description="Sentences of the page's script in place of those under `[messages]` there; one that counts has its forms, "
            "`{ one = …, other = … }`. What stands in braces is filled in, and may be left out."
        ),
    ] = {}
    metrics: Annotated[dict[str, Name], Meta(description="What people call measures that only such data have.")] = {}
    dicom: DicomRules | None = None
    texts: dict[str, LanguageTexts] = {}

    def label_of(self, class_name: str) -> str:
        """What people call a class."""
        return self.classes.get(class_name, class_name)

    def words(self, positive_class: str) -> dict[str, str]:
        """The site's words by the names that stand for them in every sentence, in braces."""
        return {
            "picture": self.picture,
            "pictures": self.pictures,
            "Pictures": self.pictures[:1].upper() + self.pictures[1:],
            "warning": self.warning,
            "positive": self.label_of(positive_class),
        }

    def filled(self) -> SiteConfig:
        """The same with its words put into its first lines."""
        words = {"picture": self.picture, "pictures": self.pictures}
        return msgspec.structs.replace(
            self, headline=fill(self.headline, words), lead=fill(self.lead, words), warning=fill(self.warning, words)
        )


@dataclass(frozen=True)
class Loaded:
    """A site.toml over its base.

    Attributes:
        config: What holds, apart from the keys that are wrong.
        own: The keys of the file itself, as they stand there.
        mistakes: All that is wrong with its keys, each as the lines of a `UsageError`.
        path: The file; None for the template's.
    """

    config: SiteConfig
    own: dict[str, Any]
    mistakes: list[str]
    path: Path | None


def load(path: Path | None = None, without: Base = "chest-xrays") -> Loaded:
    """Reads a site.toml; by default a shipped one. It lies over `without`, where it does not tell its base itself.

    Raises:
        UsageError: It is missing, or is not TOML.
    """
    own = {} if path is None else read_table(path)
    mistakes = [
        mistake
        for key, value in own.items()
        for mistake in mistakes_of({key: value}, SiteConfig, str(path), over_another=True)
    ]
    right = _what_is_right(own, SiteConfig)
    base = right.setdefault("base", _base_of(right, without))
    below = read_table(node.template() / BASES[base])
    return Loaded(msgspec.convert(laid_over(right, below), SiteConfig), own, mistakes, path)


def _what_is_right(table: dict[str, Any], kind: type[msgspec.Struct]) -> dict[str, Any]:
    """A table without its mistakes, so that others can be looked for in what is left of it."""
    kinds = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    right: dict[str, Any] = {}
    for key, value in table.items():
        of_key = kinds.get(key)
        if not mistakes_of({key: value}, kind, "", over_another=True):
            right[key] = value
        elif isinstance(value, dict) and isinstance(of_key, type) and issubclass(of_key, msgspec.Struct):
            right[key] = _what_is_right(value, of_key)
    return right


def read_site_config(path: Path | None = None) -> SiteConfig:
    """Reads a site.toml; by default the template's.

    Raises:
        UsageError: It is missing, is not TOML, or an entry is unknown or of the wrong kind.
    """
    loaded = load(path)
    if loaded.mistakes:
        raise UsageError("\n".join(loaded.mistakes))
    return loaded.config


def _base_of(own: dict[str, Any], without: Base) -> Base:
    """Pictures, where the file calls them something else than films; otherwise `without`."""
    words = read_table(node.template() / BASES["chest-xrays"])
    others = any(own.get(key, words[key]) != words[key] for key in ("picture", "pictures"))
    return "pictures" if others else without
