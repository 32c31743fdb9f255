"""Where pages and their parts lie, seen from each folder of the site."""

from __future__ import annotations

from build_site.addresses import Addresses

ADDRESSES = Addresses(
    script="assets/page-1.js",
    worker="assets/worker-1.js",
    litert=None,
    formats="assets/formats-1.js",
    measure="assets/measure-1.js",
    later="assets/later-1.js",
    style="assets/page-1.css",
    icon="assets/icon-1.svg",
    icon_type="image/svg+xml",
    apple_icon="assets/icon-1.png",
    logo=None,
    samples=("assets/sample-1.png",),
    bundles={"tiny": "models/tiny-1/"},
    wasm={"engine.wasm": "assets/engine-1.wasm"},
    sha256={"assets/worker-1.js": "ab12"},
    early={"models/tiny-1/model.json": 7},
)


def test_the_sites_own_folder_sees_its_parts_as_they_lie() -> None:
    assert ADDRESSES.seen_from("") == ADDRESSES


def test_a_languages_folder_sees_them_one_folder_up() -> None:
    seen = ADDRESSES.seen_from("es/")
    assert (seen.script, seen.service_worker) == ("../assets/page-1.js", "../service-worker.js")
    assert (seen.icon_type, seen.logo, seen.samples) == ("image/svg+xml", None, ("../assets/sample-1.png",))
    assert (seen.bundles, seen.wasm) == ({"tiny": "../models/tiny-1/"}, {"engine.wasm": "../assets/engine-1.wasm"})
    assert seen.sha256 == {"../assets/worker-1.js": "ab12"}
    assert seen.early == {"../models/tiny-1/model.json": 7}
