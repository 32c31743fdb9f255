"""Google App Engine: handlers for static files alone, so that no instance ever runs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from build_site.deploy.folder.host import SITE, Host
from build_site.hosts import CONTENT_TYPES, EMBEDDING, HASHED, MODULE, headers_of, is_hashed, may_be_embedded

CONFIGURATION = "app.yaml"
# The standard environment asks for one; it runs nothing.
RUNTIME = "python313"
LARGEST = 32 * 1024 * 1024
YEAR = "365d"


def _files(folder: Path, embedding: bool, security: Mapping[str, str]) -> dict[str, bytes]:
    return {CONFIGURATION: app_yaml(security, embedding=embedding).encode(), ".gcloudignore": b".gcloudignore\n"}


def _following(folder: Path) -> list[str]:
    return [f"gcloud app deploy {folder / CONFIGURATION}"]


HOST = Host(_files, _following, largest=LARGEST)


def app_yaml(security: Mapping[str, str], *, embedding: bool) -> str:
    """The configuration: a handler for every type of files, hashed and not; the first that fits an address counts.

    App Engine compresses by itself, and answers what is not there with a page of its own: it cannot send another with 404.
    """
    lines = [
        "# Written by `python -m build_site deploy`.",
        f"runtime: {RUNTIME}",
        "handlers:",
        *_handler("/", "index.html", "index.html", "index.html", embedding, security),
        *_handler("/(.+)/", r"\1/index.html", ".+/index.html", "index.html", embedding, security),
        *_handler(f"/{re.escape(MODULE)}", MODULE, f"{re.escape(MODULE)}$", MODULE, embedding, security),
    ]
    hashed = f"(?:{'|'.join(HASHED)})/.*"
    for suffix in [*CONTENT_TYPES, ""]:
        for folder, like in ((hashed, f"{HASHED[0]}/any{suffix}"), (".*", f"any{suffix}")):
            pattern = _posix(folder) + re.escape(suffix)
            lines += _handler(f"/({pattern})", r"\1", f"{pattern}$", like, embedding, security)
    return "\n".join(lines) + "\n"


def _posix(pattern: str) -> str:
    """App Engine's patterns know no groups that are not remembered; \\1 is always the outer one, which comes first."""
    return pattern.replace("(?:", "(")


def _handler(url: str, files: str, upload: str, like: str, embedding: bool, security: Mapping[str, str]) -> list[str]:
    """A handler for files that get the headers of a path `like` this one; `expiration` is what App Engine caches by itself."""
    headers = headers_of(like, security) | (EMBEDDING if embedding and may_be_embedded(like) else {})
    kind = headers.pop("Content-Type")
    return [
        f"- url: {json.dumps(url)}",
        f"  static_files: {json.dumps(f'{SITE}/{files}')}",
        f"  upload: {json.dumps(f'{SITE}/{upload}')}",
        f"  mime_type: {json.dumps(kind)}",
        f"  expiration: {json.dumps(YEAR if is_hashed(like) else '0s')}",
        "  secure: always",
        "  http_headers:",
        *(f"    {name}: {json.dumps(value)}" for name, value in headers.items()),
    ]
