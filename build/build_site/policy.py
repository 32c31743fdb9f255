"""The pages' Content-Security-Policy, and what may stand inline under it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

from plainfilm.errors import PlainfilmError


def security_policy(allowed: Mapping[str, str]) -> str:
    """A policy that forbids everything but what is allowed: sources by directive."""
    directives = {"default-src": "'none'", **allowed, "base-uri": "'none'", "form-action": "'none'"}
    return "; ".join(f"{directive} {sources}" for directive, sources in directives.items())


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
