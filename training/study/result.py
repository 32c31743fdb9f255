"""The result of a study: one file with the figures of every finished run, from which the report draws its table and figure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plainfilm.errors import PlainfilmError
from plainfilm.files import read_json
from plainfilm.json_files import write_json
from training.films.part import part_of_patients
from training.films.prepared import PreparedData
from training.study.figures import arm_figures
from training.study.one_run import Readings, read_readings, validation
from training.study.plan import Plan, PlannedRun

MEASURE = "AUROC on augmented validation"


def finished_runs(runs: list[PlannedRun], folder: Path, data: PreparedData) -> dict[tuple[str, int], Readings]:
    """The readings of every finished run."""
    found = {(run.arm, run.seed): read_readings(run.config, folder, data.table) for run in runs}
    return {key: readings for key, readings in found.items() if readings is not None}


def write_result(
    name: str, plan: Plan, runs: list[PlannedRun], folder: Path, data: PreparedData, failed: Mapping[str, str]
) -> Path:
    """Writes the figures of all runs that are finished, and prints them; before the first it does nothing."""
    file = folder / f"{name}.json"
    readings = finished_runs(runs, folder, data)
    if not readings:
        return file
    table = validation(data.table)
    config = runs[0].config
    figures = arm_figures(
        plan,
        {key: each.varied for key, each in readings.items()},
        (table["label"] == config.data.positive_class).to_numpy(),
        table["patient_id"].to_numpy(),
    )
    arms = []
    for arm in plan.arms:
        own = [each for (of, _), each in readings.items() if of == arm.name]
        if own:
            spent = {"epochs": [each.epochs for each in own], "seconds": round(sum(each.seconds for each in own), 1)}
            arms.append({"name": arm.name, "title": arm.title, "group": arm.group, **figures[arm.name], **spent})
    train = part_of_patients(data, config.data.patients).table
    train = train[train["split"] == "train"]
    document = {
        "study": name,
        "title": plan.title,
        "question": plan.question,
        "measure": MEASURE,
        "ran": {
            "finished": len(readings),
            "planned": len(runs),
            "failed": sorted(failed),
            "seeds": list(plan.seeds),
            "size": [config.model.height, config.model.width],
            "epochs": config.fit.epochs,
            "patients": config.data.patients,
            "train": {"films": len(train), "patients": int(train["patient_id"].nunique())},
            "validation": {"films": len(table), "patients": int(table["patient_id"].nunique())},
            "seconds": round(sum(each.seconds for each in readings.values()), 1),
        },
        "arms": arms,
        "test": opened_before(file),
    }
    write_json(file, document)
    print("\n".join(lines_of(document)))
    print(f"\nwrote {file}; the report shows it from training/studies/{name}.json")
    return file


def opened_before(file: Path) -> dict[str, Any] | None:
    """What a result says of test; None where it was not opened.

    Raises:
        PlainfilmError: The result cannot be read, so that nobody knows.
    """
    try:
        found: dict[str, Any] | None = read_json(file)["test"]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PlainfilmError(
            f"{file} cannot be read, so that nobody knows whether test was opened",
            received=f"{type(error).__name__}: {error}",
            expected="the file as the study wrote it",
            next_step=f"copy it from where it was kept, or remove {file} if test was never opened",
        ) from None
    return found


def lines_of(document: Mapping[str, Any]) -> list[str]:
    """The result as text."""
    lines = [
        f"\n{document['title']}: {document['measure']}, {document['ran']['finished']} of {document['ran']['planned']} runs"
    ]
    for arm in document["arms"]:
        seeds = ", ".join(f"{value:.4f}" for value in arm["by_seed"])
        lines.append(f"  {arm['title']}: {_interval(arm, '.4f')}; seeds {seeds}; {arm['seconds'] / 60:.1f} min")
        lines += [f"    against {other['arm']}: {_interval(other, '+.4f')}" for other in arm["against"]]
    return lines


def _interval(of: Mapping[str, Any], form: str) -> str:
    bounds = "no interval" if of["low"] is None else f"{of['low']:{form}} to {of['high']:{form}}"
    return f"{of['value']:{form}} ({bounds})"
