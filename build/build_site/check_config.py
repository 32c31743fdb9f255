"""Checks a site.toml without building: every key, and the files and bundles that it names."""

from __future__ import annotations

from pathlib import Path

from build_site.config import read_site_config
from build_site.models import bundle_folders, check_together
from plainfilm.bundle import read_bundle
from plainfilm.errors import PlainfilmError


def check_config(path: Path) -> tuple[list[str], list[str]]:
    """What is right in a site.toml, for people, and what is wrong; one of the two is empty."""
    try:
        site = read_site_config(path)
        bundles = [read_bundle(folder) for folder in bundle_folders(site.bundles, path)]
        check_together(bundles)
    except PlainfilmError as error:
        return [], [str(error)]
    return ["every key is known", f"{len(bundles)} bundles"], []
