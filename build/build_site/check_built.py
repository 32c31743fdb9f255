"""Checks a site that lies in a folder: its files against build.json, then its pages as when it was built."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from build_site.check import problems_of
from build_site.site import BUILDER, MANIFEST
from plainfilm.atomic import NOBODYS
from plainfilm.bundle import METADATA, read_bundle
from plainfilm.errors import PlainfilmError
from plainfilm.files import read_bytes
from plainfilm.strict_json import read_strict

# Bytes that are read of a file that has more than it should.
LARGEST_CHANGED = 1 << 26
# What publishing adds: a domain, a Git checkout.
HOSTS_OWN = ("CNAME", ".git")


@dataclass(frozen=True)
class Checked:
    """What was found: what is right, for people, or else what is wrong; and what is worth a look."""

    right: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def check_built(folder: Path) -> Checked:
    """Checks a built site."""
    try:
        manifest = read_strict(folder / MANIFEST)
        entries: list[dict[str, Any]] = manifest["files"]
        listed = {str(entry["path"]): (int(entry["bytes"]), str(entry["sha256"])) for entry in entries}
        if manifest["builder"] != BUILDER:
            raise ValueError("it names another builder")
    except FileNotFoundError:
        return Checked(problems=(f"is no built site: it has no {MANIFEST}",))
    except (OSError, ValueError, KeyError, TypeError) as error:
        return Checked(problems=(f"is no built site: {MANIFEST} cannot be read ({error})",))
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    inside = folder.resolve()
    problems = [f"{path} is missing" for path in sorted(listed.keys() - found.keys())]
    files: dict[str, bytes] = {}
    for path, (size, digest) in sorted(listed.items()):
        if path not in found:
            continue
        if not found[path].resolve().is_relative_to(inside):
            problems.append(f"{path} leads out of the site, to {found[path].resolve()}")
            continue
        try:
            data = read_bytes(found[path], max(size, LARGEST_CHANGED))
        except OSError as error:
            problems.append(f"{path} was changed: {error.strerror}")
            continue
        files[path] = data
        if len(data) != size or hashlib.sha256(data).hexdigest() != digest:
            problems.append(f"{path} was changed: it is not what {MANIFEST} says")
    extra = [path for path in found if path not in listed and path != MANIFEST and not _is_a_hosts(path)]
    problems += [f"{path} was not built: {MANIFEST} does not list it" for path in extra]
    try:
        problems += problems_of(files)
    except (PlainfilmError, ValueError, LookupError, TypeError, RecursionError) as error:  # beyond reading
        problems.append(f"its pages cannot be checked: {error}")
    pages = sum(path.endswith(".html") for path in files)
    right = (
        f"{len(files)} files as {MANIFEST} lists them",
        f"{pages} pages whose links, policies and parts are right",
        f"built by {manifest['builder']} {manifest.get('version', '?')}",
    )
    return Checked(problems=tuple(problems)) if problems else Checked(right)


def is_bundle(folder: Path) -> bool:
    """Whether a folder is a bundle rather than a site."""
    return (folder / METADATA).exists() and not (folder / MANIFEST).exists()


def check_bundle(folder: Path) -> Checked:
    """Checks a bundle, which may come from elsewhere, as a build does before it takes it into memory."""
    try:
        bundle = read_bundle(folder)
    except PlainfilmError as error:
        return Checked(problems=(str(error),))
    entries = bundle.metadata["files"]
    return Checked(
        (
            f"a bundle of {len(entries)} files as {METADATA} lists them",
            f"{len(bundle.weight_files)} shards that hold what its network lists",
        )
    )


def _is_a_hosts(path: str) -> bool:
    return path.split("/")[0] in HOSTS_OWN or Path(path).name in NOBODYS
