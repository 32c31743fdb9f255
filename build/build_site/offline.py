"""What makes the site installable and keeps it on a device: the web app manifest, and the service worker with its list of files."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from build_site.config import SiteConfig
from build_site.hosts import HASHED

SERVICE_WORKER = "service-worker.js"
WEB_APP_MANIFEST = "manifest.webmanifest"
ICONS = ("icon-192.png", "icon-512.png", "icon-maskable-512.png")
APPLE_ICON = "icon-apple-180.png"


def icons(template: Path) -> dict[str, bytes]:
    """The icons that `python -m tests.tools.icons` drew, by name."""
    return {name: (template / "icons" / name).read_bytes() for name in (*ICONS, APPLE_ICON)}


def grounds(style: str) -> tuple[str, str]:
    """The page's background colours, dark and light, from its stylesheet."""
    dark, light, *_ = re.findall(r"--ground:\s*(#[0-9a-f]{3,8})", style)
    return dark, light


def web_app_manifest(
    site: SiteConfig, style: str, svg: str, pngs: Mapping[str, str], opens: Mapping[str, Sequence[str]]
) -> bytes:
    """The manifest; all addresses are relative to it, so any folder will do.

    Args:
        site, style: The site's words and its stylesheet.
        svg: Address of the icon.
        pngs: Addresses of the icons in pixels, by name.
        opens: Endings of the files that the installed page may be asked to open, by media type.
    """
    ground = grounds(style)[0]
    document = {
        "name": f"{site.title}: {site.headline}",
        "short_name": site.title,
        "description": site.lead,
        "lang": site.language,
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "background_color": ground,
        "theme_color": ground,
        "icons": [
            {"src": svg, "type": "image/svg+xml", "sizes": "any", "purpose": "any"},
            *(
                {
                    "src": pngs[name],
                    "type": "image/png",
                    "sizes": "{0}x{0}".format(re.findall(r"\d+", name)[0]),
                    "purpose": "maskable" if "maskable" in name else "any",
                }
                for name in ICONS
            ),
        ],
        "file_handlers": [{"action": "./", "accept": opens}],
        "launch_handler": {"client_mode": "focus-existing"},
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def service_worker(script: bytes, files: Mapping[str, bytes], *, model: str, seldom: Collection[str]) -> bytes:
    """The service worker with the list of files in front, `FILES` in site_template/src/service_worker/files.d.ts.

    Args:
        script: The bundled script.
        files: The files that pages ask for, by path.
        model: The folder of the default model, which is kept from the first visit on, with a slash at the end.
        seldom: Paths of files that few browsers need.
    """
    listed: dict[str, list[dict[str, str | None]]] = {"first": [], "later": []}
    for path, data in sorted(files.items()):
        digest = hashlib.sha256(data)
        own = path.startswith(model) if path.startswith("models/") else path.startswith("assets/") or "/" not in path
        listed["first" if own and path not in seldom else "later"].append(
            {
                "url": path,
                "revision": None if path.partition("/")[0] in HASHED else digest.hexdigest()[:12],
                "integrity": f"sha256-{base64.b64encode(digest.digest()).decode()}",
            }
        )
    return f"const FILES={json.dumps(listed, separators=(',', ':'))};\n".encode() + script
