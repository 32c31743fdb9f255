"""What somebody may have meant by a name that is not known: said the same way in every error."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def perhaps(name: str, known: Iterable[str], what: str, *, cutoff: float = 0.6, written: str = "{}") -> str:
    """`what`, with the known name that is most like this one before it: `perhaps accent; one of accent, ground`.

    `written` is how a name is written, a format.
    """
    near = get_close_matches(name, known, n=1, cutoff=cutoff)
    return f"perhaps {written.format(near[0])}; {what}" if near else what
