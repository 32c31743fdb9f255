"""The built site that is to be deployed, found to be what was built."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from build_site.hosts import security_of
from plainfilm.atomic import FOREIGN_FILES_NAMED, foreign_files
from plainfilm.errors import PlainfilmError
from plainfilm.files import read_bytes, read_json

MANIFEST = "build.json"
BUILDER = "plainfilm"


@dataclass(frozen=True)
class SiteFile:
    """A file of the site: its path in it, its size in bytes, and its SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class BuiltSite:
    """A site that was built.

    Attributes:
        folder: Where it lies.
        name: What it is called, and the version that built it.
        files: All of its files but build.json, as that lists them.
    """

    folder: Path
    name: str
    files: tuple[SiteFile, ...]

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        return read_bytes(self.folder / path)

    @property
    def security(self) -> dict[str, str]:
        """The security headers that its host should send with every file."""
        return security_of(self.read(file.path) for file in self.files if file.path.endswith(".html"))

    @property
    def paths(self) -> list[str]:
        """All files, build.json last."""
        return [*(file.path for file in self.files), MANIFEST]


def read_built(folder: Path) -> BuiltSite:
    """Reads what a folder's build.json lists.

    Raises:
        PlainfilmError: The folder holds no site, or files that were added, changed or removed since it was built.
    """
    build = "python -m build_site" if folder == Path("dist") else f"python -m build_site --out {folder}"
    try:
        document = read_json(folder / MANIFEST)
    except (OSError, ValueError):
        document = None
    if not is_manifest(document):
        there = f"no {MANIFEST} of this program in it" if folder.is_dir() else "no such folder"
        raise PlainfilmError(
            f"there is no site in {folder}", received=there, expected="a site that was built", next_step=build
        )
    files = files_of(document)
    missing = [file.path for file in files if not (folder / file.path).is_file()]
    if other := [*missing, *foreign_files(folder, MANIFEST)]:
        more = f" and {len(other) - FOREIGN_FILES_NAMED} more" if len(other) > FOREIGN_FILES_NAMED else ""
        raise PlainfilmError(
            f"{folder} is not the site that was built there",
            received=", ".join(other[:FOREIGN_FILES_NAMED]) + more,
            expected=f"only the files that {MANIFEST} lists, as it lists them",
            next_step=f"remove what you added there, or build again: {build}",
        )
    name = f"{document.get('title', 'the site')}, built by {BUILDER} {document.get('version', '')}".rstrip()
    return BuiltSite(folder, name, files)


def is_manifest(document: object) -> bool:
    """Whether a document is the build.json of a site that was built here."""
    return isinstance(document, dict) and document.get("builder") == BUILDER and isinstance(document.get("files"), list)


def files_of(document: dict[str, Any]) -> tuple[SiteFile, ...]:
    """What a build.json lists; entries that are no entries are passed over, since it may come from anywhere."""
    return tuple(
        SiteFile(entry["path"], entry["bytes"], entry["sha256"])
        for entry in document["files"]
        if isinstance(entry, dict)
        and isinstance(entry.get("path"), str)
        and isinstance(entry.get("bytes"), int)
        and isinstance(entry.get("sha256"), str)
    )
