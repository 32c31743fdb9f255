"""What the report says of one data set: the table `[report]` of `training/datasets/NAME.toml`."""

from __future__ import annotations

from pathlib import Path

import msgspec

from plainfilm.toml_files import read_toml, typed
from training.config import Config
from training.films.collection import SHIPPED_COLLECTIONS, Collection
from training.films.datasets import DATASETS, known_datasets


class Published(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What others report of the same test films.

    Attributes:
        name: Of their network.
        source: Where it is stated.
        accuracy, auroc: As stated.
        brief: Whether it stands in the short table, too.
    """

    name: str
    source: str
    accuracy: float | None = None
    auroc: float | None = None
    brief: bool = False


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words for films of any data set; a known one has its own.

    Attributes:
        films: The data set, in a sentence about networks "for" it.
        test_films: What people call the test split.
        test_history: What was known of the test films before the networks of this repository were finished.
        notes: Paragraphs for "How it was measured".
        credit: Whose films they are, and their licence.
        picture_sets: Sets of pictures in `audit.json` → what people call them.
        picture_kinds: How names of kinds in such a set begin → what people call those kinds together.
        published: What others report.
    """

    films: str = "the data set"
    test_films: str = "test films"
    test_history: str = ""
    notes: list[str] = []
    credit: str = ""
    picture_sets: dict[str, str] = {}
    picture_kinds: dict[str, str] = {}
    published: list[Published] = []


def words_of(config: Config) -> Words:
    """The words for the data set that a run was trained on; of several hospitals, for that of the first, of which its test split is."""
    name = dataset_of(config)
    dataset = known_datasets().get(name)
    return typed(dataset.report, Words, f"{DATASETS / name}.toml: report") if dataset else Words()


def dataset_of(config: Config) -> str:
    """The name of a run's data set: that of its prepared folder, or what a shipped collection says of the run's first hospital."""
    name = Path(config.data.prepared).name
    if name in known_datasets() or not config.data.hospitals:
        return name
    first = config.data.hospitals[0]
    for file in sorted(SHIPPED_COLLECTIONS.glob("*.toml")):
        for hospital in read_toml(file, Collection).hospitals:
            if (hospital.name, hospital.population) == (first.name, first.population):
                return hospital.patients
    return name
