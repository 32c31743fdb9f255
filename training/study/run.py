"""`python -m training study NAME`: trains every arm of a study with every seed, and says what each change brought, on validation."""

from __future__ import annotations

from pathlib import Path

from plainfilm.atomic import check_workplace
from plainfilm.errors import PlainfilmError, UsageError
from plainfilm.files import read_json
from plainfilm.json_files import write_json
from plainfilm.lock import held
from training.films.part import part_of_patients
from training.films.prepared import PreparedData, sha256
from training.fit import films_of
from training.fitting.extra import check_extra
from training.run import ordered_classes
from training.study.kept_films import kept_films
from training.study.one_run import read_readings, validation
from training.study.plan import planned_runs, read_plan
from training.study.result import write_result
from training.study.workers import train_all

MARK = "study.json"  # what a study's folder is known by


def study(
    path: Path, folder: Path | None = None, *, prepared: str | None = None, jobs: int = 1, open_test: bool = False
) -> Path:
    """Runs a study, or what is left of it, writes its result `NAME.json` into its folder and returns that file.

    Args:
        path: The study's TOML file, or the name of one in `training/studies/`.
        folder: Where its runs go; None for `runs/studies/NAME`.
        prepared: The prepared films; None for those of the base configuration.
        jobs: Runs at a time, each in a process of its own if there are several.
        open_test: Train nothing; read test with the arm that the file names as `best`, once.

    Raises:
        UsageError: The file is not right, or the folder holds runs of other settings or films.
        PlainfilmError: Films or a GAN are missing, some runs failed, or test was opened before.
        HeldError: Another command works on the study.
    """
    name, plan = read_plan(path)
    runs = planned_runs(plan, name, prepared)
    folder = folder or Path("runs/studies") / name
    data = films_of(runs[0].config)
    for run in runs:
        part = part_of_patients(data, run.config.data.patients).table
        check_extra(run.config, part, ordered_classes(part, run.config.data.positive_class))
    if validation(data.table).empty:
        raise PlainfilmError(
            f"{data.folder} holds no validation films", expected="films that arms can be compared on", next_step="python -m training prepare DATA"
        )  # fmt: skip
    folder.parent.mkdir(parents=True, exist_ok=True)
    with held(folder.with_name(f".{folder.name}.lock"), f"the study {folder}"):
        _open(folder, name, data)
        if open_test:
            from training.study.opened_test import read_test

            return read_test(name, plan, runs, folder, data)
        left = [run for run in runs if read_readings(run.config, folder, data.table) is None]
        print(f"{name}: {len(runs) - len(left)} of {len(runs)} runs are done", flush=True)
        failed: dict[str, str] = {}
        try:
            train_all([run.config for run in left], folder, kept_films(data, folder / "films"), jobs, failed)
        finally:  # also when interrupted
            file = write_result(name, plan, runs, folder, data, failed)
    if failed:
        raise PlainfilmError(
            f"{len(failed)} of {len(runs)} runs failed",
            received="; ".join(f"{run}: {said}" for run, said in failed.items()),
            expected="runs that end; those that did are kept",
            next_step=f"look at {folder / next(iter(failed))}.log, then repeat the command",
        )
    return file


def _open(folder: Path, name: str, data: PreparedData) -> None:
    """Makes the study's folder, or checks that it is that of the same study and films."""
    check_workplace(folder, mark=MARK)
    own = {"study": name, "films": sha256(data.table.to_csv(index=False).encode())}
    try:
        found = read_json(folder / MARK)
    except FileNotFoundError:
        folder.mkdir(exist_ok=True)
        write_json(folder / MARK, own)
        return
    except (OSError, ValueError):
        found = None
    if found != own:
        raise UsageError(
            f"{folder} holds another study, or the same one of other films",
            received=found,
            expected=own,
            next_step="choose another folder with --out",
        )
