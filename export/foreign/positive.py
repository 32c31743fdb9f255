"""Which of a model's classes is the positive one: the one that is looked for, when names can tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from plainfilm.errors import UsageError

# How names of classes begin that mean that nothing was found.
NOTHING_FOUND = re.compile(
    r"(no|not|non|none|nothing|without|normal|healthy|negative|benign|clear|clean|control|controls|background|absent"
    r"|unaffected|unremarkable|empty|missing|good|ok|false|other|others|unknown)\b"
)


@dataclass(frozen=True)
class Positive:
    """The positive class.

    Attributes:
        name: It.
        why: How that is known, in words.
        is_told: Whether the user or the names tell it. One class of several that was merely taken gets no threshold.
    """

    name: str
    why: str
    is_told: bool


def plain(name: str) -> str:
    """A name by which folders and classes are matched: small letters, one blank for blanks, underscores and hyphens."""
    return re.sub(r"[\s_\-]+", " ", name).strip().casefold()


def find_class(name: str, class_names: Sequence[str]) -> str | None:
    """The class that a name means: as it is written, or else by `plain`; None where it means none."""
    if name in class_names:
        return name
    found = [each for each in class_names if plain(each) == plain(name)]
    return found[0] if len(found) == 1 else None


def positive_of(class_names: Sequence[str], given: str | None) -> Positive:
    """The positive class.

    Args:
        class_names: The model's.
        given: What the user says; None leaves it to the names.

    Raises:
        UsageError: The model has no class of the name that the user says.
    """
    if given is not None:
        found = find_class(given, class_names)
        if found is None:
            raise UsageError(
                "the positive class is not one of the model's", received=repr(given), expected=" or ".join(class_names)
            )
        return Positive(found, "as you say", is_told=True)
    others = [name for name in class_names if not NOTHING_FOUND.match(plain(name))]
    if len(others) == 1:
        return Positive(others[0], "the only one whose name does not say that nothing was found", is_told=True)
    if len(class_names) == 2:
        return Positive(
            class_names[1], "taken because it is the second; --positive CLASS takes the other", is_told=False
        )
    candidates = others or list(class_names)
    return Positive(candidates[0], "taken because it comes first; --positive CLASS takes another", is_told=False)
