"""`python -m training prepare DATA`: reads a folder of films once, and says which film may be used for what."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pandas as pd
from PIL import Image

from plainfilm.atomic import atomic_folder, check_output, file_entries
from plainfilm.errors import PlainfilmError
from plainfilm.files import read_bytes
from plainfilm.json_files import write_json
from training.evaluation.drawing import draw_example_films
from training.films.arrays import Grey
from training.films.film_process import decoded_in_time, size_in_time
from training.films.folder import FilmFile, LeftOut, find_films, read_aspect_ratios
from training.films.header_words import tell_of_headers
from training.films.labels import LabelRule, labelled
from training.films.patients import Patient, patient_of, read_patients_csv
from training.films.prepared import SPLITS_COLUMNS, SUFFIXES, PreparedData, in_threads, is_film, sha256
from training.films.preprocessing import UnreadableFilmError, restore_geometry
from training.films.progress import counted
from training.films.splits import carve_validation

MANIFEST = "source.json"
LEFT_OUT_SHOWN = 20
REASONS_SHOWN = 3


@dataclass(frozen=True)
class FoundFilm:
    """One film that can be read.

    Attributes:
        path: Relative to the data set, with forward slashes.
        folder: train, val or test, as the data set has it.
        label: The class.
        sha256: Digest of the file's bytes.
        width, height: Size in true geometry, pixels.
    """

    path: str
    folder: str
    label: str
    sha256: str
    width: int
    height: int


def prepare(
    data: Path, out: Path, *, patients_csv: Path | None, seed: int, labels: Sequence[LabelRule] = ()
) -> PreparedData:
    """Scans, checks, restores geometry, splits; `out` is written whole or not at all.

    Raises:
        UsageError: `out` and `data` lie in each other, or a rule gives its label to no film.
        PlainfilmError: The folder has another layout, an empty class folder, only one class or a class of which no film is
            left; or `out` holds files that `prepare` did not write.
    """
    files, left_out = find_films(data)
    files = labelled(files, labels)
    check_output(out, manifest=MANIFEST, inputs=[data])
    print_folder_table(files)
    ratios = read_aspect_ratios(data, files)

    with atomic_folder(out, manifest=MANIFEST, inputs=[data]) as folder:
        found, unreadable = read_films(data, files, ratios, folder / "films")
        check_classes({(film.folder, film.label) for film in found}, files, unreadable, "can be read", data)
        found, duplicates = drop_duplicates(found)
        films, strangers = by_patient(found, patients_csv)
        left_out += unreadable + duplicates + strangers
        print_left_out(left_out)
        needed = [file for file in files if file.folder != "val"]  # the films of val join those of train
        check_classes(set(zip(films["folder"], films["label"], strict=True)), needed, left_out, "is left", data)
        tell_of_headers(data, films["path"])
        table = split(films, seed)

        table.to_csv(folder / "splits.csv", index=False)
        reasons = pd.DataFrame([vars(item) for item in left_out], columns=["path", "reason"])
        reasons.to_csv(folder / "left_out.csv", index=False)
        examples = PreparedData(folder, data.resolve(), table)
        draw_example_films(examples, folder / "figures" / "example_films.png")
        source = {
            "data": str(data.resolve()),
            "seed": seed,
            "labels": msgspec.to_builtins(list(labels)),
            "files": file_entries(folder),
        }
        write_json(folder / MANIFEST, source)
    prepared = PreparedData(out, data.resolve(), table)
    print_split_table(prepared.table)
    print(
        f"\nwrote {out}/splits.csv ({len(table)} films, {len(left_out)} left out, see left_out.csv) and figures/example_films.png"
        f"\nnext: python -m training fit CONFIG --data {out}"
    )
    return prepared


def print_folder_table(files: list[FilmFile]) -> None:
    """The capstone's Fig. 1: images per folder and class; and what a person may not expect of them."""
    table = pd.DataFrame([vars(file) for file in files]).pivot_table(
        index="folder", columns="label", values="path", aggfunc="size", fill_value=0, sort=False
    )
    table = table[sorted(table.columns)].rename_axis(index=None, columns=None)
    table["total"] = table.sum(axis=1)
    table.loc["total"] = table.sum()
    print("Images per folder\n" + table.to_string() + "\n")
    if "test" not in table.index:
        print("warning: no test folder; evaluate will report on validation alone", file=sys.stderr)
    deeper = Counter("/".join(file.path.split("/")[:-1]) for file in files if file.path.count("/") > 2)
    for folder, count in deeper.items():
        print(f"note: {count} files in {folder} are taken for {folder.split('/')[1]}", file=sys.stderr)


