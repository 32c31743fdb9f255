"""What somebody may have meant."""

from __future__ import annotations

from plainfilm.nearest import perhaps


def test_the_name_most_like_an_unknown_one_comes_before_what_is_expected() -> None:
    assert perhaps("accnt", ["ground", "accent", "accents"], "one of three") == "perhaps accent; one of three"


def test_nothing_is_put_before_it_where_no_name_is_alike() -> None:
    assert perhaps("zebra", ["ground", "accent"], "one of two") == "one of two"
    assert perhaps("accnt", [], "none") == "none"
    assert perhaps("acent", ["accent"], "one", cutoff=0.99) == "one"


def test_a_name_is_written_as_its_reader_writes_it() -> None:
    assert perhaps("cout", ["count"], "or none", written="{{{}}}") == "perhaps {count}; or none"
