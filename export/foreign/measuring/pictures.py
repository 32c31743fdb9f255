"""The labelled pictures that a model is measured on: `DIR/CLASS/` or `DIR/{val,test}/CLASS/`, each read once."""

from __future__ import annotations

import shlex
import sys
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from export.foreign.positive import find_class, plain
from plainfilm.errors import PlainfilmError, UsageError
from training.films.folder import FilmFile, files_in, folders_in, read_aspect_ratios, split_folders
from training.films.prepared import SPLITS_COLUMNS, PreparedData
from training.films.splits import halves
from training.prepare import by_patient, drop_duplicates, print_left_out, read_films

SEED = 2020
REASONS_SHOWN = 3
NAMES_SHOWN = 8
LAYOUT = "DIR/CLASS/pictures or DIR/{val,test}/CLASS/pictures"


@dataclass(frozen=True)
class MeasureOptions:
    """What `--measure` takes.

    Attributes:
        folder: The labelled pictures.
        renamed: Folder → class, for folders that are called otherwise than the model's classes; an empty class leaves the folder out.
        patients: A CSV that says whose picture each is.
    """

    folder: Path
    renamed: Mapping[str, str]
    patients: Path | None = None


@dataclass(frozen=True)
class LabelledPictures:
    """Pictures that can be read, each in `val` or `test`.

    Attributes:
        data: Their table has the columns of splits.csv; its labels are the model's classes.
        how_split: How the two parts came about, in words.
    """

    data: PreparedData
    how_split: str


def read_pictures(options: MeasureOptions, class_names: Sequence[str], restored: Path) -> LabelledPictures:
    """Finds the pictures of every class and decodes each once; what cannot be read is listed and left out.

    Args:
        options: Where they are.
        class_names: The model's.
        restored: An empty folder, for lossless copies of pictures that `aspect_ratio.csv` says are squashed.

    Raises:
        PlainfilmError: The folder is none, is laid out otherwise, has a folder that is none of the classes, or no picture of it
            can be read.
    """
    files, how_split = find_pictures(options, class_names)
    ratios = read_aspect_ratios(options.folder, files)
    found, left_out = read_films(options.folder, files, ratios, restored / "films")
    if not found:
        reasons = Counter(item.reason for item in left_out).most_common(REASONS_SHOWN)
        raise PlainfilmError(
            f"no picture in {options.folder} can be read",
            received="; ".join(f"{count} × {reason}" for reason, count in reasons),
            expected="JPEG, PNG or DICOM pictures",
            next_step=f"put pictures into the class folders of {options.folder}, and repeat the command",
        )
    found, duplicates = drop_duplicates(found)
    films, strangers = by_patient(found, options.patients)
    print_left_out([*left_out, *duplicates, *strangers], where="")
    split = halves(films, seed=SEED) if how_split is None else films["folder"]
    table = films.assign(split=split)[SPLITS_COLUMNS].sort_values("path", ignore_index=True)
    words = how_split or "in two halves, drawn once and for all, because there are no folders val and test"
    return LabelledPictures(PreparedData(restored, options.folder.resolve(), table), words)


def find_pictures(options: MeasureOptions, class_names: Sequence[str]) -> tuple[list[FilmFile], str | None]:
    """The files of every class, and how folders split them; None where the pictures are to be halved.

    Raises:
        PlainfilmError: As `read_pictures`.
    """
    folder = options.folder
    _check_folder(folder)
    parts = _parts(folder, class_names)
    places = {place: name for name, part in parts.items() for place in folders_in(part)}
    labels = _labels(list(places), options, class_names)
    files = [
        FilmFile(path.relative_to(folder).as_posix(), places[place], label)
        for place, label in labels.items()
        for path in files_in(place)
    ]
    if not files:
        raise PlainfilmError(
            f"{folder} holds no labelled pictures",
            received=", ".join(each.name for each in sorted(folder.iterdir())[:NAMES_SHOWN]) or "an empty folder",
            expected=f"{LAYOUT}, for the classes {', '.join(class_names)}",
            next_step="sort the pictures into one folder per class, and repeat the command",
        )
    if len(parts) == 2:
        return files, f"by its folders {parts['val'].name} and {parts['test'].name}"
    return [FilmFile(file.path, "val", file.label) for file in files], None


