"""The options of `python -m export --from MODEL`, and what they ask for."""

from __future__ import annotations

import argparse
from pathlib import Path

from export.foreign.export import ForeignExport, export_foreign
from export.foreign.model import SCALINGS, ForeignOptions
from export.foreign.said import SAMPLINGS
from plainfilm.bundle import Bundle
from plainfilm.errors import UsageError
from plainfilm.files import read_text

LARGEST_LIST = 1_000_000  # bytes of a file of class names


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that only a model that was trained elsewhere has."""
    of_model = parser.add_argument_group(
        "a model that was trained elsewhere",
        "Keras (.keras, .h5), SavedModel, TensorFlow.js, Teachable Machine (folder or ZIP), AutoML Vision. What it is, is "
        "recognised by its content; say only what comes out wrong.",
    )
    of_model.add_argument("--from", dest="model", type=Path, metavar="MODEL", help="its file or folder, instead of RUN")
    of_model.add_argument(
        "--classes",
        metavar="NAMES",
        help="names in the order of its outputs, separated by commas; or a file with one in each line",
    )
    of_model.add_argument("--input", choices=SCALINGS, help="what it wants its pixels to be")
    of_model.add_argument(
        "--view", choices=("square", "whole"), help="the centre square, or the whole picture squashed"
    )
    of_model.add_argument("--colour", choices=("grey", "rgb"), help="what its three channels hold")
    of_model.add_argument("--sampling", choices=SAMPLINGS, help="how pictures become as small as it wants them")
    of_model.add_argument("--positive", metavar="CLASS", help="the class that is looked for (default: by the names)")
    of_model.add_argument("--title", help="what the page calls it (default: its name)")
    of_model.add_argument("--trained-on", metavar="TEXT", help="the pictures that it learned from, for the page to say")
    of_model.add_argument(
        "--measure",
        type=Path,
        metavar="DIR",
        help="labelled pictures DIR/CLASS/ or DIR/{val,test}/CLASS/ that it has not seen: calibration, thresholds, gate, evaluation",
    )
    of_model.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FOLDER=CLASS",
        help="a folder of DIR that is called otherwise than its class; FOLDER= leaves it out; may be repeated",
    )
    of_model.add_argument(
        "--patients", type=Path, metavar="FILE", help="whose picture each is: a CSV with the columns file, patient_id"
    )


# Options that mean nothing for a run, by the names that they have in the namespace.
FOREIGN = {
    name: f"--{name.replace('_', '-')}"
    for name in (
        "classes",
        "input",
        "view",
        "colour",
        "sampling",
        "positive",
        "title",
        "trained_on",
        "measure",
        "map",
        "patients",
    )
}


def check_options(options: argparse.Namespace) -> None:
    """Checks that options go together.

    Raises:
        UsageError: They do not.
    """
    if options.model is not None and options.run is not None:
        raise UsageError(
            "one model at a time", received=f"RUN {options.run} and --from {options.model}", expected="one of them"
        )
    if options.model is None and options.run is None:
        raise UsageError(
            "nothing to export", expected="a run's folder, or --from MODEL", next_step="python -m export --help"
        )
    given = [flag for name, flag in FOREIGN.items() if getattr(options, name)]
    if options.model is None and given:
        raise UsageError(
            f"{given[0]} is for a model that was trained elsewhere",
            received=f"the run {options.run}, which says that itself",
            expected="--from MODEL instead of RUN",
        )
    for name in ("map", "patients"):
        if getattr(options, name) and options.measure is None:
            raise UsageError(f"--{name} is about pictures to measure on", expected="--measure DIR beside it")
    if options.model is not None and options.prepared is not None:
        raise UsageError("--prepared is for a run", expected="--measure DIR for a model that was trained elsewhere")


def export_options(options: argparse.Namespace) -> Bundle:
    """Exports the model that the options name."""
    from export.foreign.measuring.pictures import MeasureOptions

    measured = None
    if options.measure is not None:
        measured = MeasureOptions(options.measure, dict(map(_renamed, options.map)), options.patients)
    opened = ForeignOptions(
        classes=classes_of(options.classes),
        scaling=options.input,
        view=options.view,
        colour=options.colour,
        sampling=options.sampling,
    )
    asked = ForeignExport(
        options=opened,
        name=options.name,
        positive=options.positive,
        precision=options.precision,
        title=options.title,
        trained_on=options.trained_on,
        measure=measured,
    )
    return export_foreign(options.model, options.out, asked)


def classes_of(given: str | None) -> tuple[str, ...] | None:
    """The names of `--classes`: of a file's lines where there is such a file, else between commas.

    Raises:
        UsageError: They are not names of two classes or more, each its own.
    """
    if given is None:
        return None
    names = _lines(Path(given)) if _is_file(given) else given.split(",")
    classes = tuple(name for each in names if (name := each.strip()))
    if len(classes) < 2 or len(set(classes)) < len(classes):
        twice = sorted({name for name in classes if classes.count(name) > 1})
        raise UsageError(
            "--classes does not name classes",
            received=f"{twice[0]!r} twice" if twice else repr(given),
            expected="two names or more, each its own: a,b,c, or a file with one in each line",
        )
    return classes


def _is_file(given: str) -> bool:
    try:
        return Path(given).is_file()
    except OSError:  # a long list is no file name
        return False


def _lines(file: Path) -> list[str]:
    try:
        if file.stat().st_size > LARGEST_LIST:
            raise ValueError("the file is too large")
        return read_text(file, "utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{file} is not a list of classes",
            received=error,
            expected="a text file (UTF-8) with one name in each line",
        ) from None


def _renamed(given: str) -> tuple[str, str]:
    folder, equals, label = given.rpartition("=")
    if not equals or not folder.strip():
        raise UsageError(
            "--map is of another form", received=repr(given), expected="FOLDER=CLASS, or FOLDER= to leave it out"
        )
    return folder.strip(), label.strip()
