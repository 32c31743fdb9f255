"""The hosts' configurations, read as the hosts read them: every file of a site gets the headers of the one table."""

from __future__ import annotations

import gzip
import re
import tomllib
import urllib.error
import urllib.request
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
import yaml

from build_site.deploy.folder.app_engine import app_yaml
from build_site.deploy.folder.netlify import netlify_toml
from build_site.deploy.folder.nginx import knows_brotli, server_block
from build_site.deploy.tools import tool
from build_site.hosts import (
    CONTENT_TYPES,
    EMBEDDING,
    IMMUTABLE,
    MODULE,
    NO_CACHE,
    headers_of,
    may_be_embedded,
    security_of,
)
from plainfilm.errors import UsageError
from tests.deployed import FILES, PART, WEIGHTS, deploy, needs_nginx, nginx

SENT = security_of(data for path, data in FILES.items() if path.endswith(".html"))
# A file of every kind, in every place.
PATHS = [f"{folder}file-0123456789ab{suffix}" for folder in ("", "fr/", "assets/", "models/a-1/") for suffix in (*CONTENT_TYPES, ".bin", "")]  # fmt: skip


@pytest.mark.parametrize("embedding", [False, True])
def test_app_engine_gives_every_file_the_headers_of_the_table(embedding: bool) -> None:
    handlers = yaml.safe_load(app_yaml(SENT, embedding=embedding))["handlers"]

    def handler_of(url: str) -> tuple[dict[str, Any], str]:
        for handler in handlers:
            if found := re.fullmatch(handler["url"], url):
                return handler, found.expand(handler["static_files"])
        raise AssertionError(url)

    for path in [*PATHS, MODULE]:
        handler, file = handler_of(f"/{path}")
        assert file == f"site/{path}"
        assert re.match(handler["upload"], file)
        expected = headers_of(path, SENT) | (EMBEDDING if embedding and may_be_embedded(path) else {})
        assert {"Content-Type": handler["mime_type"], **handler["http_headers"]} == expected
        assert handler["expiration"] == ("365d" if headers_of(path)["Cache-Control"] == IMMUTABLE else "0s")
    for url, page in (("/", "site/index.html"), ("/fr/", "site/fr/index.html")):
        handler, file = handler_of(url)
        assert (file, handler["mime_type"]) == (page, CONTENT_TYPES[".html"])
        assert re.match(handler["upload"], file)
    assert "(?" not in app_yaml(SENT, embedding=embedding), "POSIX patterns have no such groups"


def test_netlify_publishes_the_site_untouched_with_the_headers_file_in_it() -> None:
    read = tomllib.loads(netlify_toml(embedding=False))
    assert read["build"]["publish"] == "site"
    assert read["build"]["processing"]["skip_processing"] is True
    assert "headers" not in read, "what is set in both places is sent twice; test_hosts.py reads _headers"


def test_netlify_lets_other_origins_load_the_reader_where_it_is_told_to() -> None:
    rules = {rule["for"]: rule["values"] for rule in tomllib.loads(netlify_toml(embedding=True))["headers"]}
    assert rules == {f"/{MODULE}": EMBEDDING, "/assets/*": EMBEDDING, "/models/*": EMBEDDING}


def test_nginx_has_the_types_and_headers_of_the_table() -> None:
    block = server_block(Path("/srv/reader"), SENT, brotli=False)
    types = {f".{ending}": kind for kind, ending in re.findall(r'^ +"([^"]+)" (\w+);$', block, re.MULTILINE)}
    assert types == CONTENT_TYPES
    assert set(re.findall(r'add_header Cache-Control "([^"]+)"', block)) == {IMMUTABLE, NO_CACHE}
    for name, value in SENT.items():
        assert block.count(f'add_header {name} "{value}" always;') == block.count("add_header Cache-Control")
    assert "gzip_static on;" in block
    assert re.search(r"^ +# brotli_static on;", block, re.MULTILINE)
    assert re.search(r"^ +brotli_static on;", server_block(Path("/srv"), SENT, brotli=True), re.MULTILINE)


def test_a_folder_that_nginx_cannot_name_is_refused() -> None:
    with pytest.raises(UsageError, match=r"\$"):
        server_block(Path("/srv/$home"), SENT, brotli=False)


def fetch(address: str, accepts: str = "identity") -> tuple[int, Message, bytes]:
    """Status, headers and bytes of an answer, whatever it is."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers={"Accept-Encoding": accepts})) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


@needs_nginx
@pytest.mark.parametrize("embedding", [False, True])
def test_nginx_serves_the_site_as_the_table_says(embedding: bool, site: Path, tmp_path: Path) -> None:
    out, workplace = tmp_path / "a folder with spaces", tmp_path / "nginx"
    workplace.mkdir()
    deploy(out, "--site", site, "--for", "nginx", *(["--embedding"] if embedding else []))
    with nginx(out / "nginx.conf", workplace) as address:
        for path, data in FILES.items():
            if path == "404.html":
                continue
            status, headers, body = fetch(address + path)
            assert (status, body) == (200, data)
            assert {name: headers[name] for name in headers_of(path, SENT)} == headers_of(path, SENT)
            assert len(headers.get_all("Cache-Control") or []) == 1
            allowed = {name: headers[name] for name in EMBEDDING if headers[name]}
            assert allowed == (EMBEDDING if embedding and may_be_embedded(path) else {})
        for path in (PART, "index.html"):
            _, headers, body = fetch(address + path, "gzip")
            assert headers["Content-Encoding"] == "gzip"
            assert headers["Vary"] == "Accept-Encoding"
            assert headers["Content-Type"] == headers_of(path)["Content-Type"]
            assert body == (out / "site" / f"{path}.gz").read_bytes(), "the copy, not one made for the occasion"
            assert gzip.decompress(body) == FILES[path]
        _, headers, body = fetch(address + PART, "gzip, br")
        assert headers["Content-Encoding"] == ("br" if knows_brotli() else "gzip")
        if headers["Content-Encoding"] == "br":
            assert tool("brotli").decompress(body) == FILES[PART]
        assert fetch(address + WEIGHTS, "gzip")[1]["Content-Encoding"] is None
        assert fetch(address)[2] == FILES["index.html"]
        assert fetch(address + "fr/")[2] == FILES["fr/index.html"]
        for missing in ("nothing.html", "assets/nothing.js", "deep/er/nothing", f"{PART}.gz", "404.html"):
            status, headers, body = fetch(address + missing)
            assert (status, body) == (404, FILES["404.html"])
            assert headers["Content-Type"] == "text/html; charset=utf-8"
            assert headers["Cache-Control"] == NO_CACHE
            assert {name: headers[name] for name in SENT} == SENT
