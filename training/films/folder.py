"""The films of a folder that a person has: `train/CLASS/`, `test/CLASS/`, perhaps `val/CLASS/`; or what is wrong with it, in words."""

from __future__ import annotations

import io
import os
import shlex
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from plainfilm.atomic import NOBODYS
from plainfilm.errors import PlainfilmError, written_out
from plainfilm.files import read_bytes
from training.films.prepared import is_film, sha256

# Names of the split folders, in any case.
SPLIT_NAMES = {"train": ("train", "training"), "val": ("val", "valid", "validation"), "test": ("test", "testing")}
# Folders that desktops and archives leave behind; nobody means them by a class. Hidden folders are skipped too.
NOBODYS_FOLDERS = {"__MACOSX", "@eaDir", "$RECYCLE.BIN", "System Volume Information"}
DEEPEST_NESTED = 3
NAMES_SHOWN = 8
LAYOUT = "train/CLASS/* and test/CLASS/*, with a folder for each class"
PREPARE = "python -m training prepare"


@dataclass(frozen=True)
class FilmFile:
    """One file of a class folder, not opened yet.

    Attributes:
        path: Relative to the data set, with forward slashes.
        folder: train, val or test.
        label: The class.
    """

    path: str
    folder: str
    label: str


@dataclass(frozen=True)
class LeftOut:
    """One file or folder that is not used, and why."""

    path: str
    reason: str


def find_films(data: Path, *, flat: bool = False, fewest_classes: int = 2) -> tuple[list[FilmFile], list[LeftOut]]:
    """The files of every class folder and of the folders in it, sorted; and what lies outside the class folders.

    Args:
        data: The data set.
        flat: Whether its class folders lie in the folder itself; all files are those of train then.
        fewest_classes: How many class folders there must be.

    Raises:
        PlainfilmError: The folder is not laid out as `LAYOUT`, or its classes differ between train and the rest.
    """
    try:
        splits = {"train": data} if flat else split_folders(data) if data.is_dir() else {}
        if "train" not in splits:
            raise _not_laid_out(data)
        if flat and "train" in split_folders(data):
            raise PlainfilmError(
                f"{data} does not hold class folders",
                received=f"{split_folders(data)['train'].name}/, which holds films to train with",
                expected="a folder for each class",
                next_step='write layout = "train/CLASS" for it',
            )
        files, strays = [], [] if flat else _films_beside(data, splits)
        for name, folder in splits.items():
            classes = folders_in(folder)
            for path in sorted(folder.iterdir()):
                if path not in classes and not _is_nobodys(path) and is_film(path):
                    strays.append(LeftOut(path.relative_to(data).as_posix(), "not in a class folder"))
            for label in classes:
                paths, unnamed = _by_name(path.relative_to(data).as_posix() for path in files_in(label))
                strays += unnamed
                if not paths:
                    raise PlainfilmError(
                        f"{label} is empty",
                        received="0 files" if not unnamed else f"only names that are no text, {unnamed[0].path} first",
                        expected=f"films of the class {label.name}",
                        next_step=f"put films of {label.name} there, or remove the folder; then {_prepare(data)}",
                    )
                files += [FilmFile(path, name, label.name) for path in paths]
    except OSError as error:
        raise PlainfilmError(
            f"{data} cannot be read",
            received=error,
            expected="a folder that you may read",
            next_step=f"give yourself the right to read it; then {_prepare(data)}",
        ) from None
    _check_classes(data, splits, files, fewest_classes)
    return files, strays


def _by_name(paths: Iterable[str]) -> tuple[list[str], list[LeftOut]]:
    """The paths that are text, and those that no table can hold."""
    named, unnamed = [], []
    for path in paths:
        if (text := written_out(path)) == path:
            named.append(path)
        else:
            unnamed.append(LeftOut(text, "its name holds bytes that are no text"))
    return named, unnamed


def split_folders(data: Path, again: str | None = None) -> dict[str, Path]:
    """The folders of train, val and test, by those names; in this order.

    Args:
        data: The folder that holds them.
        again: The command to repeat when the folder is mended; by default `prepare`.

    Raises:
        PlainfilmError: Two folders claim one split.
    """
    found: dict[str, Path] = {}
    for split, names in SPLIT_NAMES.items():
        of_split = [folder for folder in folders_in(data) if folder.name.lower() in names]
        if len(of_split) > 1:
            raise PlainfilmError(
                f"{data} has two folders for {split}",
                received=", ".join(folder.name for folder in of_split),
                expected="one of them",
                next_step=f"move the films of one into the other; then {again or _prepare(data)}",
            )
        if of_split:
            found[split] = of_split[0]
    return found


def read_aspect_ratios(data: Path, files: list[FilmFile]) -> dict[str, float | None]:
    """True width/height by path from `aspect_ratio.csv`; None where the file lists the film but not its ratio.

    A film whose ratio is unknown takes that of a byte-identical twin, if one has it.

    Raises:
        PlainfilmError: The file cannot be read or lacks a column.
    """
    table = data / "aspect_ratio.csv"
    if not table.exists():
        return {}
    try:
        rows = pd.read_csv(io.BytesIO(read_bytes(table)), dtype={"split": str, "class": str, "file": str})
        ratios = {
            "/".join(row[part] for part in ("split", "class", "file") if isinstance(row[part], str)): float(
                row["width_over_height"]
            )
            for row in rows.to_dict("records")
        }
    except (OSError, ValueError, KeyError) as error:
        raise PlainfilmError(
            f"cannot read {table}",
            received=f"{type(error).__name__}: {error}",
            expected="columns split, class, file, width_over_height",
            next_step="mend the file, or remove it if every film is stored in true geometry",
        ) from None
    known = {path: ratio for path, ratio in ratios.items() if 0.1 < ratio < 10}
    unknown = set(ratios) - set(known)
    paths = [file.path for file in files if file.path in known] if unknown else []
    twins = {sha256(read_bytes(data / path)): known[path] for path in paths}
    return {
        **known,
        **{path: twins.get(sha256(read_bytes(data / path))) for path in unknown if (data / path).is_file()},
    }


