"""The files that a site is built of, to be watched for changes: also those of a site.toml that cannot be read yet."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from build_site.config import load
from build_site.models import bundle_folders
from build_site.site_toml.files import files_named
from plainfilm import node
from plainfilm.errors import PlainfilmError

TEMPLATE_FOLDERS = ("icons", "scripts", "src", "styles", "templates", "translations")


def inputs_of(bundle: Sequence[Path], config: Path | None) -> list[Path]:
    """Every file that a build with these arguments reads, in no order."""
    return [path for path in _inputs(bundle, config) if path.is_file()]


def _inputs(bundle: Sequence[Path], config: Path | None) -> Iterator[Path]:
    template = node.template()
    yield from template.iterdir()
    for name in TEMPLATE_FOLDERS:
        yield from (template / name).rglob("*")
    folders = list(bundle)
    if config is not None:
        yield from config.parent.iterdir() if config.parent.is_dir() else ()
    with contextlib.suppress(PlainfilmError):
        site = load(config).config  # also of a file with mistakes
        if config is not None:
            yield from (config.parent / name for name in files_named(site))
        folders = folders or bundle_folders(site.bundles, config)
    for folder in folders:
        yield from folder.rglob("*")
