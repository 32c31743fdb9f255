"""One tiny bundle and one site built of it, for all tests of build_site."""

from __future__ import annotations

from pathlib import Path

import pytest

from build_site.site import build
from tests.tiny_bundle import write_tiny_bundle


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle that must not be changed."""
    return write_tiny_bundle(tmp_path_factory.mktemp("bundles"))


@pytest.fixture(scope="session")
def tiny_site(tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that must not be changed."""
    return build(tmp_path_factory.mktemp("site") / "dist", bundle=tiny_bundle).out
