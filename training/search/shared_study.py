"""An Optuna study in a folder that several workers share, on one machine or several; the trial of a worker that dies is continued by another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna
from filelock import FileLock, Timeout
from optuna.distributions import BaseDistribution
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

from plainfilm.atomic import check_workplace
from plainfilm.errors import UsageError

# Validation AUROC, bytes of the weights, milliseconds per film.
DIRECTIONS = (StudyDirection.MAXIMIZE, StudyDirection.MINIMIZE, StudyDirection.MINIMIZE)

# Number of trials before Optuna's sampler learns from them, including those that every search starts with.
STARTUP_TRIALS = 8


@dataclass(frozen=True)
class Claim:
    """A trial that this worker, and no other, works on.

    Attributes:
        trial: The trial of Optuna.
        run: Name of its run folder; a trial that continues one whose worker died keeps the folder.
    """

    trial: optuna.Trial
    run: str


class SharedStudy:
    """Trials claimed one at a time. A worker holds the lock file of its trial, which the system releases when the worker dies.

    Args:
        folder: Holds the journal, the locks and the trials' runs.
        contents: The space and the films as JSON: a study has one only.
        distributions: Distributions of the parameters of a trial.
        first_trials: Parameters of the trials that a new study starts with.

    Raises:
        UsageError: The folder holds a study of something else.
        OutputError: The folder holds files that are not of a study.
    """

    def __init__(
        self,
        folder: Path,
        contents: Mapping[str, Any],
        distributions: dict[str, BaseDistribution],
        first_trials: Sequence[dict[str, Any]],
    ) -> None:
        self.folder = folder
        self._distributions = distributions
        check_workplace(folder, mark="study.*")
        folder.mkdir(parents=True, exist_ok=True)
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        journal = str(folder / "study.journal")
        with self.lock("study"):
            self._study = optuna.create_study(
                storage=JournalStorage(JournalFileBackend(journal, JournalFileOpenLock(journal))),
                sampler=optuna.samplers.TPESampler(multivariate=True, n_startup_trials=STARTUP_TRIALS),
                study_name="search",
                directions=list(DIRECTIONS),
                load_if_exists=True,
            )
            wanted = json.loads(json.dumps(contents))
            held = self._study.user_attrs.get("contents")
            if held is None:
                for parameters in first_trials:
                    self._study.enqueue_trial(parameters)
                self._study.set_user_attr("contents", wanted)
            elif held != wanted:
                changed = [key for key in {**held, **wanted} if held.get(key) != wanted.get(key)]
                raise UsageError(
                    f"{folder} holds a study of something else",
                    received=f"other {', '.join(changed)}",
                    expected="the same films, config and backbones by every worker and every time",
                    next_step="give another --study FOLDER, or the same arguments as before",
                )

    @contextmanager
    def claim(self) -> Iterator[Claim]:
        """Claims the next trial: a waiting one, one whose worker died, or a new one; holds it until the block is left."""
        with self.lock("study"):
            self._take_over_the_dead()
            trial = self._study.ask(self._distributions)
            run = run_of(trial)
            held = self.lock(run)
            held.acquire()
        try:
            yield Claim(trial, run)
        finally:
            held.release()

    def finish(self, claim: Claim, values: Sequence[float]) -> None:
        """Records a trial's AUROC, bytes and milliseconds."""
        self._study.tell(claim.trial, list(values))

    def give_up(self, claim: Claim, *, failed: bool) -> None:
        """Records that a trial failed, or was stopped because it could not win any more."""
        self._study.tell(claim.trial, state=TrialState.FAIL if failed else TrialState.PRUNED)

    def finished(self) -> list[FrozenTrial]:
        """The finished trials of all workers."""
        return self._study.get_trials(states=(TrialState.COMPLETE,))

    def counts(self) -> dict[str, int]:
        """Number of trials that finished, were stopped, failed."""
        last_of_run = {
            run_of(trial): trial for trial in self._study.get_trials()
        }  # one that was taken over counts once
        states = [trial.state for trial in last_of_run.values()]
        names = {TrialState.COMPLETE: "finished", TrialState.PRUNED: "stopped", TrialState.FAIL: "failed"}
        return {name: states.count(state) for state, name in names.items()}

    def lock(self, name: str) -> FileLock:
        """A lock that all workers respect."""
        return FileLock(self.folder / f"{name}.lock")

    def _take_over_the_dead(self) -> None:
        """Puts trials that no worker holds any more back into the queue, with their run folders."""
        for trial in self._study.get_trials(states=(TrialState.RUNNING,)):
            try:
                with self.lock(run_of(trial)).acquire(timeout=0):
                    self._study.tell(trial.number, state=TrialState.FAIL)
                    self._study.enqueue_trial(trial.params, user_attrs={"run": run_of(trial)})
            except Timeout:
                continue


def run_of(trial: optuna.Trial | FrozenTrial) -> str:
    """Name of a trial's run folder."""
    return str(trial.user_attrs.get("run", f"trial_{trial.number:03d}"))
