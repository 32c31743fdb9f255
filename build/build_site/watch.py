"""A site that is served while it changes: built beside, shown when whole; the last good one stays where a build fails."""

from __future__ import annotations

import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

from build_site.config import read_site_config
from build_site.inputs import inputs_of
from build_site.serve import SiteServer, server
from build_site.site import MANIFEST, build, is_site
from plainfilm.atomic import OutputError, atomic_folder
from plainfilm.errors import PlainfilmError
from plainfilm.files import read_json

PAUSE = 0.5  # seconds between two looks at the files: soon for a person, nothing for a processor
State = frozenset[tuple[str, int, int]]


class Preview:
    """A server and what it shows.

    Raises, when it is entered:
        PlainfilmError: The site cannot be built, the port is taken, or `out` holds something else.
    """

    def __init__(
        self,
        *,
        bundle: Sequence[Path] = (),
        config: Path | None = None,
        out: Path | None = None,
        port: int = 0,
        embedding: bool = False,
    ) -> None:
        """The arguments are those of `build`; `out` also keeps the site."""
        self._bundle, self._config, self._out, self._port = bundle, config, out, port
        self._embedding = embedding
        self._built = 0

    def __enter__(self) -> Preview:
        self._temporary = tempfile.TemporaryDirectory(prefix="plainfilm-serve-")
        try:
            if self._out is not None:
                check_same_site(self._out, read_site_config(self._config).title)
            self._seen = self._state()
            folder = self._build()
            self.server: SiteServer = server(folder, self._port, embedding=self._embedding)
        except BaseException:
            self._temporary.cleanup()
            raise
        self._thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._temporary.cleanup()

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.server.server_port}/"

    def run(self) -> None:
        """Looks at the files for good."""
        while True:
            time.sleep(PAUSE)
            self.look()

    def look(self) -> bool:
        """Builds anew if a file has changed and has been saved whole; returns whether another site is shown now."""
        state = self._state()
        if state == self._seen:
            return False
        while (again := self._state_later()) != state:  # somebody is still writing
            state = again
        self._seen = state
        started = time.perf_counter()
        try:
            folder = self._build()
        except PlainfilmError as error:
            print(f"error: {error}\nthe site before this change is still served", file=sys.stderr, flush=True)
            return False
        old = self.server.show(folder)
        if old is not None:
            shutil.rmtree(old, ignore_errors=True)
        print(f"built anew in {time.perf_counter() - started:.1f} s: load the page again", flush=True)
        return True

    def _build(self) -> Path:
        self._built += 1
        folder = Path(self._temporary.name) / str(self._built)
        build(folder, bundle=self._bundle, config=self._config)
        if self._out is not None:
            with atomic_folder(self._out, manifest=MANIFEST, inputs=self._bundle) as kept:
                shutil.copytree(folder, kept, dirs_exist_ok=True)
        return folder

    def _state(self) -> State:
        return frozenset(_stamps(inputs_of(self._bundle, self._config)))

    def _state_later(self) -> State:
        time.sleep(PAUSE / 5)
        return self._state()


def check_same_site(folder: Path, title: str) -> None:
    """A folder to keep a site in may hold this site already, but no other.

    Raises:
        OutputError: It holds another one.
    """
    if not is_site(folder):
        return  # what is in no site of ours is left alone by `atomic_folder`
    there = read_json(folder / MANIFEST).get("title")
    if there != title:
        raise OutputError(
            f"{folder} holds another site",
            received=f"the site {there!r}" if there else "a site of an earlier version",
            expected=f"no folder, an empty one, or the site {title!r}",
            next_step="choose another with --out, or leave it out: serve needs none",
        )


def _stamps(paths: Sequence[Path]) -> Iterator[tuple[str, int, int]]:
    for path in paths:
        try:
            stat = path.stat()
        except OSError:  # it went meanwhile
            continue
        yield str(path), stat.st_mtime_ns, stat.st_size
