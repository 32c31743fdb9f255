"""The site's pages out of Jinja templates."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import jinja2
from markupsafe import Markup

from build_site.addresses import ABOUT, INDEX, Addresses, canonical, card_path
from build_site.card.model_card import Cards
from build_site.card.populations import population_rows
from build_site.edition import Edition, Site
from build_site.i18n.languages import Language
from build_site.licences import licences_text
from build_site.models import Model
from build_site.page_data import data_embedded, data_over_http
from build_site.policy import inline, integrity, security_policy, source_hash
from build_site.site_toml.files import SVG

# How a page gets its parts: over http, or from inside itself; a packed page is another language inside such a file,
# which takes its place and uses its parts.
Kind = Literal["web", "file", "packed"]
Context = dict[str, object]


def templates_in(folder: Path) -> jinja2.Environment:
    """The templates of a folder; each is compiled once, however many pages are made of it."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )


@dataclass(frozen=True)
class WebPages:
    """The pages of one edition, which load their parts from their own origin.

    Attributes:
        templates: As `templates_in` gives them.
        edition: Whose pages they are.
        cards: The models' cards.
        addresses: Where the site's parts lie.
    """

    templates: jinja2.Environment
    edition: Edition
    cards: Cards
    addresses: Addresses

    def files(self) -> dict[str, bytes]:
        """Every page by its path in the site."""
        pages = {INDEX: self._index(), ABOUT: self._about()}
        pages |= {card_path(model, self.edition): self._model_card(model) for model in self.edition.models}
        return {self.edition.folder + name: page.encode() for name, page in pages.items()}

    def _index(self) -> str:
        edition, seen = self.edition, self.addresses.seen_from(self.edition.folder)
        script, guard = (inline(one, "script") for one in (edition.site.scripts.language, edition.site.scripts.guard))
        policy = {
            "script-src": f"'self' 'wasm-unsafe-eval' {source_hash(script)} {source_hash(guard)}",
            "style-src": "'self'",
            "img-src": "'self' blob: data:",
            "connect-src": "'self'",
            "worker-src": "'self' blob:",
            "manifest-src": "'self'",
        }
        cards = {model.name: card_path(model, edition) for model in edition.models}
        context: Context = {
            "language_script": Markup(script),
            "guard": Markup(guard),
            "early": json.dumps(
                {
                    "files": seen.early,
                    "worker": {"address": seen.worker, "sha256": seen.sha256[seen.worker]},
                },
                separators=(",", ":"),
            ),
            "script": seen.script,
            "worker": seen.worker,
        }
        context["site_json"] = Markup(data_over_http(edition, seen))
        context |= _choice(edition, edition.models, cards) | _samples(edition, seen.samples)
        return self._page("page.html.j2", INDEX, edition.models[0], policy, context)

    def _model_card(self, model: Model) -> str:
        name = card_path(model, self.edition)
        return self._still_page(
            "model_card.html.j2", name, model, {"card": self.cards[self.edition.language.tag, model.name]}
        )

    def _about(self) -> str:
        return self._still_page("about.html.j2", ABOUT, self.edition.models[0], _about(self.edition))

    def _still_page(self, template: str, name: str, model: Model, context: Context) -> str:
        """A page without a script."""
        # Auditing tools fetch robots.txt from within the page; without a script, nothing else can connect.
        policy = {"style-src": "'self'", "img-src": "'self' data:", "connect-src": "'self'", "manifest-src": "'self'"}
        return self._page(template, name, model, policy, {"language_script": None, **context})

    def _page(self, template: str, name: str, model: Model, policy: Mapping[str, str], context: Context) -> str:
        edition, seen = self.edition, self.addresses.seen_from(self.edition.folder)
        up = "../" if edition.folder else ""
        reader = INDEX if model is edition.models[0] else f"{INDEX}?model={model.name}"
        where: Context = {
            "up": up,
            "links": {"reader": reader, "card": card_path(model, edition), "about": ABOUT},
            "canonical": canonical(edition, edition.language, name),
            "standalone": seen.standalone,
            "manifest": seen.manifest,
            "icon": seen.icon,
            "icon_type": seen.icon_type,
            "apple_icon": seen.apple_icon,
            "logo": seen.logo,
            "style": seen.style,
            "integrity": {path: integrity(digest) for path, digest in seen.sha256.items()},
        }

        def address(language: Language) -> str:
            return up + edition.site.folder_of(language) + name

        where |= _languages(edition, address, lambda language: canonical(edition, language, name))
        return _render(self.templates, template, "web", edition, model, policy, where | context)


def standalone_page(
    templates: jinja2.Environment,
    editions: Sequence[Edition],
    cards: Cards,
    bundle: Mapping[str, bytes],
    wasm: Mapping[str, bytes],
) -> str:
    """standalone.html: everything inside one file, which works from a disk. Of the models it holds the default.

    Args:
        templates: As `templates_in` gives them.
        editions: The page is in the first's language, and holds itself in the others, packed.
        cards: The models' cards.
        bundle: The default model's files.
        wasm: The engine's binaries.
    """
    edition, scripts = editions[0], editions[0].site.scripts
    language_script, script = inline(scripts.language, "script"), inline(scripts.page, "script")
    style = inline(scripts.style, "style")
    policy = {
        "script-src": f"'wasm-unsafe-eval' {source_hash(language_script)} {source_hash(script)} {source_hash(scripts.later)}",
        "style-src": source_hash(style),
        "img-src": "blob: data:",
        "worker-src": "blob:",
    }
    files = {"worker.js": scripts.worker, "formats.js": scripts.formats, "measure.js": scripts.measure}
    files["later.js"] = scripts.later.encode()
    files |= {f"languages/{other.language.tag}.html.gz": _packed(templates, other, cards) for other in editions[1:]}
    files |= {f"samples/{number}": sample.data for number, sample in enumerate(edition.site.files.samples)}
    files |= {f"wasm/{name}": data for name, data in sorted(wasm.items())}
    files |= {f"bundle/{name}": data for name, data in sorted(bundle.items())}
    inside: Context = {
        "icon": data_address(*_icon_of(edition.site)),
        "icon_type": _icon_of(edition.site)[0],
        "inline_style": Markup(style),
        "language_script": Markup(language_script),
        "inline_script": Markup(script),
        "embedded": [(path, _base64(data)) for path, data in files.items()],
    }
    return _one_file(templates, "file", edition, cards, policy, inside)


