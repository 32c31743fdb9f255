"""The second engine reads a long batch where it gives Python's numbers; where it does not, the first reads on and says why."""

from __future__ import annotations

import json
import re
import shutil
import struct
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from build_site.site import build
from tests.browser.film_files import given
from tests.browser.visit import Visit
from tests.conftest import Serve
from tests.tiny_bundle import DENSE, TFLITE, film, png, sign, write_tiny_bundle

CONFIG = "translations = []\n[features]\nlitert = true\n"
BATCH = [given(f"{index}.png", png(film(60 + 5 * index, 200, 220))) for index in range(16)]
# What the self-check allows of a network in float32.
NEAR = 0.002


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of two models; the second's network for the second engine has another weight."""
    folder = tmp_path_factory.mktemp("second")
    (folder / "site.toml").write_text(CONFIG, "utf-8")
    bundles = [write_tiny_bundle(folder, litert=True), write_tiny_bundle(folder, name="wrong", litert=True)]
    weights, network = struct.pack("<2f", *DENSE), TFLITE.read_bytes()
    assert network.count(weights) == 1
    (bundles[1] / "network.tflite").write_bytes(network.replace(weights, struct.pack("<2f", DENSE[0] + 1, DENSE[1])))
    sign(bundles[1])
    return build(folder / "dist", bundle=bundles, config=folder / "site.toml").out


def visited(context: BrowserContext, address: str, query: str, *, pays: int) -> Visit:
    """A visit to a page that finds the second engine worth so many milliseconds."""

    def widen(route: Route) -> None:
        answer = route.fetch()
        pool = f'"pool":{{"most":2,"worth":1e9,"idle":30000,"pays":{pays}}},"positive_class":'
        route.fulfill(response=answer, body=answer.text().replace('"positive_class":', pool, 1))

    context.route(lambda url: url.split("?")[0] == address, widen)
    return Visit.to(context, address + query).until_engine("ready")


def expect_trial(visit: Visit, said: str) -> None:
    """Waits for what came of trying it: nine megabytes are compiled, beside the films that are read."""
    trial = visit.engine.locator(".trials li", has_text="LiteRT.js")
    expect(trial).to_have_text(re.compile(said), timeout=60_000)


def test_it_reads_in_the_place_of_all_and_as_python_does(context: BrowserContext, site: Path, serve: Serve) -> None:
    visit = visited(context, serve(site), "?backend=litert", pays=4000)
    asked = len(visit.requests)
    visit.give(*BATCH[:8])
    by_first = visit.readings(8)
    expect_trial(visit, r"LiteRT\.js: right on every check, \d+\.\d ms for one film")
    names = [url.rpartition("/")[2] for url in visit.asked_since(asked)]
    assert sorted(name.partition("-")[0] for name in names) == ["litert", "litert_wasm_internal", "network.tflite"]

    visit.give(*BATCH[:8])
    by_second = visit.readings(16)[8:]
    assert visit.engine.get_attribute("data-backend") == "wasm"  # it has the heat maps
    for one, other in zip(by_first, by_second, strict=True):
        assert (one["status"], one["label"]) == (other["status"], other["label"])
        assert float(one["probability"]) == pytest.approx(float(other["probability"]), abs=NEAR)
        assert float(one["oodScore"]) == pytest.approx(float(other["oodScore"]), abs=NEAR)
    bundle = next(site.glob("models/tiny-*"))
    for case in json.loads((bundle / "parity.json").read_text("utf-8"))["cases"]:
        if not case["file"].endswith(".png"):
            continue
        reading = visit.classify(bundle / case["file"], anyway=True)
        assert reading["backend"] == "litert"
        found = [one["probability"] for one in reading["probabilities"]]
        assert found == pytest.approx(case["probability"], abs=NEAR)
        assert reading["logit"] == pytest.approx(case["logit"], abs=0.01)
    assert len(visit.page.workers) >= 2
    assert visit.problems == []


def test_a_short_batch_does_not_ask_for_a_byte_of_it(context: BrowserContext, site: Path, serve: Serve) -> None:
    visit = visited(context, serve(site), "", pays=4000)
    visit.give(*BATCH)
    visit.readings(len(BATCH))
    assert not [url for url in visit.requests if "litert" in url or "tflite" in url]
    expect(visit.engine.locator(".trials li", has_text="LiteRT.js")).to_have_count(0)


# Clocks that go by steps: between two looks ten milliseconds for each film of the first engine, and so many for one of the second.
CLOCKS = """
const made = URL.createObjectURL;
const prelude = `let now = 0; performance.now = () => (now += "ModuleFactory" in self ? SECOND : 50);`;
URL.createObjectURL = (blob) => made.call(URL, blob.type === "text/javascript" ? new Blob([prelude, blob], { type: blob.type }) : blob);
"""


@pytest.mark.parametrize(
    ("second", "said", "reads"),
    [
        pytest.param("20", r"right on every check, 4\.0 ms for one film", "litert", id="faster"),
        pytest.param("48", r"right, and no faster: 9\.6 ms for what takes 10\.0 ms", "wasm", id="as fast"),
    ],
)
def test_it_is_taken_unasked_where_it_is_faster_and_only_there(
    context: BrowserContext, site: Path, serve: Serve, second: str, said: str, reads: str
) -> None:
    context.add_init_script(CLOCKS.replace("SECOND", second))
    visit = visited(context, serve(site), "", pays=1)
    visit.give(*BATCH)
    expect_trial(visit, said)
    assert {one["status"] for one in visit.readings(len(BATCH))} == {"done"}
    assert visit.classify(next(site.glob("models/tiny-*/parity/*.png")), anyway=True)["backend"] == reads
    assert visit.problems == []


def test_a_network_with_other_numbers_is_not_taken(context: BrowserContext, site: Path, serve: Serve) -> None:
    visit = visited(context, serve(site), "?backend=litert&model=wrong", pays=4000)
    visit.give(*BATCH)
    visit.readings(len(BATCH))
    expect_trial(visit, r"LiteRT\.js: passed over\. .*logit is .* off")
    assert visit.classify(next(site.glob("models/wrong-*/parity/*.png")), anyway=True)["backend"] == "wasm"
    assert visit.problems == []


@pytest.mark.parametrize("missing", ["assets/litert-*.js", "assets/litert_*.wasm", "models/*/network.tflite"])
def test_what_of_it_cannot_be_had_is_no_hindrance(
    context: BrowserContext, site: Path, tmp_path: Path, serve: Serve, missing: str
) -> None:
    torn = shutil.copytree(site, tmp_path / "dist")
    for path in torn.glob(missing):
        path.write_bytes(path.read_bytes()[:1000])
    visit = visited(context, serve(torn), "?backend=litert", pays=4000)
    visit.give(*BATCH)
    assert {one["status"] for one in visit.readings(len(BATCH))} == {"done"}
    expect_trial(visit, "passed over")
    visit.give(*BATCH)
    assert {one["status"] for one in visit.readings(2 * len(BATCH))} == {"done"}
