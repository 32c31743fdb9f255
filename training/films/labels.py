"""Labels from file names, for data sets whose folders hold several classes, or one class in several folders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from plainfilm.errors import UsageError

if TYPE_CHECKING:  # reading a configuration needs no pandas
    from training.films.folder import FilmFile


LONGEST_NAME = 100


class LabelRule(msgspec.Struct, frozen=True):
    """One `[[data.labels]]` of a configuration.

    Attributes:
        pattern: Regular expression, searched for in a film's path in the data set, such as `train/PNEUMONIA/a.jpeg`.
        label: The class of films that it matches.
    """

    pattern: str
    label: str


def check_class_name(name: str, source: str) -> None:
    """Checks what a table calls a class: it stands where a folder's name does.

    Raises:
        UsageError: No folder can be called so.
    """
    if (
        not name.strip()
        or name in (".", "..")
        or len(name) > LONGEST_NAME
        or not name.isprintable()
        or set(name) & set("/\\")
    ):
        raise UsageError(
            "a class has a name that no folder can have",
            received=f"{name[: LONGEST_NAME + 1]!r} in {source}",
            expected=f"a name of at most {LONGEST_NAME} characters without / and \\, such as PNEUMONIA",
        )


def labelled(files: list[FilmFile], rules: Sequence[LabelRule]) -> list[FilmFile]:
    """The files with the label of the first rule that matches; where none does, with that of their folder.

    Raises:
        UsageError: A pattern is not a regular expression, a label cannot be a class, or no file takes its label from a rule.
    """
    for rule in rules:
        check_class_name(rule.label, f"the label of pattern = {rule.pattern!r}")
    patterns = [_compiled(rule) for rule in rules]
    used = set()
    result = []
    for file in files:
        first = next((number for number, pattern in enumerate(patterns) if pattern.search(file.path)), None)
        result.append(file if first is None else replace(file, label=rules[first].label))
        used.add(first)
    for number, rule in enumerate(rules):
        if number not in used:
            raise UsageError(
                f"no film takes the label {rule.label}",
                received=f"pattern = {rule.pattern!r}",
                expected="a regular expression that matches paths of the data set which no rule before it matches, "
                f"such as {files[0].path}",
            )
    return result


def _compiled(rule: LabelRule) -> re.Pattern[str]:
    try:
        return re.compile(rule.pattern)
    except re.error as error:
        raise UsageError(
            f"the pattern of the label {rule.label} is not a regular expression",
            received=f"pattern = {rule.pattern!r}: {error}",
        ) from None
