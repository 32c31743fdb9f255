"""The server for a look at the site."""

from __future__ import annotations

import gzip
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from build_site.serve import server
from plainfilm.errors import PlainfilmError


def test_files_are_served_with_their_types_and_cached_where_their_names_tell_versions_apart(tiny_site: Path) -> None:
    with server(tiny_site) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        expected = {
            "index.html": "text/html",
            "service-worker.js": "text/javascript",
            "manifest.webmanifest": "application/manifest+json",
            "assets/*.js": "text/javascript",
            "assets/*.wasm": "application/wasm",
            "models/*/*.bin": "application/octet-stream",
        }
        for pattern, kind in expected.items():
            path = next(tiny_site.glob(pattern)).relative_to(tiny_site)
            with urllib.request.urlopen(f"http://127.0.0.1:{running.server_port}/{path.as_posix()}") as answer:
                assert answer.headers["Content-Type"].startswith(kind)
                assert ("immutable" in answer.headers["Cache-Control"]) == (len(path.parts) > 1)
                assert ("no-cache" in answer.headers["Cache-Control"]) == (len(path.parts) == 1)
                assert {name: answer.headers[name] for name in running.security} == running.security
        asked = urllib.request.Request(
            f"http://127.0.0.1:{running.server_port}/?any", headers={"Accept-Encoding": "gzip"}
        )
        with urllib.request.urlopen(asked) as answer:
            assert answer.headers["Content-Type"].startswith("text/html")
            assert gzip.decompress(answer.read()) == (tiny_site / "index.html").read_bytes()
        running.shutdown()


def test_a_port_that_is_taken_is_said(tiny_site: Path) -> None:
    with server(tiny_site) as running, pytest.raises(PlainfilmError, match="--port"):
        server(tiny_site, running.server_port)


def test_where_there_is_nothing_the_sites_own_page_says_so(tiny_site: Path) -> None:
    with server(tiny_site) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        for path in ("nothing.html", "assets/nothing.js", "deep/er/nothing"):
            with pytest.raises(urllib.error.HTTPError) as found:
                urllib.request.urlopen(f"http://127.0.0.1:{running.server_port}/{path}")
            assert found.value.code == 404
            assert found.value.headers["Content-Type"] == "text/html; charset=utf-8"
            assert found.value.headers["Cache-Control"] == "no-cache"
            assert found.value.read() == (tiny_site / "404.html").read_bytes()
        running.shutdown()


def test_requests_of_any_kind_are_answered_and_nothing_outside_is_served(tiny_site: Path, tmp_path: Path) -> None:
    site, secret = tmp_path / "site", tmp_path / "secret.txt"
    site.mkdir()
    secret.write_text("secret")
    (site / "404.html").write_bytes((tiny_site / "404.html").read_bytes())
    (site / "link.txt").symlink_to(secret)
    (site / "round.txt").symlink_to(site / "round.txt")
    with server(site) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        for path, code in {
            "link.txt": 404,
            "round.txt": 404,
            "..%2fsecret.txt": 404,
            "%2e%2e/secret.txt": 404,
            "a%00b": 404,
            "%ff": 404,
            "a" * 70_000: 414,
        }.items():
            with pytest.raises(urllib.error.HTTPError) as found:
                urllib.request.urlopen(f"http://127.0.0.1:{running.server_port}/{path}")
            assert found.value.code == code, path[:20]
        running.shutdown()


def test_a_browser_that_goes_away_is_not_told_of_and_a_fault_is(
    tiny_site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with server(tiny_site) as running:
        for error in (BrokenPipeError(), ConnectionResetError(), ConnectionAbortedError(), ValueError("a fault")):
            try:
                raise error
            except type(error):
                running.handle_error(None, ("127.0.0.1", 1))
            assert ("Traceback" in capsys.readouterr().err) == isinstance(error, ValueError)
