"""The runs of a study, one after the other or several at a time, each in a process that ends with this one."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing.connection import wait as wait_for
from pathlib import Path

from plainfilm.errors import PlainfilmError
from training.config import Config
from training.films.prepared import PreparedData
from training.study.one_run import train_and_read


def train_all(configs: Sequence[Config], folder: Path, data: PreparedData, jobs: int, failed: dict[str, str]) -> None:
    """Trains all runs and prints a line after each, with the time that is left.

    Args:
        configs: The runs.
        folder: Of the study.
        data: The films.
        jobs: Runs at a time.
        failed: Gets the first line of what each failed run said.

    Raises:
        PlainfilmError: A worker was killed.
    """
    began = time.monotonic()

    def tell(done: int, config: Config, said: str) -> None:
        spent = time.monotonic() - began
        left = spent / done * (len(configs) - done) / 60
        print(
            f"{config.name}: {said}; {done} of {len(configs)} runs in {spent / 60:.1f} min, about {left:.0f} min left",
            flush=True,
        )

    if jobs == 1 or len(configs) < 2:
        from plainfilm.tensorflow import import_tensorflow

        if configs:
            import_tensorflow()
        for done, config in enumerate(configs, start=1):
            tell(done, config, _outcome(config, _one(config, folder, data), failed))
        return
    jobs = min(jobs, len(configs))
    threads = max((os.cpu_count() or 1) // jobs, 1)
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin, (threads,)) as pool:
        running: dict[Future[str], Config] = {pool.submit(_one, config, folder, data): config for config in configs}
        try:
            done = 0
            while running:
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    done += 1
                    config = running.pop(future)
                    tell(done, config, _outcome(config, _said(future), failed))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _one(config: Config, folder: Path, data: PreparedData) -> str:
    """Trains one run; returns what went wrong, nothing if all went well."""
    try:
        train_and_read(config, folder, data)
    except PlainfilmError as error:
        return str(error).splitlines()[0]
    return ""


def _outcome(config: Config, said: str, failed: dict[str, str]) -> str:
    if said:
        failed[config.name] = said
    return f"failed: {said}" if said else "done"


def _said(future: Future[str]) -> str:
    from concurrent.futures.process import BrokenProcessPool

    try:
        return future.result()
    except BrokenProcessPool:
        raise PlainfilmError(
            "a process of the study was killed",
            received="an end without a word, as the system does where memory is short",
            expected="processes that end by themselves",
            next_step="repeat the command, which goes on where it stopped, with a smaller --jobs",
        ) from None


def _begin(threads: int) -> None:
    """Prepares a worker: its share of the cores, and an end together with the command that started it."""
    from plainfilm.tensorflow import import_tensorflow

    tensorflow = import_tensorflow()
    tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
    tensorflow.config.threading.set_inter_op_parallelism_threads(threads)
    if parent := multiprocessing.parent_process():

        def end_together() -> None:
            wait_for([parent.sentinel])
            os._exit(1)

        threading.Thread(target=end_together, daemon=True).start()
