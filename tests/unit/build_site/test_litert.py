"""The second engine: in sites that ask for it, and not a byte of it in others."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import cast

import pytest

from build_site.models import first_files
from build_site.sbom import SBOM
from build_site.site import build
from plainfilm.bundle import read_bundle
from plainfilm.errors import UsageError
from plainfilm.metadata import Metadata
from tests.tiny_bundle import write_tiny_bundle

ON = "translations = []\n[features]\nlitert = true\n"


def site_data(site: Path) -> dict[str, object]:
    page = (site / "index.html").read_text("utf-8")
    data: dict[str, object] = json.loads(
        re.findall(r'<script type="application/json" id="site">(.*?)</script>', page)[0]
    )
    return data


def test_a_site_that_does_not_ask_for_it_has_nothing_of_it(tmp_path: Path) -> None:
    bundle = write_tiny_bundle(tmp_path, litert=True)
    site = build(tmp_path / "dist", bundle=bundle).out
    assert not [path for path in site.rglob("*") if "litert" in path.name or path.suffix == ".tflite"]
    assert site_data(site)["litert"] is None
    assert "litertjs" not in (site / SBOM).read_text("utf-8")


def test_a_site_that_asks_for_it_has_its_worker_binary_and_networks_but_asks_visitors_for_none_at_first(
    tmp_path: Path,
) -> None:
    (tmp_path / "site.toml").write_text(ON, "utf-8")
    bundles = [write_tiny_bundle(tmp_path, litert=True), write_tiny_bundle(tmp_path, name="other")]
    site = build(tmp_path / "dist", bundle=bundles, config=tmp_path / "site.toml").out
    (worker,) = site.glob("assets/litert-*.js")
    (binary,) = site.glob("assets/litert_wasm_internal-*.wasm")
    assert len(list(site.rglob("network.tflite"))) == 1
    data = site_data(site)
    assert data["litert"] == f"assets/{worker.name}"
    assert {f"assets/{worker.name}", f"assets/{binary.name}"} <= set(cast("dict[str, str]", data["sha256"]))
    assert [one["has_litert"] for one in cast("list[dict[str, object]]", data["models"])] == [True, False]
    page = (site / "index.html").read_text("utf-8")
    early = page[: page.index("<body>")]
    assert "litert" not in early
    assert ".tflite" not in early
    kept = (site / "service-worker.js").read_text("utf-8").partition('"later":')
    assert "litert" in kept[2]
    assert "litert" not in kept[0]
    assert ".tflite" not in kept[0]
    assert worker.stat().st_size < 300_000
    assert worker.name not in (site / "standalone.html").read_text("utf-8")
    assert "@litertjs/core" in (site / SBOM).read_text("utf-8")
    assert "@litertjs/core 2.5.3 (Apache-2.0)" in (site / "licences.txt").read_text("utf-8")


def test_the_page_does_not_need_its_network_before_it_reads(tmp_path: Path) -> None:
    metadata = read_bundle(write_tiny_bundle(tmp_path, litert=True)).metadata
    assert "network.tflite" not in first_files(cast("Metadata", metadata))


def test_without_a_network_for_it_a_site_is_not_built_and_it_is_said_what_makes_one(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(ON, "utf-8")
    bundle = write_tiny_bundle(tmp_path)
    with pytest.raises(UsageError, match=r"no model of the site has a network for LiteRT\.js") as caught:
        build(tmp_path / "dist", bundle=bundle, config=tmp_path / "site.toml")
    assert f"python -m export litert {bundle}" in str(caught.value)
    assert not (tmp_path / "dist").exists()
