"""plainfilm.js: what pages of other people load to read films on them (site_template/src/embed)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from build_site.addresses import Addresses
from build_site.edition import Edition, Scripts
from build_site.hosts import MODULE
from build_site.page_data import data_over_http

# Names that never change, as MODULE's: that loads a module whose name holds its hash.
TYPES = "plainfilm.d.ts"
__all__ = ["MODULE", "TYPES", "WORDS", "entry", "module", "site_data", "unavailable"]
WORDS = (
    "choose",
    "drop_here",
    "read_anyway",
    "remove",
    "card",
    "readings",
    "engine_title",
    "engine_waiting",
    "engine_details",
    "retry",
    "reload",
)


def site_data(edition: Edition, addresses: Addresses) -> bytes:
    """What the module knows of its site in one language: `EmbeddedSite` in site_template/src/embed/site.ts.

    Args:
        edition: The site in that language.
        addresses: Relative to the site's folder.
    """
    document = json.loads(data_over_http(edition, addresses))
    for model in document["models"]:
        model["card"] = edition.folder + model["card"]
    document |= {
        "direction": edition.language.direction,
        "page": edition.folder or "./",
        "title": edition.config.title,
        "words": {name: edition.words[name] for name in WORDS},
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def unavailable(edition: Edition) -> dict[str, object]:
    """The few words that are needed where the rest of them cannot be had: `Unavailable` in embedded.d.ts."""
    return {
        "direction": edition.language.direction,
        "retry": edition.words["retry"],
        **{problem: edition.messages[f"start-{problem}"] for problem in ("unreachable", "missing", "changed")},
    }


def module(scripts: Scripts, sites: Mapping[str, Mapping[str, object]]) -> bytes:
    """The module, which lies in a folder of the site, with `EMBEDDED` in front (site_template/src/embed/embedded.d.ts).

    Args:
        scripts: With the bundled module.
        sites: `address` and `sha256` of the site's data, and `unavailable`, by language, the default first.
    """
    embedded = {"root": "../", "sites": sites, "style": scripts.embed_style}
    return (
        f"const EMBEDDED={json.dumps(embedded, ensure_ascii=False, separators=(',', ':'))};\n{scripts.embed}".encode()
    )


def entry(address: str) -> bytes:
    """The module under its stable name."""
    return f'export * from "./{address}";\n'.encode()
