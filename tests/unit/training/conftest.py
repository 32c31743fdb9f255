"""A small run, fitted and evaluated once on phantoms; not to be changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from training.config import Config, read_config
from training.evaluate import evaluate
from training.fit import fit


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
