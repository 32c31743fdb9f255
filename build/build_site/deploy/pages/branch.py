"""What a branch of a repository holds: a site of ours, or something that is left alone."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from build_site.deploy.built import MANIFEST, files_of, is_manifest
from build_site.deploy.pages.git import Git
from plainfilm.atomic import FOREIGN_FILES_NAMED, NOBODYS
from plainfilm.errors import PlainfilmError

# Files that belong to the host: a domain of one's own, which GitHub writes into the branch.
CNAME = "CNAME"
NOT_LISTED = {MANIFEST, CNAME, ".nojekyll"}
_ORDINARY = ("100644", "100755")


@dataclass(frozen=True)
class Branch:
    """What is shown now.

    Attributes:
        commit: Its last commit; empty where there is no such branch.
        hashes: SHA-256 of its files by path.
        cname: A domain of its own.
    """

    commit: str = ""
    hashes: dict[str, str] | None = None
    cname: str | None = None


def read_branch(git: Git, remote: str, branch: str) -> Branch:
    """Reads a branch of a remote repository.

    Raises:
        PlainfilmError: It cannot be reached, or holds something that is not a site of ours.
    """
    listed = git.run("ls-remote", remote, f"refs/heads/{branch}").decode()
    if not listed.strip():
        return Branch()
    commit = listed.split()[0]
    if git.ask("cat-file", "-e", f"{commit}^{{tree}}").returncode != 0:
        git.run("fetch", "--quiet", "--no-tags", remote, f"refs/heads/{branch}")
    files, odd = _files(git, commit)
    foreign = sorted({*odd, *_foreign(files)})
    if foreign:
        more = f" and {len(foreign) - FOREIGN_FILES_NAMED} more" if len(foreign) > FOREIGN_FILES_NAMED else ""
        raise PlainfilmError(
            f"the branch {branch} holds files that this command did not write, so it is left alone",
            received=", ".join(foreign[:FOREIGN_FILES_NAMED]) + more,
            expected=f"no such branch, or one whose files are all listed in its {MANIFEST} as they are",
            next_step="choose another with --branch, or delete this one yourself",
        )
    hashes = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    name = files.get(CNAME, b"").decode("utf-8", "replace").strip()
    return Branch(commit, hashes, name or None)


def _files(git: Git, commit: str) -> tuple[dict[str, bytes], list[str]]:
    """A commit's files with their contents, and what is no ordinary file."""
    entries, odd = {}, []
    for line in git.run("ls-tree", "-r", "-z", "--full-tree", commit).decode("utf-8", "replace").split("\0"):
        if line:
            (mode, _, blob), path = line.partition("\t")[0].split(), line.partition("\t")[2]
            if mode in _ORDINARY:
                entries[path] = blob
            else:
                odd.append(path)
    out = git.run("cat-file", "--batch", data="\n".join(entries.values()).encode() + b"\n" if entries else b"")
    files, at = {}, 0
    for path in entries:
        head, _, _ = out[at:].partition(b"\n")
        begin, size = at + len(head) + 1, int(head.split()[2])
        files[path] = out[begin : begin + size]
        at = begin + size + 1
    return files, odd


def _foreign(files: dict[str, bytes]) -> list[str]:
    try:
        document = json.loads(files[MANIFEST])
    except (KeyError, ValueError):
        document = None
    if not is_manifest(document):
        return list(files)
    listed = {file.path: (file.size, file.sha256) for file in files_of(document)}
    return [
        path
        for path, data in files.items()
        if path not in NOT_LISTED
        and path.rpartition("/")[2] not in NOBODYS
        and listed.get(path) != (len(data), hashlib.sha256(data).hexdigest())
    ]
