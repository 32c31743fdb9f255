"""The licences of the npm packages whose code is in the site's scripts: a list for the About page, their texts for licences.txt."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

NAMES = ("licen[cs]e*", "LICEN[CS]E*", "NOTICE*", "COPYING*")


@dataclass(frozen=True)
class Licence:
    """A package and its licence; `text` is empty where the package has no file of it."""

    name: str
    version: str
    licence: str
    text: str


def licences_of(folders: Iterable[Path]) -> list[Licence]:
    """Reads the licences of installed packages, in the order of their names."""
    return sorted((_read(folder) for folder in set(folders)), key=lambda one: (one.name, one.version))


def licences_text(licences: Iterable[Licence]) -> str:
    """All licences; a text that several packages share appears once, below their names."""
    by_text: dict[str, list[Licence]] = {}
    for one in licences:
        by_text.setdefault(one.text, []).append(one)
    parts = []
    for text, packages in by_text.items():
        names = "\n".join(f"{one.name} {one.version} ({one.licence})" for one in packages)
        parts.append(f"{names}\n\n{text or 'The package has no text of its licence.'}\n")
    return ("\n" + "-" * 80 + "\n\n").join(parts)


def _read(folder: Path) -> Licence:
    package = json.loads((folder / "package.json").read_text("utf-8"))
    files = sorted({path for pattern in NAMES for path in folder.glob(pattern) if path.is_file()})
    text = "\n\n".join(path.read_text("utf-8").strip() for path in files)
    return Licence(package["name"], package["version"], str(package.get("license", "?")).strip("()"), text)
