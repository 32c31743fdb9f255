"""Every command with its options, as a document: out of the argparse parsers."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Iterator

HEAD = """\
# Commands

Every command and its options, made of the commands' own parsers by `make docs`. `COMMAND --help` says the same. Exit codes: 0 done, 1 failed, 2 wrong usage,
130 interrupted.
"""
NPM = """\
## `python -m plainfilm.node`

npm in `site_template/`, with the Node that is installed with plainfilm: `python -m plainfilm.node test`, `python -m plainfilm.node run typecheck`. Every argument is npm's.
"""


def commands() -> str:
    """The document."""
    return "\n".join([HEAD, *(_section(parser) for parser in parsers()), NPM])


def parsers() -> Iterator[argparse.ArgumentParser]:
    """Of every command, in the order in which people need them."""
    training = importlib.import_module("training.__main__")
    yield from _verbs_of(training.parser())
    export = importlib.import_module("export.__main__")
    yield from (parser() for parser, _ in export.VERBS.values())
    build_site = importlib.import_module("build_site.__main__")
    yield build_site.plain_parser()
    yield from (build_site.verb_of(name).parser() for name in build_site.VERBS if name != build_site.DEFAULT)
    yield importlib.import_module("build_site.i18n.__main__").parser()


def _verbs_of(top: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {one.dest: one.help for one in action._choices_actions}
            for name, parser in action.choices.items():
                parser.description = parser.description or _sentence(helps.get(name) or "")
                below = list(_verbs_of(parser))
                yield from below or [parser]


def _section(parser: argparse.ArgumentParser) -> str:
    lines = [f"## `{parser.prog}`", "", parser.description or "", ""]
    rows = [(f"{_names(action)}", _meaning(action, parser)) for action in parser._actions if action.dest != "help"]
    if rows:
        lines += ["| Argument | Meaning |", "| --- | --- |"]
        lines += [f"| {name} | {_cell(meaning)} |" for name, meaning in rows]
    else:
        lines.append("It has no options.")
    return "\n".join([*lines, ""])


def _names(action: argparse.Action) -> str:
    """The argument as it is typed; what may be left out in brackets only where it has no dashes."""
    value = "" if action.nargs == 0 else " ".join(_values(action))
    if not action.option_strings:
        optional = action.nargs in ("?", "*")
        more = " …" if action.nargs in ("*", "+") else ""
        return f"`[{value}{more}]`" if optional else f"`{value}{more}`"
    more = " …" if action.nargs in ("*", "+") else ""
    return ", ".join(f"`{name}{f' {value}' if value else ''}{more}`" for name in action.option_strings)


def _values(action: argparse.Action) -> list[str]:
    if isinstance(action.metavar, tuple):
        return list(action.metavar)
    name = action.metavar or (r"\|".join(map(str, action.choices)) if action.choices else action.dest.upper())
    return [name] * (action.nargs if isinstance(action.nargs, int) else 1)


def _meaning(action: argparse.Action, parser: argparse.ArgumentParser) -> str:
    values = {**vars(action), "prog": parser.prog}
    required = " (required)" if action.required and action.option_strings else ""
    return (action.help or "") % values + required


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|").replace("<", "&lt;").replace("*", r"\*")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
