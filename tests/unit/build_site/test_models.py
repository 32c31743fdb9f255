"""Which models may share a site, and what the pages need of a bundle."""

from __future__ import annotations

from pathlib import Path

import pytest

from build_site.models import check_together, model_of
from plainfilm.bundle import read_bundle
from plainfilm.errors import UsageError
from tests.tiny_bundle import write_tiny_bundle


def test_models_that_read_other_classes_cannot_share_a_site(tmp_path: Path) -> None:
    bundles = [
        read_bundle(write_tiny_bundle(tmp_path, name="one")),
        read_bundle(write_tiny_bundle(tmp_path, name="two", class_names=["NORMAL", "PNEUMONIA", "COVID"])),
    ]
    with pytest.raises(UsageError, match="cannot share a site"):
        check_together(bundles)
    with pytest.raises(UsageError, match="same name"):
        check_together([bundles[0], bundles[0]])


def test_a_model_has_its_threshold_and_says_what_it_cannot_show(tiny_bundle: Path) -> None:
    model = model_of(read_bundle(tiny_bundle))
    assert (model.name, model.threshold) == ("tiny", 0.5)
    assert model.has_heatmap
    assert model.predictions == []
