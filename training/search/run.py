"""`python -m training search DATA --budget HOURS`: tries networks for a given time, and picks three of the best.

Networks are chosen on augmented validation only; test films are never read. Several workers may share one study folder.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from plainfilm.errors import PlainfilmError
from plainfilm.json_files import write_json
from plainfilm.tensorflow import import_tensorflow
from training.config import write_config
from training.films.open_data import open_data
from training.films.prepared import PreparedData, sha256
from training.fitting.history import read_history
from training.run import ordered_classes
from training.search.picks import RULES, Tried, draw_pareto, pareto_front, pick
from training.search.shared_study import SharedStudy, run_of
from training.search.space import Space, find_weights

OBJECTIVES = [
    {"name": "auroc", "better": "higher", "what": "on augmented validation"},
    {
        "name": "weight_bytes",
        "better": "lower",
        "what": "as exported at float16, without those of the OOD gate",
    },
    {
        "name": "milliseconds",
        "better": "lower",
        "what": "per film in TensorFlow.js, estimated (training/search/cost.py)",
    },
]


def search(
    data: Path,
    space: Space,
    folder: Path,
    *,
    hours: float,
    weights: Sequence[Path] = (),
    most_trials: int | None = None,
) -> dict[str, Tried]:
    """Searches, or continues the search in `folder`, and writes `search.json`, `pareto.svg` and the picks' configs there.

    Args:
        data: A data set or a prepared one.
        space: The networks and settings to try; networks whose ImageNet weights are not available are left out.
        folder: Folder of the study, the same for every worker.
        hours: Budget of this worker. A trial in training at its end stops after the epoch and is kept.
        weights: Files with ImageNet weights.
        most_trials: Largest number of trials, if the budget does not end earlier.

    Returns:
        The three picks by name.

    Raises:
        PlainfilmError: No trial has finished yet.
        UsageError: The folder holds a study of something else.
    """
    ends = time.monotonic() + 3600 * hours
    films = open_data(data, space.like.data.labels)
    ordered_classes(films.table, space.like.data.positive_class)

    import_tensorflow()
    from training.search.trial import try_one

    files = find_weights(space.networks, weights)
    space = replace(space, networks={name: space.networks[name] for name in files})
    contents = {"films": sha256(films.table.to_csv(index=False).encode()), **space.as_json()}
    study = SharedStudy(folder, contents, space.distributions, space.first_trials)

    tried = 0
    picks: dict[str, Tried] = {}
    try:
        while time.monotonic() < ends and (most_trials is None or tried < most_trials):
            with study.claim() as claim:
                config = space.trial(space.config(claim.trial.params, claim.run, films.folder))
                try_one(claim, study, config, films, files[claim.trial.params["network"]], ends)
            tried += 1
    finally:  # also when interrupted
        with study.lock("study"):
            picks = write_results(study, space, films, files)
    if not picks:
        raise PlainfilmError(
            "no trial has finished yet",
            received=f"a budget of {hours:g} hours",
            expected="enough for one trial",
            next_step="repeat the command: it continues where it stopped",
        )
    return picks


def write_results(
    study: SharedStudy, space: Space, films: PreparedData, files: Mapping[str, Path | None]
) -> dict[str, Tried]:
    """Writes the results of all workers so far and prints how to train the picks; does nothing before a trial is finished."""
    trials = {run_of(trial): trial for trial in study.finished()}
    tried = [Tried(run, trial.values[0], int(trial.values[1]), trial.values[2]) for run, trial in trials.items()]
    if not tried:
        return {}
    front = pareto_front(tried)
    picks = pick(front)
    draw_pareto(tried, picks, study.folder / "pareto.svg")
    print(
        f"\n{', '.join(f'{count} {what}' for what, count in study.counts().items())}; the picks, and how to train them:"
    )
    configs = {}
    for name, chosen in picks.items():
        parameters = trials[chosen.run].params
        config = space.config(parameters, f"{films.folder.name}_{name}", films.folder)
        configs[name] = study.folder / f"{config.name}.toml"
        write_config(config, configs[name])
        file = files.get(parameters["network"])
        print(
            f"  {name.replace('_', ' ')}: {config.title} ({chosen.run}): AUROC {chosen.auroc:.4f}, "
            f"{chosen.weight_bytes / 1e6:.2f} MB, about {chosen.milliseconds:.1f} ms\n"
            f"    python -m training fit {configs[name]} --runs runs" + (f" --backbone-weights {file}" if file else "")
        )
    document = {
        "objectives": OBJECTIVES,
        "space": space.as_json(),
        "counts": study.counts(),
        "trials": [
            {**asdict(each), **trials[each.run].params, "seconds": _seconds(study.folder / each.run)}
            | {"on_front": each in front}
            for each in tried
        ],
        "picks": [
            {"name": name, "rule": RULES[name], "run": chosen.run, "config": configs[name].name}
            for name, chosen in picks.items()
        ],
    }
    write_json(study.folder / "search.json", document)
    print(f"wrote {study.folder}/search.json and pareto.svg")
    return picks


def _seconds(run: Path) -> float:
    """Seconds that the epochs of a trial took."""
    return round(sum(row["seconds"] for row in read_history(run)), 1)
