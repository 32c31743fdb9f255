"""`study NAME --open-test`: test is read once, by the arm that was named before, and by those it is compared with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace

from plainfilm.errors import PlainfilmError, UsageError
from plainfilm.files import read_json
from plainfilm.json_files import write_json
from plainfilm.tensorflow import import_tensorflow
from training.evaluation.predictions import log_odds
from training.films.arrays import Doubles
from training.films.prepared import PreparedData
from training.run import read_run
from training.study.figures import arm_figures
from training.study.one_run import read_readings
from training.study.plan import SHIPPED, Plan, PlannedRun
from training.study.result import opened_before


def read_test(name: str, plan: Plan, runs: list[PlannedRun], folder: Path, data: PreparedData) -> Path:
    """Reads test with all seeds of `best` and of the arms that it is compared with, and adds the figures to the result.

    Raises:
        UsageError: The study names no best arm.
        PlainfilmError: Some runs are not finished, there are no test films, or test was opened before.
    """
    file = folder / f"{name}.json"
    if not plan.best:
        raise UsageError(
            f"{name} names no best arm, so test stays closed",
            expected='best = "ARM" in its file, chosen on validation, before test is opened',
        )
    best = plan.arm(plan.best)
    names = (best.name, *plan.against(best))
    for place in (file, SHIPPED / f"{name}.json"):
        if opened := opened_before(place):
            raise PlainfilmError(
                f"test was opened for {name} before",
                received=f"{opened['arm']}, on {opened['opened']}, in {place}",
                expected="one arm, named before, read once: a test that is opened again chooses",
            )
    asked = [run for run in runs if run.arm in names]
    missing = [run.config.name for run in asked if read_readings(run.config, folder, data.table) is None]
    if missing:
        raise PlainfilmError(
            f"test stays closed: some runs of {name} are not finished",
            received=", ".join(missing),
            expected=f"all seeds of {' and '.join(names)}",
            next_step=f"python -m training study {name}",
        )
    table = data.table[data.table["split"] == "test"]
    if table["label"].nunique() < 2:
        raise PlainfilmError(f"{data.folder} holds no test films of both classes", expected="a test split")
    import_tensorflow()
    read = {(run.arm, run.seed): _logits(folder / run.config.name, data, table["path"].tolist()) for run in asked}
    figures = arm_figures(
        replace(plan, arms=tuple(arm for arm in plan.arms if arm.name in names)),
        read,
        (table["label"] == asked[0].config.data.positive_class).to_numpy(),
        table["patient_id"].to_numpy(),
    )
    document: dict[str, Any] = read_json(file)
    document["test"] = {
        "opened": datetime.now(UTC).date().isoformat(),
        "arm": best.name,
        "films": len(table),
        "arms": {name: figures[name] for name in names},
    }
    write_json(file, document)
    for other in figures[best.name]["against"]:
        print(
            f"{best.title} on {len(table)} test films: AUROC {figures[best.name]['value']:.4f}, against {other['arm']} "
            f"{other['value']:+.4f} ({other['low']:+.4f} to {other['high']:+.4f})"
        )
    return file


def _logits(run: Path, data: PreparedData, paths: list[str]) -> Doubles:
    """Log-odds of the positive class, `[1, n]`."""
    from training.networks.readout import logit_model

    opened = read_run(run)
    films = data.load(paths, opened.config.model.image_converter)
    column = opened.class_names.index(opened.positive_class)
    logits = logit_model(opened.load_model()).predict(films, batch_size=64, verbose=0)
    return log_odds(np.asarray(logits, np.float64), column)[np.newaxis]
