"""What makes the site installable and keeps it on a device: the web app manifest, and the service worker with its list of files."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from build_site.config import SiteConfig
from build_site.hosts import HASHED
from build_site.site_toml.files import PNG, SVG, Picture

SERVICE_WORKER = "service-worker.js"
WEB_APP_MANIFEST = "manifest.webmanifest"
ICONS = ("icon-192.png", "icon-512.png", "icon-maskable-512.png")
APPLE_ICON = "icon-apple-180.png"


@dataclass(frozen=True)
class Icons:
    """The site's icons.

    Attributes:
        tab: Address of the icon in tabs.
        tab_type: Its media type.
        apple: Address of Apple's, which must be a PNG; None where there is none.
        listed: All of them, as the manifest lists them.
    """

    tab: str
    tab_type: str
    apple: str | None
    listed: list[dict[str, str]]


def shipped_icons(template: Path, svg: str, add: Callable[[str, bytes], str]) -> Icons:
    """Plainfilm's icons: those that `python -m tests.tools.icons` drew, and the mark; `add` puts a file into the site."""
    addresses = {name: add(name, (template / "icons" / name).read_bytes()) for name in (*ICONS, APPLE_ICON)}
    tab = add("icon.svg", svg.encode())
    pngs = [
        {
            "src": addresses[name],
            "type": PNG,
            "sizes": "{0}x{0}".format("".join(filter(str.isdigit, name))),
            "purpose": "maskable" if "maskable" in name else "any",
        }
        for name in ICONS
    ]
    return Icons(tab, SVG, addresses[APPLE_ICON], [{"src": tab, "type": SVG, "sizes": "any", "purpose": "any"}, *pngs])


def own_icons(icon: Picture, add: Callable[[str, bytes], str]) -> Icons:
    """A site's own icon, in the one size that it has."""
    is_png = icon.kind == PNG
    tab = add("icon.png" if is_png else "icon.svg", icon.data)
    sizes = "{}x{}".format(*icon.size) if is_png and icon.size else "any"
    return Icons(
        tab, icon.kind, tab if is_png else None, [{"src": tab, "type": icon.kind, "sizes": sizes, "purpose": "any"}]
    )


def web_app_manifest(
    site: SiteConfig, ground: str, icons: Sequence[Mapping[str, str]], opens: Mapping[str, Sequence[str]]
) -> bytes:
    """The manifest; all addresses are relative to it, so any folder will do.

    Args:
        site, ground: The site's words and its dark background.
        icons: The icons as it lists them.
        opens: Endings of the files that the installed page may be asked to open, by media type.
    """
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
        "icons": list(icons),
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
