"""The pages' Content-Security-Policy, and what may stand inline under it."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterable, Mapping

from plainfilm.errors import PlainfilmError

HEAD_BYTES = 20_000


def security_policy(allowed: Mapping[str, str]) -> str:
    """A policy that forbids everything but what is allowed: sources by directive."""
    directives = {"default-src": "'none'", **allowed, "base-uri": "'none'", "form-action": "'none'"}
    return "; ".join(f"{directive} {sources}" for directive, sources in directives.items())


def common_policy(pages: Iterable[bytes], more: Mapping[str, str]) -> str:
    """The one policy under which each of these pages can do what its own allows, for a host to send with every file.

    Args:
        pages: HTML. Where one has no policy, as none of ours, it may do anything, and only `more` is left.
        more: Directives that a page cannot give itself, as `frame-ancestors`.
    """
    allowed: dict[str, list[str]] = {}
    found = [_policy_of(page) for page in pages]
    policies = [policy for policy in found if policy is not None]
    if len(policies) < len(found):
        policies = []
    for directive in filter(str.strip, ";".join(policies).split(";")):
        name, *sources = directive.split()
        known = allowed.setdefault(name, [])
        known += [source for source in sources if source not in known]
    joined = {name: " ".join(s for s in sources if s != "'none'") or "'none'" for name, sources in allowed.items()}
    first = dict.fromkeys(("default-src", "base-uri", "form-action"), "'none'") if policies else {}
    return "; ".join(f"{name} {sources}" for name, sources in (first | joined | dict(more)).items())


def _policy_of(page: bytes) -> str | None:
    """What a page's head says; the head of a page that holds everything is at its beginning too."""
    pattern = r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">'
    found = re.search(pattern, page[:HEAD_BYTES].decode("utf-8", errors="replace"))
    return html.unescape(found[1]) if found else None


def source_hash(text: str) -> str:
    """A script's or style's hash as a policy wants it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def integrity(sha256: str) -> str:
    """A file's hash as the `integrity` of what loads it, from hexadecimal digits."""
    return f"sha256-{base64.b64encode(bytes.fromhex(sha256)).decode()}"


def inline(text: str, tag: str) -> str:
    """A script or style that may stand between its tags, with nothing changed: its hash is in the policy.

    Raises:
        PlainfilmError: It holds what would end its tag.
    """
    text = text.strip()
    if f"</{tag}" in text.lower() or "<!--" in text:
        raise PlainfilmError(f"the page's {tag} would end its own tag early", received=f"</{tag} or <!-- inside it")
    return text
