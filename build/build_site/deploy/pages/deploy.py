"""Deploys a site to a branch that a host such as GitHub Pages shows: one commit without a past, pushed over the last one."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from build_site.deploy.built import MANIFEST, BuiltSite
from build_site.deploy.pages.branch import CNAME, Branch, read_branch
from build_site.deploy.pages.git import Git, is_address, repository_at
from build_site.deploy.sizes import size_of
from build_site.deploy.tools import tool
from plainfilm.errors import PlainfilmError, UsageError

GITHUB = re.compile(r"github\.com[:/]([^/]+)/([^/]+?)(?:\.git)?/?$")
LARGEST = 100 * 1024 * 1024  # bytes of a file that GitHub takes
# Who commits where git does not know the user, as on a build server.
NAME, EMAIL = "plainfilm", "plainfilm@localhost"

# How the names of branches begin that a commit has until it is pushed, and after how many seconds one is a leftover.
PASSING = "plainfilm-deploy-"
FORGOTTEN_AFTER = 3600


def deploy_to_pages(
    site: BuiltSite, *, remote: str, branch: str, message: str | None = None, dry_run: bool = False
) -> None:
    """Pushes a site as the only commit of a branch, or says what would be done.

    Without a past the repository does not grow by the weights of every version. Only a branch that holds nothing or a site of
    ours is written over, and only as it was seen. Your checkout and your own branches stay as they are.

    Args:
        site: The site.
        remote: A remote's name in the repository of the current folder, or an address.
        branch: The branch that the host shows.
        message: The commit's message.
        dry_run: Only say it.

    Raises:
        PlainfilmError: There is no git, no repository, no such remote; the host refuses; or the branch holds something else.
        UsageError: The branch cannot have this name.
    """
    tool("ghp_import")
    remote = str(Path(remote).resolve()) if Path(remote).is_dir() else remote
    with _workplace(remote) as git:
        address = _address(git, remote)
        if git.ask("check-ref-format", "--branch", branch).returncode != 0:
            raise UsageError(
                "a branch cannot have this name", received=branch, next_step="choose another with --branch"
            )
        _check_sizes(site, address)
        there = read_branch(git, remote, branch)
        print(f"{site.folder} → {branch} of {address}")
        if not _print_changes(site, there) or dry_run:
            print("dry run: nothing was pushed" if dry_run else "nothing to push: it is there already")
        else:
            _push(git, site, there, remote, branch, message or f"Deploy {site.name}")
            print(f"pushed to {branch}")
        _print_address(address, branch, there)


@contextlib.contextmanager
def _workplace(remote: str) -> Iterator[Git]:
    """The repository of the current folder; for an address a passing one will do."""
    here = repository_at(Path.cwd())
    if here is not None:
        yield here
        return
    if not is_address(remote):
        raise PlainfilmError(
            "this folder is in no git repository",
            received=Path.cwd(),
            expected=f"a repository with a remote called {remote}",
            next_step="go to your repository's folder, or name where to push: --remote URL",
        )
    with tempfile.TemporaryDirectory() as temporary:
        git = Git(Path(temporary))
        git.run("init", "--quiet", "--bare")
        yield git


def _address(git: Git, remote: str) -> str:
    if is_address(remote):
        return remote
    if not remote.startswith("-"):
        found = git.ask("remote", "get-url", "--push", remote)
        if found.returncode == 0:
            return found.stdout.decode().strip()
    names = git.run("remote").decode().split()
    raise PlainfilmError(
        f"this repository has no remote called {remote}",
        received=", ".join(names) or "no remote at all",
        next_step=f"git remote add {remote} URL, or --remote with one of these or an address",
    )


def _check_sizes(site: BuiltSite, address: str) -> None:
    large = [file for file in site.files if file.size > LARGEST]
    if large and GITHUB.search(address):
        raise PlainfilmError(
            "GitHub does not take files of this size",
            received=", ".join(f"{file.path} ({size_of(file.size)})" for file in large),
            expected=f"files of at most {size_of(LARGEST)}",
            next_step="export the model with fewer bits (python -m export --help), or deploy to S3",
        )


def _print_changes(site: BuiltSite, there: Branch) -> bool:
    """Says what changes; whether anything does."""
    before = {path: digest for path, digest in (there.hashes or {}).items() if path != CNAME}
    sizes = {file.path: (file.size, file.sha256) for file in site.files}
    data = site.read(MANIFEST)
    sizes[MANIFEST] = len(data), hashlib.sha256(data).hexdigest()
    new = {path: size for path, (size, digest) in sizes.items() if before.get(path) != digest}
    gone = sorted(before.keys() - sizes.keys())
    for path, size in sorted(new.items()):
        print(f"  {'change' if path in before else 'add'} {path}  {size_of(size)}")
    for path in gone:
        print(f"  remove {path}")
    kept = len(sizes) - len(new)
    print(f"{len(new)} new or changed ({size_of(sum(new.values()))}), {kept} as they are, {len(gone)} to remove")
    return bool(new or gone)


def _push(git: Git, site: BuiltSite, there: Branch, remote: str, branch: str, message: str) -> None:
    """Commits under a passing name, so that a branch of the user's own is not touched, and pushes over what was seen."""
    passing = f"{PASSING}{secrets.token_hex(8)}"
    _forget_killed(git)
    try:
        with tempfile.TemporaryDirectory() as temporary:
            for path in site.paths:
                (Path(temporary) / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(site.folder / path, Path(temporary) / path)
            with contextlib.chdir(git.folder), _somebody(git):
                _commit(temporary, passing, message, there.cname)
        if git.ask("rev-parse", "--verify", "--quiet", f"refs/heads/{passing}").returncode != 0:
            raise PlainfilmError("git did not take the commit", next_step="see git's own words above")
        lease = f"--force-with-lease=refs/heads/{branch}:{there.commit}"
        git.run("push", "--porcelain", lease, remote, f"refs/heads/{passing}:refs/heads/{branch}")
    finally:
        git.ask("update-ref", "-d", f"refs/heads/{passing}")


def _forget_killed(git: Git) -> None:
    """Removes the passing names of deploys that were killed; a younger one may belong to a deploy that is at work."""
    names = git.ask("for-each-ref", "--format=%(refname) %(committerdate:unix)", f"refs/heads/{PASSING}*").stdout
    for name, made in re.findall(rf"(?m)^(refs/heads/{PASSING}[0-9a-f]{{16}}) (\d+)$", names.decode()):
        if time.time() - int(made) > FORGOTTEN_AFTER:
            git.ask("update-ref", "-d", name)


def _commit(folder: str, branch: str, message: str, cname: str | None) -> None:
    ghp = tool("ghp_import")
    try:
        ghp.ghp_import(
            folder,
            branch=branch,
            mesg=message,
            cname=cname,
            nojekyll=True,
            no_history=True,
            remote=branch,  # no such remote: nothing of another branch is taken along
        )
    except (ghp.GhpError, OSError, TypeError) as error:  # it cannot print its own last error, and raises TypeError
        raise PlainfilmError("git did not take the commit", received=str(error)) from None


@contextlib.contextmanager
def _somebody(git: Git) -> Iterator[None]:
    """A committer, where git knows none."""
    added = {}
    for key, variable, value in (
        ("user.name", "GIT_COMMITTER_NAME", NAME),
        ("user.email", "GIT_COMMITTER_EMAIL", EMAIL),
    ):
        if variable not in os.environ and not git.ask("config", key).stdout.strip():
            added[variable] = value
    os.environ.update(added)
    try:
        yield
    finally:
        for variable in added:
            del os.environ[variable]


def _print_address(address: str, branch: str, there: Branch) -> None:
    """Where the page will be, as far as the address tells."""
    found = GITHUB.search(address)
    if there.cname:
        print(f"look at it: https://{there.cname}/")
    elif found:
        owner, name = found[1], found[2]
        own = name.lower() == f"{owner.lower()}.github.io"
        print(f"look at it, in a minute: https://{owner.lower()}.github.io/{'' if own else name + '/'}")
    if found and not there.commit:
        print(f"  the first time: Settings → Pages → Deploy from a branch → {branch}, / (root)")
