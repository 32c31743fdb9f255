"""Writes a site to a folder, whole or not at all, with what its host wants."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from build_site.deploy.built import BUILDER, MANIFEST, BuiltSite
from build_site.deploy.compress import ENDINGS, compressed, is_compressible
from build_site.deploy.folder.host import SITE, Host
from build_site.deploy.folder.hosts import HOSTS
from build_site.deploy.sizes import size_of
from plainfilm.atomic import atomic_folder, check_output, file_entries
from plainfilm.errors import PlainfilmError


def deploy_to_folder(
    site: BuiltSite, folder: Path, *, host: str | None = None, embedding: bool = False, dry_run: bool = False
) -> None:
    """Writes the site's files to a folder, as `dist/` is; for a host into `site/` there, with its configuration beside.

    An earlier deploy there is replaced; a folder with anything else in it is left alone.

    Args:
        site: The site.
        folder: Where to.
        host: A name of `HOSTS`.
        embedding: Let the host send what pages of other origins need to read films with the site.
        dry_run: Only say what would be written.

    Raises:
        PlainfilmError: The folder holds something else, or the host does not take a file.
    """
    wanted = HOSTS[host] if host else None
    _check_sizes(site, host, wanted)
    check_output(folder, manifest=MANIFEST, inputs=[site.folder])
    print(f"{site.folder} → {folder}" + (f" for {host}" if host else ""))
    if dry_run:
        total = sum(file.size for file in site.files)
        for path in wanted.files(folder, embedding, site.security) if wanted else ():
            print(f"  write {path}")
        copies = " and their compressed copies" if wanted and wanted.copies else ""
        print(f"dry run: {len(site.paths)} files of the site ({size_of(total)}){copies} were not written")
        return
    with atomic_folder(folder, manifest=MANIFEST, inputs=[site.folder]) as new:
        _write_site(site, new / SITE if wanted else new, wanted)
        if wanted:
            _write_beside(wanted.files(folder, embedding, site.security), new)
    written = [path for path in folder.rglob("*") if path.is_file()]
    print(f"wrote {len(written)} files ({size_of(sum(path.stat().st_size for path in written))})")
    if wanted:
        print("next:\n" + "\n".join(f"  {line}" for line in wanted.following(folder)))


def _check_sizes(site: BuiltSite, name: str | None, host: Host | None) -> None:
    if host is None or host.largest is None:
        return
    if large := [file for file in site.files if file.size > (host.largest or 0)]:
        raise PlainfilmError(
            f"{name} does not take files of this size",
            received=", ".join(f"{file.path} ({size_of(file.size)})" for file in large),
            expected=f"files of at most {size_of(host.largest)}",
            next_step="export the model with fewer bits (python -m export --help), or deploy to S3",
        )


def _write_site(site: BuiltSite, root: Path, host: Host | None) -> None:
    for path in site.paths:
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        data = site.read(path)
        target.write_bytes(data)
        for encoding in host.copies if host and is_compressible(path) else ():
            target.with_name(target.name + ENDINGS[encoding]).write_bytes(compressed(data, encoding))


def _write_beside(files: Mapping[str, bytes], new: Path) -> None:
    """The configuration, and a build.json that makes the folder ours to replace; it is not that of a site."""
    for path, data in files.items():
        (new / path).write_bytes(data)
    document = {"builder": f"{BUILDER} deploy", "files": file_entries(new)}
    (new / MANIFEST).write_text(json.dumps(document, indent=1) + "\n", "utf-8")
