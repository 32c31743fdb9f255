"""`python -m build_site check`: whether a built site is still what was built, and whether a site.toml is right."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from build_site.verbs.build import OUT, SITE_TOML
from plainfilm.errors import PlainfilmError, UsageError

if TYPE_CHECKING:
    from build_site.check_built import Checked


def parser() -> argparse.ArgumentParser:
    """Its options."""
    made = argparse.ArgumentParser(
        prog="python -m build_site check",
        description="Reads a built site again (every file against build.json, every page's links, policy and parts), a site.toml "
        "(every key, text, colour and file that it names), or a bundle from elsewhere (every file against metadata.json, its shards "
        "against its network), and says all that is wrong. Exits with 1 where something is.",
    )
    made.add_argument(
        "paths",
        type=Path,
        nargs="*",
        metavar="PATH",
        help="folders of built sites or bundles, and configurations FILE.toml (default: dist and site.toml, those that are here)",
    )
    return made


def run(options: argparse.Namespace) -> None:
    """Prints a line for each path, and below it what is wrong there.

    Raises:
        PlainfilmError: Something is.
    """
    paths = options.paths or [path for path in (SITE_TOML, OUT) if path.exists()]
    if not paths:
        raise UsageError(
            f"there is nothing to check: neither {OUT} nor {SITE_TOML} is here",
            next_step="python -m build_site check PATH",
        )
    wrong = 0
    for path in paths:
        checked = _checked(path)
        problems = checked.problems
        print(f"{path}: {'; '.join(checked.right)}" if not problems else f"{path}: {len(problems)} wrong")
        for line in (*problems, *(f"warning: {warning}" for warning in checked.warnings)):
            print("  " + line.replace("\n", "\n  "))
        wrong += len(problems)
    if wrong:
        raise PlainfilmError(f"{wrong} {'thing is' if wrong == 1 else 'things are'} wrong")


def _checked(path: Path) -> Checked:
    from build_site.check_built import check_built, check_bundle, is_bundle
    from build_site.check_config import check_config

    if path.is_dir():
        return check_bundle(path) if is_bundle(path) else check_built(path)
    if not path.exists():
        raise UsageError(f"there is no {path}", expected="the folder of a built site or of a bundle, or a site.toml")
    return check_config(path)
