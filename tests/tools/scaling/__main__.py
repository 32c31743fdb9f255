"""`python -m tests.tools.scaling PART …` measures the named parts, or all, and writes docs/scaling.json and docs/scaling.md."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from plainfilm.errors import run_main
from tests.tools.fuzz.report import machine
from tests.tools.scaling import training, visitors
from tests.tools.scaling.page import note, write

PARTS: dict[str, Callable[[Path, training.Amount], dict[str, Any]]] = {
    "films": training.measure_films,
    "memory": training.measure_memory,
    "networks": training.measure_networks,
    "machines": training.measure_machines,
    "search": training.measure_search,
    "visitors": visitors.measure,
}


def main() -> None:
    """`page` measures nothing and writes the page anew, as every part does in the end."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.scaling", description="How training and hosting grow.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}, page (default: all)")
    parser.add_argument("--small", action="store_true", help="a quarter of the films, for a busy machine")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS) - {"page"}:
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)} and page")
    for name in options.parts or PARTS:
        if name in PARTS:
            print(f"{name}:", flush=True)
            before = os.getloadavg()[0]
            with tempfile.TemporaryDirectory() as folder:
                measured = PARTS[name](Path(folder), training.SMALL if options.small else training.WHOLE)
            note(name, measured, [round(load, 1) for load in (before, os.getloadavg()[0])], machine())
        write()


if __name__ == "__main__":
    run_main(main)
