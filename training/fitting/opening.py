"""Opening a run folder for training: a new one, or an unfinished one of the same settings and films, whole or left half begun."""

from __future__ import annotations

from pathlib import Path

from plainfilm.atomic import NOBODYS, atomic_file, check_workplace, partial_of, remove_own
from plainfilm.errors import PlainfilmError, UsageError
from plainfilm.files import read_bytes
from training.config import Config, config_text, read_config
from training.run import CHECKPOINT_FILES, read_splits_csv


def open_run(run: Path, config: Config, splits: bytes) -> None:
    """Starts the run folder, or checks that the one there is an unfinished run of the same settings and films.

    Raises:
        UsageError: It is a run of other settings or films.
        PlainfilmError: It is finished, or its settings cannot be read.
        OutputError: It holds files of something else.
    """
    beginning = {"splits.csv": splits, "config.toml": config_text(config).encode()}  # in this order
    if not _is_beginning(run, beginning) and (run / "config.toml").exists():
        _check_same(run, config, splits)
        return
    if not _is_beginning(run, beginning):
        check_workplace(run, mark="config.toml")
    run.mkdir(parents=True, exist_ok=True)
    for name, content in beginning.items():
        with atomic_file(run / name) as partial:
            partial.write_bytes(content)


def _is_beginning(run: Path, beginning: dict[str, bytes]) -> bool:
    """Whether all there is in a folder is what this command writes first, or the beginning of it: it was killed meanwhile."""
    if not run.is_dir():
        return False
    for path in run.iterdir():
        whole = beginning.get(partial_of(path) or path.name)
        if path.name not in NOBODYS and (whole is None or path.is_dir() or not whole.startswith(read_bytes(path))):
            return False
    return True


def _check_same(run: Path, config: Config, splits: bytes) -> None:
    config_file = run / "config.toml"
    try:
        held = read_config(config_file)
    except UsageError as error:
        raise PlainfilmError(
            f"the settings that {run} was begun with cannot be read",
            received=str(error).splitlines()[0],
            expected=f"{config_file} as `fit` wrote it",
            next_step=f"copy the config that it was begun with to {config_file}, or remove {run} to train anew",
        ) from None
    if held != config or read_splits_csv(run) != splits:
        raise UsageError(
            f"{run} holds a run with other settings or films",
            expected="the same config and splits, to continue it",
            next_step=f"change `name` in the config, or remove {run}",
        )
    if (run / "model.keras").exists():
        remove_own(run / "checkpoint", CHECKPOINT_FILES)  # left by a process that was killed while it removed it
        raise PlainfilmError(
            f"{run} is finished",
            expected="an unfinished run to continue",
            next_step=f"python -m training evaluate {run}, or remove it to train anew",
        )
