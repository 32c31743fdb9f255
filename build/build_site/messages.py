"""Keeps the catalogues of translations in step with the English words: `python -m build_site.messages [LANGUAGE …]`.

Rewrites translations/messages.pot and every .po beside it: new messages come in empty, changed ones keep their old
translation marked fuzzy, and gone ones go. Languages named on the command line are begun.
"""

from __future__ import annotations

import argparse
import io
import json
import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from build_site.config import read_messages, read_site_config
from build_site.languages import FORMS, language_of
from build_site.models import shipped_models
from build_site.texts import read_about, read_card_texts
from build_site.translations import Entry, entries_of, read_catalog, read_translation
from plainfilm import node
from plainfilm.bundle import METADATA
from plainfilm.errors import UsageError, run_main

HEADER = """\
# Plainfilm in {name}. How to translate: README.md beside this file.
"""


def shipped_entries() -> list[Entry]:
    """Everything to translate of the site that ships: its words, the page's sentences, the shipped bundles' few."""
    template = node.template()
    bundles = [json.loads(path.read_text("utf-8")) for path in sorted(shipped_models().glob(f"*/{METADATA}"))]
    return entries_of(
        read_site_config(template / "site.toml"),
        read_messages(template / "strings.toml"),
        bundles,
        read_about(template / "about.toml"),
        read_card_texts(template / "model_card.toml"),
    )


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
    if catalog.num_plurals not in FORMS:
        raise UsageError(
            f"{language} has {catalog.num_plurals} plural forms, and nobody has said yet what they are",
            expected=" or ".join(map(str, FORMS)),
            next_step="add them to FORMS in build_site/languages.py",
        )
    catalog.update(template)
    return catalog


def main() -> None:
    """Updates the catalogues and says what is left to translate."""
    parser = argparse.ArgumentParser(
        prog="python -m build_site.messages", description="Brings the translations in step with the English words."
    )
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help="a language to begin, such as de or pt-BR")
    wanted: list[str] = parser.parse_args().languages
    folder = node.template() / "translations"
    entries = shipped_entries()
    template = template_of(entries)
    (folder / "messages.pot").write_text(text_of(template_of(entries), "every language"), "utf-8")
    for language, path in (catalogues() | {tag: folder / f"{tag}.po" for tag in wanted}).items():
        catalog = updated(path, language, template)
        path.write_text(text_of(catalog, language_of(language).name), "utf-8")
        problems = read_translation(path, language, entries).problems
        print(f"{path}: {len(entries) - len(problems)} of {len(entries)} messages")
        for key, problem in problems.items():
            print(f"  {key} {problem}")


if __name__ == "__main__":
    run_main(main)
