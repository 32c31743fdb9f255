"""nginx: one server block with the headers of the table, and compressed copies beside the files."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from build_site.deploy.folder.host import SITE, Host
from build_site.hosts import (
    CONTENT_TYPES,
    EMBEDDING,
    HASHED,
    IMMUTABLE,
    MODULE,
    NO_CACHE,
    NOT_FOUND,
    OTHER_TYPE,
)
from plainfilm.errors import UsageError

CONFIGURATION = "nginx.conf"
MODULES = "/etc/nginx/modules-enabled/*.conf"


def _files(folder: Path, embedding: bool, security: Mapping[str, str]) -> dict[str, bytes]:
    block = server_block(folder / SITE, security, brotli=knows_brotli(), embedding=embedding)
    return {CONFIGURATION: block.encode()}


def _following(folder: Path) -> list[str]:
    return [
        f"sudo ln -s {(folder / CONFIGURATION).resolve()} /etc/nginx/conf.d/plainfilm.conf",
        "sudo nginx -t && sudo nginx -s reload",
    ]


HOST = Host(_files, _following, copies=("gzip", "br"))


def server_block(root: Path, security: Mapping[str, str], *, brotli: bool, embedding: bool = False) -> str:
    """The configuration, to be included in nginx's `http`.

    Args:
        root: The site's folder.
        security: The site's security headers.
        brotli: Whether nginx has the module that sends Brotli copies.
        embedding: Whether pages of other origins may load what they need to read films with the site.
    """
    more = {**security, **EMBEDDING} if embedding else security
    types = "\n".join(f"        {_quoted(kind)} {suffix[1:]};" for suffix, kind in CONTENT_TYPES.items())
    why = "" if brotli else "# "
    note = "" if brotli else "  # where nginx has this module (Debian: libnginx-mod-http-brotli-static)"
    return f"""\
# Written by `python -m build_site deploy`. Set listen and server_name; https is yours to add (certbot --nginx).
server {{
    listen 80;
    server_name _;
    root {_quoted(str(root.resolve()))};
    index index.html;
    error_page 404 /{NOT_FOUND};
    server_tokens off;

    types {{
{types}
    }}
    default_type {OTHER_TYPE};

    # The compressed copies beside the files.
    gzip_static on;
    gzip_vary on;
    {why}brotli_static on;{note}

    # Copies are not pages of their own.
    location ~ \\.(?:gz|br)$ {{
        return 404;
    }}
    location ~ ^/(?:{"|".join(HASHED)})/ {{
{_headers(IMMUTABLE, more)}
    }}
    location / {{
{_headers(NO_CACHE, security)}
    }}
    location = /{MODULE} {{
{_headers(NO_CACHE, more)}
    }}
    location = /{NOT_FOUND} {{
        internal;
{_headers(NO_CACHE, security, always=True)}
    }}
}}
"""


def _headers(caching: str, sent: Mapping[str, str], *, always: bool = False) -> str:
    """The headers of a location: nginx takes none of its server's where it has some of its own. Errors are not cached."""
    lines = [f"add_header Cache-Control {_quoted(caching)}{' always' if always else ''};"]
    lines += [f"add_header {name} {_quoted(value)} always;" for name, value in sent.items()]
    return "\n".join(" " * 8 + line for line in lines)


def _quoted(text: str) -> str:
    """A parameter of nginx's configuration; a folder's name may hold anything but what nginx takes for a variable."""
    if "$" in text or "\n" in text:
        raise UsageError("nginx cannot serve a folder of this name", received=text, expected="a name without $")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def knows_brotli() -> bool:
    """Whether the nginx of this machine, with the modules that it loads, can send Brotli copies."""
    nginx = shutil.which("nginx")
    if nginx is None:
        return False
    with tempfile.TemporaryDirectory() as temporary:
        test = Path(temporary) / CONFIGURATION
        test.write_text(whole_configuration("brotli_static on;\n", Path(temporary)), "utf-8")
        done = subprocess.run([nginx, "-t", "-c", test], capture_output=True, check=False)
    return done.returncode == 0


def whole_configuration(http: str, workplace: Path) -> str:
    """A configuration with the modules of this machine whose own files lie in a folder, so that anybody may run it."""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {workplace}/{kind};\n" for kind in kinds)
    own = f"daemon off;\npid {workplace}/pid;\nerror_log {workplace}/error.log;\nevents {{}}\n"
    return f"include {MODULES};\n{own}http {{\naccess_log off;\n{places}{http}}}\n"
