"""Every command that writes, onto every place where something lies already: whatever it says, no file that it did not write is gone."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from plainfilm.lock import held
from tests.hostile.called import call
from tests.tiny_bundle import write_tiny_bundle
from training.config import SHIPPED_CONFIGS, read_config, write_config
from training.films.phantom import write_dataset
from training.prepare import prepare

NOBODY = 65534
REPORT = "<!-- results in brief: python -m export report -->\n\n<!-- end of results -->\n"


@dataclass(frozen=True)
class Writer:
    """A command that writes.

    Attributes:
        name: What the test calls it.
        arguments: Command and arguments, for its output.
        reads: The folder that it reads, in the place of work.
        is_file: Whether its output is a file.
    """

    name: str
    arguments: Callable[[str], list[str]]
    reads: str
    is_file: bool = False


WRITERS = [
    Writer("prepare", lambda out: ["training", "prepare", "films", "--out", out], "films"),
    Writer("fit", lambda out: ["training", "fit", "mine.toml", "--runs", out], "prepared"),
    Writer("search", lambda out: ["training", "search", "prepared", "--budget", "0", "--study", out], "prepared"),
    Writer("automl-csv", lambda out: ["training", "automl-csv", "prepared", "--bucket", "gs://bucket", "--out", out], "prepared", True),
    Writer("report", lambda out: ["export", "report", "--runs", "runs", "--into", "page.md", "--html", out], "runs", True),
    Writer("export", lambda out: ["export", "run", "--name", "export", "--out", out], "run"),
    Writer("build", lambda out: ["build_site", "build", "--bundle", "bundles/tiny", "--out", out], "bundles/tiny"),
    Writer("init", lambda out: ["build_site", "init", out, "--bundle", "bundles/tiny"], "bundles/tiny"),
    Writer("deploy", lambda out: ["build_site", "deploy", out, "--site", "dist"], "dist"),
]  # fmt: skip


def _on_a_file(here: Path, writer: Writer) -> str:
    (here / "mine").write_text("mine", "utf-8")
    return "mine"


def _on_foreign_files(here: Path, writer: Writer) -> str:
    out = here / "out"
    (out / writer.name / "below").mkdir(parents=True)
    for name in ("mine.txt", f"{writer.name}/below/deep.txt", "smoke", "index.html", "data.csv"):
        (out / name).write_text("mine", "utf-8")
    return "out/data.csv" if writer.is_file else "out"


def _on_its_input(here: Path, writer: Writer) -> str:
    return writer.reads


def _in_its_input(here: Path, writer: Writer) -> str:
    return f"{writer.reads}/out"


def _around_its_input(here: Path, writer: Writer) -> str:
    return "."


def _through_a_link_to_its_input(here: Path, writer: Writer) -> str:
    (here / "link").symlink_to(here / writer.reads)
    return "link"


def _through_a_link_into_foreign_files(here: Path, writer: Writer) -> str:
    (here / "theirs").mkdir()
    (here / "theirs" / "data.csv").write_text("theirs", "utf-8")
    (here / "link").symlink_to(here / "theirs")
    return "link/data.csv" if writer.is_file else "link"


def _on_a_false_manifest(here: Path, writer: Writer) -> str:
    out = here / "out"
    out.mkdir()
    for name in ("build.json", "source.json", "config.toml", "metadata.json", "study.json"):
        (out / name).write_text('{"files": [{"path": "mine.txt", "bytes": 3, "sha256": "00"}]}', "utf-8")
    (out / "mine.txt").write_text("mine", "utf-8")
    return "out/mine.txt" if writer.is_file else "out"


PLACES = [
    _on_a_file, _on_foreign_files, _on_its_input, _in_its_input, _around_its_input, _through_a_link_to_its_input,
    _through_a_link_into_foreign_files, _on_a_false_manifest,
]  # fmt: skip


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory, tiny_site: Path) -> Path:
    """What the commands read: films, a prepared folder, runs, a bundle, a site."""
    here = tmp_path_factory.mktemp("ready")
    write_dataset(here / "films", films_per_class=6, seed=3)
    prepare(here / "films", here / "prepared", patients_csv=None, seed=1)
    write_tiny_bundle(here / "bundles")
    shutil.copytree(tiny_site, here / "dist")
    (here / "runs").mkdir()
    (here / "page.md").write_text(REPORT, "utf-8")
    _write_run(here / "run")
    config = (SHIPPED_CONFIGS / "smoke.toml").read_text("utf-8")
    # No class of this name: it ends after its output was looked at, and trains nothing.
    config = config.replace("training/prepared/phantoms", "prepared").replace("phantom_films = 60", "phantom_films = 0")
    (here / "mine.toml").write_text(config.replace('"PNEUMONIA"', '"NOTHING"'), "utf-8")
    return here


def _write_run(run: Path) -> None:
    """An evaluated run, but for its network: whatever is exported of it ends after its output was looked at."""
    run.mkdir()
    smoke = read_config(Path("smoke"))
    data = replace(smoke.data, prepared="prepared", phantom_films=0)
    write_config(replace(smoke, name="run", data=data), run / "config.toml")
    shutil.copy(run.parent / "prepared" / "splits.csv", run)
    (run / "model.keras").write_text("no network", "utf-8")
    point = {"name": "balanced", "threshold": 0.5, "sensitivity": 0.9, "specificity": 0.8, "n": 6, "accuracy": 0.85}
    evaluation = {
        "name": "run", "class_names": ["NORMAL", "PNEUMONIA"], "positive_class": "PNEUMONIA",
        "splits": [{"name": "val", "title": "val films", "n": 6}], "classification_report": [], "confusion_matrix": [],
        "metrics": [{"metric": "auroc", "value": 0.9, "low": 0.8, "high": 0.95, "n": 6, "split": "val"}],
        "operating_points": [point | {"sensitivity_interval": [0.8, 0.95], "specificity_interval": [0.7, 0.9], "split": "val"}],
        "calibration": {"method": "temperature", "temperature": 1.5, "ece": 0.02, "split": "val", "n": 6},
    }  # fmt: skip
    (run / "evaluation.json").write_text(json.dumps(evaluation), "utf-8")


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.name)
def test_no_command_takes_away_what_it_did_not_write(writer: Writer, ready: Path, tmp_path: Path) -> None:
    for place in PLACES[:2] if writer.name == "search" else PLACES:  # each of which imports Optuna and waits for it
        here = tmp_path / place.__name__
        shutil.copytree(ready, here, symlinks=True)
        out = place(here, writer)
        before = files_in(here)
        command, *arguments = writer.arguments(out)
        answer = call(command, arguments, cwd=here)
        assert answer.fault is None, (place.__name__, answer.fault)
        after = files_in(here)
        gone = {name for name, data in before.items() if after.get(name) != data} - {"page.md"}
        assert gone == set(), (place.__name__, answer.err)
        shutil.rmtree(here)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions than those that are missing here")
def test_a_folder_that_may_not_be_written_is_said_in_words(ready: Path) -> None:
    with tempfile.TemporaryDirectory() as temporary:  # not below tmp_path, which nobody else may enter
        here = Path(temporary) / "here"
        shutil.copytree(ready, here, symlinks=True)
        (here / "shut").mkdir()
        for folder, mode in ((Path(temporary), 0o755), (here, 0o755), (here / "shut", 0o555)):
            folder.chmod(mode)
        source = here / "prepared" / "source.json"  # nobody else may see the films that it names either
        source.write_text(source.read_text("utf-8").replace(str(ready.resolve()), str(here.resolve())), "utf-8")
        mine = here / "mine.toml"  # it comes to its output, which keeps it from training
        mine.write_text(mine.read_text("utf-8").replace('"NOTHING"', '"PNEUMONIA"'), "utf-8")
        before = files_in(here)
        for writer in WRITERS:
            if writer.name in ("search", "report"):  # what they import may lie where nobody else may read
                continue
            command, *arguments = writer.arguments("shut/new")
            with _as_somebody_else():
                answer = call(command, arguments, cwd=here)
            assert answer.fault is None, (writer.name, answer.fault)
            assert answer.code != 0, writer.name
            assert "shut" in answer.err, (writer.name, answer.err)
        assert files_in(here) == before


@contextlib.contextmanager
def _as_somebody_else() -> Iterator[None]:
    """The superuser may write everywhere, so that another user is tried."""
    is_superuser = os.geteuid() == 0
    if is_superuser:
        os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        if is_superuser:
            os.setresuid(0, 0, 0)


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file with its bytes, links with what they lead to."""
    return {
        path.relative_to(folder).as_posix(): str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of a file's size to stand in for a full disk")
@pytest.mark.parametrize("writer", [each for each in WRITERS if each.name in ("prepare", "build", "automl-csv")], ids=lambda each: each.name)  # fmt: skip
def test_a_disk_that_is_full_is_said_in_words_and_the_old_output_stays(
    writer: Writer, ready: Path, tmp_path: Path
) -> None:
    here = tmp_path / "here"
    shutil.copytree(ready, here)
    command, *arguments = writer.arguments("new")
    limited = f"import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (900, 900)); sys.argv = {[command, *arguments]!r}; runpy.run_module({command!r}, run_name='__main__')"  # fmt: skip
    before = files_in(here)
    environment = {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "1",
    }  # or it would cut compiled modules short, for others to find
    done = subprocess.run(
        [sys.executable, "-B", "-c", limited], cwd=here, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "error: " in done.stderr
    assert "Traceback" not in done.stderr
    assert files_in(here) == before


@pytest.mark.parametrize("writer", [each for each in WRITERS if each.name in ("prepare", "build")], ids=lambda each: each.name)  # fmt: skip
def test_of_two_commands_on_one_output_the_second_says_who_the_first_is(
    writer: Writer, ready: Path, tmp_path: Path
) -> None:
    here = tmp_path / "here"
    shutil.copytree(ready, here)
    command, *arguments = writer.arguments("new")
    with held(here / ".new.lock", "new"):
        answer = call(command, arguments, cwd=here)
    assert (answer.code, answer.traceback) == (1, "")
    assert "process " in answer.err
