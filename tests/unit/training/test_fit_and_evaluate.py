"""A run from its first epoch to its evaluation, on phantoms, killed and continued on the way."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from msgspec.structs import replace

from plainfilm.errors import PlainfilmError, UsageError
from training.compare import ALL, compare
from training.config import Config, read_config
from training.evaluate import evaluate
from training.evaluation.augmented import DRAWS
from training.evaluation.evaluation import evaluation_of
from training.evaluation.predictions import read_predictions
from training.films.external import read_external
from training.films.phantom import write_dataset
from training.fit import fit
from training.fitting import callbacks
from training.prepare import prepare
from training.run import read_run


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    smoke = read_config(Path("smoke"))
    return replace(
        smoke,
        name="small",
        data=replace(smoke.data, prepared=str(tmp_path_factory.mktemp("data") / "prepared"), phantom_films=24),
        fit=replace(smoke.fit, epochs=3),
    )


@pytest.fixture(scope="module")
def run(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = fit(config, tmp_path_factory.mktemp("runs"))
    evaluate(folder)
    return folder


def test_a_run_folder_holds_all_of_contract_two(run: Path) -> None:
    names = {path.name for path in run.iterdir()}
    assert names == {
        "model.keras",
        "config.toml",
        "splits.csv",
        "history.csv",
        "predictions.csv.gz",
        "evaluation.json",
        "figures",
    }
    history = pd.read_csv(run / "history.csv")
    assert history["epoch"].tolist() == [1, 2, 3]
    assert {"loss", "val_loss", "auroc", "val_auroc", "learning_rate"} <= set(history.columns)
    figures = {path.name for path in (run / "figures").iterdir()}
    assert figures == {
        "confusion_matrix_test.svg",
        "confusion_matrix_val.svg",
        "confusion_matrix_val_varied.svg",
        "roc.svg",
        "precision_recall.svg",
        "reliability.svg",
        "learning_curves.svg",
    }


def test_a_run_killed_after_an_epoch_continues_to_the_same_history(
    run: Path, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = callbacks.EpochCheckpoint.on_epoch_end

    def killed(self: callbacks.EpochCheckpoint, epoch: int, logs: dict[str, float] | None = None) -> None:
        real(self, epoch, logs)
        if epoch == 0:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(callbacks.EpochCheckpoint, "on_epoch_end", killed)
        with pytest.raises(KeyboardInterrupt):
            fit(config, tmp_path)
    assert len(pd.read_csv(tmp_path / "small" / "history.csv")) == 1
    continued = fit(config, tmp_path)
    whole, resumed = (pd.read_csv(folder / "history.csv") for folder in (run, continued))
    compared = [column for column in whole if column != "seconds"]
    np.testing.assert_allclose(resumed[compared], whole[compared], rtol=1e-4)
    assert not (continued / "checkpoint").exists()


def test_a_finished_run_or_one_of_other_settings_is_not_overwritten(run: Path, config: Config) -> None:
    before = (run / "model.keras").read_bytes()
    with pytest.raises(PlainfilmError, match="is finished"):
        fit(config, run.parent)
    with pytest.raises(UsageError, match="other settings"):
        fit(replace(config, title="Another"), run.parent)
    assert (run / "model.keras").read_bytes() == before


def test_predictions_and_evaluation_agree_with_each_other(run: Path) -> None:
    predictions = pd.read_csv(run / "predictions.csv.gz")
    evaluation = json.loads((run / "evaluation.json").read_text())
    counts = predictions["split"].value_counts()
    assert set(counts.index) == {"val", "val_varied", "test"}
    assert counts["val_varied"] == DRAWS * counts["val"]
    temperature = evaluation["calibration"]["temperature"]
    np.testing.assert_allclose(
        predictions["probability"], 1 / (1 + np.exp(-predictions["logit"] / temperature)), atol=1e-5
    )
    names = [p["name"] for p in evaluation["operating_points"]]
    assert names == ["balanced"] * 3 + ["screening"] * 3 + ["rule-in"] * 3, "the first is the default"
    point = {p["split"]: p for p in evaluation["operating_points"] if p["name"] == "balanced"}
    assert point["val"]["threshold"] == point["test"]["threshold"]
    test = predictions[predictions["split"] == "test"]
    positive, read = test["label"] == "PNEUMONIA", test["probability"] >= point["test"]["threshold"]
    assert point["test"]["sensitivity"] == pytest.approx((read & positive).sum() / positive.sum())
    accuracy = next(m for m in evaluation["metrics"] if m["metric"] == "accuracy" and m["split"] == "test")
    assert accuracy["value"] == pytest.approx((read == positive).mean())
    assert {"bacterial_recall", "viral_recall"} <= {m["metric"] for m in evaluation["metrics"]}


def test_the_evaluation_follows_from_the_predictions_alone(run: Path) -> None:
    stored = json.loads((run / "evaluation.json").read_text())
    assert evaluation_of(read_run(run), read_predictions(run)) == stored
    assert stored["thresholds_chosen_on"] == ["val", "val_varied"]


def test_films_from_elsewhere_are_measured_under_their_title_and_go_when_they_are_not_named_again(
    run: Path, tmp_path: Path
) -> None:
    folder, elsewhere = tmp_path / "run", tmp_path / "external_other_clinic"
    shutil.copytree(run, folder)
    write_dataset(tmp_path / "drawn", films_per_class=6, seed=5)
    (tmp_path / "drawn" / "train").rename(elsewhere)
    evaluate(folder, external=[(elsewhere, "films of another clinic")])
    evaluation = json.loads((folder / "evaluation.json").read_text())
    assert evaluation["splits"][-1] == {"name": "external_other_clinic", "title": "films of another clinic", "n": 12}
    rows = {row["metric"] for row in evaluation["metrics"] if row["split"] == "external_other_clinic"}
    assert {"auroc", "average_precision", "sensitivity", "specificity", "ece", "accuracy", "indeterminate"} <= rows
    assert "auroc_of_shape_alone" not in rows
    assert evaluation["calibration"] == read_run(run).evaluation()["calibration"], "films from elsewhere choose nothing"
    assert (folder / "figures" / "confusion_matrix_external_other_clinic.svg").exists()
    evaluate(folder)
    assert {file.name for file in (folder / "figures").iterdir()} == {file.name for file in (run / "figures").iterdir()}
    for name in ("evaluation.json", "predictions.csv.gz", "figures/roc.svg", "figures/learning_curves.svg"):
        assert (folder / name).read_bytes() == (run / name).read_bytes(), "evaluated again, to the byte"


@pytest.mark.parametrize("folders", [(), ("NORMAL",), ("NORMAL", "PNEUMONIA", "NODULE")])
def test_films_from_elsewhere_must_be_in_folders_named_as_the_classes(folders: tuple[str, ...], tmp_path: Path) -> None:
    for name in folders:
        (tmp_path / name).mkdir()
        (tmp_path / name / "film.png").write_bytes(b"")
    with pytest.raises(PlainfilmError, match="does not hold the run's classes"):
        read_external(tmp_path, ["NORMAL", "PNEUMONIA"], "PNEUMONIA")
    with pytest.raises(PlainfilmError, match="there is no folder"):
        read_external(tmp_path / "nowhere", ["NORMAL", "PNEUMONIA"], "PNEUMONIA")


def test_what_is_missing_or_broken_is_said_with_the_next_command(run: Path, tmp_path: Path) -> None:
    with pytest.raises(PlainfilmError, match="is not a run"):
        evaluate(tmp_path)
    broken = tmp_path / "broken"
    shutil.copytree(run, broken)
    (broken / "model.keras").write_bytes((run / "model.keras").read_bytes()[:1000])
    with pytest.raises(PlainfilmError, match="cannot be read"):
        evaluate(broken)
    (broken / "model.keras").unlink()
    with pytest.raises(PlainfilmError, match="training fit"):
        evaluate(broken)
    with pytest.raises(PlainfilmError, match="training prepare"):
        evaluate(run, tmp_path / "nowhere")
    (broken / "evaluation.json").unlink()
    with pytest.raises(PlainfilmError, match="training evaluate"):
        read_run(broken).evaluation()


def test_a_changed_film_is_noticed_before_it_is_evaluated(run: Path, tmp_path: Path) -> None:
    changed = tmp_path / "run"
    shutil.copytree(run, changed)
    table = pd.read_csv(changed / "splits.csv")
    table.loc[0, "sha256"] = "0" * 64
    table.to_csv(changed / "splits.csv", index=False)
    with pytest.raises(PlainfilmError, match="not the data set of the run"):
        evaluate(changed)


def test_three_classes_go_the_whole_way(config: Config, tmp_path: Path) -> None:
    films = tmp_path / "films"
    write_dataset(films, films_per_class=24, seed=9)
    for split in ("train", "test"):
        for film in (films / split / "PNEUMONIA").glob("*_virus_*"):
            (films / split / "VIRUS").mkdir(exist_ok=True)
            film.rename(films / split / "VIRUS" / film.name)
        (films / split / "PNEUMONIA").rename(films / split / "BACTERIA")
    prepare(films, tmp_path / "prepared", patients_csv=None, seed=1)
    three = replace(
        config,
        name="three",
        data=replace(config.data, prepared=str(tmp_path / "prepared"), positive_class="VIRUS", phantom_films=0),
        fit=replace(config.fit, epochs=1),
    )
    folder = fit(three, tmp_path / "runs")
    evaluation = evaluate(folder)
    assert evaluation["class_names"] == ["BACTERIA", "NORMAL", "VIRUS"]
    predictions = pd.read_csv(folder / "predictions.csv.gz")
    logits = predictions[["logit_BACTERIA", "logit_NORMAL", "logit_VIRUS"]].to_numpy()
    calibrated = np.exp(logits / evaluation["calibration"]["temperature"])
    np.testing.assert_allclose(predictions["probability"], calibrated[:, 2] / calibrated.sum(axis=1), atol=1e-5)
    assert sum(row["support"] for row in evaluation["classification_report"] if row["split"] == "test") == 24


def test_the_last_epoch_is_kept_where_the_config_says_so(run: Path, config: Config, tmp_path: Path) -> None:
    kept = fit(replace(config, fit=replace(config.fit, kept_epoch="last")), tmp_path)
    history = pd.read_csv(kept / "history.csv")
    model = read_run(kept).load_model()
    films = read_run(kept).prepared()
    val = films.table[films.table["split"] == "val"]
    probability = model.predict(films.load(val["path"].tolist(), config.model.image_converter), verbose=0)[:, 0]
    right = ((probability >= 0.5) == (val["label"] == "PNEUMONIA")).mean()
    assert right == pytest.approx(history["val_accuracy"].iloc[-1])
    assert np.isclose(history["val_loss"], pd.read_csv(run / "history.csv")["val_loss"], rtol=1e-4).all()


def test_runs_are_compared_on_validation_alone(run: Path, tmp_path: Path) -> None:
    prepared = read_run(run).prepared()
    films = prepared.table[prepared.table["split"] == "test"]["path"]
    hidden = [
        prepared.file_of(path) for path in films.iloc[1:]
    ]  # one is looked for, whether the data set is still there
    for film in hidden:
        film.rename(film.with_suffix(".hidden"))
    try:
        native = tmp_path / "native"
        val = prepared.table[prepared.table["split"] == "val"]["path"].iloc[0]
        (native / Path(val).parent.name).mkdir(parents=True)
        shutil.copy(prepared.file_of(val), native / Path(val).parent.name / Path(val).name)
        table = compare([run, run], native=native)
    finally:
        for film in hidden:
            film.with_suffix(".hidden").rename(film)
    assert list(table.index) == ["small", "small", ALL]
    evaluation = json.loads((run / "evaluation.json").read_text())
    for set_, split, off in (("plain", "val", 1e-3), ("varied", "val_varied", 0.1)):
        [stated] = [m["value"] for m in evaluation["metrics"] if (m["metric"], m["split"]) == ("auroc", split)]
        assert table[f"{set_} AUROC"].tolist() == pytest.approx([stated] * 3, abs=off)
    assert table["native |Δ logit|"].tolist() == pytest.approx([0.0] * 3, abs=1e-5)


def test_a_native_folder_of_other_films_is_refused(run: Path, tmp_path: Path) -> None:
    with pytest.raises(PlainfilmError, match="holds no film of the data set"):
        compare([run], native=tmp_path)
