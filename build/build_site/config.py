"""site.toml: what a site is and what it calls things."""

from __future__ import annotations

from pathlib import Path

import msgspec

from plainfilm import node
from plainfilm.toml_files import read_toml


class DicomRules(msgspec.Struct, frozen=True, kw_only=True):
    """`[dicom]`: what a DICOM header must name for the file to be read without asking; patterns with `*`."""

    modalities: list[str]
    body_parts: list[str]
    other_views: list[str]


class SiteConfig(msgspec.Struct, frozen=True, kw_only=True):
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
    messages: dict[str, str] = {}
    metrics: dict[str, str] = {}
    dicom: DicomRules | None = None

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


def read_site_config(path: Path | None = None) -> SiteConfig:
    """Reads a site.toml; by default the template's.

    Raises:
        UsageError: It is missing, is not TOML, or an entry is missing, unknown or of the wrong kind.
    """
    return read_toml(path or node.template() / "site.toml", SiteConfig)
