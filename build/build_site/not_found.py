"""404.html: what hosts show under any address where there is nothing. It carries its style and script, since it cannot know where it is."""

from __future__ import annotations

from collections.abc import Sequence

import jinja2
from markupsafe import Markup

from build_site.edition import Edition
from build_site.policy import inline, security_policy, source_hash
from build_site.render import data_address


def not_found_page(templates: jinja2.Environment, editions: Sequence[Edition]) -> bytes:
    """The page: in every language of the site, with a link to its start.

    Args:
        templates: As `render.templates_in` gives them.
        editions: The first is the default.
    """
    scripts = editions[0].site.scripts
    script, style = inline(scripts.not_found, "script"), inline(scripts.style, "style")
    policy = {"script-src": source_hash(script), "style-src": source_hash(style), "img-src": "data:"}
    policy["connect-src"] = "'self'"  # to find the folder that holds the site
    logo = editions[0].site.files.logo
    page = templates.get_template("not_found.html.j2").render(
        home=editions[0],
        editions=editions,
        csp=Markup(security_policy(policy)),
        logo=None if logo is None else data_address(logo.kind, logo.data),
        mark=Markup(editions[0].site.mark),
        script=Markup(script),
        style=Markup(style),
    )
    return page.encode()
