"""`python -m tests.tools.reference` (`make docs`) writes the documents that are made of the code; a test compares them with it."""

from __future__ import annotations

from tests.shared import REPOSITORY
from tests.tools.reference.commands import commands
from tests.tools.reference.keys import keys

DOCUMENTS = {"docs/commands.md": commands, "docs/site_toml.md": keys}


def main() -> None:
    """Writes each."""
    for name, made in DOCUMENTS.items():
        (REPOSITORY / name).write_text(made(), "utf-8")
        print(f"wrote {name}")


if __name__ == "__main__":
    main()
