"""A site of other pictures and more classes: nothing in it says chest, film or pneumonia."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from build_site.site import build
from plainfilm import node
from plainfilm.errors import UsageError
from tests.tiny_bundle import write_tiny_bundle

SITE = """
bundles = []
language = "en"
translations = []
title = "Plainspot"
headline = "Look at a photograph of a mole in your own browser"
lead = "A small neural network looks at each photograph. Everything happens on this device."
warning = "Research and education only, not a medical device."
address = ""
source_url = ""
picture = "photograph"
pictures = "photographs"

[classes]
NEVUS = "mole"
MELANOMA = "melanoma"
KERATOSIS = "keratosis"
"""
OF_CHEST_FILMS = re.compile(
    r"chest|x-?ray|radiograph|pneumonia|lung|frontal|bacterial|viral|kermany|\bfilms?\b", re.IGNORECASE
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("skin")
    (folder / "site.toml").write_text(SITE, "utf-8")
    bundle = write_tiny_bundle(
        folder,
        class_names=["NEVUS", "MELANOMA", "KERATOSIS"],
        positive_class="MELANOMA",
        training_population="adults, one clinic",
        description="It knows bright photographs from dark ones.",
    )
    return build(folder / "dist", bundle=bundle, config=folder / "site.toml").out


def data_of(page: str) -> dict[str, Any]:
    """What the page's script gets."""
    found = re.search(r'<script type="application/json" id="site">(.*?)</script>', page, re.DOTALL)
    data: dict[str, Any] = json.loads(found[1]) if found else {}
    return data


def sentences_of(data: object) -> Iterator[str]:
    """All text in JSON, without its keys and without the names of what the script fills in."""
    if isinstance(data, str):
        yield re.sub(r"\{\w+\}", "", data)
    elif isinstance(data, dict | list):
        for one in data.values() if isinstance(data, dict) else data:
            yield from sentences_of(one)


def words_of(page: str) -> str:
    """All that people can see or hear of a page, its script's sentences included."""
    sentences = " ".join(sentences_of(data_of(page)))
    page = re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)
    attributes = " ".join(re.findall(r' (?:aria-label|title|content|alt|placeholder)="([^"]*)"', page))
    return f"{re.sub('<[^>]*>', ' ', page)} {attributes} {sentences}"


@pytest.mark.parametrize("name", ["index.html", "about.html", "model-card.html", "standalone.html"])
def test_no_page_says_a_word_that_only_fits_chest_films(site: Path, name: str) -> None:
    words = words_of((site / name).read_text("utf-8"))
    assert "Plainspot" in words
    assert OF_CHEST_FILMS.findall(words) == []


def test_the_page_reads_three_classes_and_every_dicom_file(site: Path) -> None:
    data = data_of((site / "index.html").read_text("utf-8"))
    assert data["dicom"] is None
    assert [one["label"] for one in data["classes"]] == ["mole", "melanoma", "keratosis"]
    assert "photographs" in data["messages"]["not-a-chest-xray"]


def test_it_is_installed_under_its_own_name(site: Path) -> None:
    manifest = (site / "manifest.webmanifest").read_text("utf-8")
    assert "Plainspot" in manifest
    assert not OF_CHEST_FILMS.search(manifest)
    icons = json.loads(manifest)["icons"]
    assert [icon["type"] for icon in icons] == ["image/svg+xml"]
    mark = (node.template() / "mark_pictures.svg").read_text("utf-8").strip()
    assert mark in (site / icons[0]["src"]).read_text("utf-8")
    assert mark in (site / "index.html").read_text("utf-8")


def test_it_shows_its_own_language_only(site: Path) -> None:
    assert sorted(path.parent.relative_to(site).as_posix() for path in site.rglob("index.html")) == ["."]


def test_a_sentence_in_place_of_none_is_refused(tiny_bundle: Path, tmp_path: Path) -> None:
    config = Path(shutil.copy(node.template() / "site.toml", tmp_path))
    text = config.read_text("utf-8").replace("other-modality =", "other-modalities =")
    config.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=r"unknown key messages\.other-modalities\n.*perhaps other-modality"):
        build(tmp_path / "dist", bundle=tiny_bundle, config=config)
    assert not (tmp_path / "dist").exists()
