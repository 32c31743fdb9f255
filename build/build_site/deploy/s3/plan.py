"""What a deploy will do: in which order files go up, what is there already, and what of earlier deploys goes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from build_site.deploy.built import BUILDER, MANIFEST, BuiltSite, files_of, is_manifest
from build_site.deploy.compress import ENDINGS, Encoding, compressed, is_compressible
from build_site.deploy.s3.bucket import Held
from build_site.hosts import headers_of, is_hashed

# Beside the site: the parts of earlier deploys that are still there, and since when no page names them.
RECORD = "deploy.json"
SERVICE_WORKER = "service-worker.js"
_SENT_BY_S3 = ("Content-Type", "Cache-Control", "Content-Encoding")


@dataclass(frozen=True)
class Upload:
    """An object of the new site.

    Attributes:
        path: Its path in the bucket's folder.
        source: The site's file that it holds.
        encoding: How it is compressed.
        headers: What S3 sends with it.
        mark: A hash of contents, encoding and headers: an object that carries it need not be written again.
    """

    path: str
    source: str
    encoding: Encoding | None
    headers: dict[str, str]
    mark: str

    def body(self, site: BuiltSite) -> bytes:
        """The bytes to store."""
        data = site.read(self.source)
        return compressed(data, self.encoding) if self.encoding else data

    @property
    def stage(self) -> int:
        """No page may come before its parts: hashed files, then pages, the service worker, and build.json at the very end."""
        if is_hashed(self.source):
            return 0
        return {SERVICE_WORKER: 2, MANIFEST: 3}.get(self.source, 1)


def uploads_of(site: BuiltSite) -> list[Upload]:
    """Every object of a site, in order. S3 cannot choose by what a browser accepts, and every browser takes gzip: what shrinks
    is stored in gzip under its own name, and hashed files in Brotli beside it for a CloudFront function to choose."""
    sources = {file.path: file.sha256 for file in site.files}
    sources[MANIFEST] = hashlib.sha256(site.read(MANIFEST)).hexdigest()
    uploads = [_upload(path, sha256, encoding) for path, sha256 in sources.items() for encoding in _encodings(path)]
    return sorted(uploads, key=lambda upload: (upload.stage, upload.path))


def _encodings(path: str) -> tuple[Encoding | None, ...]:
    if not is_compressible(path):
        return (None,)
    return ("gzip", "br") if is_hashed(path) else ("gzip",)


def _upload(source: str, sha256: str, encoding: Encoding | None) -> Upload:
    headers = headers_of(source) | ({"Content-Encoding": encoding} if encoding else {})
    sent = {name: headers[name] for name in _SENT_BY_S3 if name in headers}
    mark = hashlib.sha256(json.dumps([sha256, sent]).encode()).hexdigest()
    return Upload(source + (ENDINGS["br"] if encoding == "br" else ""), source, encoding, sent, mark)


@dataclass(frozen=True)
class Earlier:
    """What earlier deploys left.

    Attributes:
        title: What the site that is there is called; None where there is none of ours.
        listed: Objects of the site that is there, by path, with the bytes of the files.
        replaced: When objects of still earlier ones were replaced.
    """

    title: str | None
    listed: dict[str, int]
    replaced: dict[str, datetime]

    @classmethod
    def read(cls, manifest: Mapping[str, Any] | None, record: Mapping[str, Any] | None) -> Earlier:
        """From build.json and deploy.json in the bucket; each may be missing, or anybody's."""
        listed: dict[str, int] = {}
        title = None
        if manifest is not None and is_manifest(manifest):
            title = str(manifest.get("title", BUILDER))
            for file in files_of(dict(manifest)):
                listed |= {_upload(file.path, file.sha256, form).path: file.size for form in _encodings(file.path)}
            listed[MANIFEST] = 0
        return cls(title, listed, _replaced(record))

    def after(self, uploads: list[Upload], now: datetime) -> dict[str, datetime]:
        """When what is not part of the new site was replaced; now, for what the site that is there still names."""
        new = {upload.path for upload in uploads} | {RECORD}
        stale = self.replaced | {path: now for path in self.listed if path not in self.replaced}
        return {path: since for path, since in sorted(stale.items()) if path not in new}


def _replaced(record: Mapping[str, Any] | None) -> dict[str, datetime]:
    if not is_record(record) or record is None:
        return {}
    found: dict[str, datetime] = {}
    for entry in record["earlier"]:
        try:
            since = datetime.fromisoformat(entry["replaced"])
            found[str(entry["path"])] = since if since.tzinfo else since.replace(tzinfo=UTC)
        except (TypeError, KeyError, ValueError):
            continue
    return found


def is_record(document: Mapping[str, Any] | None) -> bool:
    """Whether a document is a deploy.json of ours."""
    return document is not None and document.get("builder") == BUILDER and isinstance(document.get("earlier"), list)


def record_of(replaced: Mapping[str, datetime]) -> bytes:
    """deploy.json."""
    earlier = [{"path": path, "replaced": since.isoformat(timespec="seconds")} for path, since in replaced.items()]
    return json.dumps({"builder": BUILDER, "earlier": earlier}, indent=1).encode() + b"\n"


def to_delete(replaced: Mapping[str, datetime], now: datetime, keep: timedelta) -> list[str]:
    """What can go: parts that no page has named for long enough, and pages at once, since their parts will go."""
    return [path for path, since in replaced.items() if not is_hashed(path) or now - since >= keep]


def is_ours(path: str, held: Held, earlier: Earlier) -> bool:
    """Whether an object may be written over or deleted: we wrote it, or it is as the site that is there lists it, however it came."""
    if held.mark is not None:
        return True
    return path in earlier.listed and (path == MANIFEST or held.size == earlier.listed[path])
