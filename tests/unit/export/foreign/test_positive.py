"""The positive class by the names of the classes."""

from __future__ import annotations

import pytest

from export.foreign.positive import find_class, positive_of
from plainfilm.errors import UsageError


@pytest.mark.parametrize(
    ("class_names", "positive"),
    [
        (("NORMAL", "PNEUMONIA"), "PNEUMONIA"),
        (("PNEUMONIA", "NORMAL"), "PNEUMONIA"),
        (("PNEUMONIA DETECTED", "NO PNEUMONIA DETECTED"), "PNEUMONIA DETECTED"),
        (("tumour", "not_tumour"), "tumour"),
        (("Healthy Leaf", "Rust"), "Rust"),
        (("melanoma", "benign"), "melanoma"),
        (("NORMAL", "OTHER", "TUBERCULOSIS"), "TUBERCULOSIS"),
    ],
)
def test_the_class_that_does_not_say_that_nothing_was_found_is_the_positive_one(
    class_names: tuple[str, ...], positive: str
) -> None:
    found = positive_of(class_names, None)
    assert (found.name, found.is_told) == (positive, True)


@pytest.mark.parametrize(
    ("class_names", "positive", "place"),
    [
        (("cat", "dog"), "dog", "second"),
        (("normal", "negative"), "negative", "second"),
        (("rock", "paper", "scissors"), "rock", "first"),
        (("NORMAL", "VIRUS", "BACTERIA"), "VIRUS", "first"),
        (("Northern", "Notebook"), "Notebook", "second"),
    ],
)
def test_where_names_do_not_tell_one_is_taken_and_it_is_said_how_to_take_another(
    class_names: tuple[str, ...], positive: str, place: str
) -> None:
    found = positive_of(class_names, None)
    assert (found.name, found.is_told) == (positive, False)
    assert place in found.why
    assert "--positive CLASS" in found.why


def test_what_the_user_says_goes_before_names_in_any_case_and_with_any_blanks() -> None:
    assert positive_of(("PNEUMONIA", "NORMAL CHEST"), "normal_chest").name == "NORMAL CHEST"
    with pytest.raises(UsageError, match=r"(?s)'healthy'.*PNEUMONIA or NORMAL"):
        positive_of(("PNEUMONIA", "NORMAL"), "healthy")


def test_names_that_differ_only_in_case_are_told_apart_by_it_or_not_at_all() -> None:
    assert find_class("A", ("a", "A")) == "A"
    assert find_class("b", ("B", "b ")) is None
