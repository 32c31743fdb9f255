"""A part's results, line by line in a file, so that a run that was stopped goes on where it was; and its progress on the screen."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Journal:
    """The results of one part.

    Attributes:
        name: The part.
        file: A JSON object in each line: first what was asked, then a result for each of its units.
        asked: The settings; another setting begins anew.
        until: When to stop, by `time.monotonic`; None for never.
        done: Units that other runs have done, of which the report has the figures already.
    """

    name: str
    file: Path
    asked: dict[str, Any]
    until: float | None = None
    done: frozenset[int] = frozenset()
    results: dict[int, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        lines = self.file.read_text("utf-8").splitlines() if self.file.is_file() else []
        found = [each for each in map(_line, lines) if each is not None]
        if found and found[0] == {"asked": self.asked}:
            self.results = {each["unit"]: each for each in found[1:]}
            return
        self.file.write_text(json.dumps({"asked": self.asked}) + "\n", "utf-8")

    def work(self, units: Iterable[int], action: Callable[[int], dict[str, Any]]) -> None:
        """Does what is not done yet, until the time is over, and writes every result down at once."""
        open_units = [unit for unit in units if unit not in self.results and unit not in self.done]
        if earlier := len({*self.results, *self.done}):
            print(f"{self.name}: {earlier} are done already", flush=True)
        started = time.monotonic()
        for number, unit in enumerate(open_units, 1):
            if self.until is not None and time.monotonic() > self.until:
                print(f"{self.name}: stopped, the time is over; the same command goes on", flush=True)
                return
            result = {"unit": unit, **action(unit)}
            self.results[unit] = result
            with self.file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(result) + "\n")
            left = (time.monotonic() - started) / number * (len(open_units) - number)
            finding = f"; FOUND {', '.join(map(str, result['findings']))[:300]}" if result.get("findings") else ""
            if finding or number % max(1, len(open_units) // 50) == 0 or sys.stdout.isatty():
                print(
                    f"{self.name}: {number} of {len(open_units)}, about {left / 60:.0f} min left{finding}", flush=True
                )


def _line(text: str) -> dict[str, Any] | None:
    """A line's content; None for one that was cut off when the run was killed."""
    try:
        found: dict[str, Any] = json.loads(text)
    except ValueError:
        return None
    return found
