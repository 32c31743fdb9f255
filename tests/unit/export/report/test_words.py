"""What a data set's description says to the report."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from export.report.words import Words, words_of
from training.config import read_config


def test_a_known_data_set_brings_its_words_and_others_have_none() -> None:
    smoke = read_config(Path("smoke"))
    known = replace(smoke, data=replace(smoke.data, prepared="anywhere/chest_xray"))
    assert words_of(known).test_films == "official test images"
    assert {other.name for other in words_of(known).published if other.brief} == {
        "Capstone 2020, CNN",
        "Google AutoML Vision",
    }
    assert words_of(replace(smoke, data=replace(smoke.data, prepared="anywhere/mine"))) == Words()
