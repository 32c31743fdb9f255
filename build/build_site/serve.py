"""Serves a built site on this machine, with the headers of hosts.py and the compression that a host should add."""

from __future__ import annotations

import gzip
import sys
from functools import lru_cache
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from os import PathLike
from pathlib import Path
from socketserver import BaseServer
from typing import Any, BinaryIO

from build_site.hosts import (
    COMPRESSIBLE,
    EMBEDDING,
    NO_CACHE,
    NOT_FOUND,
    headers_of,
    may_be_embedded,
    security_of,
)
from plainfilm.errors import PlainfilmError

# Compressing larger files takes longer than handing them to a browser on the same machine.
COMPRESSED_BYTES = 1_000_000


def _security_of(folder: Path) -> dict[str, str]:
    """Of the site in a folder: its pages lie there, and those in other languages one folder below."""
    return security_of(path.read_bytes() for pattern in ("*.html", "*/*.html") for path in sorted(folder.glob(pattern)))


class SiteServer(ThreadingHTTPServer):
    """Serves one folder at a time; the one before stays at hand for a page that is just loading its parts."""

    def __init__(self, address: tuple[str, int], folder: Path, *, embedding: bool = False) -> None:
        self.folder = folder
        self.security = _security_of(folder)
        self.embedding = embedding
        self.before: Path | None = None
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went away, or was closed while its page loaded, is nobody's error."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def show(self, folder: Path) -> Path | None:
        """Serves another folder from now on; returns one that is no longer needed."""
        forgotten, self.before, self.folder = self.before, self.folder, folder
        self.security = _security_of(folder)
        return forgotten


class _Handler(SimpleHTTPRequestHandler):
    path = ""  # a request that is too long to be read is answered without one

    def __init__(self, request: Any, client_address: Any, server: BaseServer) -> None:
        assert isinstance(server, SiteServer)
        self._before = server.before
        self._embedding = EMBEDDING if server.embedding else {}
        self._security = server.security
        super().__init__(request, client_address, server, directory=str(server.folder))

    def translate_path(self, path: str) -> str:
        found = Path(super().translate_path(path).replace("\0", "\ufffd"))
        if not _is_inside(found, Path(self.directory)):
            return str(Path(self.directory) / "\ufffd")  # a link that leads out, or round: nothing is there
        if not found.exists() and self._before is not None:
            before = self._before / found.relative_to(self.directory)
            return str(before if before.is_file() else found)
        return f"{found}/" if path.split("?")[0].endswith("/") else str(found)

    def send_response(self, code: int, message: str | None = None) -> None:
        super().send_response(code, message)
        path = self.path.partition("?")[0].lstrip("/")
        headers = headers_of(path, self._security)
        if code >= HTTPStatus.BAD_REQUEST:
            headers["Cache-Control"] = NO_CACHE
        for name in ("Cache-Control", *self._security):
            self.send_header(name, headers[name])
        for name, value in self._embedding.items() if may_be_embedded(path) else ():
            self.send_header(name, value)

    def guess_type(self, path: str | PathLike[str]) -> str:
        return headers_of(Path(path).as_posix())["Content-Type"]

    def send_head(self) -> BytesIO | BinaryIO | None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if self.path.partition("?")[0].endswith("/") else path
        if (
            "gzip" not in self.headers.get("Accept-Encoding", "")
            or path.suffix not in COMPRESSIBLE
            or not path.is_file()
            or path.stat().st_size > COMPRESSED_BYTES
        ):
            return super().send_head()
        data = _compressed(path, path.stat().st_mtime_ns)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        return BytesIO(data)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / NOT_FOUND
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        data = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", self.guess_type(NOT_FOUND))
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


@lru_cache(maxsize=64)
def _compressed(path: Path, changed: int) -> bytes:
    """A file as it is since it was changed, once for all visits."""
    return gzip.compress(path.read_bytes(), compresslevel=5)


def _is_inside(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return False


def server(folder: Path, port: int = 0, *, embedding: bool = False) -> SiteServer:
    """A server of the folder on this machine's loopback address; port 0 takes a free one.

    With `embedding` it lets pages of other origins read films with the site.

    Raises:
        PlainfilmError: The port is taken.
    """
    try:
        return SiteServer(("127.0.0.1", port), folder, embedding=embedding)
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else "ports go from 0 to 65535"
        raise PlainfilmError(f"port {port} cannot be used: {reason}", next_step="choose another with --port") from None
