"""What a data set's description says to the report."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from export.report.words import Words, words_of
from training.config import read_config
from training.films.populations import Hospital


def test_a_known_data_set_brings_its_words_and_others_have_none() -> None:
    smoke = read_config(Path("smoke"))
    known = replace(smoke, data=replace(smoke.data, prepared="anywhere/chest_xray"))
    assert words_of(known).test_films == "official test images"
    assert {other.name for other in words_of(known).published if other.brief} == {
        "Capstone 2020, CNN",
        "Google AutoML Vision",
    }
    assert words_of(replace(smoke, data=replace(smoke.data, prepared="anywhere/mine"))) == Words()


def test_several_hospitals_have_the_words_of_the_first_ones_data_set() -> None:
    smoke = read_config(Path("smoke"))
    hospitals = (Hospital("guangzhou", "Guangzhou", "children"), Hospital("nih", "NIH", "adults"))
    data = replace(smoke.data, prepared="anywhere/mine", hospitals=hospitals)
    assert words_of(replace(smoke, data=data)).test_films == "official test images"
    own = replace(data, hospitals=(Hospital("mine", "Mine", "children"), *hospitals))
    assert words_of(replace(smoke, data=own)) == Words()
