"""What hosts get: the same headers from the server here, from a host's own file and from the documentation."""

from __future__ import annotations

import re

import pytest

from build_site.hosts import (
    CONTENT_TYPES,
    IMMUTABLE,
    LASTING_POLICY,
    NO_CACHE,
    POLICY,
    SECURITY,
    headers_of,
    host_files,
    security_of,
)
from tests.shared import REPOSITORY


@pytest.mark.parametrize(
    ("path", "content_type", "caching"),
    [
        ("index.html", "text/html; charset=utf-8", NO_CACHE),
        ("service-worker.js", "text/javascript; charset=utf-8", NO_CACHE),
        ("assets/page-0123.js", "text/javascript; charset=utf-8", IMMUTABLE),
        ("reader/assets/engine-0123.wasm", "application/wasm", IMMUTABLE),
        ("models/tiny-0123/group1-shard1of1.bin", "application/octet-stream", IMMUTABLE),
        ("manifest.webmanifest", "application/manifest+json", NO_CACHE),
    ],
)
def test_a_file_has_its_type_its_caching_and_the_security_headers(path: str, content_type: str, caching: str) -> None:
    assert headers_of(path) == {"Content-Type": content_type, "Cache-Control": caching, **SECURITY}


def test_every_host_finds_its_files_in_the_site() -> None:
    files = host_files()
    assert files.keys() == {"robots.txt", ".nojekyll", "_headers"}
    assert files[".nojekyll"] == b""
    assert files["robots.txt"].startswith(b"User-agent: *")


def test_the_headers_file_says_what_the_server_here_sends() -> None:
    rules: dict[str, dict[str, str]] = {}
    security = security_of([b'<meta http-equiv="Content-Security-Policy" content="img-src data:">'])
    assert (
        security[POLICY]
        == "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; frame-ancestors 'self'"
    )
    for block in host_files(security)["_headers"].decode().strip().split("\n\n"):
        path, *lines = block.splitlines()
        rules[path] = dict(line.strip().split(": ", 1) for line in lines)
    assert rules.keys() == {"/*", "/assets/*", "/models/*"}
    for folder in ("assets", "models"):
        sent = headers_of(f"{folder}/page-0123.js", security)
        both = rules["/*"] | rules[f"/{folder}/*"]
        assert both == {name: sent[name] for name in both}
        assert not rules["/*"].keys() & rules[f"/{folder}/*"].keys(), "these hosts join what is set twice"


def test_the_documentation_names_the_headers() -> None:
    text = (REPOSITORY / "docs" / "hosting.md").read_text("utf-8")
    headers = {("Cache-Control", IMMUTABLE), ("Cache-Control", NO_CACHE), (POLICY, LASTING_POLICY), *SECURITY.items()}
    headers |= {("Content-Type", CONTENT_TYPES[suffix]) for suffix in (".wasm", ".webmanifest", ".js")}
    assert set(re.findall(r"`([A-Z][\w-]+): ([^`]+)`", text)) == headers
