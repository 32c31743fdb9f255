"""Descriptions of data sets: what the shipped ones say, and what a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from plainfilm.errors import PlainfilmError
from training.films.datasets import known_datasets, read_dataset, where_to_get_it


def test_the_data_set_of_the_readme_has_an_address_and_a_licence() -> None:
    assert "kaggle.com/datasets/paultimothymooney/chest-xray-pneumonia" in where_to_get_it()
    assert "CC BY 4.0" in where_to_get_it()


def test_every_shipped_description_tells_patients_apart() -> None:
    assert all(dataset.patients for dataset in known_datasets().values())


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("where_to_get_it = ", "TOMLDecodeError"),
        ('address = "https://example.org"', "address"),
        ("where_to_get_it = ''\npatients = ['(']", "unterminated"),
        ("where_to_get_it = ''\npatients = ['film']", "groups of film are none"),
        ("where_to_get_it = ''\npatients = ['(?P<series>a)']", "are series"),
        ("where_to_get_it = ''\n[subtypes]\nviral = '['", "unterminated"),
        ("where_to_get_it = ''\nsubtypes = 3", "AttributeError"),
    ],
)
def test_a_wrong_description_says_what_is_wrong_and_what_is_right(tmp_path: Path, text: str, word: str) -> None:
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(PlainfilmError, match=word) as error:
        read_dataset(tmp_path / "mine.toml")
    assert "next:" in str(error.value)
