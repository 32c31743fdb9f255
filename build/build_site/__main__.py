"""The command line: `python -m build_site [VERB]`; without a verb it builds.

A verb is one entry of VERBS and a module with `parser() -> argparse.ArgumentParser` and `run(options) -> None`, which is
imported when it is asked for.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import Protocol, cast

from plainfilm.errors import UsageError, run_main
from plainfilm.nearest import perhaps

PROGRAM = "python -m build_site"
DEFAULT = "build"
# Verb → its module and what it does.
VERBS = {
    "build": ("build_site.verbs.build", "build the site: what is done where no verb is given"),
    "init": (
        "build_site.verbs.init",
        "begin a site of your own: a commented site.toml, a sample, a test, a workflow for GitHub Pages",
    ),
    "serve": ("build_site.verbs.serve", "serve the site on this machine, and build it anew when something changes"),
    "check": ("build_site.verbs.check", "check a built site, or a site.toml"),
    "deploy": (
        "build_site.deploy.command",
        "bring a built site to S3, to GitHub Pages, or to a folder for a web server",
    ),
}


class Verb(Protocol):
    """A verb's module."""

    def parser(self) -> argparse.ArgumentParser:
        """Its options."""

    def run(self, options: argparse.Namespace) -> None:
        """Does it."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one verb."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and not given[0].startswith("-"):
        verb = verb_of(given.pop(0))
        verb.run(verb.parser().parse_args(given))
    else:
        verb_of(DEFAULT).run(plain_parser().parse_args(given))


def verb_of(name: str) -> Verb:
    """A verb's module.

    Raises:
        UsageError: There is no such verb.
    """
    if name not in VERBS:
        expected = perhaps(name, VERBS, f"one of {', '.join(VERBS)}")
        raise UsageError(f"there is no verb {name}", expected=expected, next_step=f"{PROGRAM} --help")
    return cast("Verb", importlib.import_module(VERBS[name][0]))


def plain_parser() -> argparse.ArgumentParser:
    """The options where no verb is given: those of `build`, with the verbs below them."""
    parser = verb_of(DEFAULT).parser()
    parser.prog = PROGRAM
    parser.usage = f"{PROGRAM} [VERB] [options]"
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    width = max(map(len, VERBS))
    verbs = [f"  {name:<{width}}  {summary}" for name, (_, summary) in VERBS.items()]
    parser.epilog = "\n".join(["verbs:", *verbs, "", f"Their own options: {PROGRAM} VERB --help"])
    return parser


if __name__ == "__main__":
    run_main(main)