def _not_laid_out(data: Path) -> PlainfilmError:
    """What kind of place this is instead, and the command that gets nearer."""
    received, next_step = "", f"{PREPARE} --help   (says where to download a data set)"
    if not data.exists():
        received = "no such folder"
    elif data.is_file():
        received = "a file"
        for kind, module in ((zipfile.is_zipfile, "zipfile"), (tarfile.is_tarfile, "tarfile")):
            if kind(data):
                unpacked = data.with_name(data.name.partition(".")[0])
                received = "an archive, which must be unpacked first"
                next_step = f"python -m {module} -e {_quoted(data)} {_quoted(unpacked)} && {_prepare(unpacked)}"
                break
    elif (data / "splits.csv").is_file():
        received = "a prepared data set: it holds splits.csv"
        next_step = f"python -m training fit CONFIG --data {_quoted(data)}"
    else:
        folders = folders_in(data)
        names = [path.name + "/" * path.is_dir() for path in sorted(data.iterdir())]
        received = ", ".join(names[:NAMES_SHOWN]) + ", …" * (len(names) > NAMES_SHOWN) or "an empty folder"
        if nested := _nested(data):
            next_step = _prepare(nested)
        elif above := next((up for up in data.resolve().parents[:2] if _holds_train(up)), None):
            next_step = f"{_prepare(above)}   (the folder above)"
        elif any(is_film(path) for folder in folders for path in folder.iterdir()):
            next_step = f"move the class folders {', '.join(folder.name for folder in folders[:NAMES_SHOWN])} into {data / 'train'}; then {_prepare(data)}"
    return PlainfilmError(
        f"{data} is not laid out as a data set", received=received, expected=LAYOUT, next_step=next_step
    )


def _nested(data: Path) -> Path | None:
    """The nearest folder below that holds train/: archives often unpack into a folder of their own."""
    level = [data]
    for _ in range(DEEPEST_NESTED):
        level = [folder for above in level for folder in folders_in(above)]
        for folder in level:
            if _holds_train(folder):
                return folder
    return None


def _holds_train(folder: Path) -> bool:
    return any(name.name.lower() in SPLIT_NAMES["train"] for name in folders_in(folder))


def _films_beside(data: Path, splits: dict[str, Path]) -> list[LeftOut]:
    """Folders beside train, val and test that hold films."""
    beside = [folder for folder in folders_in(data) if folder not in splits.values()]
    counts = {folder: sum(is_film(path) for path in files_in(folder)) for folder in beside}
    return [
        LeftOut(f"{folder.name}/", f"{count} films in a folder that is not called train, val or test")
        for folder, count in counts.items()
        if count
    ]


def _check_classes(data: Path, splits: dict[str, Path], files: list[FilmFile], fewest: int) -> None:
    labels = {name: sorted({file.label for file in files if file.folder == name}) for name in splits}
    if len(labels["train"]) < fewest:
        raise PlainfilmError(
            f"{splits['train']} does not hold classes to tell apart"
            if fewest > 1
            else f"{splits['train']} holds no class",
            received=f"{len(labels['train'])} class folder(s): {', '.join(labels['train']) or 'none'}",
            expected="at least two folders, such as NORMAL and PNEUMONIA"
            if fewest > 1
            else "a folder for each class, such as NORMAL",
            next_step=f"sort the films of {splits['train']} into one folder per class; then {_prepare(data)}",
        )
    for name, of_split in labels.items():
        if unknown := sorted(set(of_split) - set(labels["train"])):
            raise PlainfilmError(
                f"{splits[name]} has classes that train has not",
                received=", ".join(unknown),
                expected=", ".join(labels["train"]),
                next_step=f"name its folders as those of {splits['train']}; then {_prepare(data)}",
            )
    if missing := sorted(set(labels["train"]) - set(labels.get("test", labels["train"]))):
        raise PlainfilmError(
            f"{splits['test']} lacks classes that train has",
            received=", ".join(labels["test"]) or "no class folder",
            expected=", ".join(labels["train"]),
            next_step=f"put films of {', '.join(missing)} there, or move the folder away: evaluate then reports on validation alone",
        )


def folders_in(folder: Path) -> list[Path]:
    """Folders in a folder; none where it may not be read, for then it is not what is looked for."""
    if not os.access(folder, os.R_OK | os.X_OK):
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir() and not _is_nobodys(path))


def files_in(folder: Path) -> Iterator[Path]:
    """Files in a folder and the folders in it. A link to a folder counts as a file: it is named, not followed, for it may lead round."""
    for path in sorted(folder.iterdir()):
        if _is_nobodys(path):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from files_in(path)
        else:
            yield path


def _is_nobodys(path: Path) -> bool:
    return path.name in NOBODYS | NOBODYS_FOLDERS or path.name.startswith("._" if path.is_file() else ".")


def _prepare(data: Path) -> str:
    return f"{PREPARE} {_quoted(data)}"


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))