def _check_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    again = "name a folder with one folder of pictures for each class"
    if folder.is_file() and zipfile.is_zipfile(folder):
        unpacked = shlex.quote(str(folder.with_suffix("")))
        again = f"python -m zipfile -e {shlex.quote(str(folder))} {unpacked}, then --measure {unpacked}"
    received = "a file" if folder.is_file() else "no such folder"
    raise PlainfilmError(f"{folder} cannot be measured on", received=received, expected=LAYOUT, next_step=again)


def _parts(folder: Path, class_names: Sequence[str]) -> dict[str, Path]:
    """The folders that hold class folders: those of val and test, or the folder itself."""
    splits: dict[str, Path] = {
        name: path
        for name, path in split_folders(folder, "repeat the command").items()
        if find_class(path.name, class_names) is None  # a class may be called `train`
    }
    if "train" in splits:
        print(f"note: {splits['train']} is not used: the model may have learned from it", flush=True)
    parts: dict[str, Path] = {name: splits[name] for name in ("val", "test") if name in splits}
    if splits and not parts:
        raise PlainfilmError(
            f"{folder} holds only pictures for training",
            received=", ".join(path.name for path in splits.values()),
            expected=LAYOUT,
            next_step=f"put pictures that the model has not seen into {folder / 'test'}/CLASS, or name another folder",
        )
    if parts:
        _say_what_lies_beside(folder, set(splits.values()), class_names)
    return parts or {"val": folder}


def _say_what_lies_beside(folder: Path, splits: set[Path], class_names: Sequence[str]) -> None:
    beside = [
        each.name
        for each in folders_in(folder)
        if each not in splits and find_class(each.name, class_names) is not None
    ]
    if beside:
        print(
            f"warning: the pictures of {', '.join(f'{folder}/{name}' for name in beside)} are not used: "
            "they lie beside the folders val and test, not in them",
            file=sys.stderr,
            flush=True,
        )


def _labels(places: Sequence[Path], options: MeasureOptions, class_names: Sequence[str]) -> dict[Path, str]:
    """The class of every class folder, without those that are to be left out."""
    renamed = {plain(name): (name, label) for name, label in options.renamed.items()}
    if missing := renamed.keys() - {plain(place.name) for place in places}:
        raise UsageError(
            f"--map names a folder that {options.folder} does not have",
            received=", ".join(renamed[name][0] for name in sorted(missing)),
            expected=", ".join(dict.fromkeys(place.name for place in places)) or "no folder at all",
        )
    labels: dict[Path, str] = {}
    unknown: list[Path] = []
    for place in places:
        _, given = renamed.get(plain(place.name), ("", place.name))
        if given == "":
            continue
        label = find_class(given, class_names)
        if label is None and given is not place.name:
            raise UsageError(
                "--map names a class that the model does not have",
                received=f"{place.name}={given}",
                expected=f"FOLDER=CLASS, with one of {', '.join(class_names)}",
            )
        if label is None:
            unknown.append(place)
        else:
            labels[place] = label
    if unknown:
        raise _no_class(unknown, places, class_names)
    return labels


def _no_class(unknown: Sequence[Path], places: Sequence[Path], class_names: Sequence[str]) -> PlainfilmError:
    nested = next(
        (each for each in unknown for inside in folders_in(each) if find_class(inside.name, class_names)), None
    )
    names = list(dict.fromkeys(each.name for each in unknown))
    mapped = " ".join(f'--map "{name}=CLASS"' for name in names[:NAMES_SHOWN])
    listed = ", ".join(str(each) for each in unknown[:NAMES_SHOWN])
    return PlainfilmError(
        f"none of the model's classes is called as {listed}",
        received=", ".join(dict.fromkeys(each.name for each in places)),
        expected=", ".join(class_names),
        next_step=f"--measure {shlex.quote(str(nested))}"
        if nested
        else f'{mapped} says which class each is; "{names[0]}=" leaves that folder out',
    )
