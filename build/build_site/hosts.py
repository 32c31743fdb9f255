"""Hosts that a site may be published on: the extra files they want, and the headers that each should send.

A host is an entry of HOSTS; docs/hosting.md repeats the headers from here, and a test compares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

from build_site.policy import common_policy

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
# What a page might ask a browser for and none of ours does. Those that every browser knows: an unknown one is complained of.
FORBIDDEN = ("camera", "display-capture", "geolocation", "hid", "microphone", "midi", "payment", "serial", "usb")
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FORBIDDEN),
}
POLICY = "Content-Security-Policy"
# Besides what the pages' own policies say: no page of others shows one of ours in a frame. <plainfilm-reader> needs no frame.
FRAMES = {"frame-ancestors": "'self'"}
# For what is not configured anew with every deploy: nothing in it depends on the site.
LASTING_POLICY = "base-uri 'none'; form-action 'none'; object-src 'none'; frame-ancestors 'self'"
# Cross-origin isolation is not asked for: the engine has no threads, and nothing else of ours needs it. The pages work in it.


def security_of(pages: Iterable[bytes]) -> dict[str, str]:
    """The security headers of every file of a site.

    Args:
        pages: Its pages, whose policies the site's has in common.
    """
    return {**SECURITY, POLICY: common_policy(pages, FRAMES)}


def headers_of(path: str, security: Mapping[str, str] = MappingProxyType(SECURITY)) -> dict[str, str]:
    """The headers of a file: its type, how long it may be cached, and security.

    Args:
        path: Its path in the site, or below a folder that holds the site.
        security: Of its site, as `security_of` gives them.
    """
    return {
        "Content-Type": CONTENT_TYPES.get(PurePosixPath(path).suffix, OTHER_TYPE),
        "Cache-Control": IMMUTABLE if is_hashed(path) else NO_CACHE,
        **security,
    }


def is_hashed(path: str) -> bool:
    """Whether a file's name holds a hash of its contents, so that it never changes under this name."""
    return any(folder in HASHED for folder in PurePosixPath(path).parts[:-1])


def _headers_file(security: Mapping[str, str]) -> bytes:
    """`_headers`: both hosts know the types, and keep no page unless they are told to; headers set twice they join."""
    rules = {"/*": security, **{f"/{folder}/*": {"Cache-Control": IMMUTABLE} for folder in HASHED}}
    lines = [
        f"{path}\n" + "".join(f"  {name}: {value}\n" for name, value in found.items()) for path, found in rules.items()
    ]
    return "\n".join(lines).encode()


# The extra files by host, from the site's security headers: all of them are in every site, so that the folder can be moved from
# one host to another.
HOSTS: dict[str, Callable[[Mapping[str, str]], dict[str, bytes]]] = {
    "every host": lambda _: {"robots.txt": b"User-agent: *\nAllow: /\n"},
    "GitHub Pages": lambda _: {".nojekyll": b""},  # serve the files as they are
    "Netlify and Cloudflare Pages": lambda security: {"_headers": _headers_file(security)},
}


def host_files(security: Mapping[str, str] = MappingProxyType(SECURITY)) -> dict[str, bytes]:
    """The extra files of every host, by path in the site, whose security headers are given."""
    return {path: data for files in HOSTS.values() for path, data in files(security).items()}


# What pages of other origins need to have to read films with plainfilm.js (docs/embedding.md). Only hosts that are told to
# send it: with it, any page that a visitor has open can read these files, where the site is not for everybody.
EMBEDDING = {"Access-Control-Allow-Origin": "*"}
MODULE = "plainfilm.js"


def may_be_embedded(path: str) -> bool:
    """Whether pages of other origins load a file of the site."""
    return path == MODULE or is_hashed(path)
