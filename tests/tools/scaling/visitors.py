"""What a visitor of the default site asks for and is sent, on the first visit and on the next, as the caching and the compression of hosts.py have it."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from build_site.deploy.compress import compressed, is_compressible
from build_site.hosts import headers_of, is_hashed
from build_site.serve import server
from build_site.site import build
from tests.tools.bench.cold import OURS
from tests.tools.bench.sites import SMALL, browser_here, encoded, film

QUIET_MS = 3000  # of the network, after which a page has what it keeps


def measure(folder: Path, _: object) -> dict[str, Any]:
    """Files, bytes and requests."""
    site = build(folder / "dist").out
    files = {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    # Brotli copies only of what has a hash in its name: docs/hosting.md.
    gzip = {path: _sent(path, data, "gzip") for path, data in files.items()}
    brotli = {path: _sent(path, data, "br") if is_hashed(path) else gzip[path] for path, data in files.items()}
    first, again = _visits(site)
    visits = {
        name: {
            "requests": len(asked),
            "gzip_bytes": sum(gzip[path] + _headers(path) for path in asked),
            "brotli_bytes": sum(brotli[path] + _headers(path) for path in asked),
        }
        for name, asked in (("first", first), ("next", again))
    }
    return {
        "files": len(files),
        "site_bytes": sum(map(len, files.values())),
        "largest_file_bytes": max(map(len, files.values())),
        "stored_bytes": sum(gzip.values()) + sum(brotli[path] for path in files if is_hashed(path) and is_compressible(path)),
        "visits": visits,
    }  # fmt: skip


def _sent(path: str, data: bytes, encoding: Any) -> int:
    return min(len(data), len(compressed(data, encoding))) if is_compressible(path) else len(data)


def _headers(path: str) -> int:
    return sum(len(name) + len(value) + 4 for name, value in headers_of(path).items())


def _visits(site: Path) -> tuple[list[str], list[str]]:
    """The paths that are sent whole on the first visit, with one film read, and on the next one in the same browser."""
    asked: list[str] = []
    with server(site) as running:
        answer = running.finish_request

        def noted(request: socket.socket, client: object) -> None:
            words = request.recv(4000, socket.MSG_PEEK).decode("latin-1").split()
            path = (words[1] if len(words) > 1 else "/").partition("?")[0].lstrip("/")
            asked.append(path + "index.html" if path == "" or path.endswith("/") else path)
            answer(request, client)

        running.finish_request = noted  # type: ignore[method-assign,assignment]
        threading.Thread(target=running.serve_forever, daemon=True).start()
        picture = encoded([film(SMALL)])[0]
        with browser_here() as browser:
            context = browser.new_context()  # the service worker is let in
            for _ in range(2):
                page = context.new_page()
                page.goto(f"http://127.0.0.1:{running.server_port}/", wait_until="commit")
                _read(page, picture, asked)
                page.close()
                asked.append("")
        running.shutdown()
    end = asked.index("")
    known = {path.relative_to(site).as_posix() for path in site.rglob("*")}
    return tuple([path for path in part if path in known] for part in (asked[:end], asked[end + 1 : -1]))  # type: ignore[return-value]


def _read(page: Page, picture: str, asked: list[str]) -> None:
    page.wait_for_function("() => window.plainfilm", timeout=120_000)
    page.evaluate(OURS, picture)
    seen = -1
    while seen != len(asked):
        seen = len(asked)
        page.wait_for_timeout(QUIET_MS)
