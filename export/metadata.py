"""What a bundle says of itself: metadata.json, from what is known of its network."""

from __future__ import annotations

import dataclasses
import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from export import lateral, ood
from export.film_checks import Checks
from export.heat_scale import HeatScale
from export.quantise import Change
from export.subject import Subject
from plainfilm.bundle import METADATA, Precision, check_schema, schema_of, sha256
from plainfilm.errors import UsageError
from plainfilm.json_files import write_json
from training.films.preprocessing import ImageConverter

PACKAGES = ("keras", "numpy", "pillow", "scikit-learn", "tensorflow")


def write_metadata(
    folder: Path,
    name: str,
    subject: Subject,
    precision: Precision,
    limit: ood.Limit | None,
    change: Change | None,
    film_checks: Checks,
    of_laterals: lateral.Limit | None = None,
    heat: HeatScale | None = None,
) -> None:
    """Writes metadata.json, with an entry for every other file that is in the bundle's folder by now.

    Args:
        folder: The bundle's folder, perhaps still under a temporary name.
        name: What the bundle will be called.
        subject: The network.
        precision: How the weights are stored.
        limit: Of the output `ood_score`; None where the graph has none.
        change: What the precision changed; None while it is not yet measured.
        film_checks: What a picture must show to be read.
        of_laterals: Of the output `lateral_score`; None where the graph has none.
        heat: Of the output `heatmap`; None where the graph has none, or hardly any film to take it from.
    """
    evaluation = subject.evaluation
    calibration = evaluation.get("calibration")
    document = {
        "schema_version": 1,
        "name": name,
        "title": subject.title,
        "description": subject.description,
        "class_names": subject.class_names,
        "positive_class": subject.positive_class,
        "precision": precision,
        "image_converter": _image_converter(subject.image_converter),
        "splits": [_known(split, "splits") for split in evaluation.get("splits", [])],
        "operating_points": [_known(point, "operating_points") for point in evaluation.get("operating_points", [])],
        "ood": None if limit is None else dataclasses.asdict(limit),
        **({} if of_laterals is None else {"lateral": dataclasses.asdict(of_laterals)}),
        "film_checks": film_checks,
        **({} if heat is None else {"heatmap": dataclasses.asdict(heat)}),
        "calibration": _known(calibration, "calibration") if calibration else None,
        "evaluation": [_known(metric, "evaluation") for metric in evaluation.get("metrics", [])],
        "training_population": subject.training_population,
        **({"notes": list(subject.notes)} if subject.notes else {}),
        "quantisation": None if change is None else dataclasses.asdict(change),
        "files": _files(folder),
        "provenance": {
            "commit": _commit(),
            "versions": [{"name": "python", "version": platform.python_version()}]
            + [{"name": package, "version": version(package)} for package in PACKAGES],
            "data_sha256": subject.data_sha256,
            "created": _now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
    }
    if "populations" in evaluation:
        document["populations"] = [_population(population) for population in evaluation["populations"]]
    if (
        len(subject.class_names) > 2 and "confusion_matrix" in evaluation
    ):  # of two classes, predictions.json has it at any threshold
        document["confusion_matrix"] = [_known(row, "confusion_matrix") for row in evaluation["confusion_matrix"]]
    check_schema(document, METADATA)
    write_json(folder / METADATA, document)


def _population(population: dict[str, Any]) -> dict[str, Any]:
    """An entry of `populations`, which has lists of the same rows as the whole."""
    hospitals = [
        {key: hospital[key] for key in ("title", "seen", "trained_on")}
        | {"evaluation": [_known(row, "evaluation") for row in hospital["evaluation"]]}
        for hospital in population["hospitals"]
    ]
    return {
        **{key: population[key] for key in ("name", "title", "ages") if key in population},
        "calibration": _known(population["calibration"], "calibration"),
        "operating_points": [_known(point, "operating_points") for point in population["operating_points"]],
        "evaluation": [_known(metric, "evaluation") for metric in population["evaluation"]],
        "hospitals": hospitals,
    }


def _image_converter(converter: ImageConverter) -> dict[str, Any]:
    """The bundle's graph takes levels as they are: its scaling is inside."""
    return dataclasses.asdict(converter) | {"scale": 1.0, "offset": 0.0}


def _known(entry: dict[str, Any], name: str) -> dict[str, Any]:
    """Of an entry of evaluation.json, what the schema has a place for; the rest stays with the run."""
    schema = schema_of(METADATA)["properties"][name]
    schema = schema.get("items") or schema["oneOf"][1]
    return {key: entry[key] for key in schema["properties"] if key in entry}


def _files(folder: Path) -> list[dict[str, Any]]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / METADATA)
    return [
        {"path": path.relative_to(folder).as_posix(), "bytes": path.stat().st_size, "sha256": sha256(path)}
        for path in paths
    ]


def _commit() -> str | None:
    """The commit that this code is at, marked `-modified` where files differ from it; None outside a checkout."""
    here = Path(__file__).parent

    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=here, capture_output=True, text=True, check=True).stdout.strip()

    try:
        git("ls-files", "--error-unmatch", "__init__.py")  # or the commit would be that of whatever checkout is around
        modified = git("status", "--porcelain", "--untracked-files=no", "--", ".", "../training")
        return git("rev-parse", "HEAD") + ("-modified" if modified else "")
    except (OSError, subprocess.CalledProcessError):
        return None


def _now() -> datetime:
    """Now, or the moment that SOURCE_DATE_EPOCH asks for, so that an export can be repeated to the byte."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return datetime.now(UTC)
    if not epoch.isdecimal():
        raise UsageError("SOURCE_DATE_EPOCH is not a time", received=repr(epoch), expected="whole seconds since 1970")
    return datetime.fromtimestamp(int(epoch), UTC)