def read_films(
    data: Path, files: list[FilmFile], ratios: dict[str, float | None], restored_folder: Path
) -> tuple[list[FoundFilm], list[LeftOut]]:
    """Decodes every file once; writes a lossless copy in true geometry of each film that is stored squashed."""

    def read(file: FilmFile) -> FoundFilm | LeftOut:
        path = data / file.path
        if path.is_dir():
            return LeftOut(file.path, "a link to a folder, which is not followed")
        if path.exists() and not path.is_file():
            return LeftOut(file.path, "a pipe, a socket or a device, which would be waited for")
        if path.exists() and not is_film(path):
            known = ", ".join(sorted(SUFFIXES))
            ending = path.suffix or "nothing"
            return LeftOut(
                file.path, f"not a film: the name ends in {ending}, expected one of {known}, or DICOM under any name"
            )
        try:
            content = read_bytes(path)
            film = decoded_in_time(content) if ratios.get(file.path) else None
            height, width = size_in_time(content) if film is None else film.shape[:2]
        except OSError as error:
            return LeftOut(file.path, f"cannot be opened: {error.strerror}")
        except UnreadableFilmError as error:
            return LeftOut(file.path, str(error).replace("\n", " "))
        if file.path in ratios:
            ratio = ratios[file.path]
            if ratio is None:
                return LeftOut(file.path, "stored squashed, and its true width/height is not known")
            if film is not None and (restored := restore_geometry(film, ratio)).shape != film.shape:
                write_png(restored, (restored_folder / file.path).with_suffix(".png"))
                height, width = restored.shape
        return FoundFilm(file.path, file.folder, file.label, sha256(content), width, height)

    results = list(counted(in_threads(read, files), len(files), "reading films"))
    return (
        [result for result in results if isinstance(result, FoundFilm)],
        [result for result in results if isinstance(result, LeftOut)],
    )


def check_classes(
    kept: set[tuple[str, str]], files: list[FilmFile], left_out: list[LeftOut], what: str, data: Path
) -> None:
    """Checks that every class folder has a film among the kept ones; else says what became of its files.

    Args:
        kept: Folder and class of each film that is still there.
        files: Every file.
        left_out: The files that are not used, so far.
        what: What no film of a class did, for the message.
        data: The data set.

    Raises:
        PlainfilmError: A class folder has none.
    """
    reasons = {item.path: item.reason for item in left_out}
    for folder, label in sorted({(file.folder, file.label) for file in files} - kept):
        paths = [file.path for file in files if (file.folder, file.label) == (folder, label)]
        counts = Counter(reasons[path] for path in paths if path in reasons).most_common(REASONS_SHOWN)
        raise PlainfilmError(
            f"no film of {folder}/{label} {what}",
            received="; ".join(f"{count} × {reason}" for reason, count in counts),
            expected="JPEG, PNG or DICOM films, each under one class",
            next_step=f"put other films into the class folder, or remove it; then python -m training prepare {shlex.quote(str(data))}",
        )


