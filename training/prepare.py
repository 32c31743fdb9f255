"""`python -m training prepare DATA`: reads a folder of films once, and says which film may be used for what."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from PIL import Image

from plainfilm.atomic import atomic_folder, check_output, file_entries
from plainfilm.errors import PlainfilmError
from training.evaluation.drawing import draw_example_films
from training.films.patients import Patient, patient_of, read_patients_csv
from training.films.prepared import SPLITS_COLUMNS, SUFFIXES, PreparedData, in_threads, sha256
from training.films.preprocessing import Grey, UnreadableFilmError, decode, restore_geometry
from training.films.splits import carve_validation

FOLDERS = ("train", "val", "test")
MANIFEST = "source.json"
IGNORED = {".DS_Store", "Thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class FoundFilm:
    """One film that can be read.

    Attributes:
        path: Relative to the data set, with forward slashes.
        sha256: Of the file's bytes.
        width, height: In true geometry, pixels.
        restored: Whether the file is stored squashed, so that a copy in true geometry must be kept.
    """

    path: str
    sha256: str
    width: int
    height: int
    restored: bool

    @property
    def folder(self) -> str:
        """train, val or test, as the data set has it."""
        return self.path.split("/")[0]

    @property
    def label(self) -> str:
        """The class folder's name."""
        return self.path.split("/")[1]


@dataclass(frozen=True)
class LeftOut:
    """One file that is not used, and why."""

    path: str
    reason: str


def prepare(data: Path, out: Path, *, patients_csv: Path | None, seed: int) -> PreparedData:
    """Scans, checks, restores geometry, splits; writes `out` whole or not at all.

    Raises:
        UsageError: `out` and `data` lie in each other.
        PlainfilmError: The folder has another layout, an empty class folder, or only one class; or `out` holds files that
            `prepare` did not write.
    """
    files = find_films(data)
    check_output(out, manifest=MANIFEST, inputs=[data])
    print_folder_table(files)
    ratios = read_aspect_ratios(data, files)

    with atomic_folder(out, manifest=MANIFEST, inputs=[data]) as folder:
        found, left_out = read_films(data, files, ratios, folder / "films")
        found, duplicates = drop_duplicates(found)
        table, strangers = split_films(found, patients_csv, seed)
        left_out += duplicates + strangers
        for item in left_out:
            print(f"left out: {item.path}: {item.reason}", file=sys.stderr)

        table.to_csv(folder / "splits.csv", index=False)
        reasons = pd.DataFrame([vars(item) for item in left_out], columns=["path", "reason"])
        reasons.to_csv(folder / "left_out.csv", index=False)
        examples = PreparedData(folder, data.resolve(), table)
        draw_example_films(examples, folder / "figures" / "example_films.png")
        source = {"data": str(data.resolve()), "seed": seed, "files": file_entries(folder)}
        (folder / MANIFEST).write_text(json.dumps(source, indent=1) + "\n")
    prepared = PreparedData(out, data.resolve(), table)
    print_split_table(prepared.table)
    print(
        f"\nwrote {out}/splits.csv ({len(table)} films, {len(left_out)} left out, see left_out.csv) and figures/example_films.png"
    )
    return prepared


def find_films(data: Path) -> dict[str, dict[str, list[Path]]]:
    """The files of `{train,val,test}/{CLASS}/`, sorted: `files[folder][label]`."""
    if not (data / "train").is_dir():
        nested = sorted(path.parent for path in data.glob("*/train") if path.is_dir()) if data.is_dir() else []
        raise PlainfilmError(
            f"{data} is not laid out as a data set",
            received="no such folder"
            if not data.is_dir()
            else ", ".join(sorted(p.name for p in data.iterdir())[:8]) or "an empty folder",
            expected="train/CLASS/*.jpeg, and test/CLASS/*.jpeg beside it",
            next_step=f"python -m training prepare {nested[0]}"
            if nested
            else "python -m training prepare --help   (says where to download the set)",
        )
    files: dict[str, dict[str, list[Path]]] = {}
    for folder in FOLDERS:
        classes = sorted(path for path in (data / folder).glob("*") if path.is_dir() and not path.name.startswith("."))
        of_folder = {
            path.name: sorted(
                f for f in path.iterdir() if f.is_file() and f.name not in IGNORED and not f.name.startswith("._")
            )
            for path in classes
        }
        for label, of_class in of_folder.items():
            if not of_class:
                raise PlainfilmError(
                    f"{data / folder / label} is empty", received="0 files", expected="films of the class " + label
                )
        if of_folder:
            files[folder] = of_folder
    labels = set(files.get("train", {}))
    if len(labels) < 2:
        raise PlainfilmError(
            f"{data / 'train'} does not hold classes to tell apart",
            received=f"{len(labels)} class folder(s): {', '.join(sorted(labels)) or 'none'}",
            expected="at least two, such as NORMAL and PNEUMONIA",
        )
    for folder, of_folder in files.items():
        if unknown := set(of_folder) - labels:
            raise PlainfilmError(
                f"{data / folder} has classes that train has not",
                received=", ".join(sorted(unknown)),
                expected=", ".join(sorted(labels)),
            )
    if "test" not in files:
        print("warning: no test folder; evaluate will report on validation alone", file=sys.stderr)
    return files


