"""The server for a look at the site."""

from __future__ import annotations

import threading
import urllib.request
from pathlib import Path

import pytest

from build_site.serve import server
from training.exceptions import PlainfilmError


def test_files_are_served_with_their_types_and_never_cached(tiny_site: Path) -> None:
    with server(tiny_site) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        expected = {
            "index.html": "text/html",
            ".js": "text/javascript",
            ".wasm": "application/wasm",
            ".bin": "application/octet-stream",
        }
        for ending, kind in expected.items():
            path = next(path for path in tiny_site.rglob("*") if path.name.endswith(ending)).relative_to(tiny_site)
            with urllib.request.urlopen(f"http://127.0.0.1:{running.server_port}/{path.as_posix()}") as answer:
                assert answer.headers["Content-Type"].startswith(kind)
                assert answer.headers["Cache-Control"] == "no-store"
        running.shutdown()


def test_a_port_that_is_taken_is_said(tiny_site: Path) -> None:
    with server(tiny_site) as running, pytest.raises(PlainfilmError, match="--port"):
        server(tiny_site, running.server_port)
