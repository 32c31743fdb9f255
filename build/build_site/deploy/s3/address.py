"""Where in which bucket: s3://bucket/prefix."""

from __future__ import annotations

import re
from dataclasses import dataclass

from plainfilm.errors import UsageError

SCHEME = "s3://"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
# What needs no escaping in an address, nor in the policies that name it.
_FOLDER = re.compile(r"[\w!'()-][\w.!'()-]*", re.ASCII)


@dataclass(frozen=True)
class Address:
    """A bucket and a folder in it; `prefix` is empty, or ends with a slash."""

    bucket: str
    prefix: str

    def __str__(self) -> str:
        return f"{SCHEME}{self.bucket}/{self.prefix}".rstrip("/")

    def key(self, path: str) -> str:
        """The key of a file of the site."""
        return self.prefix + path


def parse_address(text: str) -> Address:
    """Reads s3://bucket or s3://bucket/prefix.

    Raises:
        UsageError: It is no such address.
    """
    bucket, _, prefix = text.removeprefix(SCHEME).partition("/")
    folders = prefix.removesuffix("/").split("/") if prefix else []
    expected = f"{SCHEME}BUCKET or {SCHEME}BUCKET/FOLDER"
    if not text.startswith(SCHEME) or not _BUCKET.fullmatch(bucket) or ".." in bucket:
        rule = "a bucket's name has 3 to 63 small letters, digits, dots and hyphens"
        raise UsageError("this is no address of a bucket", received=text, expected=f"{expected}; {rule}")
    if wrong := [folder for folder in folders if not _FOLDER.fullmatch(folder)]:
        raise UsageError(
            f"{wrong[0]!r} cannot be a folder of a site's address",
            received=text,
            expected=f"{expected}; folders of letters, digits, -, _ and .",
        )
    return Address(bucket, "".join(folder + "/" for folder in folders))
