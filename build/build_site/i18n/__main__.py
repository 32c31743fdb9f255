"""The command line of the translations: `python -m build_site.i18n [LANGUAGE …]`.

Rewrites translations/messages.pot and every .po file beside it: new messages come in empty, changed ones keep their old
translation marked fuzzy, and removed ones are dropped. Languages named on the command line are begun.
"""

from __future__ import annotations

import argparse

from build_site.i18n.languages import language_of
from build_site.i18n.messages import catalogues, shipped_entries, template_of, text_of, updated
from build_site.i18n.translations import read_translation
from plainfilm import node
from plainfilm.errors import run_main


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(
        prog="python -m build_site.i18n", description="Brings the translations in step with the English words."
    )
    made.add_argument("languages", nargs="*", metavar="LANGUAGE", help="a language to begin, such as de or pt-BR")
    return made


def main() -> None:
    """Updates the catalogues and prints what is left to translate."""
    wanted = {tag: language_of(tag) for tag in parser().parse_args().languages}
    folder = node.template() / "translations"
    entries = shipped_entries()
    template = template_of(entries)
    (folder / "messages.pot").write_text(text_of(template_of(entries), "every language"), "utf-8")
    begun = {tag: folder / f"{tag}.po" for tag in wanted}
    for tag, path in (catalogues() | begun).items():
        catalog = updated(path, tag, template)
        path.write_text(text_of(catalog, language_of(tag).name), "utf-8")
        translation = read_translation(path, tag, entries)
        print(f"{path}: {len(translation.found)} of {len(entries)} messages")
        for key, problem in translation.problems.items():
            print(f"  {key} {problem}")
    for tag in wanted:
        print(f"next: translate {begun[tag]}, and add {tag} to `translations` in site.toml")


if __name__ == "__main__":
    run_main(main)
