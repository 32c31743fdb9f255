"""A tiny bundle and a site built of it, a browser and a server: for every test that wants them."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, expect, sync_playwright

from build_site.serve import server
from build_site.site import build
from plainfilm.node import workspace
from tests.browser.browsers import launch
from tests.browser.visit import Visit
from tests.tiny_bundle import film, picture, png, write_tiny_bundle

# What no quick test imports: TensorFlow, what runs it, and browsers.
SLOW = re.compile(
    r"^(?:from|import) (?:keras|tensorflow|plainfilm\.tensorflow|export|tests\.browser|training\.(?:compare|evaluate|fitting|networks|search|study\.run)\b|training\.fit import)",
    re.MULTILINE,
)

# Session fixtures that take a minute, and are not to be made by each worker.
ONCE = frozenset({"workplace", "prepared"})

Serve = Callable[[Path], str]
Open = Callable[[str], Visit]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="only tests that import neither TensorFlow nor a browser")


def pytest_configure(config: pytest.Config) -> None:
    """Before the workers of `make test` start: what they share is made, and each computes on one thread."""
    if config.getoption("numprocesses", None):
        workspace()
        os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file's tests go to one worker, and so do all that ask for one of `ONCE`."""
    for item in items:
        asked = ONCE.intersection(getattr(item, "fixturenames", ()))
        item.add_marker(pytest.mark.xdist_group(min(asked, default=item.path.name)))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if not config.getoption("--quick"):
        return None
    if collection_path.is_dir():  # its conftest.py would be imported too
        return collection_path.name in ("browser", "hostile", "pipeline", "export") or None
    return bool(SLOW.search(collection_path.read_text("utf-8"))) if collection_path.suffix == ".py" else None


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    # A busy machine may take long: what a test expects has to come, not to come within five seconds.
    expect.set_options(timeout=60_000)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    try:
        launched = launch(playwright)
    except FileNotFoundError as error:
        pytest.fail(str(error), pytrace=False)
    yield launched
    launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    # What a page asks for is watched and changed on its way; test_offline.py lets the service worker in.
    fresh = browser.new_context(viewport={"width": 1280, "height": 900}, service_workers="block")
    yield fresh
    fresh.close()


@pytest.fixture
def visit(context: BrowserContext) -> Open:
    """Opens an address in a fresh browser context."""
    return lambda address: Visit.to(context, address)


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Serves a folder on a free port until the tests end; returns its address with a slash at the end."""
    with ExitStack() as stack:

        def start(folder: Path) -> str:
            running = stack.enter_context(server(folder))
            threading.Thread(target=running.serve_forever, daemon=True).start()
            stack.callback(running.shutdown)
            return f"http://127.0.0.1:{running.server_port}/"

        yield start


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bundle(tmp_path_factory.mktemp("bundles"))


@pytest.fixture(scope="session")
def tiny_site(tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of the tiny bundle; not to be changed."""
    return build(tmp_path_factory.mktemp("site") / "dist", bundle=tiny_bundle).out


@pytest.fixture(scope="session")
def address(tiny_site: Path, serve: Serve) -> str:
    """Where the tiny site is served."""
    return serve(tiny_site)


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Films and what people mistake for films: `bright`, `dark`, `black`, `notes`, `empty`, `cut`."""
    folder = tmp_path_factory.mktemp("films")
    contents = {
        "bright.png": png(film(150, 520, 600)),
        "dark.png": png(film(60, 640, 520)),
        "black.png": png(picture(300, 200, lambda x, y: 2)),
        "notes.png": b"Dear colleague, please find enclosed",
        "empty.jpeg": b"",
        "cut.png": png(film(150))[:900],
    }
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return {name.partition(".")[0]: folder / name for name in contents}
