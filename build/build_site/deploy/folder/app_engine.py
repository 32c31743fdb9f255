"""Google App Engine: handlers for static files alone, so that no instance ever runs."""

from __future__ import annotations

import json
import re
from pathlib import Path

from build_site.deploy.folder.host import SITE, Host
from build_site.hosts import CONTENT_TYPES, HASHED, IMMUTABLE, NO_CACHE, OTHER_TYPE, SECURITY

CONFIGURATION = "app.yaml"
# The standard environment asks for one; it runs nothing.
RUNTIME = "python313"
LARGEST = 32 * 1024 * 1024
YEAR = "365d"


def _files(folder: Path) -> dict[str, bytes]:
    return {CONFIGURATION: app_yaml().encode(), ".gcloudignore": b".gcloudignore\n"}


def _following(folder: Path) -> list[str]:
    return [f"gcloud app deploy {folder / CONFIGURATION}"]


HOST = Host(_files, _following, largest=LARGEST)


def app_yaml() -> str:
    """The configuration: a handler for every type of files, hashed and not; the first that fits an address counts.

    App Engine compresses by itself, and answers what is not there with a page of its own: it cannot send another with 404.
    """
    lines = [
        "# Written by `python -m build_site deploy`.",
        f"runtime: {RUNTIME}",
        f"default_expiration: {json.dumps('0s')}",
        "handlers:",
        *_handler("/", "index.html", "index.html", CONTENT_TYPES[".html"], NO_CACHE),
        *_handler("/(.+)/", r"\1/index.html", ".+/index.html", CONTENT_TYPES[".html"], NO_CACHE),
    ]
    hashed = "|".join(HASHED)
    for suffix, kind in [*CONTENT_TYPES.items(), ("", OTHER_TYPE)]:
        ending = re.escape(suffix) + "$" if suffix else "$"
        for folder, caching in ((f"(?:{hashed})/.*", IMMUTABLE), (".*", NO_CACHE)):
            lines += _handler(
                f"/({_posix(folder)}{ending.rstrip('$')})", r"\1", f"{_posix(folder)}{ending}", kind, caching
            )
    return "\n".join(lines) + "\n"


def _posix(pattern: str) -> str:
    """App Engine's patterns know no groups that are not remembered; \\1 is always the outer one, which comes first."""
    return pattern.replace("(?:", "(")


def _handler(url: str, files: str, upload: str, kind: str, caching: str) -> list[str]:
    """A handler. `expiration` is what App Engine caches by itself, and http_headers is what it sends."""
    return [
        f"- url: {json.dumps(url)}",
        f"  static_files: {json.dumps(f'{SITE}/{files}')}",
        f"  upload: {json.dumps(f'{SITE}/{upload}')}",
        f"  mime_type: {json.dumps(kind)}",
        f"  expiration: {json.dumps(YEAR if caching == IMMUTABLE else '0s')}",
        "  secure: always",
        "  http_headers:",
        *(f"    {name}: {json.dumps(value)}" for name, value in {"Cache-Control": caching, **SECURITY}.items()),
    ]
