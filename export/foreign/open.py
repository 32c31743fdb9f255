"""Opening a model of somebody else, whatever tool it comes from."""

from __future__ import annotations

from pathlib import Path

from export.foreign.model import ForeignError, ForeignModel, ForeignOptions


def open_foreign(path: Path, options: ForeignOptions) -> ForeignModel:
    """Recognises a model by what it contains, and opens it.

    Raises:
        ForeignError: It is none, one that cannot be opened, or one of which something has to be said in `options`.
    """
    raise ForeignError(f"{path} cannot be opened yet")
