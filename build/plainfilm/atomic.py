"""Writing a folder or a file whole or not at all, and a folder only over what this project wrote itself."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import os
import re
import secrets
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

from plainfilm.errors import PlainfilmError, UsageError
from plainfilm.files import read_bytes, read_json
from plainfilm.lock import held

# Files that desktops leave in folders; nobody misses them.
NOBODYS = {".DS_Store", "Thumbs.db", "desktop.ini"}
FOREIGN_FILES_NAMED = 5
BEGINNING = 2000  # bytes by which a file is known
# What a file is called while it is written, with who writes it: nobody else has a file of that name.
PARTIAL = re.compile(r"\.(?P<of>.+)-(?P<host>\w+)-(?P<process>\d+)-[0-9a-f]{8}\.partial", re.DOTALL)
KNOWN_LETTERS = 100  # of the target's name: with the rest it has to fit into a file's


class OutputError(PlainfilmError):
    """An output would replace something that the command did not write."""


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
        HeldError: Another command writes it.
    """
    target = target.resolve()
    check_output(target, manifest=manifest, inputs=inputs)
    target.parent.mkdir(parents=True, exist_ok=True)
    with held(target.with_name(f".{target.name}.lock"), str(target)):
        if _clear_up(target):
            check_output(target, manifest=manifest, inputs=inputs)
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


def _clear_up(target: Path) -> bool:
    """Removes the temporary siblings that killed commands left, while this one alone writes `target`.

    Returns whether `target` was put back from one of them: it was killed between two renames.
    """
    name = re.compile(rf"\.{re.escape(target.name)}-[a-z0-9_]{{8}}")  # as `tempfile` makes them
    back = False
    for left in [path for path in target.parent.iterdir() if name.fullmatch(path.name)]:
        if left.is_symlink() or not left.is_dir() or not {path.name for path in left.iterdir()} <= {"new", "old"}:
            continue
        if (left / "old").exists() and not target.exists():
            (left / "old").rename(target)
            back = True
        shutil.rmtree(left, ignore_errors=True)
    return back


@contextlib.contextmanager
def atomic_file(target: Path, *, ours: re.Pattern[str] | None = None) -> Iterator[Path]:
    """Gives a temporary sibling of `target` to write and puts it in the target's place when all went well.

    Args:
        target: The file to write.
        ours: Where a person may name the target: what the beginning of a file that this command wrote matches. Any other file
            stays as it is. None for a file whose place in a folder of ours says enough.

    Raises:
        OutputError: The target is a folder, or a file that does not match.
    """
    check_output_file(target, ours=ours)
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(f".{glob.escape(target.name[:KNOWN_LETTERS])}-*.partial"):
        if partial_of(left) == target.name[:KNOWN_LETTERS] and not _is_at_work(left):
            left.unlink(missing_ok=True)
    partial = target.with_name(f".{target.name[:KNOWN_LETTERS]}-{_host()}-{os.getpid()}-{secrets.token_hex(4)}.partial")
    try:
        yield partial
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def partial_of(path: Path) -> str | None:
    """Of a file that `atomic_file` was writing when its process ended, or is: the target's name, or its beginning. None for any other."""
    found = PARTIAL.fullmatch(path.name)
    return found["of"] if found else None


def remove_own(folder: Path, ours: re.Pattern[str]) -> None:
    """Removes a folder's files whose paths in it match, what was to become one, and the folders where nothing else is left."""
    if folder.is_symlink() or not folder.is_dir():
        return
    emptied = {folder}
    for path in [path for path in folder.rglob("*") if path.is_file() or path.is_symlink()]:
        if ours.fullmatch(path.with_name(partial_of(path) or path.name).relative_to(folder).as_posix()):
            path.unlink(missing_ok=True)
            emptied.update(parent for parent in path.parents if folder in parent.parents)
    for path in sorted(emptied, reverse=True):
        with contextlib.suppress(OSError):  # somebody else's files are in it
            path.rmdir()


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", socket.gethostname())[:40] or "_"


def _is_at_work(partial: Path) -> bool:
    """Whether the process that writes it may still be there: it is, as far as this machine can tell, or on another machine."""
    found = PARTIAL.fullmatch(partial.name)
    if found is None or found["host"] != _host():
        return True
    if int(found["process"]) == os.getpid() or sys.platform == "win32":  # where asking would interrupt it
        return True
    try:
        os.kill(int(found["process"]), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # another user's, or a system that cannot tell
        return True
    return True


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
                next_step="choose another output folder",
            )
    if target.exists() and not target.is_dir():
        raise OutputError(
            f"{target} is a file", expected="a folder, or nothing", next_step="choose another output folder"
        )
    check_writable(target)
    if foreign := foreign_files(target, manifest):
        more = f" and {len(foreign) - FOREIGN_FILES_NAMED} more" if len(foreign) > FOREIGN_FILES_NAMED else ""
        raise OutputError(
            f"{target} holds files that this command did not write, so it is left alone",
            received=", ".join(foreign[:FOREIGN_FILES_NAMED]) + more,
            expected=f"no folder, an empty one, or one whose files are all listed in its {manifest} as they are",
            next_step="choose another output folder, or remove these files yourself",
        )