def _packed(templates: jinja2.Environment, edition: Edition, cards: Cards) -> bytes:
    page = _one_file(
        templates, "packed", edition, cards, {}, {"icon": "data:,", "icon_type": SVG, "language_script": None}
    )
    return gzip.compress(page.encode(), mtime=0)


def _one_file(
    templates: jinja2.Environment,
    kind: Kind,
    edition: Edition,
    cards: Cards,
    policy: Mapping[str, str],
    inside: Context,
) -> str:
    """The page with the model card and the About page as sheets of it."""
    model, links = edition.models[0], {"reader": "#reader", "card": "#model-card", "about": "#about"}
    context: Context = {"links": links, "site_json": Markup(data_embedded(edition, links["card"]))}
    context |= _languages(edition, lambda language: f"#lang={language.tag}", lambda _: None)
    context |= _choice(edition, edition.models[:1], {model.name: links["card"]})
    context |= _samples(edition, (None,) * len(edition.site.files.samples))
    logo = edition.site.files.logo
    context["logo"] = None if logo is None else data_address(logo.kind, logo.data)
    context |= {"card": cards[edition.language.tag, model.name], **_about(edition)}
    return _render(templates, "page.html.j2", kind, edition, model, policy, context | inside)


def icon(site: Site) -> str:
    """The site's mark as an SVG file."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" color="#3f8fc4">{site.mark}</svg>'


def _icon_of(site: Site) -> tuple[str, bytes]:
    """Media type and bytes of the icon in tabs."""
    own = site.files.icon
    return (SVG, icon(site).encode()) if own is None else (own.kind, own.data)


def data_address(kind: str, data: bytes) -> str:
    """A file as an address that holds it, for pages in one file."""
    return f"data:{kind};base64,{_base64(data)}"


def _samples(edition: Edition, addresses: Sequence[str | None]) -> Context:
    """The sample pictures with their captions; `image` is the address of one that browsers can show."""
    tag = edition.language.tag
    return {
        "samples": [
            {
                "caption": one.sample.captions.get(tag, one.sample.caption) if one.truth is None else None,
                "shown": one.shown,
                "image": address if one.shown else None,
            }
            for one, address in zip(edition.site.files.samples, addresses, strict=True)
        ],
        "drawn": any(one.truth is not None for one in edition.site.files.samples),
    }


def _about(edition: Edition) -> Context:
    licences = edition.site.licences
    return {"about": edition.about.sections, "licences": licences, "licences_text": licences_text(licences)}


def _languages(
    edition: Edition, address: Callable[[Language], str], canonical_of: Callable[[Language], str | None]
) -> Context:
    """Every language of the site and where this page is in it, for the menu and for the script; none where there is one only."""
    languages = edition.site.languages if len(edition.site.languages) > 1 else ()
    return {
        "languages": [
            vars(language) | {"address": address(language), "canonical": canonical_of(language)}
            for language in languages
        ],
        "language_addresses": json.dumps({language.tag: address(language) for language in languages}),
    }


def _choice(edition: Edition, held: Sequence[Model], cards: Mapping[str, str]) -> Context:
    """What the reading page shows of the models that it holds, and the titles of the others."""
    return {
        "about_models": [_in_short(model, edition, cards[model.name]) for model in held],
        "left_out": [model.metadata["title"] for model in edition.models if model not in held],
        "has_predictions": bool(held[0].predictions) and edition.config.features.students,
        "any_covering": not all(model.has_heatmap for model in held),
    }


def _in_short(model: Model, edition: Edition, card: str) -> Context:
    """A model in the list of models, and in the few lines about the chosen one."""
    facts = edition.facts_of(model)
    return {
        "name": model.name,
        "title": model.metadata["title"],
        "description": model.metadata["description"],
        "size": facts.size(),
        "figures": facts.headlines(),
        "key_facts": facts.key_rows() + population_rows(facts),
        "card": card,
    }


def _render(
    templates: jinja2.Environment,
    template: str,
    kind: Kind,
    edition: Edition,
    model: Model,
    policy: Mapping[str, str],
    context: Context,
) -> str:
    return templates.get_template(template).render(
        kind=kind,
        site=edition.config,
        words=edition.words,
        language=edition.language,
        about_language=edition.about_language,
        card_language=edition.card_language,
        is_default=edition.is_default,
        here=None,
        metadata=model.metadata,
        facts=edition.facts_of(model),
        version=edition.site.version,
        grounds=edition.site.grounds,
        csp=Markup(security_policy(policy)),
        mark=Markup(edition.site.mark),
        **context,
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
