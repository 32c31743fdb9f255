"""Ways in which a text file of ours goes wrong: a value that is absurd, a key that is gone, a cell, a line, half the file."""

from __future__ import annotations

import copy
import io
import json
import random
import tomllib
from collections.abc import Iterator
from typing import Any

import tomli_w

from tests.hostile.places import TEXTS

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 3.5, -0.0, 1e308, -1e308, float("nan"), float("inf"), 10**30, -(10**30), 2**31, 2**63,
    "", " ", "x", "NORMAL", "../..", "/", ".", "a\0b", "a\nb", "\ud800", "é" * 300, "x" * 100_000, "<b>&amp;", "%s{0}", "=1+1",
    [], {}, [None], [[]], [1, "x"], {"": ""}, {"a": {"b": {}}}, [[[[[[1]]]]]], ["x"] * 2000,
)  # fmt: skip
CELLS = (
    "",
    "x",
    "-1",
    "nan",
    "inf",
    "1e999",
    "9" * 400,
    "NORMAL",
    "../../etc/passwd",
    "/",
    "a\0b",
    '"',
    '"\n"',
    ",",
    "\ud800",
    "é" * 300,
)


def damaged(name: str, data: bytes, rng: random.Random) -> bytes:
    """A file's bytes, with one thing or a few wrong; by its name, what is in it."""
    ways = [_bytes, _bytes, _other]
    if name.endswith(".json"):
        ways = [_json] * 12 + ways
    elif name.endswith(".toml"):
        ways = [_toml] * 12 + ways
    elif name.endswith(".csv"):
        ways = [_csv] * 8 + ways
    return rng.choice(ways)(data, rng)


def places_in(document: Any) -> Iterator[tuple[Any, Any]]:
    """Every table or list of a document with every key of it."""
    items = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in list(items):
        yield document, key
        yield from places_in(value)


def changed(document: Any, rng: random.Random) -> Any:
    """A document with another value, or none, in a place or two."""
    document = copy.deepcopy(document)
    for _ in range(rng.choice([1, 1, 1, 2])):
        every = list(places_in(document))
        # A long list is no more interesting than a short one: first a depth, then a place.
        if not every:
            return rng.choice(VALUES)
        holder, key = rng.choice(every[:40] if rng.random() < 0.6 else every)
        if rng.random() < 0.2:
            del holder[key]
        elif rng.random() < 0.1 and isinstance(holder, dict):
            holder[f"{key}x"] = holder.pop(key)
        else:
            holder[key] = copy.deepcopy(rng.choice(VALUES))
    return document


def _json(data: bytes, rng: random.Random) -> bytes:
    try:
        document = json.loads(data)
    except ValueError:
        return _bytes(data, rng)
    return json.dumps(changed(document, rng)).encode()


def _toml(data: bytes, rng: random.Random) -> bytes:
    try:
        return tomli_w.dumps(_without_none(changed(tomllib.loads(data.decode()), rng))).encode("utf-8", "surrogatepass")
    except (ValueError, TypeError, AttributeError):
        return _bytes(data, rng)


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    return [_without_none(item) for item in value if item is not None] if isinstance(value, list) else value


def _csv(data: bytes, rng: random.Random) -> bytes:
    rows = [line.split(",") for line in io.StringIO(data.decode("utf-8", "replace")).read().split("\n")]
    row = rng.choice(rows[: rng.choice([1, 3, len(rows)])])
    match rng.randrange(5):
        case 0:
            row.append("more")
        case 1:
            row.pop()
        case 2:
            column = rng.randrange(len(rows[0]))
            rows = [[cell for number, cell in enumerate(each) if number != column] for each in rows]
        case _:
            if row:
                row[rng.randrange(len(row))] = rng.choice(CELLS)
    return "\n".join(",".join(each) for each in rows).encode("utf-8", "surrogatepass")


def _bytes(data: bytes, rng: random.Random) -> bytes:
    if not data:
        return b"\xff"
    at, length = rng.randrange(len(data)), rng.choice([1, 2, 16, 200])
    match rng.randrange(5):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + bytes(length) + data[at + length :]
        case 2:
            return data[:at] + data[at + length :]
        case 3:
            return data[:at] + rng.randbytes(length) + data[at + length :]
        case _:
            return data[:at] + data[: at + length] + data[at:]


def _other(data: bytes, rng: random.Random) -> bytes:
    return rng.choice(list(TEXTS.values()))
