"""A collection: a TOML file that names the data sets of several hospitals, and whose films those are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from plainfilm.errors import UsageError
from plainfilm.toml_files import read_toml
from training.films.datasets import known_datasets
from training.films.labels import check_class_name
from training.films.populations import Hospital, Population, mistakes_of_words

SHIPPED_COLLECTIONS = Path(__file__).parents[1] / "collections"
# Where the class folders lie in a data set's folder.
Layout = Literal["train/CLASS", "CLASS"]


class HospitalFilms(Hospital, frozen=True, kw_only=True):
    """One `[[hospitals]]` table of a collection: a hospital and the data set of its films.

    Attributes:
        folder: The data set, relative to the current directory; empty where the command line has to say it.
        layout: `train/CLASS`, with `test/CLASS` beside it if there is one, or `CLASS`: all films to train and validate with.
        patients: What tells the patient of a film: the name of a description in `training/datasets/`, or a CSV with the columns
            `file` and `patient_id`; by default what file names tell by all descriptions.
        views: A CSV with the columns `file` and `view`, such as PA or AP; DICOM files say it themselves.
        classes: Name of a class folder → the class, where hospitals call the same one differently.
    """

    folder: str = ""
    layout: Layout = "train/CLASS"
    patients: str = ""
    views: str = ""
    classes: dict[str, str] = msgspec.field(default_factory=dict)


class Collection(msgspec.Struct, frozen=True):
    """The contents of a collection.

    Attributes:
        populations: Whose films there are; the first is the one that a reader who is told nothing takes for granted.
        hospitals: Where they come from.
    """

    populations: tuple[Population, ...]
    hospitals: tuple[HospitalFilms, ...]


def is_collection(data: Path) -> bool:
    """Whether DATA on a command line is a collection rather than a folder of films."""
    return not data.is_dir() and (data.suffix == ".toml" or _shipped(data).is_file())


def find_collection(data: Path) -> Path:
    """The file itself, or the shipped one of its name."""
    return data if data.is_file() or not _shipped(data).is_file() else _shipped(data)


def _shipped(data: Path) -> Path:
    return SHIPPED_COLLECTIONS / f"{data.name.removesuffix('.toml')}.toml"


def read_collection(path: Path, folders: Mapping[str, Path]) -> Collection:
    """Reads a collection; `folders` says where the films of some hospitals lie instead.

    Raises:
        UsageError: The file is missing, is no TOML or has unknown, missing or wrong keys; two hospitals have a name or a folder
            in common; a population is not declared, or has no hospital; a folder is missing.
    """
    if not path.is_file() and not path.exists():
        known = ", ".join(sorted(each.stem for each in SHIPPED_COLLECTIONS.glob("*.toml")))
        raise UsageError(f"there is no {path}", expected=f"a TOML file, or one of the shipped: {known}")
    collection = read_toml(path, Collection)
    for mistake in mistakes_of_words(collection.populations, collection.hospitals):
        what, received, expected = mistake
        raise UsageError(f"{path}: {what}", received=received, expected=expected)
    if not collection.hospitals:
        raise UsageError(f"{path} names no data set", expected="at least one [[hospitals]] table")
    names = [hospital.name for hospital in collection.hospitals]
    if unknown := sorted(set(folders) - set(names)):
        raise UsageError(
            f"{path} has no hospital {unknown[0]}",
            received=f"--folder {unknown[0]}={folders[unknown[0]]}",
            expected=f"one of {', '.join(names)}",
        )
    hospitals = tuple(
        msgspec.structs.replace(hospital, folder=str(folders.get(hospital.name, hospital.folder)))
        for hospital in collection.hospitals
    )
    for hospital in hospitals:
        for label in hospital.classes.values():
            check_class_name(label, f"classes of {hospital.name} in {path}")
    _check_places(path, hospitals)
    return Collection(collection.populations, hospitals)


def _check_places(path: Path, hospitals: tuple[HospitalFilms, ...]) -> None:
    """Checks folders, and what tells patients and views, before any film is read."""
    places: dict[Path, str] = {}
    for hospital in hospitals:
        say = f"--folder {hospital.name}=DIR, or folder in the [[hospitals]] table of {hospital.name} in {path}"
        if not hospital.folder:
            raise UsageError(f"nothing says where the films of {hospital.name} lie", expected=say)
        folder = Path(hospital.folder)
        if not folder.is_dir():
            received = "a file" if folder.exists() else f"no such folder: {folder}"
            raise UsageError(f"the films of {hospital.name} are not there", received=received, expected=say)
        if other := next((name for place, name in places.items() if _nested(place, folder.resolve())), None):
            raise UsageError(
                f"{other} and {hospital.name} share films",
                received=f"folder {folder} for one, and the same or one in it for the other",
                expected="folders that do not lie in each other",
            )
        places[folder.resolve()] = hospital.name
        known = known_datasets()
        if hospital.patients and not hospital.patients.lower().endswith(".csv") and hospital.patients not in known:
            raise UsageError(
                f"nothing tells the patients of {hospital.name}",
                received=f"patients = {hospital.patients!r}",
                expected=f"a CSV file, or one of {', '.join(known)}",
            )


def _nested(one: Path, other: Path) -> bool:
    return one == other or one in other.parents or other in one.parents
