"""The site without a network, its new versions, and what an installed page is given to open."""

from __future__ import annotations

import json
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, expect

from build_site.serve import server
from build_site.site import build
from tests.browser.browsers import launch
from tests.browser.kept_policy import NO_WORKER, NOTHING_FETCHED
from tests.browser.visit import Visit
from tests.tiny_bundle import write_tiny_bundle

Films = dict[str, Path]


@dataclass
class Host:
    """A folder on a server that notes what it is asked for: by service workers too, which Playwright does not show whole."""

    folder: Path
    address: str = ""
    asked: list[str] = field(default_factory=list)

    def put(self, site: Path) -> Path:
        """Puts a site into the sub-folder `site`, in place of what is there."""
        shutil.rmtree(self.folder / "site", ignore_errors=True)
        return Path(shutil.copytree(site, self.folder / "site"))


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    hosted = Host(tmp_path / "host")
    hosted.folder.mkdir()
    with server(hosted.folder) as running:
        answer = running.finish_request

        def noted(request: socket.socket, client: object) -> None:
            hosted.asked.append(request.recv(1000, socket.MSG_PEEK).decode().partition(" HTTP")[0])
            answer(request, client)

        running.finish_request = noted  # type: ignore[method-assign,assignment]
        hosted.address = f"http://127.0.0.1:{running.server_port}/site/"
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield hosted
        running.shutdown()


@pytest.fixture(scope="module")
def newer_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny site's next version, with other models."""
    folder = tmp_path_factory.mktemp("bundles")
    bundles = [write_tiny_bundle(folder, name=name) for name in ("newer", "second")]
    return build(tmp_path_factory.mktemp("newer") / "dist", bundle=bundles).out


