"""Which models may share a site, and what the pages need of a bundle."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from build_site.config import read_site_config
from build_site.models import check_together, first_files, model_of, shipped_models
from plainfilm.bundle import read_bundle
from plainfilm.errors import UsageError
from plainfilm.metadata import Metadata
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


def test_what_a_page_needs_first_is_the_network_and_two_pictures_of_less_than_60_kb() -> None:
    for folder in read_site_config().bundles[:2]:
        metadata = read_bundle(shipped_models() / folder).metadata
        first = first_files(cast("Metadata", metadata))
        pictures = [path for path in first if path.startswith("parity/")]
        assert [path.partition(".")[2] for path in pictures] == ["png", "jpeg"]
        assert sum(entry["bytes"] for entry in metadata["files"] if entry["path"] in pictures) < 60_000
        assert not any(path.endswith((".u16", "predictions.json")) for path in first)
        assert {"metadata.json", "model.json", "parity.json", "group1-shard1of1.bin"} <= set(first)
