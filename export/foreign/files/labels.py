"""The names of a model's classes: from the files that tools write beside it, or from the user."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

from export.foreign.model import ForeignError

# Files beside a model, in the order in which they are looked for.
FILES = (
    "dict.txt", "labels.txt", "label.txt", "classes.txt", "class_names.txt", "labels.json", "classes.json",
    "class_names.json", "class_indices.json",
)  # fmt: skip
LARGEST = 1_000_000

NUMBERED = re.compile(r"^\s*(\d+)\s*[:,;.\t ]\s*(\S.*)$")


def find_labels(folder: Path) -> tuple[Path, tuple[str, ...]] | None:
    """The file in a folder that names classes, and the names; None if there is none.

    Raises:
        ForeignError: See `read_labels`.
    """
    by_name = {each.name.lower(): each for each in sorted(folder.iterdir()) if each.is_file()}
    for name in FILES:
        if name in by_name:
            return by_name[name], read_labels(by_name[name])
    return None


def read_labels(file: Path) -> tuple[str, ...]:
    """The names in a file: one a line, with numbers or without (`0 Rock`), or JSON: a list, or a number for each name.

    Raises:
        ForeignError: It cannot be read, or holds no names.
    """
    try:
        data = file.read_bytes()
        if len(data) > LARGEST:
            raise ValueError(f"{len(data):,} bytes")
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        names = _from_json(json.loads(text)) if file.suffix.lower() == ".json" else _from_lines(text)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ForeignError(
            f"{file} does not name classes",
            received=f"{type(error).__name__}: {error}",
            expected="one name a line, in the order of the model's outputs (UTF-8)",
            next_step="correct it, or name them: --classes NAME,NAME,…",
        ) from None
    if not names:
        raise ForeignError(
            f"{file} names no class",
            received="nothing but empty lines",
            expected="one name a line, in the order of the model's outputs",
            next_step="correct it, or name them: --classes NAME,NAME,…",
        )
    return tuple(names)


def _from_lines(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    matches = [NUMBERED.match(line) for line in lines]
    if lines and all(matches):
        pairs = [(int(match[1]), match[2].strip()) for match in matches if match]
        first = min(number for number, _ in pairs)
        # Names such as "3 Series" are not numbered.
        if first in (0, 1) and sorted(number for number, _ in pairs) == list(range(first, first + len(pairs))):
            return [name for _, name in sorted(pairs)]
    return lines


def _from_json(value: Any) -> list[str]:
    if isinstance(value, dict) and isinstance(value.get("labels"), list):
        value = value["labels"]
    if isinstance(value, list):
        return [str(each).strip() for each in value]
    if all(isinstance(number, int) for number in value.values()):  # flow_from_directory's class_indices
        pairs = [(number, name) for name, number in value.items()]
    else:
        pairs = [(int(number), str(name)) for number, name in value.items()]
    if sorted(number for number, _ in pairs) != list(range(len(pairs))):
        raise ValueError(f"numbers {sorted(number for number, _ in pairs)[:10]}, not 0 to {len(pairs) - 1}")
    return [name.strip() for _, name in sorted(pairs)]


def check_labels(names: tuple[str, ...], classes: int, said_by: str, model: Path) -> tuple[str, ...]:
    """The names, if there is one for each class and no two are the same.

    Args:
        names: In the order of the outputs.
        classes: How many the model has.
        said_by: The file that the names come from, or the option.
        model: For messages.

    Raises:
        ForeignError: They do not fit.
    """
    names = tuple(" ".join(name.split()) for name in names)
    shown = ", ".join(names[:6]) + (" …" if len(names) > 6 else "")
    example = ",".join(("A", "B", "C", "D", "E")[:classes]) + (",…" if classes > 5 else "")
    if len(names) != classes:
        raise ForeignError(
            f"{said_by} names {len(names)} {'class' if len(names) == 1 else 'classes'}, and {model} has {classes}",
            received=shown or "no name",
            expected=f"{classes} names, in the order of the model's outputs",
            next_step=f"name them: --classes {example}",
        )
    if odd := [name for name in names if any(unicodedata.category(each) == "Cc" for each in name)]:
        raise ForeignError(
            f"{said_by} names a class with characters that cannot be shown",
            received=repr(odd[0]),
            expected="names that people can read",
            next_step=f"name them: --classes {example}",
        )
    doubled = sorted({name for name in names if [each.casefold() for each in names].count(name.casefold()) > 1})
    if doubled or not all(names):
        raise ForeignError(
            f"{said_by} {'names a class twice' if doubled else 'has a class without a name'}",
            received=", ".join(doubled) or shown,
            expected=f"{classes} different names, in the order of the model's outputs",
            next_step=f"name them: --classes {example}",
        )
    return names
