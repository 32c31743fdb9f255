"""The web app manifest, and the service worker's list of files."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from pathlib import Path

from build_site.hosts import host_files


def service_worker_files(site: Path) -> dict[str, list[dict[str, str | None]]]:
    first_line = (site / "service-worker.js").read_text("utf-8").partition("\n")[0]
    listed: dict[str, list[dict[str, str | None]]] = json.loads(
        first_line.removeprefix("const FILES=").removesuffix(";")
    )
    return listed


def test_the_service_worker_knows_every_file_that_a_page_may_ask_for_by_its_hash(tiny_site: Path) -> None:
    listed = service_worker_files(tiny_site)
    entries = [*listed["first"], *listed["later"]]
    for_others = {path.name for path in (tiny_site / "assets").glob("plainfilm-*")}
    for_others |= {path.name for path in (tiny_site / "assets").glob("site-*.json")}
    assert len(for_others) == 8, "a module, and what it knows of its site in seven languages"
    assert {str(entry["url"]) for entry in entries} | {
        "404.html", "build.json", "service-worker.js", "standalone.html", "plainfilm.js", "plainfilm.d.ts",
        *(f"assets/{name}" for name in for_others), *host_files(),
    } == {path.relative_to(tiny_site).as_posix() for path in tiny_site.rglob("*") if path.is_file()}  # fmt: skip
    for entry in entries:
        digest = hashlib.sha256((tiny_site / str(entry["url"])).read_bytes())
        assert entry["integrity"] == f"sha256-{base64.b64encode(digest.digest()).decode()}"
        named_by_contents = str(entry["url"]).startswith(("assets/", "models/"))
        assert (entry["revision"] is None) == named_by_contents
    first = {str(entry["url"]) for entry in listed["first"]}
    assert "index.html" in first
    assert any(path.startswith("models/tiny-") and path.endswith(".bin") for path in first)
    later = {str(entry["url"]).partition("-")[0] for entry in listed["later"]}
    assets = {"assets/tfjs", "assets/sample"}
    assert assets | {"es/index.html"} <= later <= assets | {path for path in later if path[2] == "/"}


def test_the_manifest_names_icons_that_are_there_in_their_sizes(tiny_site: Path) -> None:
    manifest = json.loads((tiny_site / "manifest.webmanifest").read_text("utf-8"))
    assert manifest["start_url"] == manifest["scope"] == "./"
    assert {icon["sizes"] for icon in manifest["icons"]} == {"any", "192x192", "512x512"}
    assert [icon["purpose"] for icon in manifest["icons"]].count("maskable") == 1
    for icon in manifest["icons"]:
        data = (tiny_site / icon["src"]).read_bytes()
        if icon["type"] == "image/png":
            width, height = struct.unpack(">II", data[16:24])
            assert icon["sizes"] == f"{width}x{height}"
