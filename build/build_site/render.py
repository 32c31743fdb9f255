"""The site's pages out of Jinja templates; with them their Content-Security-Policy."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from build_site import models, offline
from build_site.card import facts
from build_site.card.model_card import Card, card_of
from build_site.card.texts import CardTexts, Section
from build_site.config import SiteConfig, Strings
from build_site.i18n.languages import Language
from build_site.licences import Licence, licences_text
from build_site.models import Model
from plainfilm.errors import PlainfilmError

STANDALONE = "standalone.html"
INDEX = "index.html"
ABOUT = "about.html"


@dataclass(frozen=True)
class Parts:
    """What the pages are put together from.

    Attributes:
        version: Of this package.
        site, strings: The site's words.
        models: The first is the default.
        languages: Of the site; the first is that of its default pages, the others have a folder each.
        about, card_texts: The longer texts.
        licences: Of the software in the scripts.
        language_script, page_script, worker_script, formats_script, service_worker_script, style, mark: The bundled sources.
    """

    version: str
    site: SiteConfig
    strings: Strings
    models: tuple[Model, ...]
    languages: tuple[Language, ...]
    about: list[Section]
    card_texts: CardTexts
    licences: list[Licence]
    language_script: str
    page_script: str
    worker_script: bytes
    formats_script: bytes
    service_worker_script: bytes
    style: str
    mark: str

    @property
    def language(self) -> Language:
        """Of these pages."""
        return next(language for language in self.languages if language.tag == self.site.language)

    @property
    def folder(self) -> str:
        """Where these pages lie in the site, with a slash at the end if it is not the site's own folder."""
        return self.folder_of(self.language)

    def folder_of(self, language: Language) -> str:
        """Where a language's pages lie."""
        return "" if language == self.languages[0] else f"{language.tag}/"


@dataclass(frozen=True)
class Addresses:
    """Where the pages find their parts, relative to the site's folder; `bundles` by the models' names."""

    script: str
    worker: str
    formats: str
    style: str
    icon: str
    apple_icon: str
    bundles: dict[str, str]
    wasm: dict[str, str]
    service_worker: str = offline.SERVICE_WORKER
    manifest: str = offline.WEB_APP_MANIFEST
    standalone: str = STANDALONE

    def seen_from(self, folder: str) -> Addresses:
        """The same, relative to a folder of the site: empty, or with a slash at the end."""
        up = "../" * folder.count("/")
        seen: dict[str, Any] = {
            name: up + value if isinstance(value, str) else {key: up + path for key, path in value.items()}
            for name, value in vars(self).items()
        }
        return Addresses(**seen)


