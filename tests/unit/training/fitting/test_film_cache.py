"""Films that are read from disk where they do not fit into memory: the same ones to the bit, and nobody's files harmed."""

from __future__ import annotations

import errno
import json
import shutil
import threading
import time
from dataclasses import replace as with_
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from msgspec.structs import replace

from plainfilm.atomic import OutputError
from plainfilm.errors import PlainfilmError
from plainfilm.lock import HeldError, held
from tests.dead_process import left_by_a_dead_process
from training.__main__ import main
from training.config import Config
from training.films.prepared import PreparedData
from training.films.preprocessing import ImageConverter
from training.fit import fit
from training.fitting import callbacks, film_cache, memory
from training.fitting.film_cache import FilmCache, load_rounded, on_disk
from training.run import read_run

SMALL = ImageConverter(20, 24, 1, "square")


def weights_of(run: Path) -> list[bytes]:
    return [each.tobytes() for each in keras.saving.load_model(run / "model.keras", compile=False).get_weights()]


def history_of(run: Path) -> list[list[str]]:
    """Without the seconds."""
    rows = [line.split(",") for line in (run / "history.csv").read_text().splitlines()]
    return [[cell for name, cell in zip(rows[0], row, strict=True) if name != "seconds"] for row in rows]


@pytest.fixture
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five films in a file."""
    monkeypatch.setattr(film_cache, "SHARD_BYTES", 5 * 20 * 24)


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many films were decoded, for every file."""
    counts: list[int] = []
    real = load_rounded

    def counted(data: PreparedData, paths: Any, converter: ImageConverter) -> npt.NDArray[np.uint8]:
        counts.append(len(paths))
        return real(data, paths, converter)

    monkeypatch.setattr(film_cache, "load_rounded", counted)
    return counts


@pytest.fixture
def films(run: Path) -> PreparedData:
    """Eleven for training, six for validation."""
    data = read_run(run).prepared()
    of_split = [data.table[data.table["split"] == split][:n] for split, n in (("train", 11), ("val", 6))]
    return with_(data, table=pd.concat(of_split, ignore_index=True))


def as_read(cache: FilmCache) -> npt.NDArray[np.uint8]:
    return cache.rows(np.arange(len(cache)))


