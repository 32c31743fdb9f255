"""Labels from file names."""

from __future__ import annotations

from pathlib import Path

import pytest

from plainfilm.errors import UsageError
from training.config import read_config
from training.films.folder import FilmFile
from training.films.labels import LabelRule, labelled
from training.films.open_data import default_prepared

FILES = [
    FilmFile("train/NORMAL/IM-0001-0001.jpeg", "train", "NORMAL"),
    FilmFile("train/PNEUMONIA/person1_bacteria_1.jpeg", "train", "PNEUMONIA"),
    FilmFile("test/PNEUMONIA/person1_virus_6.jpeg", "test", "PNEUMONIA"),
]


def test_the_shipped_rules_tell_bacteria_and_virus_by_the_kaggle_sets_names() -> None:
    data = read_config(Path("mobilenet_v2_three_classes")).data
    assert [file.label for file in labelled(FILES, data.labels)] == ["NORMAL", "BACTERIA", "VIRUS"]
    assert [file.path for file in labelled(FILES, data.labels)] == [file.path for file in FILES]
    assert Path(data.prepared) == default_prepared(Path("anywhere/chest_xray"), data.labels)
    assert data.positive_class in {rule.label for rule in data.labels}


def test_the_first_rule_that_matches_counts_and_folders_can_be_joined() -> None:
    rules = [LabelRule("_virus_", "OTHER"), LabelRule("/PNEUMONIA/", "ILL"), LabelRule("^train/NORMAL/", "WELL")]
    assert [file.label for file in labelled(FILES, rules)] == ["WELL", "ILL", "OTHER"]


def test_without_rules_films_have_the_label_of_their_folder() -> None:
    assert labelled(FILES, ()) == FILES


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ([LabelRule("_fungus_", "FUNGUS")], "no film takes the label FUNGUS(.|\n)*pattern = '_fungus_'"),
        ([LabelRule(".", "ALL"), LabelRule("_virus_", "VIRUS")], "no film takes the label VIRUS"),
        ([LabelRule("(", "VIRUS")], "is not a regular expression"),
        ([LabelRule(".", "")], "a name that no folder can have"),
        ([LabelRule(".", "../films")], "a name that no folder can have"),
        ([LabelRule(".", "two\nlines")], "a name that no folder can have"),
    ],
)
def test_a_rule_that_can_give_no_film_its_label_is_an_error(rules: list[LabelRule], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        labelled(FILES, rules)
