"""`python -m training prepare COLLECTION.toml`: the films of several hospitals in one table, each with its own validation."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pandas as pd

from plainfilm.atomic import atomic_folder, check_output, file_entries
from plainfilm.errors import PlainfilmError, UsageError
from plainfilm.json_files import write_json
from training.evaluation.drawing import draw_example_films
from training.films.collection import Collection, HospitalFilms, find_collection, read_collection
from training.films.folder import FilmFile, LeftOut, find_films, read_aspect_ratios
from training.films.header_words import tell_of_headers
from training.films.populations import Hospital
from training.films.prepared import ORIGIN_COLUMNS, SPLITS_COLUMNS, PreparedData, in_threads
from training.films.views import read_views_csv, view_of
from training.prepare import (
    MANIFEST,
    by_patient,
    check_classes,
    drop_duplicates,
    print_left_out,
    read_films,
    split,
)


@dataclass(frozen=True)
class Scanned:
    """The files of one hospital, not opened yet.

    Attributes:
        hospital: Whose they are.
        files: Those of class folders, with paths in the hospital's folder.
        left_out: What lies outside them.
    """

    hospital: HospitalFilms
    files: list[FilmFile]
    left_out: list[LeftOut]

    @property
    def folder(self) -> Path:
        """Where the films lie."""
        return Path(self.hospital.folder)


def prepare_collection(collection_file: Path, out: Path, *, folders: Mapping[str, Path], seed: int) -> PreparedData:
    """Does for each hospital what `prepare` does for one data set, and writes one table; `out` is written whole or not at all.

    Paths and patients begin with the hospital's name. Each hospital's films are split as if it were alone; then films that
    several hospitals have are dropped from all but one.

    Args:
        collection_file: The collection, or the name of a shipped one.
        out: The prepared folder.
        folders: Hospital → where its films lie, instead of what the collection says.
        seed: For splits drawn at random.

    Raises:
        UsageError: The collection does not fit: see `read_collection`.
        PlainfilmError: A data set cannot be used: see `prepare`. Or two hospitals have no class in common.
    """
    path = find_collection(collection_file)
    collection = read_collection(path, folders)
    inputs = [path, *(Path(hospital.folder) for hospital in collection.hospitals)]
    check_output(out, manifest=MANIFEST, inputs=inputs)
    scanned = [scan(hospital) for hospital in collection.hospitals]
    check_common_classes(scanned)
    print_files(scanned)

    with atomic_folder(out, manifest=MANIFEST, inputs=inputs) as folder:
        tables, left_out = [], []
        for each in scanned:
            of_hospital, unused = prepare_hospital(each, folder / "films", seed)
            tables.append(of_hospital)
            left_out += unused
        table, doubles = drop_shared(pd.concat(tables, ignore_index=True))
        left_out += doubles
        print_left_out(left_out)
        check_something_left(table, scanned)

        table = table[SPLITS_COLUMNS + ORIGIN_COLUMNS].sort_values("path", ignore_index=True)
        table.to_csv(folder / "splits.csv", index=False)
        reasons = pd.DataFrame([vars(item) for item in left_out], columns=["path", "reason"])
        reasons.to_csv(folder / "left_out.csv", index=False)
        prepared = as_prepared(folder, path, collection, table)
        draw_example_films(prepared, folder / "figures" / "example_films.png")
        source = {
            "data": str(prepared.source),
            "seed": seed,
            "labels": [],
            "populations": msgspec.to_builtins(collection.populations),
            "hospitals": msgspec.to_builtins(prepared.hospitals),
            "sources": {name: str(place) for name, place in prepared.sources.items()},
            "files": file_entries(folder),
        }
        write_json(folder / MANIFEST, source)
    print_hospitals(table)
    warn_of_lacking(table)
    print(
        f"\nwrote {out}/splits.csv ({len(table)} films, {len(left_out)} left out, see left_out.csv) and figures/example_films.png"
        f"\nnext: python -m training fit CONFIG --data {out}"
    )
    return as_prepared(out, path, collection, table)


def as_prepared(folder: Path, path: Path, collection: Collection, table: pd.DataFrame) -> PreparedData:
    """The prepared folder as `read_prepared` opens it."""
    return PreparedData(
        folder,
        path.resolve(),
        table,
        {hospital.name: Path(hospital.folder).resolve() for hospital in collection.hospitals},
        collection.populations,
        tuple(Hospital(each.name, each.title, each.population) for each in collection.hospitals),
    )


def scan(hospital: HospitalFilms) -> Scanned:
    """Finds a hospital's files, and gives them the classes that the collection names.

    Raises:
        UsageError: The collection renames a class that the hospital has not.
        PlainfilmError: Its folder is not laid out as the collection says.
    """
    flat = hospital.layout == "CLASS"
    files, left_out = find_films(Path(hospital.folder), flat=flat, fewest_classes=1)
    folders = {file.label for file in files}
    if unknown := sorted(set(hospital.classes) - folders):
        raise UsageError(
            f"{hospital.name} has no class folder {unknown[0]}",
            received=f"{unknown[0]} = {hospital.classes[unknown[0]]!r} under classes",
            expected=f"one of {', '.join(sorted(folders))}",
        )
    return Scanned(
        hospital, [replace(file, label=hospital.classes.get(file.label, file.label)) for file in files], left_out
    )


def check_common_classes(scanned: Sequence[Scanned]) -> None:
    """Checks that there are two classes, and that no hospital's are unlike those of all others: it may only call them differently.

    Raises:
        PlainfilmError: There is one class, or a hospital has none that another has.
    """
    classes = {each.hospital.name: {file.label for file in each.files} for each in scanned}
    everything = sorted(set().union(*classes.values()))
    if len(everything) < 2:
        raise PlainfilmError(
            "all hospitals together have one class",
            received=", ".join(everything),
            expected="at least two classes to tell apart, such as NORMAL and PNEUMONIA",
            next_step="add the films of the other class, of the same hospital if you can; then prepare again",
        )
    for name, own in classes.items():
        others = sorted(set().union(*(of for other, of in classes.items() if other != name)))
        if len(classes) > 1 and not own & set(others):
            raise PlainfilmError(
                f"{name} has no class that another hospital has",
                received=", ".join(sorted(own)),
                expected=f"some of {', '.join(others)}",
                next_step=f'name its folders alike, or say so in its table of the collection: classes = {{ "{min(own)}" = "{others[0]}" }}',
            )


def prepare_hospital(scanned: Scanned, restored: Path, seed: int) -> tuple[pd.DataFrame, list[LeftOut]]:
    """One hospital's rows of splits.csv, and what is left out of them; paths begin with its name.

    Raises:
        PlainfilmError: No film of a class is left, or a class has too few patients to be split.
    """
    hospital, files, data = scanned.hospital, scanned.files, scanned.folder
    patients_csv = Path(hospital.patients) if hospital.patients.lower().endswith(".csv") else None
    views = read_views_csv(Path(hospital.views)) if hospital.views else {}
    print(f"{hospital.name}:", flush=True)
    try:
        found, unreadable = read_films(data, files, read_aspect_ratios(data, files), restored / hospital.name)
        check_classes({(film.folder, film.label) for film in found}, files, unreadable, "can be read", data)
        found, duplicates = drop_duplicates(found)
        films, strangers = by_patient(found, patients_csv, "" if patients_csv else hospital.patients)
        left_out = [*scanned.left_out, *unreadable, *duplicates, *strangers]
        needed = [file for file in files if file.folder != "val"]
        check_classes(set(zip(films["folder"], films["label"], strict=True)), needed, left_out, "is left", data)
        tell_of_headers(data, films["path"])
        table = split(films, seed)
    except PlainfilmError as error:
        raise type(error)(f"the films of {hospital.name} in {data} cannot be used: {error}") from None
    table["view"] = list(in_threads(lambda path: views.get(path.split("/")[-1]) or view_of(data / path), table["path"]))
    table["hospital"], table["population"] = hospital.name, hospital.population
    for column in ("path", "patient_id"):
        table[column] = f"{hospital.name}/" + table[column]
    return table, [LeftOut(f"{hospital.name}/{item.path}", item.reason) for item in left_out]


def drop_shared(table: pd.DataFrame) -> tuple[pd.DataFrame, list[LeftOut]]:
    """Films that several hospitals have stay with the first of them, but test stays whole; none where their classes differ."""
    of_digest = table.groupby("sha256", sort=False)
    shared = of_digest["hospital"].transform("nunique") > 1
    classes = of_digest["label"].transform("nunique")
    in_test = table["split"] == "test"
    keeper = table.assign(order=[0 if test else 1 for test in in_test]).sort_values(["order"], kind="stable")
    first = keeper.groupby("sha256", sort=False)["path"].first()
    left_out, dropped = [], set()
    for row, of_classes in zip(table[shared].to_dict("records"), classes[shared], strict=True):
        if row["split"] == "test":
            continue
        if of_classes > 1:
            left_out.append(LeftOut(row["path"], "the same bytes stand under several classes"))
            dropped.add(row["path"])
        elif first[row["sha256"]] != row["path"]:
            left_out.append(LeftOut(row["path"], f"duplicate of {first[row['sha256']]}"))
            dropped.add(row["path"])
    return table[~table["path"].isin(dropped)].reset_index(drop=True), left_out


def check_something_left(table: pd.DataFrame, scanned: Sequence[Scanned]) -> None:
    """Checks that every hospital still has films of each of its classes to learn from and to validate by.

    Raises:
        PlainfilmError: One has not.
    """
    left = set(table[table["split"] != "test"][["hospital", "label", "split"]].itertuples(index=False, name=None))
    for each in scanned:
        for label in sorted({file.label for file in each.files}):
            for of_split in ("train", "val"):
                if (each.hospital.name, label, of_split) not in left:
                    raise PlainfilmError(
                        f"no film of {each.hospital.name}/{label} is left for {of_split}",
                        received="films that other hospitals have too",
                        expected="films of its own",
                        next_step="take the hospital out of the collection, or give it other films",
                    )


def print_files(scanned: Sequence[Scanned]) -> None:
    """Files per hospital, folder and class."""
    rows = [(each.hospital.name, file.folder, file.label) for each in scanned for file in each.files]
    counts = pd.DataFrame(rows, columns=["hospital", "folder", "label"]).value_counts(sort=False).unstack(fill_value=0)
    print(f"Images per hospital and folder\n{counts.rename_axis(columns=None).to_string()}\n")


def print_hospitals(table: pd.DataFrame) -> None:
    """Films and patients per population, hospital, split and class, after all checks."""
    summary = table.groupby(["population", "hospital", "split", "label"]).agg(
        films=("path", "size"), patients=("patient_id", "nunique")
    )
    print("Films and patients (validation carved from each hospital's own films, by patient)\n" + summary.to_string())
    views = table.assign(view=table["view"].replace("", "not known")).groupby("hospital")["view"].value_counts()
    print("\nViews\n" + views.to_string())


def lacking_classes(table: pd.DataFrame) -> dict[str, list[str]]:
    """Hospital → the classes that it has no film of outside test, of those that others have; hospitals that lack none are left out."""
    pool = table[table["split"] != "test"]
    everything = set(pool["label"])
    own = {str(hospital): set(labels) for hospital, labels in pool.groupby("hospital", sort=False)["label"]}
    return {hospital: sorted(everything - labels) for hospital, labels in own.items() if everything - labels}


def warn_of_lacking(table: pd.DataFrame) -> None:
    """Says which hospital lacks a class, and what comes of it."""
    for hospital, labels in lacking_classes(table).items():
        print(
            f"warning: {hospital} has no film of {' and '.join(labels)}. A network that is trained on it learns to know the hospital "
            f"instead of the disease: fit refuses it, unless [fit] has incomplete_hospitals = true.",
            file=sys.stderr,
        )