def test_a_run_from_disk_gives_the_weights_of_one_in_memory_and_either_continues_the_other(
    run: Path, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = callbacks.EpochCheckpoint.on_epoch_end

    def killed(self: callbacks.EpochCheckpoint, epoch: int, logs: dict[str, float] | None = None) -> None:
        real(self, epoch, logs)
        raise KeyboardInterrupt

    monkeypatch.setattr(film_cache, "SHARD_BYTES", 7 * 48 * 48)
    for in_memory in (0, 1 << 40):
        with monkeypatch.context() as patch:
            patch.setattr(callbacks.EpochCheckpoint, "on_epoch_end", killed)
            with pytest.raises(KeyboardInterrupt):
                fit(config, tmp_path, in_memory=in_memory)
    fit(config, tmp_path, in_memory=0)
    cache = Path(config.data.prepared + ".cache")
    assert sorted(path.name for path in cache.iterdir()) == ["train-48x48x1-whole", "val-48x48x1-whole"]
    assert len(list(cache.glob("train-*/films-*.npy"))) > 2
    assert weights_of(tmp_path / "small") == weights_of(run)
    assert history_of(tmp_path / "small") == history_of(run)


def test_hospitals_heads_and_teachers_are_read_from_disk_as_from_memory(
    of_two_hospitals: Config, run_of_two_hospitals: Path, tmp_path: Path
) -> None:
    settings = replace(of_two_hospitals.fit, epochs=1, heads="population", teachers=(str(run_of_two_hospitals),))
    config = replace(of_two_hospitals, name="taught", fit=settings)
    one, other = (fit(config, tmp_path / str(size), in_memory=size) for size in (0, 1 << 40))
    assert weights_of(one) == weights_of(other)


@pytest.mark.usefixtures("small_files")
def test_films_are_written_once_and_found_again(films: PreparedData, loaded: list[int], tmp_path: Path) -> None:
    for channels in (1, 3):
        converter = with_(SMALL, channels=channels, colour="rgb" if channels == 3 else "grey")
        paths = films.table.loc[films.table["split"] == "train", "path"].tolist()
        whole = load_rounded(films, paths, converter)
        cache = on_disk(films, "train", converter, tmp_path)
        assert cache.shape == whole.shape == (11, 20, 24, channels)
        np.testing.assert_array_equal(as_read(cache), whole)
        np.testing.assert_array_equal(cache.rows(np.array([10, 0, 5, 0])), whole[[10, 0, 5, 0]])
        np.testing.assert_array_equal(whole, np.rint(films.load(paths, converter)).astype(np.uint8))
    assert loaded[:3] == [5, 5, 1]
    loaded.clear()
    np.testing.assert_array_equal(as_read(on_disk(films, "train", converter, tmp_path)), whole)
    assert loaded == []


@pytest.mark.usefixtures("small_files")
def test_a_killed_command_goes_on_after_the_last_whole_file(
    films: PreparedData, loaded: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = as_read(on_disk(films, "train", SMALL, tmp_path / "whole"))
    counting = film_cache.load_rounded
    loaded.clear()

    def killed(*given: Any) -> npt.NDArray[np.uint8]:
        if loaded:
            raise KeyboardInterrupt
        return counting(*given)

    with monkeypatch.context() as patch:
        patch.setattr(film_cache, "load_rounded", killed)
        with pytest.raises(KeyboardInterrupt):
            on_disk(films, "train", SMALL, tmp_path)
    half = tmp_path / "train-24x20x1-square" / left_by_a_dead_process("films-00001.npy")
    half.write_bytes(b"half a file")
    np.testing.assert_array_equal(as_read(on_disk(films, "train", SMALL, tmp_path)), whole)
    assert loaded == [5, 5, 1], "one before it was killed, two after"
    assert not half.exists()


@pytest.mark.usefixtures("small_files")
def test_other_films_are_written_anew_and_a_damaged_file_alone(
    films: PreparedData, loaded: list[int], tmp_path: Path
) -> None:
    def read(data: PreparedData) -> npt.NDArray[np.uint8]:
        loaded.clear()
        return as_read(on_disk(data, "train", SMALL, tmp_path))

    whole = read(films)
    turned = with_(films, table=films.table[::-1])
    np.testing.assert_array_equal(read(turned), whole[::-1])
    assert loaded == [5, 5, 1]
    fewer = with_(films, table=films.table.drop([0, 1, 2, 3, 4, 5]))
    np.testing.assert_array_equal(read(fewer), whole[6:])
    folder = tmp_path / "train-24x20x1-square"
    assert sorted(path.name for path in folder.iterdir()) == ["cache.json", "films-00000.npy"]
    other_bytes = films.table.assign(sha256=films.table["sha256"].str[::-1])
    for data in (films, with_(films, table=other_bytes), films):
        np.testing.assert_array_equal(read(data), whole)
        assert loaded == [5, 5, 1]
    file = folder / "films-00001.npy"
    for damaged in (file.read_bytes()[:-1], file.read_bytes()[:-1] + b"?", None):
        if damaged is None:
            file.unlink()
        else:
            file.write_bytes(damaged)
        np.testing.assert_array_equal(read(films), whole)
        assert loaded == [5]


@pytest.mark.usefixtures("small_files")
@pytest.mark.parametrize("torn", ["", "{", "[]", '{"files": [{"path": "../thesis.txt"}]}', "null"])
def test_a_manifest_that_is_none_costs_no_more_than_the_films(films: PreparedData, torn: str, tmp_path: Path) -> None:
    folder, thesis = tmp_path / "train-24x20x1-square", tmp_path / "thesis.txt"
    folder.mkdir()
    thesis.write_text("years of work")
    (folder / "cache.json").write_text(torn)
    (folder / "notes.txt").write_text("about these films")
    assert len(on_disk(films, "train", SMALL, tmp_path)) == 11
    stated = json.loads((folder / "cache.json").read_text())
    assert [each["path"] for each in stated["files"]] == [f"films-0000{number}.npy" for number in range(3)]
    stated["files"][0]["path"] = "../thesis.txt"
    stated["made_of"]["way"] = 0
    (folder / "cache.json").write_text(json.dumps(stated))
    assert len(on_disk(films, "train", SMALL, tmp_path)) == 11
    assert thesis.exists()
    assert (folder / "notes.txt").exists()


def test_a_folder_of_something_else_is_left_alone(films: PreparedData, tmp_path: Path) -> None:
    folder = tmp_path / "train-24x20x1-square"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError, match=r"thesis\.txt"):
        on_disk(films, "train", SMALL, tmp_path)
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


@pytest.mark.usefixtures("small_files")
def test_a_full_disk_is_said_in_words_and_what_was_written_is_kept(
    films: PreparedData, loaded: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage(NamedTuple):
        free: int

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: Usage(1000))
        with pytest.raises(PlainfilmError, match=r"the disk has no room(.|\n)*0\.0 GB free(.|\n)*--films-in-memory"):
            on_disk(films, "train", SMALL, tmp_path)
    assert loaded == []
    real = film_cache._write

    def full(file: Path, array: npt.NDArray[np.uint8]) -> str:
        if len(loaded) == 2:  # somebody else has filled it meanwhile
            monkeypatch.setattr(np.lib.format, "write_array_header_1_0", fail)
        return real(file, array)

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(film_cache, "_write", full)
        with pytest.raises(PlainfilmError, match="the disk has no room"):
            on_disk(films, "train", SMALL, tmp_path)
    monkeypatch.undo()
    folder = tmp_path / "train-24x20x1-square"
    assert sorted(path.name for path in folder.iterdir()) == ["cache.json", "films-00000.npy"]


def test_a_second_command_waits_for_the_first_but_not_for_ever(
    films: PreparedData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = tmp_path / ".train-24x20x1-square.lock"
    with held(lock, "the films"):
        second = threading.Thread(target=on_disk, args=(films, "train", SMALL, tmp_path))
        second.start()
        while "waiting" not in capsys.readouterr().out:
            assert second.is_alive()
            time.sleep(0.01)
    second.join()
    assert (tmp_path / "train-24x20x1-square" / "films-00000.npy").exists()
    monkeypatch.setattr(film_cache, "PATIENCE_S", -1)
    with held(lock, "the films"), pytest.raises(HeldError):
        on_disk(films, "train", SMALL, tmp_path)


def test_films_may_take_a_share_of_the_machines_or_the_containers_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "LIMITS", (tmp_path / "none", tmp_path / "max"))
    (tmp_path / "max").write_text("max\n")
    assert memory.memory() > 1 << 28
    (tmp_path / "none").write_text("1000000\n")
    assert memory.films_in_memory() == 250_000
    for said in ("-1", "nan", "inf", "much"):
        with pytest.raises(SystemExit) as exited:
            main(["fit", "smoke", "--films-in-memory", said])
        assert exited.value.code == 2
