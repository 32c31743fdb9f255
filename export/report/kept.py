"""Files of results that were kept in the repository, and what is said of one that is not right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from plainfilm.errors import PlainfilmError


@contextmanager
def kept(file: Path, *, expected: str, next_step: str) -> Iterator[None]:
    """Around what reads a file and makes sense of it.

    Raises:
        PlainfilmError: It cannot be read, or is not as whoever wrote it wrote it; says what was `expected` and what to do.
    """
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PlainfilmError(
            f"{file} cannot be read",
            received=f"{type(error).__name__}: {error}",
            expected=expected,
            next_step=next_step,
        ) from None
