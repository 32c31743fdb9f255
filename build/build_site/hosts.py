"""Hosts that a site may be published on: the extra files they want, and the headers that each should send.

A host is an entry of HOSTS; docs/hosting.md repeats the headers from here, and a test compares.
"""

from __future__ import annotations

from pathlib import PurePosixPath

# Names in these folders hold a hash of the file's contents.
HASHED = ("assets", "models")
IMMUTABLE = "public, max-age=31536000, immutable"
NO_CACHE = "no-cache"
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".png": "image/png",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".bmp": "image/bmp",
    ".txt": "text/plain; charset=utf-8",
}
OTHER_TYPE = "application/octet-stream"
# Kinds that shrink by half or more; weights and pictures do not.
COMPRESSIBLE = frozenset({".html", ".js", ".css", ".json", ".svg", ".webmanifest", ".wasm", ".txt"})
NOT_FOUND = "404.html"  # what hosts show under any address where there is nothing
# The pages' Content-Security-Policy is in the pages themselves.
SECURITY = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


def headers_of(path: str) -> dict[str, str]:
    """The headers of a file: its type, how long it may be cached, and security.

    Args:
        path: Its path in the site, or below a folder that holds the site.
    """
    return {
        "Content-Type": CONTENT_TYPES.get(PurePosixPath(path).suffix, OTHER_TYPE),
        "Cache-Control": IMMUTABLE if is_hashed(path) else NO_CACHE,
        **SECURITY,
    }


def is_hashed(path: str) -> bool:
    """Whether a file's name holds a hash of its contents, so that it never changes under this name."""
    return any(folder in HASHED for folder in PurePosixPath(path).parts[:-1])


def _headers_file() -> bytes:
    """`_headers`: both hosts know the types, and keep no page unless they are told to; headers set twice they join."""
    rules = {"/*": SECURITY, **{f"/{folder}/*": {"Cache-Control": IMMUTABLE} for folder in HASHED}}
    lines = [
        f"{path}\n" + "".join(f"  {name}: {value}\n" for name, value in found.items()) for path, found in rules.items()
    ]
    return "\n".join(lines).encode()


# The extra files by host: all of them are in every site, so that the folder can be moved from one host to another.
HOSTS: dict[str, dict[str, bytes]] = {
    "every host": {"robots.txt": b"User-agent: *\nAllow: /\n"},
    "GitHub Pages": {".nojekyll": b""},  # serve the files as they are
    "Netlify and Cloudflare Pages": {"_headers": _headers_file()},
}


def host_files() -> dict[str, bytes]:
    """The extra files of every host, by path in the site."""
    return {path: data for files in HOSTS.values() for path, data in files.items()}


# What pages of other origins need to have to read films with plainfilm.js (docs/embedding.md). Only hosts that are told to
# send it: with it, any page that a visitor has open can read these files, where the site is not for everybody.
EMBEDDING = {"Access-Control-Allow-Origin": "*"}
MODULE = "plainfilm.js"


def may_be_embedded(path: str) -> bool:
    """Whether pages of other origins load a file of the site."""
    return path == MODULE or is_hashed(path)
