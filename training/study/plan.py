"""A study as it is planned: a TOML file with a base configuration and arms that say only what differs from it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec

from plainfilm.errors import UsageError
from plainfilm.toml_files import find_toml, read_toml
from training.config import Config, changed, read_config
from training.numbers import CountOrNone, Name, Part, PathText, Seed

SHIPPED = Path(__file__).parents[1] / "studies"
Side = Annotated[int, msgspec.Meta(ge=0, le=4096, title="pixels, 0 to 4096")]


class Limits(msgspec.Struct, frozen=True):
    """What a small machine leaves out. Every arm has them, and may go beyond.

    Attributes:
        patients: Share of the train patients.
        size: Side of the films in pixels; 0 for the configuration's own.
        epochs: 0 for the configuration's own.
    """

    patients: Part = 1.0
    size: Side = 0
    epochs: CountOrNone = 0

    @property
    def changes(self) -> dict[str, Any]:
        """As they are laid over a configuration."""
        return {
            "data": {"patients": self.patients} if self.patients < 1 else {},
            "model": {"height": self.size, "width": self.size} if self.size else {},
            "fit": {"epochs": self.epochs} if self.epochs else {},
        }


class Arm(msgspec.Struct, frozen=True):
    """One way to train.

    Attributes:
        name: Of its runs, which end in their seeds.
        title: What people call it.
        group: What it is a change of; arms of one group stand together.
        against: Arms that it is compared with; none for the first arm of the study.
        changes: What differs from the base, as tables of a configuration.
    """

    name: Name
    title: str
    group: str = ""
    against: tuple[str, ...] = ()
    changes: dict[str, Any] = {}


class Plan(msgspec.Struct, frozen=True):
    """A whole study.

    Attributes:
        title: What it is about.
        question: What it asks, for people.
        note: What to know of its result, for people.
        base: The configuration that arms differ from.
        seeds: Each arm is trained with each of them.
        changes: What differs from the base in every arm.
        arms: The first is what others are compared with.
        limits: For a small machine.
        best: The arm that test is opened for, with those that it is compared with; written here after the validation figures
            are known and before test is. Empty until then.
    """

    title: str
    question: str
    base: PathText
    seeds: tuple[Seed, ...]
    arms: tuple[Arm, ...]
    limits: Limits = Limits()
    changes: dict[str, Any] = {}
    best: str = ""
    note: str = ""

    def arm(self, name: str) -> Arm:
        """The arm of a name."""
        return next(arm for arm in self.arms if arm.name == name)

    def against(self, arm: Arm) -> tuple[str, ...]:
        """Names of the arms that an arm is compared with; none for the first."""
        return arm.against or (() if arm == self.arms[0] else (self.arms[0].name,))


@dataclass(frozen=True)
class PlannedRun:
    """One arm with one seed."""

    arm: str
    seed: int
    config: Config


def read_plan(path: Path) -> tuple[str, Plan]:
    """The name of a study and its plan; a bare name means one of those in `training/studies/`.

    Raises:
        UsageError: The file is missing, is not TOML, or its keys are unknown, missing, of the wrong kind, or do not go together.
    """
    file = find_toml(path, SHIPPED, "study")
    plan = read_toml(file, Plan)
    _check(plan, file)
    return file.stem, plan


def planned_runs(plan: Plan, where: str, prepared: str | None = None) -> list[PlannedRun]:
    """Every run of a study, seed by seed, so that an unfinished study has all arms alike.

    Args:
        plan: The study.
        where: Its name in errors.
        prepared: The prepared films; None for those of the base configuration.

    Raises:
        UsageError: There is no such base, or a change does not fit it.
    """
    base = changed(read_config(Path(plan.base)), plan.changes, where)
    base = changed(base, plan.limits.changes, f"{where}: limits")
    if prepared is not None:
        base = changed(base, {"data": {"prepared": prepared, "phantom_films": 0}}, where)
    of_arms = {arm.name: changed(base, arm.changes, f"{where}: arm {arm.name}") for arm in plan.arms}
    return [
        PlannedRun(
            arm.name,
            seed,
            changed(
                of_arms[arm.name],
                {"name": f"{arm.name}_seed{seed}", "title": arm.title, "fit": {"seed": seed}},
                f"{where}: arm {arm.name}",
            ),
        )
        for seed in plan.seeds
        for arm in plan.arms
    ]


def _check(plan: Plan, file: Path) -> None:
    names = [arm.name for arm in plan.arms]
    for what, values in (("seeds", plan.seeds), ("arms", names)):
        twice = [str(value) for value, count in Counter(values).items() if count > 1]
        if twice or not values:
            raise UsageError(
                f"{file}: {what} are not right",
                received=f"{', '.join(twice)} more than once" if twice else "none",
                expected="at least one, and each once",
            )
    for said, changes in (("changes", plan.changes), *((arm.name, arm.changes) for arm in plan.arms)):
        fit = changes.get("fit")
        if "name" in changes or (isinstance(fit, dict) and "seed" in fit):
            raise UsageError(
                f"{file}: {said} sets what the study sets itself",
                received="name or fit.seed",
                expected="the name of the arm, and the seeds of the study",
            )
    for arm in plan.arms:
        if unknown := [name for name in arm.against if name not in names or name == arm.name]:
            raise UsageError(
                f"{file}: {arm.name} is compared with what is no other arm",
                received=", ".join(unknown),
                expected=f"one of {', '.join(name for name in names if name != arm.name)}",
            )
    if plan.best and (plan.best not in names or not plan.against(plan.arm(plan.best))):
        raise UsageError(
            f"{file}: best is no arm that is compared with another",
            received=plan.best,
            expected=f"one of {', '.join(arm.name for arm in plan.arms if plan.against(arm))}",
        )