def templates_in(folder: Path) -> jinja2.Environment:
    """The templates of a folder; each is compiled once, however many pages are made of it."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )


def index_page(templates: jinja2.Environment, parts: Parts, addresses: Addresses) -> str:
    """index.html: loads its parts from its own origin."""
    script = _inline(parts.language_script, "script")
    policy = {
        "script-src": f"'self' 'wasm-unsafe-eval' {source_hash(script)}",
        "style-src": "'self'",
        "img-src": "'self' blob: data:",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "manifest-src": "'self'",
    }
    seen = addresses.seen_from(parts.folder)
    known = [
        models.page_data(model, parts.site, parts.strings.page)
        | {"bundle": seen.bundles[model.name], "card": model_card_path(model, parts)}
        for model in parts.models
    ]
    data = {
        "source": {"kind": "http", "wasm": seen.wasm}, "worker": seen.worker, "formats": seen.formats,
        "service_worker": seen.service_worker, "models": known,
    }  # fmt: skip
    return _render(
        "page.html.j2", templates, parts, parts.models[0], policy, **_over_http(INDEX, parts.models[0], parts, seen),
        language_script=_safe(script), script=seen.script, inline_script=None, site_json=_site_json(parts, data), embedded=(),
        **_choice(parts, parts.models, {model.name: model_card_path(model, parts) for model in parts.models}),
    )  # fmt: skip


def standalone_page(
    templates: jinja2.Environment, everywhere: Sequence[Parts], bundle: dict[str, bytes], wasm: dict[str, bytes]
) -> str:
    """standalone.html: everything inside one file, which works from a disk. Of the models it holds the default.

    Args:
        templates: As `templates_in` gives them.
        everywhere: The parts in every language; the page is in the first, and holds itself in the others, packed.
        bundle: Of the default model.
        wasm: The engine's binaries.
    """
    parts = everywhere[0]
    language_script, script = (_inline(text, "script") for text in (parts.language_script, parts.page_script))
    style = _inline(parts.style, "style")
    policy = {
        "script-src": f"'wasm-unsafe-eval' {source_hash(language_script)} {source_hash(script)}",
        "style-src": source_hash(style),
        "img-src": "blob: data:",
        "worker-src": "blob:",
    }
    files = [("worker.js", parts.worker_script), ("formats.js", parts.formats_script)]
    files += [
        (f"languages/{other.language.tag}.html.gz", _packed(_one_file(templates, other))) for other in everywhere[1:]
    ]
    files += [(f"wasm/{name}", data) for name, data in sorted(wasm.items())]
    files += [(f"bundle/{name}", data) for name, data in sorted(bundle.items())]
    return _one_file(
        templates, parts, policy, icon="data:image/svg+xml;base64," + _base64(icon(parts).encode()), inline_style=_safe(style),
        language_script=_safe(language_script), inline_script=_safe(script), embedded=[(path, _base64(data)) for path, data in files],
    )  # fmt: skip


def _one_file(
    templates: jinja2.Environment, parts: Parts, policy: dict[str, str] | None = None, **inside: object
) -> str:
    """standalone.html in one language; with nothing inside it is what another language's puts in its own place."""
    known = models.page_data(parts.models[0], parts.site, parts.strings.page) | {"bundle": None, "card": "#model-card"}
    data = {"source": {"kind": "embedded"}, "worker": None, "formats": None, "service_worker": None, "models": [known]}
    links = {"reader": "#reader", "card": "#model-card", "about": "#about"}
    nothing = {"icon": "data:,", "inline_style": "", "language_script": None, "inline_script": None, "embedded": ()}
    return _render(
        "page.html.j2", templates, parts, parts.models[0], policy or {}, links=links, manifest=None, apple_icon=None, style=None,
        standalone=None, canonical=None, **_languages(parts, lambda language: f"#lang={language.tag}"),
        site_json=_site_json(parts, data), **_choice(parts, parts.models[:1], {parts.models[0].name: links["card"]}),
        card=_card(parts.models[0], parts), **_about(parts), **(nothing | inside),
    )  # fmt: skip


def model_card_page(templates: jinja2.Environment, parts: Parts, model: Model, addresses: Addresses) -> str:
    """The model card of one model: a page without a script."""
    name = model_card_path(model, parts)
    return _still_page("model_card.html.j2", templates, name, parts, model, addresses, card=_card(model, parts))


def about_page(templates: jinja2.Environment, parts: Parts, addresses: Addresses) -> str:
    """about.html: a page without a script."""
    return _still_page("about.html.j2", templates, ABOUT, parts, parts.models[0], addresses, **_about(parts))


def model_card_path(model: Model, parts: Parts) -> str:
    """Where a model's card lies in the site."""
    return "model-card.html" if model is parts.models[0] else f"model-card-{model.name}.html"


def icon(parts: Parts) -> str:
    """The site's mark as an SVG file."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" color="#3f8fc4">{parts.mark}</svg>'


def source_hash(text: str) -> str:
    """A script's or style's hash as a Content-Security-Policy wants it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _still_page(
    template: str,
    templates: jinja2.Environment,
    name: str,
    parts: Parts,
    model: Model,
    addresses: Addresses,
    **context: object,
) -> str:
    # Auditing tools fetch robots.txt from within the page; without a script, nothing else can connect.
    policy = {"style-src": "'self'", "img-src": "'self' data:", "connect-src": "'self'", "manifest-src": "'self'"}
    over_http = _over_http(name, model, parts, addresses.seen_from(parts.folder))
    return _render(template, templates, parts, model, policy, language_script=None, **over_http, **context)


