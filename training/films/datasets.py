"""What is known of a data set in advance: where to get it, and what its file names tell. One file per data set."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from plainfilm.errors import PlainfilmError

DATASETS = Path(__file__).parents[1] / "datasets"
OF_THE_README = "chest_xray"


@dataclass(frozen=True)
class Dataset:
    """The contents of `training/datasets/NAME.toml`.

    Attributes:
        where_to_get_it: Address, source and licence, for `prepare --help`.
        patients: Regular expressions of file names. Each has either a group `patient`, an id that is unique in the data
            set, or the groups `series` and `number`: a numbering of patients, and the patient's place in it.
        subtypes: Name → regular expression of the file names of one kind of the positive class; `evaluate` reports the recall
            of each as `NAME_recall`.
        report: What the report says of these films; `export.report.words` describes it.
    """

    where_to_get_it: str
    patients: list[str] = field(default_factory=list)
    subtypes: dict[str, str] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)


def read_dataset(path: Path) -> Dataset:
    """Reads the description of one data set.

    Raises:
        PlainfilmError: The file is not TOML, or has other keys or patterns than `Dataset` describes.
    """
    try:
        dataset = Dataset(**tomllib.loads(path.read_text(encoding="utf-8")))
        for pattern in dataset.patients:
            groups = set(re.compile(pattern).groupindex)
            if groups not in ({"patient"}, {"series", "number"}):
                raise ValueError(f"the groups of {pattern} are {', '.join(sorted(groups)) or 'none'}")
        for pattern in dataset.subtypes.values():
            re.compile(pattern)
    except (OSError, ValueError, TypeError, AttributeError, re.error) as error:
        raise PlainfilmError(
            f"{path} does not describe a data set",
            received=f"{type(error).__name__}: {error}",
            expected="where_to_get_it; patients, a list of patterns with (?P<patient>…) or (?P<series>…) and (?P<number>…); "
            "subtypes, a table of patterns",
            next_step=f"write it as {DATASETS / OF_THE_README}.toml is written",
        ) from None
    return dataset


@cache
def known_datasets() -> dict[str, Dataset]:
    """Every data set of `training/datasets/`, by name."""
    return {path.stem: read_dataset(path) for path in sorted(DATASETS.glob("*.toml"))}


def where_to_get_it() -> str:
    """What to tell a person who has no data set yet."""
    return known_datasets()[OF_THE_README].where_to_get_it


@cache
def patient_patterns(name: str = "") -> list[re.Pattern[str]]:
    """The patterns of one known data set, or of all of them."""
    chosen = [known_datasets()[name]] if name else known_datasets().values()
    return [re.compile(pattern) for dataset in chosen for pattern in dataset.patients]


def subtypes() -> dict[str, re.Pattern[str]]:
    """The subtypes of every known data set."""
    return {
        name: re.compile(pattern) for dataset in known_datasets().values() for name, pattern in dataset.subtypes.items()
    }
