"""Studies as they are planned: the shipped ones, and what is wrong with one."""

from __future__ import annotations

from pathlib import Path

import pytest

from plainfilm.errors import UsageError
from training.study.plan import SHIPPED, planned_runs, read_plan

TINY = """
title = "Blocks"
question = "More?"
base = "smoke"
seeds = [1, 2]
changes.fit.batch_size = 8
[limits]
epochs = 3
size = 16
patients = 0.5
[[arms]]
name = "recipe"
title = "As it is"
[[arms]]
name = "long"
title = "Longer"
changes.fit.epochs = 6
"""


def plan_of(folder: Path, text: str) -> Path:
    (folder / "tiny.toml").write_text(text)
    return folder / "tiny"


def test_a_run_differs_from_the_base_by_the_limits_and_then_by_its_arm(tmp_path: Path) -> None:
    name, plan = read_plan(plan_of(tmp_path, TINY))
    runs = planned_runs(plan, name, "films")
    assert [run.config.name for run in runs] == ["recipe_seed1", "long_seed1", "recipe_seed2", "long_seed2"]
    recipe, longer = runs[0].config, runs[3].config
    assert (recipe.model.height, recipe.model.width, recipe.data.patients) == (16, 16, 0.5)
    assert (recipe.fit.epochs, longer.fit.epochs, longer.fit.batch_size, longer.fit.seed) == (3, 6, 8, 2)
    assert (recipe.data.prepared, recipe.data.phantom_films) == ("films", 0)
    assert [plan.against(arm) for arm in plan.arms] == [(), ("recipe",)]


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.toml")), ids=lambda file: file.stem)
def test_every_shipped_study_can_be_planned(file: Path) -> None:
    name, plan = read_plan(Path(file.stem))
    assert len(planned_runs(plan, name)) == len(plan.arms) * len(plan.seeds)


@pytest.mark.parametrize(("study", "arms"), [("made_films", 3 * 4), ("made_films_64", 1 + 3)])
def test_made_films_are_compared_with_as_many_repeated_ones_of_the_same_patients(study: str, arms: int) -> None:
    name, plan = read_plan(Path(study))
    of = {run.arm: run.config for run in planned_runs(plan, name)}
    made = {arm: config for arm, config in of.items() if config.extra.kind == "made"}
    assert len(made) == arms
    for arm, config in made.items():
        control, real = (of[other] for other in plan.against(plan.arm(arm)))
        assert (control.extra.kind, control.extra.share) == ("repeated", config.extra.share)
        assert real.extra.kind == "none"
        assert control.data == real.data == config.data
        assert control.fit == real.fit == config.fit


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("seeds = [1, 2]", "seeds = []", "seeds are not right"),
        ("seeds = [1, 2]", "seeds = [2, 2]", "2 more than once"),
        ('name = "long"', 'name = "recipe"', "recipe more than once"),
        ('name = "long"', 'name = "long"\nagainst = ["short"]', "no other arm"),
        ('name = "long"', 'name = "long"\nagainst = ["long"]', "no other arm"),
        ('name = "long"', 'name = "../long"', "arms\\[1\\].name is not right"),
        ("changes.fit.epochs = 6", "changes.fit.seed = 6", "what the study sets itself"),
        ('base = "smoke"', 'base = "smoke"\nbest = "recipe"', "best is no arm"),
        ('base = "smoke"', 'base = "smoke"\nbest = "short"', "best is no arm"),
        ("size = 16", "sizes = 16", "perhaps size"),
        ("patients = 0.5", "patients = 50", "at most 1"),
        ("question", "# question", "missing key question"),
    ],
)
def test_what_does_not_go_together_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in TINY
    with pytest.raises(UsageError, match=said):
        read_plan(plan_of(tmp_path, TINY.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('base = "smoke"', 'base = "nothing"', "no config nothing"),
        ("changes.fit.epochs = 6", "changes.fit.epoch = 6", "arm long: unknown key fit.epoch"),
        ("changes.fit.epochs = 6", "changes.fit.epochs = 0", "arm long: fit.epochs"),
        ("changes.fit.epochs = 6", "changes.fit = 6", "arm long: fit is of the wrong kind"),
    ],
)
def test_a_change_that_does_not_fit_the_base_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    name, plan = read_plan(plan_of(tmp_path, TINY.replace(old, new)))
    with pytest.raises(UsageError, match=said):
        planned_runs(plan, name)


def test_a_study_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(UsageError, match="five_block, made_films"):
        read_plan(Path("six_block"))
