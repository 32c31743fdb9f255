"""Which shipped site.toml a site lies over, where its own does not say: told by what its model reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from build_site.config import Base, Loaded, load
from build_site.models import bundle_folders
from plainfilm.bundle import Bundle, read_bundle
from plainfilm.errors import PlainfilmError


def base_for(bundle: Bundle) -> Base:
    """A model is taken for one of chest X-rays by its classes, or by the films that it was trained on."""
    known = {name.casefold() for name in load().config.classes}
    names = {name.casefold() for name in bundle.metadata["class_names"]}
    of_films = "mean_film" in bundle.metadata.get("film_checks", {})
    return "chest-xrays" if of_films or names <= known else "pictures"


def load_for(path: Path | None, bundle: Sequence[Path]) -> tuple[Loaded, Bundle | None, bool]:
    """A site.toml over the base that it states or tells by its words, and else over that of its first model.

    Args:
        path: The site.toml; None where there is none.
        bundle: Bundles that count before its own.

    Returns:
        What holds, the first model where it was looked at, and whether that told the base.

    Raises:
        UsageError: The file is missing, or is not TOML.
        BundleError: `bundle` is not right, and there is no site.toml.
    """
    loaded = load(path)
    if "base" in loaded.own or loaded.config.base == "pictures" or (path is None and not bundle):
        return loaded, None, False
    try:
        first = read_bundle((bundle or bundle_folders(loaded.config.bundles, path))[0])
    except PlainfilmError:
        if path is None:
            raise
        return loaded, None, False  # said later, with all that is wrong with the file
    if base_for(first) == "chest-xrays":
        return loaded, first, False
    return load(path, "pictures"), first, True


def general_words(path: Path | None, bundle: Bundle) -> str:
    """What to say where a page speaks of pictures, because its model does not read chest X-rays."""
    classes = ", ".join(bundle.metadata["class_names"])
    step = (
        "python -m build_site init DIR, which begins a site.toml for words of your own"
        if path is None
        else f'say base = "pictures" at the top of {path}, or base = "chest-xrays" if they are'
    )
    return f"the classes {classes} are not those of chest X-rays, so the page speaks of pictures\n  next:     {step}"
