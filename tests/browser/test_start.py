"""Every start ends: in ready, or in a sentence with what to do, and Retry helps once the cause is gone."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from build_site.site import build
from plainfilm.bundle import sha256
from tests.browser.visit import Visit
from tests.conftest import Open
from tests.faulty_server import FAULTS, PAUSE_S, PIECES, FaultyServer, faulty_server
from tests.tiny_bundle import write_tiny_bundle

Films = dict[str, Path]

SAID = {
    "404": r"did not hand out a part of this page \(\S+: 404\)",
    "500": r"did not hand out a part of this page \(\S+: 500\)",
    "cut": r"could not be reached",
    "empty": r"is not what it should be",
    "html": r"is not what it should be",
    "flipped": r"is not what it should be",
    "old": r"is not what it should be",
    "silent": r"has stopped answering",
}


AT_ONCE = [fault for fault in FAULTS if fault != "silent"]
# For tests that wait until the page gives up, and want nothing of a busy machine but WebAssembly.
HALF = 0.5
# What site_template/src/guard/early.ts waits for at most.
LATEST_MS = 1000


@pytest.fixture
def host(tiny_site: Path) -> Iterator[FaultyServer]:
    """The tiny site on a server that does what it is told to."""
    with faulty_server(tiny_site) as running:
        yield running


def failed(visit: Visit, said: str) -> None:
    """Waits until the page says why nothing can be read."""
    expect(visit.engine).to_have_attribute("data-status", "failed")
    expect(visit.engine.locator(".engine-state")).to_have_text(re.compile(said))
    expect(visit.engine.get_by_role("button", name="Retry")).to_be_visible()


def retry(visit: Visit) -> None:
    visit.engine.get_by_role("button", name="Retry").click()


@pytest.mark.parametrize("file", [r"assets/worker-", r"metadata\.json", r"models/.*\.bin", r"models/.*/model\.json"])
def test_a_start_that_lacks_a_file_says_so_and_retry_helps_when_it_is_there(
    visit: Open, host: FaultyServer, films: Films, file: str
) -> None:
    first, *others = AT_ONCE
    host.faults = {file: first}
    page = visit(host.address)
    failed(page, SAID[first])
    page.give(films["bright"])
    assert page.readings(1)[0]["reason"] == "engine-failed"
    for fault in others:
        host.faults = {file: fault}
        retry(page)
        failed(page, SAID[fault])
    host.faults = {}
    retry(page)
    page.until_engine("ready")
    expect(page.engine.get_by_role("button", name="Retry")).to_be_hidden()
    # What was given meanwhile is read by itself.
    expect(page.page.get_by_test_id("reading")).to_have_attribute("data-status", "done")


@pytest.mark.parametrize("file", [r"assets/worker-", r"metadata\.json", r"models/.*\.bin"])
def test_a_server_that_stops_answering_is_not_waited_for_without_end(
    visit: Open, host: FaultyServer, file: str
) -> None:
    host.patience = HALF
    host.faults = {file: "silent"}
    page = visit(host.address)
    failed(page, SAID["silent"])
    host.faults = {}
    retry(page)
    page.until_engine("ready")


@pytest.mark.parametrize("file", [r"assets/worker-", r"metadata\.json"])
def test_a_slow_network_that_goes_on_is_not_cut_off(visit: Open, host: FaultyServer, file: str) -> None:
    host.patience = HALF
    assert host.patience * 14 < PIECES * PAUSE_S, "all of the file takes longer than a stage is waited for"
    host.faults = {file: "slow"}
    visit(host.address).until_engine("ready")
    assert sum(re.search(file, path) is not None for path in host.asked) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_an_engine_file_that_does_not_come_leaves_the_other_backend(
    visit: Open, host: FaultyServer, films: Films, fault: str
) -> None:
    host.faults = {r"\.wasm": fault}
    page = visit(host.address).until_engine("ready")
    expect(page.engine).to_have_attribute("data-backend", "webgl")
    assert page.classify(films["bright"])["label"] == "PNEUMONIA"


@pytest.mark.parametrize("fault", AT_ONCE)
def test_a_page_whose_script_does_not_come_says_so(visit: Open, host: FaultyServer, fault: str) -> None:
    host.faults = {r"assets/page-.*\.js": fault}
    page = visit(host.address).page
    late = page.get_by_text("script has not arrived")
    expect(late).to_be_visible()
    expect(page.get_by_test_id("engine").get_by_text("Starting …")).to_be_hidden()
    host.faults = {}
    late.locator("xpath=..").get_by_role("link").click()
    expect(page.get_by_test_id("engine")).to_have_attribute("data-status", "ready")
    expect(late).to_be_hidden()


def test_a_page_that_is_damaged_itself_is_loaded_anew_once(visit: Open, host: FaultyServer) -> None:
    host.once = {"index.html": "data"}
    visit(host.address).until_engine("ready")
    assert host.asked.count("index.html") == 3, "damaged; past the cache; and by its script's wish"
    host.faults = {"index.html": "data"}
    page = visit(host.address)
    expect(page.page.get_by_text("script has not arrived")).to_be_visible()


# What a worker's script runs first. A browser in which a backend never answers cannot be had otherwise.
PRELUDE = """
const made = URL.createObjectURL;
URL.createObjectURL = (blob) => made.call(URL, blob.type === "text/javascript" ? new Blob([window.prelude, blob], { type: blob.type }) : blob);
"""


@pytest.mark.parametrize(
    "prelude",
    [
        pytest.param("WebAssembly.instantiate = () => new Promise(() => {});", id="never settles"),
        pytest.param("WebAssembly.instantiate = () => { for (;;); };", id="spins"),
        pytest.param("WebAssembly.compile = () => { throw new Error('out of memory'); };", id="throws"),
        pytest.param("delete self.WebAssembly;", id="is missing"),
    ],
)
def test_a_backend_that_does_not_settle_leaves_its_place_to_the_next(
    context: BrowserContext, host: FaultyServer, films: Films, prelude: str
) -> None:
    context.add_init_script(f"window.prelude = {json.dumps(prelude)};{PRELUDE}")
    page = Visit.to(context, host.address).until_engine("ready")
    expect(page.engine).to_have_attribute("data-backend", "webgl")
    expect(page.engine.locator(".trials")).to_contain_text("WebAssembly: passed over.")
    assert page.classify(films["bright"])["label"] == "PNEUMONIA"


@pytest.mark.parametrize(
    ("prelude", "said"),
    [
        pytest.param("self.postMessage = () => {};", "could not be started, or it ended", id="says nothing"),
        pytest.param("throw new Error('no');", "could not be started, or it ended", id="throws"),
        pytest.param("self.createImageBitmap = () => new Promise(() => {});", "could not be started here", id="decodes for ever"),
        pytest.param(
            "WebAssembly.instantiate = () => new Promise(() => {}); OffscreenCanvas.prototype.getContext = () => { for (;;); };",
            "could not be started here", id="no backend answers",
        ),
    ],
)  # fmt: skip
def test_a_worker_that_does_not_answer_ends_in_a_sentence_and_retry_helps(
    context: BrowserContext, host: FaultyServer, films: Films, prelude: str, said: str
) -> None:
    host.patience = HALF
    # Where a host forbids workers of this kind, the page starts the script by its address: not here, where it would answer.
    host.headers["Content-Security-Policy"] = "worker-src blob:"
    context.add_init_script(f"window.prelude = {json.dumps(prelude)};{PRELUDE}")
    page = Visit.to(context, host.address)
    failed(page, said)
    page.page.evaluate("window.prelude = ''")
    retry(page)
    page.until_engine("ready")
    assert page.classify(films["bright"])["label"] == "PNEUMONIA"


PLAIN_HTTP = "Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined });"


def test_a_page_that_came_over_plain_http_checks_its_files_too(
    context: BrowserContext, host: FaultyServer, films: Films
) -> None:
    context.add_init_script(f"{PLAIN_HTTP}window.prelude = {json.dumps(PLAIN_HTTP)};{PRELUDE}")
    files = ["assets/worker-", r"models/.*\.bin"]
    host.faults = dict.fromkeys(files, "flipped")
    page = Visit.to(context, host.address)
    for file in files:
        failed(page, SAID["flipped"])
        del host.faults[file]
        retry(page)
    page.until_engine("ready")
    expect(page.engine).to_have_attribute("data-backend", "wasm")
    assert page.classify(films["bright"])["label"] == "PNEUMONIA"


ISOLATED = {"Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Opener-Policy": "same-origin"}


@pytest.mark.parametrize(
    ("headers", "backend"),
    [
        pytest.param({"Content-Security-Policy": "default-src 'self'"}, "webgl", id="default-src"),
        pytest.param(ISOLATED, "wasm", id="isolated"),
        pytest.param({"Content-Security-Policy": "script-src 'self'"}, "webgl", id="no WebAssembly"),
        pytest.param({"Content-Security-Policy": "worker-src 'self'"}, "wasm", id="no blob: workers"),
        pytest.param({"Content-Security-Policy": "default-src 'self'"} | ISOLATED, "webgl", id="all of it"),
    ],
)
def test_a_film_is_read_under_the_policies_that_hosts_send(
    visit: Open, host: FaultyServer, films: Films, headers: dict[str, str], backend: str
) -> None:
    host.headers = headers
    page = visit(host.address).until_engine("ready")
    expect(page.engine).to_have_attribute("data-backend", backend)
    page.give(films["bright"])
    assert [reading["label"] for reading in page.readings(1)] == ["PNEUMONIA"]


@pytest.mark.parametrize("policy", ["worker-src 'none'", "script-src 'self'", "connect-src 'none'"])
def test_a_policy_that_leaves_no_way_ends_in_a_sentence(visit: Open, host: FaultyServer, policy: str) -> None:
    host.headers = {"Content-Security-Policy": policy}
    page = visit(f"{host.address}?backend=wasm")
    failed(page, "could not be started|could not be reached")


def test_another_model_s_bundle_at_this_model_s_address_is_not_read(
    visit: Open, two_models: Path, tmp_path: Path
) -> None:
    site = Path(shutil.copytree(two_models, tmp_path / "dist"))
    [own, other] = sorted(site.glob("models/*"), key=lambda folder: folder.name.startswith("other"))
    shutil.rmtree(own)
    shutil.copytree(other, own)
    with faulty_server(site) as host:
        failed(visit(host.address), r"\(metadata.json\) is not what it should be")


def test_a_bundle_whose_checks_were_switched_off_is_not_read(visit: Open, tiny_site: Path, tmp_path: Path) -> None:
    site = Path(shutil.copytree(tiny_site, tmp_path / "dist"))
    [metadata] = site.glob("models/*/metadata.json")
    changed = json.loads(metadata.read_text("utf-8")) | {"ood": None, "film_checks": {}}
    metadata.write_text(json.dumps(changed), "utf-8")
    with faulty_server(site) as host:
        failed(visit(host.address), r"\(metadata.json\) is not what it should be")


def test_a_graph_whose_gate_has_no_limit_is_not_read_though_the_page_vouches_for_it(
    visit: Open, tiny_site: Path, tmp_path: Path
) -> None:
    site = Path(shutil.copytree(tiny_site, tmp_path / "dist"))
    [metadata] = site.glob("models/*/metadata.json")
    before = sha256(metadata)
    metadata.write_text(json.dumps(json.loads(metadata.read_text("utf-8")) | {"ood": None}), "utf-8")
    page = site / "index.html"
    page.write_text(page.read_text("utf-8").replace(before, sha256(metadata)), "utf-8")
    with faulty_server(site) as host:
        failed(visit(host.address), r"\(metadata.json\) is not what it should be")


def test_a_damaged_file_in_the_browser_s_cache_is_fetched_anew_by_itself(visit: Open, host: FaultyServer) -> None:
    """Each file comes damaged once, and may be kept for a year."""
    kinds = (r"assets/page-.*\.js", r"assets/worker-", r"metadata\.json", r"model\.json", r"\.bin$", r"-simd-\w+\.wasm")
    host.once = dict.fromkeys(kinds, "flipped")
    page = visit(host.address).until_engine("ready")
    expect(page.engine).to_have_attribute("data-backend", "wasm")
    assert host.once == {}
    for kind in kinds:
        assert sum(re.search(kind, path) is not None for path in host.asked) == 2, kind
    host.asked.clear()
    page.page.reload()
    page.until_engine("ready")
    asked = [
        path for path in host.asked if re.search("assets/(?!sample-)|models/", path)
    ]  # samples come when they please
    assert asked == [], "the good ones are kept"


def test_a_model_that_cannot_be_had_is_had_later_and_the_one_before_stays(
    context: BrowserContext, two_models: Path, films: Films
) -> None:
    with faulty_server(two_models) as host:
        page = Visit.to(context, host.address).until_engine("ready")
        page.give(films["bright"])
        page.readings(1)
        host.faults = {"models/other": "404"}
        page.open_details()
        page.page.locator("#models > summary").click()
        other = page.page.locator("[data-model=other]:is(button)")
        other.click()
        failed(page, "did not hand out")
        other.click()  # the failed one once more
        failed(page, "did not hand out")
        host.faults = {".": "404"}
        page.page.locator("[data-model=tiny]:is(button)").click()
        page.until_engine("ready")  # nothing of it had to come again
        expect(page.page.get_by_test_id("reading")).to_have_attribute("data-status", "done")
        other.click()
        failed(page, "did not hand out")
        host.faults = {}
        other.click()
        page.until_engine("ready")
        expect(page.engine).to_have_attribute("data-model", "other")
        expect(page.page.get_by_test_id("reading")).to_have_attribute("data-status", "done")


def test_a_page_that_is_older_than_its_site_offers_to_load_the_new_one(
    visit: Open, two_models: Path, tmp_path: Path, films: Films
) -> None:
    site = Path(shutil.copytree(two_models, tmp_path / "dist"))
    with faulty_server(site) as host:
        page = visit(host.address).until_engine("ready")
        page.give(films["bright"])
        page.readings(1)
        shutil.rmtree(site)
        bundle = write_tiny_bundle(tmp_path, name="newer")
        newer = build(tmp_path / "newer_dist", bundle=bundle).out
        shutil.copytree(newer, site)
        page.open_details()
        page.page.locator("#models > summary").click()
        page.page.locator("[data-model=other]:is(button)").click()
        expect(page.engine).to_contain_text("was updated after this page was opened")
        expect(page.page.get_by_test_id("reading")).to_have_count(1)
        page.engine.get_by_role("button", name="Reload").click()
        page.until_engine("ready")
        expect(page.engine).to_have_attribute("data-model", "newer")


def test_the_network_is_asked_for_once_nothing_that_is_seen_first_waits_for_it(visit: Open, address: str) -> None:
    page = visit(address).until_engine("ready").page
    seen, came, asked = page.evaluate(
        """() => {
          const all = performance.getEntriesByType("resource");
          const pick = (pattern, what) => all.filter(({ name }) => pattern.test(name)).map((entry) => entry[what]);
          const first = pick(/page-[^/]*[.]css$|worker-[^/]*$/, "responseEnd");
          return [performance.getEntriesByName("first-contentful-paint")[0].startTime, Math.max(...first), pick(/[.]bin$/, "startTime")];
        }"""
    )
    assert len(asked) == 1, "by the page's head, and not by the worker once more"
    assert asked[0] >= min(seen, came, LATEST_MS)


def test_the_reading_worker_is_begun_before_the_page_s_own_script_has_run(
    context: BrowserContext, address: str
) -> None:
    context.add_init_script(
        """const Own = Worker;
        window.begun = [];
        window.Worker = class extends Own { constructor(address) { super(address); begun.push("plainfilm" in window); } };"""
    )
    assert Visit.to(context, address).until_engine("ready").page.evaluate("begun") == [False]
