"""Whose films a bundle tells apart: what a JSON Schema cannot say of metadata.json's `populations`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any


def problems(metadata: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the populations of a metadata.json that is valid by its schema.

    Names differ; ages begin before they end, and no two populations share one; every population's operating points begin with
    the same default, and each has one threshold; the first is what the rest of the metadata and the graph's `probability`
    speak of.
    """
    calibration = metadata["calibration"]
    if calibration and calibration.get("offset", 0) != 0:
        yield "calibration has an offset, which the output `probability` leaves out: only a second population may have one"
    populations = metadata.get("populations", [])
    if not populations:
        return
    names = [one["name"] for one in populations]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two populations are called {name}"
    yield from _ages(populations)
    first = populations[0]
    if _thresholds(first) != _thresholds(metadata):
        yield f"operating_points are not those of the first population, {first['name']}"
    if _deciding(first["calibration"]) != _deciding(calibration):
        yield f"calibration is not that of the first population, {first['name']}"
    for one in populations:
        yield from _points(one, first)


def _ages(populations: list[dict[str, Any]]) -> Iterator[str]:
    known = [(one["name"], one["ages"]) for one in populations if "ages" in one]
    spans = sorted((ages.get("from", 0.0), ages.get("to", float("inf")), name) for name, ages in known)
    for start, end, name in spans:
        if start >= end:
            yield f"the ages of {name} end before they begin: from {start:g} to {end:g}"
    for (_, end, name), (start, _, other) in pairwise(spans):
        if start < end:
            yield f"{name} and {other} share the age of {start:g} years"


def _points(population: dict[str, Any], first: dict[str, Any]) -> Iterator[str]:
    name, thresholds = population["name"], dict[str, float]()
    for point in population["operating_points"]:
        if thresholds.setdefault(point["name"], point["threshold"]) != point["threshold"]:
            yield f"the operating point {point['name']} of {name} has several thresholds"
    default = [point["name"] for point in first["operating_points"]][:1]
    if list(thresholds)[:1] != default:
        yield f"the operating points of {name} are {list(thresholds)}, and the default of {first['name']} is {default}"


def _thresholds(of: dict[str, Any]) -> list[tuple[str, float]]:
    """Of the operating points, in their order; on what films they were measured may differ."""
    return list(dict.fromkeys((point["name"], point["threshold"]) for point in of["operating_points"]))


def _deciding(calibration: dict[str, Any] | None) -> tuple[float, float] | None:
    return None if calibration is None else (calibration["temperature"], calibration.get("offset", 0))
