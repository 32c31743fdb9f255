"""The two pages, index.html and standalone.html, out of Jinja templates; with them their Content-Security-Policy."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from build_site import facts, points
from build_site.config import SiteConfig, Strings
from training.exceptions import PlainfilmError

REDIRECT = 'if(location.protocol==="file:")location.replace("standalone.html")'


@dataclass(frozen=True)
class Parts:
    """What the pages are put together from.

    Attributes:
        version: Of this package.
        site, strings: The site's words.
        metadata: Of the bundle.
        metadata_sha256: Of the bundle's metadata.json, as lower-case hexadecimal digits.
        has_heatmap: Whether its graph has the output `heatmap`.
        has_predictions: Whether it says what its network said of the films it was measured on.
        page_script, worker_script, formats_script, style, mark: The bundled sources.
    """

    version: str
    site: SiteConfig
    strings: Strings
    metadata: dict[str, Any]
    metadata_sha256: str
    has_heatmap: bool
    has_predictions: bool
    page_script: str
    worker_script: bytes
    formats_script: bytes
    style: str
    mark: str


@dataclass(frozen=True)
class Addresses:
    """Where index.html finds its parts, relative to itself."""

    script: str
    worker: str
    formats: str
    style: str
    icon: str
    bundle: str
    wasm: dict[str, str]


def index_page(templates: Path, parts: Parts, addresses: Addresses) -> str:
    """index.html: loads its parts from its own origin."""
    source: dict[str, object] = {"kind": "http", "bundle": addresses.bundle, "wasm": addresses.wasm}
    policy = {
        "script-src": f"'self' 'wasm-unsafe-eval' {source_hash(REDIRECT)}",
        "style-src": "'self'",
        "img-src": "'self' blob: data:",
        "connect-src": "'self'",
        "worker-src": "'self'",
    }
    return _render(
        templates, parts, policy, source=source, worker=addresses.worker, formats=addresses.formats, icon=addresses.icon,
        style=addresses.style, script=addresses.script, redirect=_safe(REDIRECT), inline_style=None, inline_script=None, embedded=(),
    )  # fmt: skip


def standalone_page(templates: Path, parts: Parts, bundle: dict[str, bytes], wasm: dict[str, bytes]) -> str:
    """standalone.html: everything inside one file, which works from a disk."""
    script, style = _inline(parts.page_script, "script"), _inline(parts.style, "style")
    policy = {
        "script-src": f"'wasm-unsafe-eval' {source_hash(script)}",
        "style-src": source_hash(style),
        "img-src": "blob: data:",
        "worker-src": "blob:",
    }
    files = [("worker.js", parts.worker_script), ("formats.js", parts.formats_script)]
    files += [(f"wasm/{name}", data) for name, data in sorted(wasm.items())]
    files += [(f"bundle/{name}", data) for name, data in sorted(bundle.items())]
    return _render(
        templates, parts, policy, source={"kind": "embedded"}, worker=None, formats=None, icon="data:image/svg+xml;base64," + _base64(icon(parts).encode()),
        style=None, script=None, redirect=None, inline_style=_safe(style),
        inline_script=_safe(script), embedded=[(path, _base64(data)) for path, data in files],
    )  # fmt: skip


def icon(parts: Parts) -> str:
    """The site's mark as an SVG file."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" color="#3f8fc4">{parts.mark}</svg>'


def source_hash(text: str) -> str:
    """A script's or style's hash as a Content-Security-Policy wants it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _render(
    templates: Path,
    parts: Parts,
    policy: dict[str, str],
    *,
    source: dict[str, object],
    worker: str | None,
    formats: str | None,
    embedded: Sequence[tuple[str, str]],
    **context: object,
) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    words = parts.strings.page
    csp = {"default-src": "'none'", **policy, "base-uri": "'none'", "form-action": "'none'"}
    return environment.get_template("page.html.j2").render(
        site=parts.site,
        words=words,
        metadata=parts.metadata,
        has_heatmap=parts.has_heatmap,
        has_predictions=parts.has_predictions,
        version=parts.version,
        csp=_safe("; ".join(f"{directive} {sources}" for directive, sources in csp.items())),
        mark=_safe(parts.mark),
        disclaimer=_disclaimer(parts),
        facts=facts.facts(parts.metadata, parts.site, words),
        operating_points=facts.operating_points(parts.metadata, words),
        choices=[point | {"help": points.help_of(point["name"], words)} for point in _points(parts)],
        zones=facts.zones(parts.metadata, words),
        travel=facts.travel(parts.metadata, words),
        evaluation=facts.evaluation(parts.metadata, parts.site, words),
        site_json=_safe(_script_json(_page_data(parts, source, worker, formats))),
        embedded=embedded,
        **context,
    )


def _page_data(parts: Parts, source: dict[str, object], worker: str | None, formats: str | None) -> dict[str, object]:
    """What the page's script is told: `Site` in site_template/src/shared/site.ts."""
    metadata = parts.metadata
    return {
        "language": parts.site.language,
        "version": parts.version,
        "model": metadata["name"],
        "model_sha256": parts.metadata_sha256,
        "precision": metadata["precision"],
        "disclaimer": _disclaimer(parts),
        "operating_points": _points(parts),
        "splits": [{"name": split["name"], "title": split["title"]} for split in metadata.get("splits", [])],
        "classes": [{"name": name, "label": parts.site.label_of(name)} for name in metadata["class_names"]],
        "positive_class": metadata["positive_class"],
        "view": metadata["image_converter"]["view"],
        "source": source,
        "worker": worker,
        "formats": formats,
        "messages": parts.strings.messages,
    }


def _points(parts: Parts) -> list[dict[str, Any]]:
    return points.operating_points(parts.metadata, parts.strings.page)


def _disclaimer(parts: Parts) -> str:
    """What stands beside every result: what the site is not, and whom its network learned from."""
    return f"{parts.site.warning} {facts.training_population(parts.metadata, parts.strings.page)}"


def _script_json(document: object) -> str:
    """JSON that may stand between <script> tags."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _inline(text: str, tag: str) -> str:
    """A script or style that may stand between its tags, with nothing changed: its hash is in the policy."""
    text = text.strip()
    if f"</{tag}" in text.lower() or "<!--" in text:
        raise PlainfilmError(f"the page's {tag} would end its own tag early", received=f"</{tag} or <!-- inside it")
    return text


def _safe(text: str) -> Markup:
    """Text that is HTML already."""
    return Markup(text)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
