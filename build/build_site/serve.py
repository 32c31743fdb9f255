"""Serves a built site on this machine, with the headers of hosts.py and the compression that a host should add."""

from __future__ import annotations

import gzip
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import BinaryIO

from build_site.hosts import NO_CACHE, SECURITY, headers_of
from plainfilm.errors import PlainfilmError

COMPRESSED = {".html", ".js", ".css", ".json", ".svg", ".webmanifest", ".wasm"}
# Compressing larger files takes longer than handing them to a browser on the same machine.
COMPRESSED_BYTES = 1_000_000


class _Handler(SimpleHTTPRequestHandler):
    def send_response(self, code: int, message: str | None = None) -> None:
        super().send_response(code, message)
        headers = headers_of(self.path.partition("?")[0].lstrip("/"))
        if code >= HTTPStatus.BAD_REQUEST:
            headers["Cache-Control"] = NO_CACHE
        for name in ("Cache-Control", *SECURITY):
            self.send_header(name, headers[name])

    def guess_type(self, path: str | PathLike[str]) -> str:
        return headers_of(Path(path).as_posix())["Content-Type"]

    def send_head(self) -> BytesIO | BinaryIO | None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if self.path.partition("?")[0].endswith("/") else path
        if (
            "gzip" not in self.headers.get("Accept-Encoding", "")
            or path.suffix not in COMPRESSED
            or not path.is_file()
            or path.stat().st_size > COMPRESSED_BYTES
        ):
            return super().send_head()
        data = gzip.compress(path.read_bytes(), compresslevel=5)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        return BytesIO(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


def server(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """A server of the folder on this machine's loopback address; port 0 takes a free one.

    Raises:
        PlainfilmError: The port is taken.
    """
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(folder)))
    except OSError as error:
        raise PlainfilmError(
            f"port {port} cannot be used: {error.strerror}", next_step="choose another with --port"
        ) from None
