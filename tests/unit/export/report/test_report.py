"""The report: from what runs have stored to the README's table and one HTML file, without TensorFlow or a film."""

from __future__ import annotations

import dataclasses
import html
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from msgspec.structs import replace

from export.report.mistakes import worst_mistakes
from export.report.results import read_results
from export.report.write import BEGIN, END, write_report
from plainfilm.errors import PlainfilmError
from training.config import read_config, write_config
from training.evaluation import metrics
from training.evaluation.drawing import figure
from training.evaluation.evaluation import evaluation_of
from training.evaluation.predictions import write_predictions
from training.fitting.history import write_history
from training.run import read_run
from training.search.picks import Tried, draw_pareto

FILMS = {"val": 40, "val_varied": 80, "test": 60}


@pytest.fixture(scope="module", autouse=True)
def few_resamples() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics, "RESAMPLES", 20)
        yield


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two recipes, one of them with two seeds."""
    folder = tmp_path_factory.mktemp("runs")
    for seed, name in enumerate(["deep", "deep_seed2", "flat"]):
        write_run(folder / name, seed)
    return folder


def write_run(folder: Path, seed: int) -> None:
    """A run whose films and logits are drawn from the seed."""
    rng = np.random.default_rng(seed)
    folder.mkdir()
    smoke = read_config(Path("smoke"))
    config = replace(smoke, name=folder.name, title=folder.name.title(), data=replace(smoke.data, phantom_films=0))
    write_config(config, folder / "config.toml")
    films: list[tuple[str | int, ...]] = []
    predictions: list[tuple[str, str, str, float]] = []
    for split, count in FILMS.items():
        for number in range(count):
            label = ("NORMAL", "PNEUMONIA")[number % 2]
            path = f"{split.removesuffix('_varied')}/{label}/{label}-{number % 40}.png"
            predictions.append((path, label, split, rng.normal(2 * (number % 2) - 1, 1.2)))
            if split != "val_varied" and path not in {film[0] for film in films}:
                films.append((path, label, f"{split}-{number // 2}", split, f"{split}{number:062}", 120, 100))
    columns = ["path", "label", "patient_id", "split", "sha256", "width", "height"]
    pd.DataFrame(films, columns=columns).to_csv(folder / "splits.csv", index=False)
    run = read_run(folder)
    table = pd.DataFrame(predictions, columns=["path", "label", "split", "logit"]).astype({"logit": np.float32})
    evaluation = evaluation_of(run, table)
    probability = 1 / (1 + np.exp(-table["logit"] / evaluation["calibration"]["temperature"]))
    write_predictions(run, table.assign(probability=probability))
    (folder / "evaluation.json").write_text(json.dumps(evaluation))
    write_history(folder, [{"epoch": epoch, "loss": 0.5, "seconds": 90.0} for epoch in (1, 2)])
    with figure(folder / "figures" / "roc.svg") as axes:
        axes.plot([0, 1], [0, 1])


@pytest.fixture
def readme(tmp_path: Path) -> Path:
    path = tmp_path / "README.md"
    path.write_text(f"# Title\n\n{BEGIN}\nstale words\n{END}\n\nthe end\n")
    return path


def test_the_readme_gets_a_row_for_every_recipe_between_its_markers(runs: Path, readme: Path, tmp_path: Path) -> None:
    write_report(runs, readme, tmp_path / "report.html", models=tmp_path, searches=tmp_path)
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
        write_report(runs, tmp_path / "other.md", tmp_path / "report.html")
    assert [path.name for path in tmp_path.iterdir()] == ["other.md"]


def test_an_evaluation_that_does_not_follow_from_the_predictions_stops_the_report(runs: Path, tmp_path: Path) -> None:
    write_run(tmp_path / "deep", seed=5)
    (tmp_path / "deep" / "evaluation.json").write_bytes((runs / "deep" / "evaluation.json").read_bytes())
    with pytest.raises(PlainfilmError, match="do not belong together") as raised:
        read_results(tmp_path, tmp_path)
    assert "python -m training evaluate" in str(raised.value)


def test_runs_with_other_seeds_stand_inside_the_first_of_their_recipe(runs: Path, tmp_path: Path) -> None:
    deep, flat = read_results(runs, tmp_path)
    assert [seed.run.config.name for seed in deep.seeds] == ["deep_seed2"]
    assert flat.seeds == ()
    assert deep.training_seconds == 180


def test_the_worst_mistakes_are_wrong_and_the_farthest_from_the_threshold_first(runs: Path, tmp_path: Path) -> None:
    result = read_results(runs, tmp_path)[0]
    mistakes = worst_mistakes(result)
    assert mistakes
    for mistake in mistakes:
        assert (mistake.probability >= result.threshold) != (mistake.label == "PNEUMONIA")
    log_odds = np.log([m.probability / (1 - m.probability) for m in mistakes])
    distance = np.abs(log_odds - np.log(result.threshold / (1 - result.threshold)))
    assert (np.diff(distance) <= 1e-4).all()
    accuracy = result.metric("accuracy")
    assert accuracy is not None
    assert len(mistakes) == min(round((1 - accuracy["value"]) * FILMS["test"]), 20)


class Page(HTMLParser):
    """What a test asks of the page: that its elements are closed, its ids unlike each other, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "img", "input", "link", "br"}:
            self.open.append(tag)
        self._note(attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def _note(self, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src", "xlink:href"}]


def test_the_html_report_is_whole_and_needs_nothing_else(runs: Path, readme: Path, tmp_path: Path) -> None:
    path = tmp_path / "docs" / "report.html"
    write_report(runs, readme, path, models=tmp_path, searches=tmp_path)
    text = path.read_text()
    page = Page(text)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert all(address.startswith("#") for address in page.addresses)
    assert {address[1:] for address in page.addresses} <= set(page.ids)
    assert "<script" not in text
    assert "#1d2733" not in text  # the figures' ink is the page's own
    assert [file.name for file in path.parent.iterdir()] == ["report.html"]
    words = html.unescape(re.sub(r"<[^>]+>", " ", text))
    for wanted in ("Deep", "Flat", "3 min", "Kermany et al. 2018", "PNEUMONIA", "worst mistakes"):
        assert wanted in words, wanted
    assert "over 0.01" not in words  # no controls were run


def test_a_search_stands_in_the_report(runs: Path, readme: Path, tmp_path: Path) -> None:
    tried = [Tried("trial_000", 0.981, 400_000, 3.0), Tried("trial_001", 0.992, 1_400_000, 8.0)]
    parameters = {"network": "MobileNetV2 0.35", "size": 128, "learning_rate": 1e-3, "augmentation": 1.0}
    draw_pareto(tried, {"higher_accuracy": tried[1]}, tmp_path / "chest" / "pareto.svg")
    document = {
        "space": {"epochs": 6},
        "counts": {"finished": 2, "stopped": 1, "failed": 0},
        "trials": [{**dataclasses.asdict(one), **parameters, "seconds": 90, "on_front": True} for one in tried],
        "picks": [{"name": "higher_accuracy", "rule": "the highest AUROC", "run": "trial_001"}],
    }
    (tmp_path / "chest" / "search.json").write_text(json.dumps(document))
    write_report(runs, readme, tmp_path / "report.html", models=tmp_path, searches=tmp_path)
    page = Page((tmp_path / "report.html").read_text())
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", (tmp_path / "report.html").read_text())).split())
    assert "2 finished, 1 stopped trials of 6 epochs each" in words
    assert "higher accuracy the highest AUROC MobileNetV2 0.35 128 px 0.9920 1.40 MB 8.0 ms estimated" in words

    (tmp_path / "chest" / "search.json").write_text("{}")
    with pytest.raises(PlainfilmError, match="cannot be read"):
        write_report(runs, readme, tmp_path / "report.html", models=tmp_path, searches=tmp_path)


def test_controls_that_were_run_stand_in_the_report(runs: Path, readme: Path, tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    write_run(tmp_path / "runs" / "deep", seed=0)
    controls = {
        "largest_change": 0.01,
        "shape_and_size_alone": [{"classifier": "width/height", "split": "test", "auroc": 0.7, "n": 60}],
        "shortcuts": [
            {"control": "as_it_is", "films": "as it is", "split": "test", "auroc": 0.99, "change": 0.0, "over_the_limit": False},
            {"control": "blanked", "films": "blanked", "split": "test", "auroc": 0.95, "change": -0.04, "over_the_limit": True},
        ],
        "native": {"n": 4, "mean_absolute_logit_change": 0.11, "largest_logit_change": 0.3, "decisions_that_differ": 0},
        "deletion": [
            {"fill": "blur", "n": 9, "fall_hottest": 2.5, "fall_random": 0.5, "share_hottest_falls_more": 0.9}
        ],
        "gate": {
            "sets": [
                {"set": "val", "kind": None, "n": 40, "kept": 39},
                {"set": "not_chest", "kind": "xray-hand", "n": 5, "kept": 1},
                {"set": "not_chest", "kind": "photo", "n": 15, "kept": 0},
            ]
        },
        "latency": {"milliseconds": 12.4, "where": "here"},
    }  # fmt: skip
    (tmp_path / "runs" / "deep" / "audit.json").write_text(json.dumps(controls))
    write_report(tmp_path / "runs", readme, tmp_path / "report.html", models=tmp_path, searches=tmp_path)
    words = " ".join(re.sub(r"<[^>]+>", " ", (tmp_path / "report.html").read_text()).split())
    assert "blanked 0.950 −0.040 · over 0.01" in words
    assert "radiographs of other parts 5 20.0 % 80.0 %" in words
    assert "not a chest film all 20 5.0 % 95.0 %" in words
    assert "12 ms" in words
    assert "12 ms" in readme.read_text()


def test_a_report_without_films_does_without_tensorflow(runs: Path, readme: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from export.report.write import write_report; "
        f"write_report(Path({str(runs)!r}), Path({str(readme)!r}), Path({str(tmp_path / 'report.html')!r})); "
        "assert 'tensorflow' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
