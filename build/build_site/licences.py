"""The licences of the npm packages whose code is in the site's scripts: a list for the About page, their texts for licences.txt.

Packages without a text get that of their licence from `site_template/licences/`, whose packages.toml also names the libraries
that are compiled into packages.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAMES = ("licen[cs]e*", "LICEN[CS]E*", "NOTICE*", "COPYING*")


@dataclass(frozen=True)
class Licence:
    """A package and its licence.

    Attributes:
        name, version: Of the package; a library that is compiled into one has no version of its own.
        licence: By its SPDX identifier, or an expression of several.
        text: Empty where nobody has any.
        inside: The package that holds the compiled library; empty for packages.
    """

    name: str
    version: str
    licence: str
    text: str
    inside: str = ""

    @property
    def title(self) -> str:
        """For people."""
        return f"{self.name} (in {self.inside})" if self.inside else f"{self.name} {self.version}"


def licences_of(folders: Iterable[Path], texts: Path) -> list[Licence]:
    """Reads the licences of installed packages, and of what is compiled into them, in the order of their names.

    Args:
        folders: The packages' folders.
        texts: Holds packages.toml and a text for each licence.
    """
    known = tomllib.loads((texts / "packages.toml").read_text("utf-8"))
    packages = [_read(folder, texts, known["copyrights"]) for folder in set(folders)]
    names = {one.name for one in packages}
    compiled = [
        Licence(one["name"], "", one["licence"], _text(texts, one["licence"], one["copyright"]), one["inside"])
        for one in known["compiled"]
        if one["inside"] in names
    ]
    return sorted([*packages, *compiled], key=lambda one: (one.name, one.version))


def licences_text(licences: Iterable[Licence]) -> str:
    """All licences; a text that several packages share appears once, below their names."""
    by_text: dict[str, list[Licence]] = {}
    for one in licences:
        by_text.setdefault(one.text, []).append(one)
    parts = []
    for text, packages in by_text.items():
        names = "\n".join(f"{one.title} ({one.licence})" for one in packages)
        parts.append(f"{names}\n\n{text or 'The package has no text of its licence.'}\n")
    return ("\n" + "-" * 80 + "\n\n").join(parts)


def _read(folder: Path, texts: Path, copyrights: dict[str, Any]) -> Licence:
    package = json.loads((folder / "package.json").read_text("utf-8"))
    name, licence = package["name"], str(package.get("license", "?")).strip("()")
    files = sorted({path for pattern in NAMES for path in folder.glob(pattern) if path.is_file()})
    text = "\n\n".join(path.read_text("utf-8").strip() for path in files)
    if not text and name in copyrights:
        text = _text(texts, licence, copyrights[name])
    return Licence(name, package["version"], licence, text)


def _text(texts: Path, licence: str, copyrights: str) -> str:
    file = texts / f"{licence.replace(' AND ', '-')}.txt"
    return file.read_text("utf-8").replace("{copyright}", copyrights.strip()).strip() if file.is_file() else ""
