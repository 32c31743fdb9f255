"""Files of ours that were changed, torn or replaced: the command that reads one says so, and never ends in a traceback."""

from __future__ import annotations

import gzip
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plainfilm import node
from plainfilm.bundle import read_bundle
from plainfilm.errors import PlainfilmError
from tests.hostile.called import call
from tests.hostile.damage import damaged
from tests.tiny_bundle import sign, write_tiny_bundle
from training.config import SHIPPED_CONFIGS
from training.films.folder import FilmFile, read_aspect_ratios
from training.films.patients import read_patients_csv
from training.films.phantom import write_dataset
from training.prepare import prepare
from training.run import PLACES

RUN = Path(__file__).parents[2] / "training" / "runs" / "five_block_cnn"


def wrongs(file: Path, count: int, seed: int = 1) -> Iterator[str]:
    """Damages a file in one way after the other, and puts it back; gives what was done, for the message."""
    before = file.read_bytes()
    for number in range(count):
        rng = random.Random(f"{seed}-{file.name}-{number}")
        file.write_bytes(damaged(file.name, before, rng))
        yield f"{file.name}, damage {number}: {file.read_bytes()[:300]!r}"
    file.write_bytes(before)


def test_a_configuration_that_was_changed_is_read_or_named(tmp_path: Path) -> None:
    config = tmp_path / "mine.toml"
    text = (SHIPPED_CONFIGS / "smoke.toml").read_text("utf-8")
    config.write_text(text.replace("phantom_films = 60", "phantom_films = 0"), "utf-8")
    for what in wrongs(config, 80):
        answer = call("training", ["fit", "mine.toml"], cwd=tmp_path)
        assert answer.fault is None, (what, answer.fault)
        assert answer.code in (1, 2), what  # there are no films


@pytest.mark.parametrize("shipped", ["site.toml", "pictures.toml"])
def test_a_site_toml_that_was_changed_is_right_or_named(shipped: str, tmp_path: Path) -> None:
    shutil.copy(node.template() / shipped, tmp_path / "site.toml")
    for what in wrongs(tmp_path / "site.toml", 12):
        answer = call("build_site", ["check", "site.toml"], cwd=tmp_path)
        assert answer.fault is None, (what, answer.fault)


def test_the_parts_of_a_bundle_that_were_changed_are_refused_or_read(tmp_path: Path) -> None:
    bundle = write_tiny_bundle(tmp_path)
    for file in sorted(path for path in bundle.rglob("*") if path.is_file()):
        metadata = (bundle / "metadata.json").read_bytes()
        for what in wrongs(file, 30 if file.suffix == ".json" else 3):
            if file.name != "metadata.json":
                sign(bundle)
            _only_in_words(lambda: read_bundle(bundle), what)
        (bundle / "metadata.json").write_bytes(metadata)


def test_a_built_site_that_was_changed_is_not_deployed_and_its_check_says_why(tiny_site: Path, tmp_path: Path) -> None:
    site = tmp_path / "dist"
    shutil.copytree(tiny_site, site)
    for name in ("build.json", "index.html", "service-worker.js"):
        for what in wrongs(site / name, 5):
            for arguments in (["check", "dist"], ["deploy", "out", "--site", "dist", "--dry-run"]):
                answer = call("build_site", arguments, cwd=tmp_path)
                assert answer.fault is None, (what, answer.fault)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    write_dataset(folder / "films", films_per_class=10, seed=3)
    prepare(folder / "films", folder / "prepared", patients_csv=None, seed=1)
    return folder / "prepared"


@pytest.mark.parametrize("name", ["splits.csv", "source.json"])
def test_a_prepared_data_set_that_was_changed_is_read_or_named(name: str, prepared: Path, tmp_path: Path) -> None:
    shutil.copytree(prepared, tmp_path / "prepared")
    for what in wrongs(tmp_path / "prepared" / name, 40):
        answer = call("training", ["automl-csv", "prepared", "--bucket", "gs://bucket"], cwd=tmp_path)
        assert answer.fault is None, (what, answer.fault)


def test_tables_that_people_write_are_read_or_named(tmp_path: Path) -> None:
    names = [f"p{number}.png" for number in range(12)]
    patients, ratios = tmp_path / "patients.csv", tmp_path / "aspect_ratio.csv"
    patients.write_text("file,patient_id\n" + "".join(f"{name},{name[1]}\n" for name in names), "utf-8")
    rows = "".join(f"train,NORMAL,{name},1.3\n" for name in names)
    ratios.write_text("split,class,file,width_over_height\n" + rows, "utf-8")
    files = [FilmFile(f"train/NORMAL/{name}", "train", "NORMAL") for name in names]
    (tmp_path / "train/NORMAL").mkdir(parents=True)
    for name in names:
        (tmp_path / "train/NORMAL" / name).write_bytes(b"film")
    for what in wrongs(patients, 60):
        _only_in_words(lambda: read_patients_csv(patients), what)
    for what in wrongs(ratios, 60):
        _only_in_words(lambda: read_aspect_ratios(tmp_path, files), what)


@pytest.mark.parametrize("name", ["evaluation.json", "config.toml", "history.csv", "predictions.csv.gz"])
def test_a_run_that_was_changed_is_reported_or_named(name: str, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    assert PLACES
    shutil.copytree(RUN, runs / RUN.name, ignore=shutil.ignore_patterns("*.keras", "checkpoint"))
    shutil.copytree(RUN.parent / "splits", runs / "splits")
    page = tmp_path / "page.md"
    page.write_text("<!-- results in brief: python -m export report -->\n\n<!-- end of results -->\n", "utf-8")
    file = runs / RUN.name / name
    unpacked = gzip.decompress(file.read_bytes()) if name.endswith(".gz") else b""
    for number, what in enumerate(wrongs(file, 8)):
        if unpacked and number % 2:
            rng = random.Random(f"{name}-{number}")
            file.write_bytes(gzip.compress(damaged("predictions.csv", unpacked, rng)))
        answer = call("export", ["report", "--runs", "runs", "--into", "page.md", "--html", "r.html"], cwd=tmp_path)
        assert answer.fault is None, (what, answer.fault)


def _only_in_words(read: Callable[[], object], what: str) -> None:
    """Reads, or fails with an error for people."""
    try:
        read()
    except (PlainfilmError, OSError, UnicodeEncodeError):
        pass  # of a file, or of a name that is no text: `run_main` puts both into words
    except Exception as error:
        raise AssertionError(what) from error