def print_left_out(left_out: list[LeftOut], where: str = ", see left_out.csv") -> None:
    """The first of the files that are not used; `where` says what is added where there are more."""
    for item in left_out[:LEFT_OUT_SHOWN]:
        print(f"left out: {item.path}: {item.reason}", file=sys.stderr)
    if len(left_out) > LEFT_OUT_SHOWN:
        print(f"left out: {len(left_out) - LEFT_OUT_SHOWN} more{where}", file=sys.stderr)


def write_png(film: Grey, path: Path) -> None:
    """Writes a grey film without loss."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(film).save(path, compress_level=1)


def drop_duplicates(found: list[FoundFilm]) -> tuple[list[FoundFilm], list[LeftOut]]:
    """Keeps one of each set of byte-identical films outside test, and none that test has.

    The official test films all stay, doubles among them too, so that results compare with the literature;
    `evaluate` also reports without them.
    """
    kept: list[FoundFilm] = []
    dropped: list[LeftOut] = []
    labels: dict[str, set[str]] = {}
    for film in found:
        labels.setdefault(film.sha256, set()).add(film.label)
    seen: dict[str, FoundFilm] = {film.sha256: film for film in found if film.folder == "test"}
    for film in found:
        twin = seen.get(film.sha256)
        if film.folder == "test":
            kept.append(film)
        elif len(labels[film.sha256]) > 1:
            dropped.append(
                LeftOut(
                    film.path, f"the same bytes stand under several classes: {', '.join(sorted(labels[film.sha256]))}"
                )
            )
        elif twin is not None:
            dropped.append(LeftOut(film.path, f"duplicate of {twin.path}"))
        else:
            seen[film.sha256] = film
            kept.append(film)
    return kept, dropped


def by_patient(
    found: list[FoundFilm], patients_csv: Path | None, dataset: str = ""
) -> tuple[pd.DataFrame, list[LeftOut]]:
    """The films with their patients, a row each. Films outside test of a patient that test has are left out.

    Args:
        found: The films.
        patients_csv: A table of patients; None to go by file names.
        dataset: Name of the data set whose patterns of file names to take; by default those of every known one.
    """
    named = read_patients_csv(patients_csv) if patients_csv else None
    patients: list[Patient] = []
    guessed = 0
    for film in found:
        name = film.path.split("/")[-1]
        patient = named.get(name) if named is not None else patient_of(name, dataset)
        if patient is None:
            guessed += 1
            patient = Patient(f"film-{film.path}", "", None)
        patients.append(patient)
    if guessed:
        print(
            f"warning: nothing tells whose pictures {guessed} of {len(found)} are; each is taken for another person's. Where several are "
            "of one patient, say so with --patients FILE (columns file, patient_id), or they may stand in two splits.",
            file=sys.stderr,
        )
    films = pd.DataFrame(
        {
            "path": [film.path for film in found],
            "label": [film.label for film in found],
            "folder": [film.folder for film in found],
            "patient_id": [patient.patient_id for patient in patients],
            "series": [patient.series for patient in patients],
            "number": pd.array([patient.number for patient in patients], dtype="Int64"),
            "sha256": [film.sha256 for film in found],
            "width": [film.width for film in found],
            "height": [film.height for film in found],
        }
    )
    test_patients = set(films.loc[films["folder"] == "test", "patient_id"])
    strangers = films["patient_id"].isin(test_patients) & (films["folder"] != "test")
    left_out = [LeftOut(path, "its patient is in test too") for path in films.loc[strangers, "path"]]
    return films[~strangers].reset_index(drop=True), left_out


def split(films: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The table `splits.csv` (docs/contracts.md, contract 1)."""
    films = films.assign(split=carve_validation(films, seed=seed))
    return films[SPLITS_COLUMNS].sort_values("path", ignore_index=True)


def print_split_table(table: pd.DataFrame) -> None:
    """Films and patients per split and class, after all checks."""
    summary = table.groupby(["split", "label"]).agg(films=("path", "size"), patients=("patient_id", "nunique"))
    print("Films and patients per split (validation carved from train by patient)\n" + summary.to_string())
