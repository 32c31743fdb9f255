"""JSON from elsewhere: of bounded size and depth, every key once, every number finite."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

from plainfilm.files import read_bytes

# Bytes: more than any document of a bundle or of a TensorFlow.js model without its weights.
LARGEST = 1 << 26
# Brackets in brackets: a network's own documents have a dozen.
DEEPEST = 100
BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')


def read_strict(path: Path) -> Any:
    """The document in a file.

    Raises:
        OSError: It cannot be read.
        ValueError: It is none, or one that a person would not write; says why.
    """
    return parse_strict(read_bytes(path, LARGEST))


def parse_strict(data: bytes) -> Any:
    """The document in bytes, as `read_strict`."""
    text = data.decode("utf-8-sig")
    check_depth(text)
    return json.loads(text, parse_constant=_no_number, parse_float=_finite, parse_int=_short, object_pairs_hook=_once)


def check_depth(text: str) -> None:
    """Refuses brackets in more than `DEEPEST` brackets, before a parser goes down into them.

    Raises:
        ValueError: They are.
    """
    depth = 0
    for match in BRACKETS.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(match[0], 0)
        if depth > DEEPEST:
            raise ValueError(f"its brackets are nested more than {DEEPEST} deep")


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(f"{text[:40]} is too large a number")
    return number


def _short(text: str) -> int:
    if len(text) > 20:
        raise ValueError(f"{text[:40]}… is too large a number")
    return int(text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for index, (key, _) in enumerate(pairs) if key in dict(pairs[:index]))
        raise ValueError(f"it has {twice[:40]!r} twice in one object")
    return found
