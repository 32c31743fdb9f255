"""What a comparison measured: medians of repeats that took turns, so that a busy machine is as busy for all of them."""

from __future__ import annotations

import datetime
import os
import statistics
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Row:
    """One line of a part's table.

    Attributes:
        what: What was measured.
        value: The median.
        unit: Of the value, such as `ms` or `films/s`.
        values: Every repeat, where there were several.
    """

    what: str
    value: float
    unit: str
    values: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Target:
    """A target of the project, and how far it is.

    Attributes:
        name: Its name in `targets.py`.
        value: What was measured; None where it could not be.
        note: The two sides of a ratio, or why it was not measured.
    """

    name: str
    value: float | None
    note: str


@dataclass
class Part:
    """All that one part measured, with the machine's load meanwhile."""

    rows: list[Row] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    date: str = ""
    load: list[float] = field(default_factory=list)

    def begin(self) -> None:
        """Notes the date and the load."""
        self.date = datetime.datetime.now(datetime.UTC).date().isoformat()
        self.load = [round(os.getloadavg()[0], 1)]

    def end(self) -> None:
        """Notes the load once more."""
        self.load.append(round(os.getloadavg()[0], 1))

    def row(self, what: str, values: list[float], unit: str) -> float:
        """Adds a line, and returns its median."""
        median = statistics.median(values)
        self.rows.append(Row(what, median, unit, [round(value, 4) for value in values] if len(values) > 1 else []))
        print(f"  {what:<58} {median:10.3f} {unit}", flush=True)
        return median

    def target(self, name: str, value: float | None, note: str = "") -> None:
        """Adds what was measured of a target."""
        self.targets.append(Target(name, value, note))

    def lacks(self, what: str, names: tuple[str, ...] = ()) -> None:
        """Says what could not be measured and why; the targets that hang on it stay in the table."""
        self.missing.append(what)
        print(f"  not measured: {what}", flush=True)
        self.targets += [Target(name, None, what) for name in names]

    def as_json(self) -> dict[str, Any]:
        """As docs/performance.json has it."""
        return asdict(self)


def in_turns(actions: Mapping[str, Callable[[], float]], repeats: int) -> dict[str, list[float]]:
    """What each action measured, one repeat of each after another; each is once called before, to warm up."""
    values: dict[str, list[float]] = {name: [] for name in actions}
    for repeat in range(repeats + 1):
        for name, action in actions.items():
            value = action()
            if repeat > 0:
                values[name].append(value)
    return values


def ratios(one: list[float], other: list[float]) -> float:
    """The median of the ratios of repeats that were made one after the other."""
    return statistics.median(a / b for a, b in zip(one, other, strict=True))
