"""A tiny site, and nobody's credentials."""

from __future__ import annotations

from pathlib import Path

import pytest

from build_site.deploy import compress
from tests.deployed import write_site


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of a few files."""
    return write_site(tmp_path / "dist")


@pytest.fixture(autouse=True)
def quick_brotli(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compress, "BROTLI_QUALITY", 1)
