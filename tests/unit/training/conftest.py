"""A small run, fitted and evaluated once on phantoms; not to be changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.hospitals import write_phantom_hospitals
from training.config import Config, read_config
from training.evaluate import evaluate
from training.films.prepared import PreparedData
from training.fit import fit
from training.prepare_collection import prepare_collection


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    smoke = read_config(Path("smoke"))
    return replace(
        smoke,
        name="small",
        data=replace(smoke.data, prepared=str(tmp_path_factory.mktemp("data") / "prepared"), phantom_films=24),
        fit=replace(smoke.fit, epochs=3),
    )


@pytest.fixture(scope="session")
def run(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = fit(config, tmp_path_factory.mktemp("runs"))
    evaluate(folder)
    return folder


@pytest.fixture(scope="session")
def two_hospitals(tmp_path_factory: pytest.TempPathFactory) -> PreparedData:
    """Phantoms of children in one hospital and of adults in another, prepared."""
    folder = tmp_path_factory.mktemp("hospitals")
    collection = write_phantom_hospitals(folder)
    folders = {name: folder / name for name in ("city", "bay")}
    return prepare_collection(collection, folder / "prepared", folders=folders, seed=1)


@pytest.fixture(scope="session")
def of_two_hospitals(two_hospitals: PreparedData) -> Config:
    """A small network for them."""
    smoke = read_config(Path("smoke"))
    data = replace(smoke.data, prepared=str(two_hospitals.folder), phantom_films=0)
    return replace(smoke, name="both", data=data, fit=replace(smoke.fit, epochs=3, weights={"bay": 0.5}))


@pytest.fixture(scope="session")
def run_of_two_hospitals(of_two_hospitals: Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = fit(of_two_hospitals, tmp_path_factory.mktemp("runs"))
    evaluate(folder)
    return folder