def _card(model: Model, parts: Parts) -> Card:
    return card_of(model, parts.card_texts, parts.site, parts.strings.page, parts.version)


def _about(parts: Parts) -> dict[str, object]:
    return {"about": parts.about, "licences": parts.licences, "licences_text": licences_text(parts.licences)}


def _over_http(name: str, model: Model, parts: Parts, seen: Addresses) -> dict[str, object]:
    """What the page of this name loads from its own origin, and where its links lead."""
    up = "../" if parts.folder else ""
    reader = INDEX if model is parts.models[0] else f"{INDEX}?model={model.name}"
    return {
        "up": up,
        "links": {"reader": reader, "card": model_card_path(model, parts), "about": ABOUT},
        "canonical": _canonical(parts, parts.language, name),
        "standalone": seen.standalone,
        "manifest": seen.manifest,
        "icon": seen.icon,
        "apple_icon": seen.apple_icon,
        "style": seen.style,
        "inline_style": None,
        **_languages(
            parts,
            lambda language: up + parts.folder_of(language) + name,
            lambda language: _canonical(parts, language, name),
        ),
    }


def _canonical(parts: Parts, language: Language, name: str) -> str | None:
    """The whole address of a page, where the site's own is configured: search engines take no relative one."""
    if not parts.site.address:
        return None
    return parts.site.address + parts.folder_of(language) + ("" if name == INDEX else name)


def _languages(
    parts: Parts, address: Callable[[Language], str], canonical: Callable[[Language], str | None] = lambda _: None
) -> dict[str, object]:
    """Every language of the site and where this page is in it, for the menu and for the script; none where there is one only."""
    spoken = parts.languages if len(parts.languages) > 1 else ()
    return {
        "languages": [
            vars(language) | {"address": address(language), "canonical": canonical(language)} for language in spoken
        ],
        "language_addresses": json.dumps({language.tag: address(language) for language in spoken}),
    }


def _packed(page: str) -> bytes:
    return gzip.compress(page.encode(), mtime=0)


def _choice(parts: Parts, held: Sequence[Model], cards: dict[str, str]) -> dict[str, object]:
    """What the reading page says of the models that it holds, and the titles of those that it does not."""
    words = parts.strings.page
    return {
        "about_models": [models.about(model, parts.site, words) | {"card": cards[model.name]} for model in held],
        "left_out": [model.metadata["title"] for model in parts.models if model not in held],
        "has_predictions": bool(held[0].predictions),
        "any_heatmap": any(model.has_heatmap for model in held),
    }


def _render(
    template: str, templates: jinja2.Environment, parts: Parts, model: Model, policy: dict[str, str], **context: object
) -> str:
    words = parts.strings.page
    csp = {"default-src": "'none'", **policy, "base-uri": "'none'", "form-action": "'none'"}
    return templates.get_template(template).render(
        site=parts.site,
        words=words,
        here=None,
        language=parts.language,
        is_default=parts.language == parts.languages[0],
        metadata=model.metadata,
        version=parts.version,
        grounds=offline.grounds(parts.style),
        csp=_safe("; ".join(f"{directive} {sources}" for directive, sources in csp.items())),
        mark=_safe(parts.mark),
        disclaimer=models.disclaimer(model, parts.site, words),
        facts=facts.facts(model.metadata, parts.site, words),
        operating_points=facts.operating_points(model.metadata, words),
        zones=facts.zones(model.metadata, words),
        travel=facts.travel(model.metadata, words),
        evaluation=facts.evaluation(model.metadata, parts.site, words),
        **context,
    )


def _site_json(parts: Parts, data: dict[str, Any]) -> Markup:
    """What the page's script is told: `PageData` in site_template/src/shared/site.ts."""
    metadata = parts.models[0].metadata
    common = {
        "language": parts.site.language,
        "version": parts.version,
        "classes": [{"name": name, "label": parts.site.label_of(name)} for name in metadata["class_names"]],
        "positive_class": metadata["positive_class"],
        "messages": parts.strings.messages,
    }
    return _safe(_script_json(common | data))


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
