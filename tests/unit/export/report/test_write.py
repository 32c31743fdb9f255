"""The tables of the Markdown pages: which models stand where, and that the shipped run's are those of the repository."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from export.report.results import read_results
from export.report.write import BEGIN_BRIEF, END, write_report
from plainfilm.atomic import OutputError
from plainfilm.errors import PlainfilmError
from tests.unit.export.report.runs import write_run
from training.run import read_run


def test_the_readme_gets_a_row_for_every_recipe_between_its_markers(runs: Path, readme: Path, tmp_path: Path) -> None:
    write_report(runs, [readme], tmp_path / "report.html", models=tmp_path, searches=tmp_path)
    text = readme.read_text()
    assert text.startswith("# Title")
    assert text.endswith("the end\n")
    assert "stale words" not in text
    rows = [line.split(" | ")[0] for line in text.splitlines() if line.startswith("| ")]
    assert rows[2:4] == ["| Deep", "| Flat"]
    accuracy = next(row for row in read_run(runs / "deep").evaluation()["metrics"] if row["metric"] == "accuracy")
    assert accuracy["split"] == "val"
    of_test = read_results(runs, tmp_path)[0].metric("accuracy")
    assert of_test is not None
    assert f"{of_test['value']:.3f} ({of_test['low']:.3f}–{of_test['high']:.3f})" in text


def test_a_file_without_markers_is_left_as_it_is_and_no_report_written(runs: Path, tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("mine")
    with pytest.raises(PlainfilmError, match="no place"):
        write_report(runs, [tmp_path / "other.md"], tmp_path / "report.html")
    assert [path.name for path in tmp_path.iterdir()] == ["other.md"]


def test_a_page_of_somebody_else_is_left_as_it_is(runs: Path, readme: Path, tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text("<title>My clinic</title>")
    with pytest.raises(OutputError, match="left alone"):
        write_report(runs, [readme], page, models=tmp_path, searches=tmp_path)
    assert page.read_text() == "<title>My clinic</title>"


def test_a_report_without_films_does_without_tensorflow(runs: Path, readme: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from export.report.write import write_report; "
        f"write_report(Path({str(runs)!r}), [Path({str(readme)!r})], Path({str(tmp_path / 'report.html')!r})); "
        "assert 'tensorflow' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def shipped(tmp_path: Path) -> tuple[Path, Path]:
    """Bundles of which `flat` is the page's default, and the site that says so."""
    (tmp_path / "models" / "flat").mkdir(parents=True)
    files = [{"path": "group1-shard1of1.bin", "bytes": 1_400_000}]
    (tmp_path / "models" / "flat" / "metadata.json").write_text(json.dumps({"files": files, "precision": "float16"}))
    (tmp_path / "site.toml").write_text('bundles = ["flat", "elsewhere"]\n')
    return tmp_path / "models", tmp_path / "site.toml"


def test_the_shipped_model_stands_first_and_is_marked(
    runs: Path, readme: Path, shipped: tuple[Path, Path], tmp_path: Path
) -> None:
    models, site = shipped
    write_report(runs, [readme], tmp_path / "report.html", models=models, searches=tmp_path, site=site)
    rows = [line.split(" | ") for line in readme.read_text().splitlines() if line.startswith("| ")]
    assert [row[0] for row in rows[2:4]] == ["| **Flat (shipped)**", "| Deep"]
    assert "1.4 MB" in rows[2]
    assert "not exported" in rows[3]
    assert re.search(r"Flat.*?shipped.*?Deep", (tmp_path / "report.html").read_text(), flags=re.DOTALL)


def test_the_brief_table_has_the_exported_models_and_few_published_ones_in_the_same_columns(
    runs: Path, readme: Path, shipped: tuple[Path, Path], tmp_path: Path
) -> None:
    models, site = shipped
    brief = tmp_path / "brief.md"
    brief.write_text(f"{BEGIN_BRIEF}{END}")
    write_report(runs, [brief, readme], tmp_path / "report.html", models=models, searches=tmp_path, site=site)
    short, long = (
        [line for line in file.read_text().splitlines() if line.startswith("| ")] for file in (brief, readme)
    )
    assert short[:2] == long[:2]
    assert set(short) < set(long)
    assert not any(line.startswith("| Deep") for line in short)
    assert len(short) == 2 + 3


def test_the_report_of_other_films_says_nothing_of_the_known_data_set(readme: Path, tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    write_run(tmp_path / "runs" / "skin", seed=3, prepared="prepared/skin")
    html, none = tmp_path / "report.html", tmp_path / "none"
    write_report(tmp_path / "runs", [readme], html, models=tmp_path, searches=tmp_path, made_films=none)
    for text in (readme.read_text(), (tmp_path / "report.html").read_text()):
        for word in ("chest", "Kermany", "official", "radiograph", "six pairs", "X-ray"):
            assert word not in text, word
        assert "test films" in text
