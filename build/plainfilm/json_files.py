"""JSON files as this project writes them: whole or not at all, one space of indent, a newline at the end."""

from __future__ import annotations

import json
from pathlib import Path

from plainfilm.atomic import atomic_file


def write_json(path: Path, document: object) -> None:
    """Writes a document; a file that was there stays untouched if anything goes wrong."""
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    with atomic_file(path) as partial:
        partial.write_text(text, encoding="utf-8")
