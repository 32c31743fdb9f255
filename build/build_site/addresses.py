"""Where the pages and their parts lie in the site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from build_site import offline
from build_site.edition import Edition
from build_site.i18n.languages import Language
from build_site.models import Model

STANDALONE = "standalone.html"
INDEX = "index.html"
ABOUT = "about.html"


@dataclass(frozen=True)
class Addresses:
    """Where the pages find their parts, relative to the site's folder; `bundles` by the models' names.

    `early` has the bytes of what the engine needs of the default model before it reads a film, by address. `sha256` has the hashes of what pages check before it runs, by address: the script, the workers, the engine.
    """

    script: str
    worker: str
    litert: str | None
    formats: str
    measure: str
    later: str
    style: str
    icon: str
    icon_type: str
    apple_icon: str | None
    logo: str | None
    samples: tuple[str, ...]
    bundles: dict[str, str]
    wasm: dict[str, str]
    sha256: dict[str, str]
    early: dict[str, int]
    service_worker: str = offline.SERVICE_WORKER
    manifest: str = offline.WEB_APP_MANIFEST
    standalone: str = STANDALONE

    def seen_from(self, folder: str) -> Addresses:
        """The same, relative to a folder of the site: empty, or with a slash at the end."""
        up = "../" * folder.count("/")
        seen: dict[str, Any] = {
            name: value if name in ("icon_type", "sha256", "early") else _seen(value, up)
            for name, value in vars(self).items()
        }
        by_address = {
            name: {up + address: value for address, value in vars(self)[name].items()} for name in ("sha256", "early")
        }
        return Addresses(**seen | by_address)


def _seen(value: Any, up: str) -> Any:
    """One address, several, or none, with `up` before each."""
    if isinstance(value, dict):
        return {key: up + path for key, path in value.items()}
    if isinstance(value, tuple):
        return tuple(up + path for path in value)
    return None if value is None else up + value


def card_path(model: Model, edition: Edition) -> str:
    """Where a model's card lies in the edition's folder."""
    return "model-card.html" if model is edition.models[0] else f"model-card-{model.name}.html"


def canonical(edition: Edition, language: Language, name: str) -> str | None:
    """The whole address of a page, where the site's own is configured: search engines take no relative one."""
    if not edition.config.address:
        return None
    return edition.config.address + edition.site.folder_of(language) + ("" if name == INDEX else name)