def check_writable(target: Path) -> None:
    """Checks that what is there of a path to an output is a folder that may be written, before hours of work are lost to it.

    Raises:
        OutputError: It is not.
    """
    there = next((folder for folder in target.parents if folder.exists()), Path("/"))
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise OutputError(
            f"{target} cannot be written",
            received=f"{there} is {'a folder that you may not write into' if there.is_dir() else 'a file'}",
            expected="a folder that may be written",
            next_step="choose another place, or change its rights",
        )


def check_output_file(target: Path, *, ours: re.Pattern[str] | None) -> None:
    """Checks that a file may be written: it is new, empty or, by its beginning, one that this command wrote.

    Raises:
        OutputError: It is a folder, or a file of another kind.
    """
    if target.is_dir():
        raise OutputError(f"{target} is a folder", expected="a file, or nothing", next_step=f"name a file in {target}")
    if target.exists() and not target.is_file():
        raise OutputError(
            f"{target} is a pipe, a socket or a device, and stays one",
            expected="a file, or nothing",
            next_step="name another",
        )
    check_writable(target)
    if ours is None or not target.exists():
        return
    with target.open("rb") as file:
        beginning = file.read(BEGINNING).decode("utf-8", "replace")
    if beginning and not ours.search(beginning):
        raise OutputError(
            f"{target} was not written by this command, so it is left alone",
            received=f"a file that begins with {beginning[:40]!r}",
            expected=f"no file, an empty one, or one that matches {ours.pattern}",
            next_step="choose another name, or remove the file yourself",
        )


def check_workplace(folder: Path, *, mark: str) -> None:
    """Checks that a command may work in a folder, today and again tomorrow: it is new, empty or holds a file `mark`, a glob.

    Raises:
        OutputError: It is a file, or a folder of something else.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file", expected="a folder, or nothing", next_step="choose another folder")
    check_writable(folder / mark if folder.is_dir() else folder.resolve())
    if folder.is_dir() and not any(folder.glob(mark)):
        names = sorted(path.name for path in folder.iterdir() if path.name not in NOBODYS)
        if names:
            raise OutputError(
                f"{folder} holds files that this command did not write, so it is left alone",
                received=", ".join(names[:FOREIGN_FILES_NAMED]) + ", …" * (len(names) > FOREIGN_FILES_NAMED),
                expected=f"no folder, an empty one, or one with {mark} in it",
                next_step="choose another folder, or remove these files yourself",
            )


def foreign_files(folder: Path, manifest: str) -> list[str]:
    """Files of a folder, by path, that its manifest does not list with the bytes they have; links are always foreign, and empty folders that it has no file in."""
    if not folder.is_dir():
        return []
    try:
        entries = read_json(folder / manifest)["files"]
        listed = {entry["path"]: (entry["bytes"], entry["sha256"]) for entry in entries}
    except (OSError, ValueError, KeyError, TypeError):
        listed, manifest = {}, ""

    def ours(path: Path) -> bool:
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.is_file() or not (name in listed or name == manifest):
            return False
        return name == manifest or listed[name] == (path.stat().st_size, hashlib.sha256(read_bytes(path)).hexdigest())

    found = []
    folders = {parent.as_posix() for name in listed for parent in PurePosixPath(str(name)).parents}
    for path in _everything(folder):
        if path.is_symlink() or not path.is_dir():
            is_foreign = path.name not in NOBODYS and not ours(path)
        else:
            # No command of ours leaves one; but whoever takes our files out of ours may.
            is_foreign = not any(path.iterdir()) and path.relative_to(folder).as_posix() not in folders
        if is_foreign:
            found.append(path.relative_to(folder).as_posix() + "/" * (path.is_dir() and not path.is_symlink()))
    return found


def _everything(folder: Path) -> list[Path]:
    """What is in a folder and below.

    Raises:
        OSError: A folder in it may not be looked into.
    """

    def stop(error: OSError) -> NoReturn:
        raise error

    return sorted(
        Path(root, name) for root, folders, files in os.walk(folder, onerror=stop) for name in (*folders, *files)
    )
