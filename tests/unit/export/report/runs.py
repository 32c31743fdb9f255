"""Runs whose films and logits are drawn from a seed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
from msgspec.structs import replace

from training.config import read_config, write_config
from training.evaluation.drawing import figure
from training.evaluation.evaluation import evaluation_of
from training.evaluation.populations import evaluation_of_run
from training.evaluation.predictions import write_predictions
from training.films.populations import Ages, Hospital, Population
from training.fitting.history import write_history
from training.run import read_run

FILMS = {"val": 40, "val_varied": 80, "test": 60}


POPULATIONS = (Population("children", "Children", Ages(1, 6)), Population("adults", "Adults", Ages(18)))
HOSPITALS = (Hospital("city", "City Hospital", "children"), Hospital("bay", "Bay Clinic", "adults"))


def write_run_of_two_hospitals(folder: Path, seed: int) -> None:
    """The same of children in one hospital and adults in another, and of adults without the disease of a third."""
    rng = np.random.default_rng(seed)
    folder.mkdir()
    smoke = read_config(Path("smoke"))
    data = replace(smoke.data, phantom_films=0, prepared="prepared/both", populations=POPULATIONS, hospitals=HOSPITALS)
    write_config(replace(smoke, name=folder.name, title=folder.name.title(), data=data), folder / "config.toml")
    films: list[tuple[str | int, ...]] = []
    predictions: list[tuple[str, str, str, float, str]] = []
    for hospital, splits in (("city", FILMS | {"train": 20}), ("bay", {"val": 80, "val_varied": 160, "train": 10})):
        population = "children" if hospital == "city" else "adults"
        for split, count in splits.items():
            for number in range(count):
                label = ("NORMAL", "PNEUMONIA")[number % 2]
                path = f"{hospital}/{split.removesuffix('_varied')}/{number % (count if split != 'val_varied' else splits['val'])}.png"
                if split != "train":
                    predictions.append((path, label, split, rng.normal(2 * (number % 2) - 1, 1.2), population))
                if split != "val_varied":
                    films.append(
                        (
                            path,
                            label,
                            f"{hospital}-{split}-{number // 2}",
                            split,
                            f"{hospital}{split}{number:050}",
                            120,
                            100,
                            hospital,
                            population,
                            "",
                        )
                    )
    predictions += [(f"NORMAL/{n}.png", "NORMAL", "external_sea", rng.normal(-1, 1.2), "adults") for n in range(20)]
    columns = ["path", "label", "patient_id", "split", "sha256", "width", "height", "hospital", "population", "view"]
    pd.DataFrame(films, columns=columns).to_csv(folder / "splits.csv", index=False)
    run = read_run(folder)
    table = pd.DataFrame(predictions, columns=["path", "label", "split", "logit", "population"]).astype(
        {"logit": np.float32}
    )
    evaluation, _ = evaluation_of_run(run, table, {"external_sea": "normal films of Sea Clinic"})
    write_predictions(run, table.assign(probability=0.5))
    (folder / "evaluation.json").write_text(json.dumps(evaluation))


def write_run(folder: Path, seed: int, prepared: str = "prepared/chest_xray") -> None:
    """A run whose films and logits are drawn from the seed."""
    rng = np.random.default_rng(seed)
    folder.mkdir()
    smoke = read_config(Path("smoke"))
    config = replace(
        smoke,
        name=folder.name,
        title=folder.name.title(),
        data=replace(smoke.data, phantom_films=0, prepared=prepared),
    )
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