@pytest.fixture
def own_context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser context in which service workers may work."""
    fresh = browser.new_context(viewport={"width": 1280, "height": 900})
    yield fresh
    fresh.close()


def kept(context: BrowserContext, address: str) -> Visit:
    """A first visit, until the site is on the device."""
    visit = Visit.to(context, address).until_engine("ready")
    visit.page.evaluate(
        """() => new Promise((resolve) => {
          const look = () => {
            const worker = navigator.serviceWorker.controller;
            if (worker?.state === "activated") resolve();
            else worker?.addEventListener("statechange", look);
          };
          navigator.serviceWorker.addEventListener("controllerchange", look);
          look();
        })"""
    )
    return visit


def kept_paths(visit: Visit) -> set[str]:
    """Paths of everything in the caches."""
    paths: list[str] = visit.page.evaluate(
        """async () => {
          const all = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
          return all.flat().map(({ url }) => new URL(url).pathname.slice(1));
        }"""
    )
    assert len(paths) == len(set(paths)), "two versions of a file are kept"
    return set(paths)


def listed(site: Path) -> dict[str, str]:
    """Every file of a site with its hash."""
    return {entry["path"]: entry["sha256"] for entry in json.loads((site / "build.json").read_text("utf-8"))["files"]}


def test_after_one_visit_the_site_works_without_a_network_and_in_any_folder(
    host: Host, own_context: BrowserContext, tiny_site: Path, films: Films
) -> None:
    host.put(tiny_site)
    visit = kept(own_context, host.address)
    assert visit.page.evaluate("navigator.serviceWorker.ready.then(({ scope }) => scope)") == host.address
    expect(visit.page.locator("#kept")).to_be_visible()
    online = visit.classify(films["bright"])
    host.asked.clear()
    visit.classify(films["dark"])
    own_context.set_offline(True)
    for way in ("", "index.html", "?backend=wasm"):
        visit.page.goto(host.address + way)
        visit.until_engine("ready")
        assert visit.classify(films["bright"])["probability"] == online["probability"]
    assert visit.page.evaluate("fetch(JSON.parse(document.getElementById('site').text).formats).then(({ ok }) => ok)")
    # Whether there is a new version is the browser's own question, asked when it likes.
    assert [line for line in host.asked if line and not line.endswith("/service-worker.js")] == []
    assert visit.problems == []


def test_a_new_version_waits_until_the_visitor_asks_for_it_and_leaves_nothing_old_behind(
    host: Host, own_context: BrowserContext, tiny_site: Path, newer_site: Path, films: Films
) -> None:
    host.put(tiny_site)
    kept(own_context, host.address)
    site = host.put(newer_site)

    visit = Visit.to(own_context, host.address).until_engine("ready")
    notice = visit.page.locator("#new-version")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("A new version of this page is ready")
    assert visit.page.evaluate("window.plainfilm.ready.then(({ model }) => model)") == "tiny"
    visit.give(films["bright"])
    assert [reading["status"] for reading in visit.readings(1)] == ["done"]
    visit.page.reload()
    visit.until_engine("ready")
    expect(visit.engine).to_have_attribute("data-model", "tiny")  # a reload alone changes nothing

    expect(notice).to_be_visible()
    other = Visit.to(own_context, host.address).until_engine("ready")
    notice.get_by_role("button", name="Reload").click()
    expect(visit.engine).to_have_attribute("data-model", "newer")
    visit.until_engine("ready")
    expect(notice).to_be_hidden()
    expect(other.engine).to_have_attribute("data-model", "tiny")  # no page is reloaded under its reader's hands
    other.page.locator("#new-version").get_by_role("button", name="Reload").click()
    expect(other.engine).to_have_attribute("data-model", "newer")

    assert {path.removeprefix("site/") for path in kept_paths(visit)} <= listed(site).keys()
    assert any("models/newer" in path for path in kept_paths(visit))
    assert not any("models/second" in path for path in kept_paths(visit))
    assert visit.problems == other.problems == []


def test_the_offer_of_a_new_version_can_be_put_off(
    host: Host, own_context: BrowserContext, tiny_site: Path, newer_site: Path
) -> None:
    host.put(tiny_site)
    kept(own_context, host.address)
    host.put(newer_site)
    visit = Visit.to(own_context, host.address)
    visit.page.get_by_role("button", name="Later").click()
    expect(visit.page.locator("#new-version")).to_be_hidden()
    expect(visit.engine).to_have_attribute("data-model", "tiny")


def test_a_damaged_model_is_never_kept(host: Host, own_context: BrowserContext, tiny_site: Path) -> None:
    weights = next(host.put(tiny_site).glob("models/*/*.bin"))
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-1] + b"\x7f")
    visit = Visit.to(own_context, host.address).until_engine("failed")
    expect(visit.engine).to_contain_text("was changed")
    # The service worker begins, comes to the damaged file and is gone.
    visit.page.evaluate(
        """async () => {
          const aMoment = () => new Promise((resolve) => setTimeout(resolve, 20));
          while ((await caches.keys()).length === 0) await aMoment();
          while ((await navigator.serviceWorker.getRegistrations()).length > 0) await aMoment();
        }"""
    )
    assert not any(path.endswith(".bin") for path in kept_paths(visit))
    weights.write_bytes(whole)
    visit.page.reload()
    visit.until_engine("ready")  # although the browser was told that it may hold on to the damaged file for a year


def test_another_model_is_kept_when_it_is_chosen(host: Host, own_context: BrowserContext, newer_site: Path) -> None:
    host.put(newer_site)
    visit = kept(own_context, f"{host.address}?model=second")
    own_context.set_offline(True)
    visit.page.reload()
    visit.until_engine("ready")
    expect(visit.engine).to_have_attribute("data-model", "second")
    visit.page.goto(f"{host.address}model-card.html")
    expect(visit.page.get_by_role("heading", level=1)).to_be_visible()


def test_what_is_kept_when_it_is_used_is_what_was_built(
    host: Host, own_context: BrowserContext, tiny_site: Path
) -> None:
    site = host.put(tiny_site)
    visit = kept(own_context, host.address)
    seldom = next(path for path in site.glob("assets/*.wasm") if "simd" not in path.name)
    fetched = "(address) => fetch(address).then((answer) => answer.arrayBuffer()).then(({ byteLength }) => byteLength)"
    whole = seldom.read_bytes()
    seldom.write_bytes(b"half of it")
    assert visit.page.evaluate(fetched, f"assets/{seldom.name}?half") == len(b"half of it")
    seldom.write_bytes(whole)
    assert f"site/assets/{seldom.name}" not in kept_paths(visit)
    assert visit.page.evaluate(fetched, f"assets/{seldom.name}") == len(whole)
    own_context.set_offline(True)
    assert visit.page.evaluate(fetched, f"assets/{seldom.name}?again") == len(whole)
    assert f"site/assets/{seldom.name}" in kept_paths(visit)


def test_the_page_in_one_file_and_a_browser_without_service_workers_need_none(
    own_context: BrowserContext, tiny_site: Path, address: str
) -> None:
    for page in (f"{address}standalone.html", (tiny_site / "standalone.html").as_uri()):
        visit = Visit.to(own_context, page).until_engine("ready")
        registered = "async () => (await navigator.serviceWorker?.getRegistrations().catch(() => []))?.length ?? 0"
        assert visit.page.evaluate(registered) == 0
        expect(visit.page.get_by_text("kept in this browser")).not_to_be_visible()
        assert visit.problems == []
    own_context.add_init_script("delete Navigator.prototype.serviceWorker")
    visit = Visit.to(own_context, address).until_engine("ready")
    assert visit.page.evaluate("'serviceWorker' in navigator") is False
    assert visit.problems == []


def test_films_opened_with_the_installed_page_are_read(own_context: BrowserContext, address: str) -> None:
    own_context.add_init_script(
        "Object.defineProperty(window, 'launchQueue', { value: { setConsumer: (consumer) => {"
        " window.launch = (file) => consumer({ files: [{ getFile: async () => file }] }); } } })"
    )
    visit = Visit.to(own_context, address).until_engine("ready")
    visit.page.evaluate("launch(new File(['no film'], 'opened.png'))")
    assert [(reading["file"], reading["reason"]) for reading in visit.readings(1)] == [("opened.png", "not-an-image")]


def test_the_page_can_be_installed(playwright: Playwright, address: str) -> None:
    browser = launch(playwright, whole=True)
    own_context = browser.new_context()
    visit = kept(own_context, address)
    session = own_context.new_cdp_session(visit.page)
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert json.loads(manifest["data"])["short_name"] == "Plainfilm"
    problems = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [problem["errorId"] for problem in problems] == ["in-incognito"]  # as the tests' windows are
    browser.close()


# Changes one byte of everything that is kept at an address like this.
DAMAGE = """async (pattern) => {
  let damaged = 0;
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      if (!new RegExp(pattern).test(new URL(request.url).pathname)) continue;
      const answer = await cache.match(request);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      bytes[Math.floor(bytes.length / 2)] ^= 1;
      await cache.put(request, new Response(bytes, { headers: answer.headers }));
      damaged += 1;
    }
  }
  return damaged;
}"""


def test_what_is_kept_and_was_damaged_is_fetched_anew_by_itself(
    host: Host, own_context: BrowserContext, tiny_site: Path, films: Films
) -> None:
    host.put(tiny_site)
    visit = kept(own_context, host.address)
    kinds = (
        r"index\.html",
        r"assets/page-.*\.js",
        "assets/worker-",
        r"metadata\.json",
        r"model\.json",
        r"\.bin$",
        "-simd-",
        r"\.css$",
    )
    for kind in kinds:
        assert visit.page.evaluate(DAMAGE, kind) >= 1, kind
    visit.page.reload()
    visit.until_engine("ready")
    expect(visit.engine).to_have_attribute("data-backend", "wasm")
    own_context.set_offline(True)
    visit.page.reload()
    visit.until_engine("ready")  # of what took the damaged files' place
    assert visit.classify(films["bright"])["label"] == "PNEUMONIA"


def test_what_is_kept_and_was_damaged_is_not_used_without_a_network(
    host: Host, own_context: BrowserContext, tiny_site: Path
) -> None:
    host.put(tiny_site)
    visit = kept(own_context, host.address)
    assert visit.page.evaluate(DAMAGE, r"\.bin$") == 1
    own_context.set_offline(True)
    visit.page.reload()
    visit.until_engine("failed")
    expect(visit.engine).to_contain_text("Check the network, then choose Retry")
    own_context.set_offline(False)
    visit.engine.get_by_role("button", name="Retry").click()
    visit.until_engine("ready")


def test_a_policy_that_is_kept_with_a_file_is_left_behind_by_itself(
    host: Host, own_context: BrowserContext, tiny_site: Path
) -> None:
    host.put(tiny_site)
    visit = kept(own_context, host.address)
    # As with any start but a page's first, for which its head has asked: the worker fetches for itself.
    visit.page.add_init_script(
        "Object.defineProperty(window, 'plainfilmEarly', { configurable: true, get() {}, set() {} })"
    )
    for policy in (NOTHING_FETCHED, NO_WORKER):
        visit.page.evaluate(policy)
        host.asked.clear()
        visit.page.reload()
        visit.until_engine("ready")
        assert host.asked, "what was kept was of no use"
        host.asked.clear()
        visit.page.reload()
        visit.until_engine("ready")
        assert not [path for path in host.asked if "assets/" in path], "what has come since is kept"
