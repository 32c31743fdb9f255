"""Netlify: what to publish. The headers are in the site's own `_headers`; set in both places they would be sent twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from build_site.deploy.folder.host import SITE, Host
from build_site.hosts import EMBEDDING, HASHED, MODULE

CONFIGURATION = "netlify.toml"


def _files(folder: Path, embedding: bool, security: Mapping[str, str]) -> dict[str, bytes]:
    return {CONFIGURATION: netlify_toml(embedding=embedding).encode()}


def _following(folder: Path) -> list[str]:
    return [f"netlify deploy --prod --cwd {folder}"]


HOST = Host(_files, _following)


def netlify_toml(*, embedding: bool) -> str:
    """The configuration. Netlify compresses by itself, in gzip and Brotli, and shows 404.html for what is not there."""
    return f"""\
# Written by `python -m build_site deploy`. The headers are in {SITE}/_headers.
[build]
publish = "{SITE}"
command = ""

# Files go out byte for byte: their names and the pages' policy hold hashes of them.
[build.processing]
skip_processing = true
{_rules() if embedding else ""}"""


def _rules() -> str:
    """What `_headers` does not send: pages of other origins may load the reader."""
    values = "".join(f"{name} = {json.dumps(value)}\n" for name, value in EMBEDDING.items())
    paths = [f"/{MODULE}", *(f"/{folder}/*" for folder in HASHED)]
    return "".join(f"\n[[headers]]\nfor = {json.dumps(path)}\n[headers.values]\n{values}" for path in paths)
