"""Deploys a site to a bucket. This is the whole story: look, plan, parts, pages, and what is no longer needed."""

from __future__ import annotations

import hashlib
import itertools
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from build_site.deploy.built import MANIFEST, BuiltSite
from build_site.deploy.s3.address import Address
from build_site.deploy.s3.bucket import WORKERS, Bucket, Held, open_bucket
from build_site.deploy.s3.plan import (
    RECORD,
    Earlier,
    Upload,
    is_ours,
    record_of,
    to_delete,
    uploads_of,
)
from build_site.deploy.sizes import size_of
from build_site.hosts import headers_of
from plainfilm.atomic import FOREIGN_FILES_NAMED
from plainfilm.errors import PlainfilmError

INDEX = "index.html"
_In = TypeVar("_In")
_Out = TypeVar("_Out")


@dataclass(frozen=True)
class Plan:
    """What is to be done.

    Attributes:
        uploads: What is not there yet, or otherwise, in order.
        there: How many objects are there already as they should be.
        replaced: Parts of earlier deploys that are still there, and since when no page names them.
        deletions: Those of them that go now.
        title: What the site that is there is called; None where there is none.
    """

    uploads: list[Upload]
    there: int
    replaced: dict[str, datetime]
    deletions: list[str]
    title: str | None


def deploy_to_bucket(
    site: BuiltSite, address: Address, *, endpoint: str | None = None, keep: timedelta, dry_run: bool = False
) -> None:
    """Brings a site to a bucket, or says what would be done.

    It may be killed and repeated at any time: an object that is there as it should be is known by its mark, no page
    comes before its parts, and nothing is deleted before all is there.

    Args:
        site: The site.
        address: Where it goes.
        endpoint: Another host than Amazon's that speaks S3.
        keep: How long parts of earlier deploys stay, for visitors who have the old page open.
        dry_run: Only say it.

    Raises:
        PlainfilmError: The bucket cannot be used, or holds something else at this place.
    """
    bucket = open_bucket(address, endpoint)
    plan = _plan(site, bucket, keep)
    print(f"{site.folder} → {address}" + (f" (there is {plan.title!r} now)" if plan.title else ""))
    if dry_run:
        _print_plan(site, plan)
        return
    _carry_out(site, bucket, plan)
    print(f"look at it: {bucket.url(INDEX)}")
    if plan.title is None:
        print("  everybody can once the bucket has the policy that this prints:")
        print(f"  python -m build_site deploy {address} --show bucket-policy")


def _plan(site: BuiltSite, bucket: Bucket, keep: timedelta) -> Plan:
    earlier = Earlier.read(bucket.document(MANIFEST), bucket.document(RECORD))
    uploads, now = uploads_of(site), datetime.now(UTC)
    replaced = earlier.after(uploads, now)
    may_go = to_delete(replaced, now, keep)
    paths = [RECORD, *(upload.path for upload in uploads), *may_go]
    held = dict(_at_once(lambda path: (path, bucket.held(path)), paths))
    _refuse_others(bucket, {path: held[path] for path in paths if path not in may_go}, earlier)
    deletions = [path for path in may_go if (there := held[path]) and is_ours(path, there, earlier)]
    # What is gone or turned out to be somebody else's is not looked at again.
    settled = {*may_go} - {*deletions}
    marks = {path: there.mark for path, there in held.items() if there}
    todo = [upload for upload in uploads if marks.get(upload.path) != upload.mark]
    return Plan(
        uploads=todo,
        there=len(uploads) - len(todo),
        replaced={path: since for path, since in replaced.items() if path not in settled},
        deletions=deletions,
        title=earlier.title,
    )


def _refuse_others(bucket: Bucket, held: dict[str, Held | None], earlier: Earlier) -> None:
    """What somebody else put where the site goes is never written over."""
    foreign = [path for path, there in sorted(held.items()) if there and not is_ours(path, there, earlier)]
    if foreign:
        more = f" and {len(foreign) - FOREIGN_FILES_NAMED} more" if len(foreign) > FOREIGN_FILES_NAMED else ""
        raise PlainfilmError(
            f"{bucket.address} holds files that this command did not write, so it is left alone",
            received=", ".join(foreign[:FOREIGN_FILES_NAMED]) + more,
            expected="no such files there, or a site that was deployed from here",
            next_step=f"choose a folder of the bucket, such as {bucket.address}/reader, or remove these files yourself",
        )


def _print_plan(site: BuiltSite, plan: Plan) -> None:
    sizes = {file.path: file.size for file in site.files} | {MANIFEST: len(site.read(MANIFEST))}
    for upload in plan.uploads:
        becomes = f", becomes {upload.encoding}" if upload.encoding else ""
        print(f"  upload {upload.path}  {size_of(sizes[upload.source])}{becomes}")
    for path in plan.deletions:
        print(f"  delete {path}")
    print(
        f"dry run: {len(plan.uploads)} to upload (of {size_of(sum(sizes[upload.source] for upload in plan.uploads))}, "
        f"before compression), {plan.there} there already, "
        f"{len(plan.deletions)} to delete, {len(plan.replaced) - len(plan.deletions)} of earlier deploys kept for a while"
    )


def _carry_out(site: BuiltSite, bucket: Bucket, plan: Plan) -> None:
    counter, total, sent = itertools.count(1), len(plan.uploads), 0
    recorded = False
    for stage, uploads in itertools.groupby(plan.uploads, lambda upload: upload.stage):
        if stage > 0 and not recorded:
            recorded = _record(bucket, plan.replaced)  # before build.json no longer names them
        for upload, size in _at_once(lambda upload: _send(site, bucket, upload), uploads):
            sent += size
            encoding = f" {upload.encoding}" if upload.encoding else ""
            print(f"  {next(counter)}/{total} {upload.path}  {size_of(size)}{encoding}", flush=True)
    print(f"uploaded {total} files ({size_of(sent)}); {plan.there} were there already")
    if plan.deletions:
        _delete(bucket, plan)


def _send(site: BuiltSite, bucket: Bucket, upload: Upload) -> tuple[Upload, int]:
    data = upload.body(site)
    bucket.put(upload.path, data, upload.headers, upload.mark)
    return upload, len(data)


def _delete(bucket: Bucket, plan: Plan) -> None:
    """The site is there and whole by now, so what cannot be deleted is only said."""
    try:
        bucket.delete(plan.deletions)
    except PlainfilmError as error:
        print(f"warning: files of earlier deploys stay\n{error}", file=sys.stderr)
        return
    _record(bucket, {path: since for path, since in plan.replaced.items() if path not in plan.deletions})
    print(f"deleted {len(plan.deletions)} files of earlier deploys")


def _record(bucket: Bucket, replaced: dict[str, datetime]) -> bool:
    data = record_of(replaced)
    sent = {name: value for name, value in headers_of(RECORD).items() if name in ("Content-Type", "Cache-Control")}
    bucket.put(RECORD, data, sent, hashlib.sha256(data).hexdigest())
    return True


def _at_once(function: Callable[[_In], _Out], items: Iterable[_In]) -> Iterator[_Out]:
    """The function of every item, several at once, in the order in which they are done; the first error ends it."""
    pool = ThreadPoolExecutor(WORKERS)
    try:
        for done in as_completed([pool.submit(function, item) for item in items]):
            yield done.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
