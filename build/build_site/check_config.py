"""Checks a site.toml without building: every key, and the files and bundles that it names."""

from __future__ import annotations

import re
from pathlib import Path

from build_site.check_built import Checked
from build_site.site_toml.read import read_site
from plainfilm.errors import PlainfilmError


def check_config(path: Path) -> Checked:
    """Checks a site.toml and all that it names."""
    try:
        site = read_site(path)
    except PlainfilmError as error:
        return Checked(problems=tuple(re.split(rf"\n(?={re.escape(str(path))}: )", str(error))))
    names = ", ".join(bundle.metadata["name"] for bundle in site.bundles)
    return Checked(("every key, text and colour is right", f"reads with {names}"), warnings=site.warnings)
