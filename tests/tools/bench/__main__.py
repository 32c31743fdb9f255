"""`python -m tests.tools.bench PART …` measures the named parts, or all, and writes docs/performance.json and docs/performance.md."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Error as BrowserError

from build_site.site import build
from plainfilm.errors import PlainfilmError
from tests.tools.bench import cold, film, many, peers, python, steps
from tests.tools.bench.measured import Part
from tests.tools.bench.page import FIGURES, PAGE, figures, targets_of, write
from tests.tools.lighthouse.measure import measure as measure_scores


def measure_lighthouse(part: Part, folder: Path) -> None:
    """Writes docs/lighthouse.json and prints its scores."""
    measure_scores(build(folder / "dist").out)


PARTS: dict[str, Callable[[Part, Path], None]] = {
    "cold": cold.measure,
    "film": film.measure,
    "many": many.measure,
    "peers": peers.measure,
    "python": python.measure,
    "export": python.measure_commands,
    "steps": steps.measure,
    "lighthouse": measure_lighthouse,
}


def main() -> None:
    """One that lacks what it needs says so, and the others go on."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.bench", description="Speed, part by part.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)} (default: all)")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    for name in options.parts or PARTS:
        part, started = Part(), time.perf_counter()
        print(f"{name}:", flush=True)
        with tempfile.TemporaryDirectory() as temporary:
            part.begin()
            try:
                PARTS[name](part, Path(temporary))
            except (PlainfilmError, FileNotFoundError, BrowserError) as error:
                part.lacks(f"{name}: {str(error).splitlines()[0]}")
            part.end()
        write({name: part})
        print(f"  {name} took {time.perf_counter() - started:.0f} s", flush=True)
    print(f"targets, as {PAGE.name} has them (data: {FIGURES.name}):")
    for line in targets_of(figures()):
        print("  " + " | ".join(line))


if __name__ == "__main__":
    main()
