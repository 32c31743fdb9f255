"""A server that fails as hosts, proxies and networks do: a fault for each path that is to have one, until it is healed."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from build_site.serve import server

HTML = b"<!doctype html><title>Welcome</title><p>Please accept our terms to use this network."
# Each is a way in which a file does not come as it was built. `data` is one more for a page: what it holds for its script is broken.
FAULTS = ("404", "500", "cut", "empty", "html", "flipped", "old", "silent")


# What is slow comes in so many pieces, with so long between them.
PIECES, PAUSE_S = 12, 0.7


@dataclass
class FaultyServer:
    """A site's server.

    Attributes:
        folder: What it serves.
        address: Where, with a slash at the end.
        faults: A name of `FAULTS` by a pattern that a path must match.
        once: The same, for one answer each.
        headers: Sent with every answer, besides those that the server sends anyway.
        asked: Every path that was asked for.
        patience: What the page's patience is multiplied by: so that no test waits for half a minute.
    """

    folder: Path
    address: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    once: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    patience: float = 1
    released: threading.Event = field(default_factory=threading.Event)

    def fault_of(self, path: str) -> str | None:
        """The fault that a path has now."""
        for pattern in self.once:
            if re.search(pattern, path):
                return self.once.pop(pattern)
        return next((fault for pattern, fault in self.faults.items() if re.search(pattern, path)), None)

    def file(self, path: str) -> bytes:
        """A file as it is served; the page with the patience that tests have."""
        data = (self.folder / path).read_bytes()
        if path.endswith("index.html") and self.patience != 1:
            return data.replace(b'{"language":', b'{"patience":%g,"language":' % self.patience, 1)
        return data


@contextmanager
def faulty_server(folder: Path) -> Iterator[FaultyServer]:
    """Serves a folder until the block ends."""
    host = FaultyServer(folder)
    with server(folder) as running:
        usual: Any = running.RequestHandlerClass

        class Handler(usual):
            def do_GET(self) -> None:  # noqa: N802 (http.server calls it)
                path = self.path.partition("?")[0].lstrip("/")
                path += "index.html" if path == "" or path.endswith("/") else ""
                host.asked.append(path)
                fault = host.fault_of(path)
                if fault == "silent":
                    host.released.wait()
                elif fault == "slow":
                    self.answer(path, b"", len(data := host.file(path)))
                    for start in range(0, len(data), len(data) // PIECES + 1):
                        host.released.wait(PAUSE_S)
                        self.wfile.write(data[start : start + len(data) // PIECES + 1])
                elif fault in ("404", "500"):
                    self.send_error(int(fault))
                elif fault is not None:
                    self.answer(path, *damaged(host.file(path), fault))
                elif path.endswith("index.html") and (host.folder / path).is_file():
                    self.answer(path, host.file(path))
                else:
                    super().do_GET()

            def answer(self, path: str, data: bytes, length: int | None = None) -> None:
                self.send_response(HTTPStatus.OK)
                self.send_header("Content-Type", self.guess_type(path))
                self.send_header("Content-Length", str(len(data) if length is None else length))
                self.end_headers()
                self.wfile.write(data)

            def end_headers(self) -> None:
                for name, value in host.headers.items():
                    self.send_header(name, value)
                super().end_headers()

            def handle(self) -> None:
                with suppress(ConnectionError):  # the browser did not want the rest
                    super().handle()

        running.RequestHandlerClass = Handler
        host.address = f"http://127.0.0.1:{running.server_port}/"
        threading.Thread(target=running.serve_forever, daemon=True).start()
        try:
            yield host
        finally:
            host.released.set()
            running.shutdown()


def damaged(data: bytes, fault: str) -> tuple[bytes, int]:
    """What comes of a file, and how long it was said to be."""
    wrong = {
        "cut": data[: len(data) // 2],
        "empty": b"",
        "html": HTML,
        "flipped": data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :],
        "data": data.replace(b'{"language":', b"{"),
        "old": b"/* An earlier version. */" + data,
    }[fault]
    return wrong, len(data) if fault == "cut" else len(wrong)
