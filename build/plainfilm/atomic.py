"""Writing a folder or a file whole or not at all, and a folder only over what this project wrote itself."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from plainfilm.errors import PlainfilmError, UsageError

# Files that desktops leave in folders; nobody misses them.
NOBODYS = {".DS_Store", "Thumbs.db", "desktop.ini"}
FOREIGN_FILES_NAMED = 5


class OutputError(PlainfilmError):
    """An output folder holds something that the command did not write."""


@contextlib.contextmanager
def atomic_folder(target: Path, *, manifest: str, inputs: Iterable[Path] = ()) -> Iterator[Path]:
    """Gives a temporary sibling of `target` to write into and puts it in the target's place when all went well.

    A folder that was there stays untouched until then, and for good if the body raises.

    Args:
        target: The folder to write.
        manifest: Name of the JSON file that the body writes last: its `files` lists every other file (`file_entries`).
            By it the folder is known as ours when it is written again.
        inputs: Files and folders that the command reads, which the output may neither hold nor lie in.

    Raises:
        UsageError: The output and an input lie in each other.
        OutputError: The folder there holds a file that its manifest does not list, or lists otherwise.
    """
    target = target.resolve()
    check_output(target, manifest=manifest, inputs=inputs)
    target.parent.mkdir(parents=True, exist_ok=True)
    workplace = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    new, old = workplace / "new", workplace / "old"
    try:
        new.mkdir()
        yield new
        check_output(target, manifest=manifest)  # the body may have taken hours
        if target.exists():
            target.rename(old)
        try:
            new.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
    finally:
        shutil.rmtree(workplace, ignore_errors=True)


@contextlib.contextmanager
def atomic_file(target: Path) -> Iterator[Path]:
    """Gives a temporary sibling of `target` to write and puts it in the target's place when all went well."""
    partial = target.with_name(target.name + ".partial")
    try:
        yield partial
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def file_entries(folder: Path) -> list[dict[str, Any]]:
    """Path, bytes and SHA-256 of every file in a folder: what a manifest lists."""
    paths = sorted(path for path in folder.rglob("*") if not path.is_dir())
    return [file_entry(path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths]


def file_entry(path: str, data: bytes) -> dict[str, Any]:
    """A manifest's line about one file."""
    return {"path": path, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def check_output(target: Path, *, manifest: str, inputs: Iterable[Path] = ()) -> None:
    """Checks that a folder may be written: it is new, empty or wholly ours, and apart from what the command reads.

    Raises:
        UsageError: The output and an input lie in each other.
        OutputError: There is something that this project did not write.
    """
    target = target.resolve()
    for given in inputs:
        read = given.resolve()
        if read == target or read in target.parents or target in read.parents:
            raise UsageError(
                "the output and an input lie in each other",
                received=f"output {target}, input {read}",
                expected="an output apart from what is read, so that nothing read is ever replaced",
                next_step="choose another folder with --out",
            )
    if target.exists() and not target.is_dir():
        raise OutputError(f"{target} is a file", expected="a folder, or nothing", next_step="choose another with --out")
    if foreign := foreign_files(target, manifest):
        more = f" and {len(foreign) - FOREIGN_FILES_NAMED} more" if len(foreign) > FOREIGN_FILES_NAMED else ""
        raise OutputError(
            f"{target} holds files that this command did not write, so it is left alone",
            received=", ".join(foreign[:FOREIGN_FILES_NAMED]) + more,
            expected=f"no folder, an empty one, or one whose files are all listed in its {manifest} as they are",
            next_step="choose another folder with --out, or remove these files yourself",
        )


def foreign_files(folder: Path, manifest: str) -> list[str]:
    """Files of a folder, by path, that its manifest does not list with the bytes they have; links are always foreign."""
    if not folder.is_dir():
        return []
    try:
        entries = json.loads((folder / manifest).read_text("utf-8"))["files"]
        listed = {entry["path"]: (entry["bytes"], entry["sha256"]) for entry in entries}
    except (OSError, ValueError, KeyError, TypeError):
        listed, manifest = {}, ""

    def ours(path: Path) -> bool:
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (name in listed or name == manifest):
            return False
        return name == manifest or listed[name] == (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())

    every = sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return [path.relative_to(folder).as_posix() for path in every if path.name not in NOBODYS and not ours(path)]
