"""Keeps the catalogues of translations in step with the English words, and begins new ones."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import msgspec
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from build_site.card.texts import read_about, read_card_texts
from build_site.config import BASES, SiteConfig, read_site_config
from build_site.i18n.strings import read_strings
from build_site.i18n.translations import Entry, entries_of, read_catalog, site_entries
from build_site.models import shipped_models
from plainfilm import node
from plainfilm.bundle import METADATA
from plainfilm.toml_files import read_table

# Of populations that bundles tell apart, whether or not one that ships does.
POPULATIONS = ("Children of one to five years", "Adults")

HEADER = """\
# Plainfilm in {name}. How to translate: README.md beside this file.
"""


def shipped_entries() -> list[Entry]:
    """Everything to translate of the site that ships: its words, the page's sentences, the shipped bundles' few.

    The bundles are those that model_card.toml names; one that somebody exported for a site of their own is not ours.
    """
    template = node.template()
    card = read_card_texts(template / "model_card.toml")
    paths = [shipped_models() / name / METADATA for name in sorted(card.models)]
    bundles = [json.loads(path.read_text("utf-8")) for path in paths if path.is_file()]
    general = msgspec.convert(read_table(template / BASES["pictures"]), SiteConfig)
    entries = entries_of(
        read_site_config(),
        read_strings(template / "strings.toml"),
        bundles,
        read_about(template / "about.toml"),
        card,
    )
    said = {(entry.key, entry.ids) for entry in entries}
    more = [*(Entry("bundle", title) for title in POPULATIONS), *site_entries(general)]
    return entries + [entry for entry in more if (entry.key, entry.ids) not in said]


def catalogues() -> dict[str, Path]:
    """The languages that there are translations into, and their files."""
    return {path.stem: path for path in sorted((node.template() / "translations").glob("*.po"))}


def template_of(entries: list[Entry]) -> Catalog:
    """An empty catalogue of the messages."""
    catalog = Catalog(project="Plainfilm", fuzzy=False)
    for entry in entries:
        catalog.add(entry.ids if len(entry.ids) > 1 else entry.ids[0], context=entry.key)
    return catalog


def text_of(catalog: Catalog, name: str) -> str:
    """A catalogue as its file holds it: without dates, so that the same words give the same file."""
    catalog.header_comment = HEADER.format(name=name).rstrip()
    catalog.fuzzy = False
    for message in catalog:
        message.flags.discard("python-format")  # a percent sign is one here
    file = io.BytesIO()
    write_po(file, catalog, width=120, ignore_obsolete=True)
    dated = r'"(?:POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Report-Msgid-Bugs-To|Generated-By|Project-Id-Version)'
    return re.sub(dated + r'.*\n(?:"(?![\w-]+: ).*\n)*', "", file.getvalue().decode())


def updated(path: Path, language: str, template: Catalog) -> Catalog:
    """The catalogue in step with the template, or a new one."""
    catalog = read_catalog(path, language) if path.exists() else Catalog(locale=language.replace("-", "_"))
    catalog.update(template)
    return catalog
