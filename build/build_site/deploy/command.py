"""`python -m build_site deploy TARGET`: its options, and which of the three ways a target means."""

from __future__ import annotations

import argparse
import re
from datetime import timedelta
from pathlib import Path

from build_site.deploy.folder.hosts import HOSTS
from build_site.deploy.s3.samples import SAMPLES
from plainfilm.errors import UsageError

GH_PAGES = "gh-pages"
SITE = Path("dist")
KEEP_DAYS = 7
# Option → the targets that it belongs to.
BELONGS = {
    "endpoint_url": "bucket",
    "keep_days": "bucket",
    "show": "bucket",
    "remote": GH_PAGES,
    "branch": GH_PAGES,
    "message": GH_PAGES,
    "host": "folder",
    "embedding": "folder",
}


def parser() -> argparse.ArgumentParser:
    """The verb's options; those of one target are None where they are not given."""
    made = argparse.ArgumentParser(
        prog="python -m build_site deploy",
        description="Brings a built site to where people can read it: a bucket of S3, GitHub Pages, or a folder for a web server.",
    )
    target = f"s3://BUCKET/FOLDER, {GH_PAGES}, or a folder (./{GH_PAGES} for one of that name)"
    made.add_argument("target", metavar="TARGET", help=target)
    made.add_argument("--site", type=Path, default=SITE, metavar="DIR", help=f"the built site (default: {SITE})")
    made.add_argument("--dry-run", action="store_true", help="only say what would be done")
    bucket = made.add_argument_group("to a bucket")
    bucket.add_argument(
        "--endpoint-url", metavar="URL", help="another host than Amazon's that speaks S3 (default: AWS_ENDPOINT_URL)"
    )
    keep = f"how long parts of earlier deploys stay, for visitors who have the old page open (default: {KEEP_DAYS})"
    bucket.add_argument("--keep-days", type=float, metavar="N", help=keep)
    bucket.add_argument(
        "--show", choices=[*SAMPLES], help="print ready configuration for Amazon instead, for this target"
    )
    pages = made.add_argument_group("to GitHub Pages")
    pages.add_argument(
        "--remote", metavar="URL", help="where to push: a remote's name, or an address (default: origin)"
    )
    pages.add_argument("--branch", metavar="NAME", help=f"the branch that is shown (default: {GH_PAGES})")
    pages.add_argument("--message", metavar="TEXT", help="the commit's message (default: names site and version)")
    folder = made.add_argument_group("to a folder")
    ready = "with the configuration of this host, and compressed copies where it uses them"
    folder.add_argument("--for", dest="host", choices=[*HOSTS], help=ready)
    embedding = "let pages of other origins load plainfilm.js and its parts, as docs/embedding.md has them (with --for)"
    folder.add_argument("--embedding", action="store_true", default=None, help=embedding)
    return made


def run(options: argparse.Namespace) -> None:
    """Deploys.

    Raises:
        UsageError: The target is none, or an option belongs to another.
        PlainfilmError: It cannot be deployed there.
    """
    target: str = options.target
    kind = _kind_of(target)
    for name, owner in BELONGS.items():
        if getattr(options, name) is not None and owner != kind:
            option = "--for" if name == "host" else "--" + name.replace("_", "-")
            raise UsageError(
                f"{option} is of no use with this target",
                received=target,
                expected=f"a target that is a {owner}" if owner != GH_PAGES else GH_PAGES,
                next_step="python -m build_site deploy --help",
            )
    {"bucket": _to_bucket, GH_PAGES: _to_pages, "folder": _to_folder}[kind](options)


def _kind_of(target: str) -> str:
    if target.startswith("s3://"):
        return "bucket"
    if scheme := re.match(r"[A-Za-z][A-Za-z0-9+.-]+:(//)?", target):
        other = {
            "gs://": "Google Cloud Storage speaks S3 too: s3://BUCKET --endpoint-url https://storage.googleapis.com",
            "http://": "for a host that speaks S3: s3://BUCKET --endpoint-url URL",
            "https://": "for a host that speaks S3: s3://BUCKET --endpoint-url URL",
        }
        raise UsageError(
            f"{scheme[0]} is no target",
            received=target,
            expected=f"s3://BUCKET/FOLDER, {GH_PAGES}, or a folder",
            next_step=other.get(scheme[0].lower(), "python -m build_site deploy --help"),
        )
    return GH_PAGES if target == GH_PAGES else "folder"


def _to_bucket(options: argparse.Namespace) -> None:
    from build_site.deploy.s3.address import parse_address

    address = parse_address(options.target)
    if options.show:
        print(SAMPLES[options.show](address))
        return
    days = KEEP_DAYS if options.keep_days is None else options.keep_days
    if not 0 <= days < 36500:
        raise UsageError("--keep-days is no number of days", received=days, expected="0 or more")
    from build_site.deploy.built import read_built
    from build_site.deploy.s3.deploy import deploy_to_bucket

    deploy_to_bucket(
        read_built(options.site),
        address,
        endpoint=options.endpoint_url,
        keep=timedelta(days=days),
        dry_run=options.dry_run,
    )


def _to_pages(options: argparse.Namespace) -> None:
    from build_site.deploy.built import read_built
    from build_site.deploy.pages.deploy import deploy_to_pages

    deploy_to_pages(
        read_built(options.site),
        remote=options.remote or "origin",
        branch=options.branch or GH_PAGES,
        message=options.message,
        dry_run=options.dry_run,
    )


def _to_folder(options: argparse.Namespace) -> None:
    from build_site.deploy.built import read_built
    from build_site.deploy.folder.deploy import deploy_to_folder

    if options.embedding and not options.host:
        raise UsageError("--embedding is of no use without a host", next_step=f"add --for {'|'.join(HOSTS)}")
    deploy_to_folder(
        read_built(options.site),
        Path(options.target),
        host=options.host,
        embedding=bool(options.embedding),
        dry_run=options.dry_run,
    )
