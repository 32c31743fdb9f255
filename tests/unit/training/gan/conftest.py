"""A GAN of a few steps on phantoms; not to be changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from training.gan.config import GanConfig, read_gan_config
from training.gan.fit import fit_gan


@pytest.fixture(scope="session")
def gan_config(tmp_path_factory: pytest.TempPathFactory) -> GanConfig:
    smoke = read_gan_config(Path("gan_smoke"))
    prepared = str(tmp_path_factory.mktemp("gan_data") / "prepared")
    return replace(
        smoke,
        data=replace(smoke.data, prepared=prepared),
        networks=replace(smoke.networks, size=16),
        fit=replace(smoke.fit, steps=4, checkpoint_every=2, penalty_every=2),
    )


@pytest.fixture(scope="session")
def gan_run(gan_config: GanConfig, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fit_gan(gan_config, tmp_path_factory.mktemp("gans"))
