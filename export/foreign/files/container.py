"""A model's files, in a folder or out of a ZIP: nothing is read or written outside of it."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path, PurePosixPath, PureWindowsPath

from export.foreign.model import ForeignError

# More than any network for the web has, and little enough for a disk: a ZIP that says it holds more is not unpacked.
LARGEST_UNPACKED = 2_000_000_000
MOST_FILES = 20_000

# What macOS puts into every ZIP.
CLUTTER = ("__MACOSX", ".DS_Store")


def inside(folder: Path, name: object, said_by: Path) -> Path:
    """The file `name` of a folder, which the file `said_by` speaks of.

    Raises:
        ForeignError: The name leads out of the folder, also by a symbolic link, or no file is there.
    """
    if leaves(name):
        raise ForeignError(
            f"{said_by} names a file outside of its folder",
            received=repr(name),
            expected="the name of a file beside it",
            next_step="put the files of the export into one folder, as the tool wrote them",
        )
    path = folder / str(name)
    leads_to = _resolved(path)
    if leads_to is None or not leads_to.is_relative_to(folder.resolve()):
        raise ForeignError(
            f"{path} is a link that leads {'round' if leads_to is None else 'out of its folder'}",
            received=leads_to or "a link to itself, by itself or by others",
            expected="a file of the export",
            next_step="copy the file to where the link is",
        )
    if not path.is_file():
        raise ForeignError(
            f"{path} is missing",
            received=f"{said_by.name} lists it; the folder has {listing(folder)}",
            expected="all files of the export",
            next_step="download or export the model again, and keep its files together",
        )
    return path


def _resolved(path: Path) -> Path | None:
    """Where links lead to; None if they lead round."""
    try:
        resolved = path.resolve()
        return None if resolved.is_symlink() else resolved  # Python 3.13 leaves such a link as it is
    except (OSError, RuntimeError):
        return None


def leaves(name: object) -> bool:
    """Whether a name is no plain relative path: absolute, with a drive, a scheme, or `..`."""
    if not isinstance(name, str) or not name.strip() or "\0" in name or "://" in name:
        return True
    windows, posix = PureWindowsPath(name), PurePosixPath(name.replace("\\", "/"))
    return bool(windows.drive) or posix.is_absolute() or ".." in posix.parts


def unpack(archive: Path, folder: Path) -> None:
    """Writes a ZIP's files into an empty folder.

    Raises:
        ForeignError: It is damaged or encrypted, too large, or has names or links that lead out of it.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            for entry in checked(opened, archive):
                target = folder / entry.filename.replace("\\", "/")
                target.parent.mkdir(parents=True, exist_ok=True)
                with opened.open(entry) as source, target.open("xb") as out:
                    while block := source.read(1 << 20):
                        out.write(block)
    # What zipfile, zlib and the file system raise for files that are not what they say they are.
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        if isinstance(error, ForeignError):
            raise
        raise ForeignError(
            f"{archive} cannot be unpacked",
            received=f"{type(error).__name__}: {error}",
            expected="an undamaged ZIP",
            next_step="download it again, or unpack it yourself and give the folder",
        ) from None


def checked(opened: zipfile.ZipFile, archive: Path) -> list[zipfile.ZipInfo]:
    """The files of an open ZIP, without what macOS adds.

    Raises:
        ForeignError: See `unpack`.
    """
    files = [
        entry
        for entry in opened.infolist()
        if not entry.is_dir() and not set(CLUTTER) & set(PurePosixPath(entry.filename).parts)
    ]
    size = sum(entry.file_size for entry in files)
    if size > LARGEST_UNPACKED or len(files) > MOST_FILES:
        raise ForeignError(
            f"{archive} is too large to unpack",
            received=f"{len(files):,} files of {size:,} bytes together, by its own list",
            expected=f"at most {MOST_FILES:,} files of {LARGEST_UNPACKED:,} bytes",
        )
    names = set()
    for entry in files:
        # orig_filename: zipfile cuts `filename` at a null byte.
        if leaves(entry.orig_filename) or stat.S_ISLNK(entry.external_attr >> 16):
            raise ForeignError(
                f"{archive} holds a file that would be written outside of its folder",
                received=repr(entry.orig_filename) + (" (a link)" if not leaves(entry.orig_filename) else ""),
                expected="plain files of a model export",
                next_step="do not trust this file; export the model again",
            )
        if entry.flag_bits & 1:
            raise ForeignError(
                f"{archive} is encrypted",
                expected="a ZIP without a password",
                next_step="unpack it, and give the folder",
            )
        key = entry.filename.replace("\\", "/").casefold()
        if key in names:
            raise ForeignError(
                f"{archive} holds {entry.filename!r} twice",
                expected="each file once",
                next_step="unpack it yourself, and give the folder",
            )
        names.add(key)
    return files


def listing(folder: Path, at_most: int = 8) -> str:
    """The names in a folder, for people."""
    names = sorted(each.name + ("/" if each.is_dir() else "") for each in folder.iterdir())
    more = [f"… {len(names)} in all"] if len(names) > at_most else []
    return ", ".join([*names[:at_most], *more]) or "nothing"