def print_folder_table(files: dict[str, dict[str, list[Path]]]) -> None:
    """The capstone's Fig. 1: images per folder and class."""
    rows = {
        folder: {label: len(of_class) for label, of_class in of_folder.items()} for folder, of_folder in files.items()
    }
    table = pd.DataFrame(rows).T.fillna(0).astype(int)
    table["total"] = table.sum(axis=1)
    table.loc["total"] = table.sum()
    print("Images per folder\n" + table.to_string() + "\n")


def read_aspect_ratios(data: Path, files: dict[str, dict[str, list[Path]]]) -> dict[str, float | None]:
    """True width/height by path from `aspect_ratio.csv`; None where the file lists the film but not its ratio.

    A film whose ratio is unknown takes that of a byte-identical twin, if one has it.
    """
    path = data / "aspect_ratio.csv"
    if not path.exists():
        return {}
    try:
        rows = pd.read_csv(path, dtype={"split": str, "class": str, "file": str})
        ratios = {
            f"{row['split']}/{row['class']}/{row['file']}": float(row["width_over_height"])
            for row in rows.to_dict("records")
        }
    except (OSError, ValueError, KeyError) as error:
        raise PlainfilmError(
            f"cannot read {path}",
            received=f"{type(error).__name__}: {error}",
            expected="columns split, class, file, width_over_height",
        ) from None
    known = {key: ratio for key, ratio in ratios.items() if 0.1 < ratio < 10}
    unknown = set(ratios) - set(known)
    twins: dict[str, float] = {}
    if unknown:
        for of_folder in files.values():
            for file in (file for of_class in of_folder.values() for file in of_class):
                key = file.relative_to(data).as_posix()
                if key in known:
                    twins[sha256(file.read_bytes())] = known[key]
    return {**known, **{key: twins.get(sha256((data / key).read_bytes())) for key in unknown if (data / key).is_file()}}


def read_films(
    data: Path, files: dict[str, dict[str, list[Path]]], ratios: dict[str, float | None], restored_folder: Path
) -> tuple[list[FoundFilm], list[LeftOut]]:
    """Decodes every file once; writes a lossless copy in true geometry of each film that is stored squashed."""

    def read(file: Path) -> FoundFilm | LeftOut:
        path = file.relative_to(data).as_posix()
        if file.suffix.lower() not in SUFFIXES:
            return LeftOut(
                path,
                f"not a film: the name ends in {file.suffix or 'nothing'}, expected one of {', '.join(sorted(SUFFIXES))}",
            )
        content = file.read_bytes()
        try:
            film = decode(content)
        except UnreadableFilmError as error:
            return LeftOut(path, str(error).replace("\n", " "))
        if path in ratios:
            ratio = ratios[path]
            if ratio is None:
                return LeftOut(path, "stored squashed, and its true width/height is not known")
            restored = restore_geometry(film, ratio)
            if restored.shape != film.shape:
                write_png(restored, (restored_folder / path).with_suffix(".png"))
                return FoundFilm(path, sha256(content), restored.shape[1], restored.shape[0], True)
        return FoundFilm(path, sha256(content), film.shape[1], film.shape[0], False)

    every_file = [file for of_folder in files.values() for of_class in of_folder.values() for file in of_class]
    found: list[FoundFilm] = []
    left_out: list[LeftOut] = []
    for number, result in enumerate(in_threads(read, every_file), start=1):
        if isinstance(result, FoundFilm):
            found.append(result)
        else:
            left_out.append(result)
        if sys.stderr.isatty() and (number % 50 == 0 or number == len(every_file)):
            end = "" if number < len(every_file) else "\n"
            print(f"\rreading films {number}/{len(every_file)}", end=end, file=sys.stderr)
    for folder, of_folder in files.items():
        for label in of_folder:
            if not any(film.folder == folder and film.label == label for film in found):
                raise PlainfilmError(
                    f"no film of {folder}/{label} can be read",
                    received=left_out[0].reason,
                    expected="JPEG, PNG or DICOM films",
                )
    return found, left_out


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


def split_films(found: list[FoundFilm], patients_csv: Path | None, seed: int) -> tuple[pd.DataFrame, list[LeftOut]]:
    """The table `splits.csv` (docs/contracts.md, contract 1). Films outside test of a patient that test has are left out."""
    named = read_patients_csv(patients_csv) if patients_csv else None
    patients: list[Patient] = []
    guessed = 0
    for film in found:
        name = film.path.split("/")[-1]
        patient = named.get(name) if named is not None else patient_of(name)
        if patient is None:
            guessed += 1
            patient = Patient(f"film-{film.path}", "", None)
        patients.append(patient)
    if guessed:
        print(
            f"warning: no patient known for {guessed} of {len(found)} films; each is taken for a patient of its own. Two films of one "
            "patient may then stand in train and val. Give them with --patients FILE (columns file, patient_id).",
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
    films = films[~strangers].reset_index(drop=True)
    films["split"] = carve_validation(films, seed=seed)
    return films[SPLITS_COLUMNS].sort_values("path", ignore_index=True), left_out


def print_split_table(table: pd.DataFrame) -> None:
    """Films and patients per split and class, after all checks."""
    summary = table.groupby(["split", "label"]).agg(films=("path", "size"), patients=("patient_id", "nunique"))
    print("Films and patients per split (validation carved from train by patient)\n" + summary.to_string())
