"""What a host is that wants a configuration of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from build_site.deploy.compress import Encoding

# Where the site lies in a folder that has a configuration beside it.
SITE = "site"


@dataclass(frozen=True)
class Host:
    """A host: an entry of `HOSTS` in hosts.py.

    Attributes:
        files: Its configuration by path, for a folder that will be there; whether pages of other origins may load what
            they need to embed the reader; and the site's security headers.
        copies: The compressed copies that it takes from beside a file.
        following: What to do with the folder, one command a line.
        largest: Bytes of the largest file that it takes; None for any.
    """

    files: Callable[[Path, bool, Mapping[str, str]], dict[str, bytes]]
    following: Callable[[Path], list[str]]
    copies: tuple[Encoding, ...] = ()
    largest: int | None = None
