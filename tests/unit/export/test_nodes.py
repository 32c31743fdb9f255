"""Several Nodes at once: every film once, in order, never too many for one of them."""

from __future__ import annotations

import os

import pytest

from export.nodes import FEWEST, in_nodes


@pytest.mark.parametrize("count", [0, 1, FEWEST, 3 * FEWEST, 1265])
@pytest.mark.parametrize("processors", [1, 2, 64])
def test_every_film_is_asked_about_once_and_the_answers_keep_their_order(
    count: int, processors: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    given: list[int] = []

    def of_some(place: slice) -> list[int]:
        given.append(place.stop - place.start)
        return list(range(place.start, place.stop))

    assert in_nodes(count, 250, of_some) == list(range(count))
    assert max(given, default=0) <= 250
    if count == 0:
        assert not given
    elif count < 2 * FEWEST:
        assert len(given) == 1, "another Node would take longer to start than its films take"
    elif processors > 1:
        assert len(given) > 1, "one processor would have nothing to do"


def test_one_node_has_all_where_nothing_limits_it() -> None:
    assert in_nodes(5, 5, lambda place: [place]) == [slice(0, 5)]
