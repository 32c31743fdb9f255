"""Command lines that nobody means: drawn from the commands' own parsers, so that a new option is among them by itself."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

import build_site.__main__ as build_site
import export.__main__ as export
import training.__main__ as training

NUMBERS = (
    "-1",
    "0",
    "1",
    "nan",
    "inf",
    "-inf",
    "1e400",
    "9" * 40,
    "0x10",
    "",
    "1_000",
    "١",
    "abc",
    "1.5",
    "65536",
    "99999999",
)
WORDS = (
    "", "-", "--", "a", "a,b", "a,a", "NORMAL,PNEUMONIA", "=", "a=b=c", "../../x", "\n", "\udcff", "x" * 5000, "gs://", "gs://b",
    "s3://", "s3://b/../c", "https://x", "ftp://x/y", "%s", "<b>", " ", "~", ".hidden", "con", "null",
)  # fmt: skip


@dataclass(frozen=True)
class Verb:
    """One thing that a command can do.

    Attributes:
        command: The package.
        words: What names it.
        parser: Its options.
    """

    command: str
    words: tuple[str, ...]
    parser: Callable[[], argparse.ArgumentParser]

    def __str__(self) -> str:
        return " ".join((self.command, *self.words))


def verbs() -> list[Verb]:
    """Every verb of every command, and of a verb that has its own verbs each of those."""
    return [
        *_verbs_below("training", (), training.parser()),
        *(Verb("export", (name,) if name else (), parser) for name, (parser, _) in export.VERBS.items()),
        *(Verb("build_site", (name,), build_site.verb_of(name).parser) for name in build_site.VERBS),
    ]


def _verbs_below(command: str, words: tuple[str, ...], parser: argparse.ArgumentParser) -> Iterator[Verb]:
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield Verb(command, words, lambda: parser)
    for action in below:
        for name, own in action.choices.items():
            yield from _verbs_below(command, (*words, name), own)


def command_lines(verb: Verb, places: Mapping[str, Path]) -> SearchStrategy[list[str]]:
    """Arguments of a verb behind its words, in which paths are `places`."""
    paths = st.sampled_from([str(place) for place in places.values()])

    def value(action: argparse.Action) -> SearchStrategy[str]:
        if action.choices is not None:
            return st.sampled_from([*map(str, action.choices), "nonsense"])
        if action.type in (int, float):
            return st.sampled_from(NUMBERS)
        return paths if action.type is Path else st.one_of(st.sampled_from(WORDS), paths)

    @st.composite
    def line(draw: DrawFn) -> list[str]:
        words = list(verb.words)
        for action in verb.parser()._actions:
            if isinstance(action, argparse._HelpAction):
                continue
            if action.option_strings:
                if not draw(st.sampled_from([True] * 9 + [False] if action.required else [True, False, False])):
                    continue
                words.append(draw(st.sampled_from(list(action.option_strings))))
            words += [draw(value(action)) for _ in range(draw(_counts(action.nargs)))]
        return words

    return line()


def _counts(nargs: int | str | None) -> SearchStrategy[int]:
    right = {None: [1], "?": [0, 1], "*": [0, 1, 2], "+": [1, 2]}.get(nargs, [nargs])  # type: ignore[arg-type, list-item]
    wrong = [] if nargs == 0 else [max(number for number in right if isinstance(number, int)) + 1]
    return st.sampled_from([number for number in right if isinstance(number, int)] * 8 + wrong)
