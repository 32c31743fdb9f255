"""A folder of a bucket, by real boto3: what is there, and changing it."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from build_site.deploy.s3.address import Address
from build_site.deploy.s3.words import in_words
from build_site.deploy.tools import tool
from plainfilm.errors import UsageError

# Requests at once; few enough for any host, and for a slow line.
WORKERS = 8
TRIES = 5
MARK = "plainfilm"
DELETED_AT_ONCE = 1000


@dataclass(frozen=True)
class Held:
    """An object that is there: its bytes, and the mark of the upload that wrote it, None for what we did not write."""

    size: int
    mark: str | None


@dataclass(frozen=True)
class Bucket:
    """A folder of a bucket.

    Attributes:
        address: Which.
        endpoint: --endpoint-url or what boto3 takes in its place, or None for Amazon.
        client: boto3's.
    """

    address: Address
    endpoint: str | None
    client: Any

    def held(self, path: str) -> Held | None:
        """What is there at a path, without its contents."""
        from botocore.exceptions import ClientError

        with in_words(self.address, self.endpoint):
            try:
                found = self.client.head_object(Bucket=self.address.bucket, Key=self.address.key(path))
            except ClientError as error:
                if error.response["Error"]["Code"] in ("404", "NoSuchKey", "NotFound"):
                    return None
                raise
        return Held(found["ContentLength"], found["Metadata"].get(MARK))

    def document(self, path: str) -> dict[str, Any] | None:
        """A JSON object that is there; None where there is none, or something else."""
        from botocore.exceptions import ClientError

        with in_words(self.address, self.endpoint):
            try:
                found = self.client.get_object(Bucket=self.address.bucket, Key=self.address.key(path))
            except ClientError as error:
                if error.response["Error"]["Code"] == "NoSuchKey":
                    return None
                raise
            data: bytes = found["Body"].read()
        try:
            document = json.loads(gzip.decompress(data) if found.get("ContentEncoding") == "gzip" else data)
        except (OSError, EOFError, ValueError):
            return None
        return document if isinstance(document, dict) else None

    def put(self, path: str, data: bytes, headers: Mapping[str, str], mark: str) -> None:
        """Writes an object with what S3 can send of these headers: type, caching and encoding."""
        given = {name.replace("-", ""): value for name, value in headers.items()}
        with in_words(self.address, self.endpoint):
            self.client.put_object(
                Bucket=self.address.bucket, Key=self.address.key(path), Body=data, Metadata={MARK: mark}, **given
            )

    def delete(self, paths: Sequence[str]) -> None:
        """Deletes objects."""
        for start in range(0, len(paths), DELETED_AT_ONCE):
            keys = [{"Key": self.address.key(path)} for path in paths[start : start + DELETED_AT_ONCE]]
            with in_words(self.address, self.endpoint):
                answer = self.client.delete_objects(Bucket=self.address.bucket, Delete={"Objects": keys, "Quiet": True})
                if errors := answer.get("Errors"):
                    from botocore.exceptions import ClientError

                    raise ClientError({"Error": errors[0]}, "DeleteObjects")

    def url(self, path: str) -> str:
        """Where a browser finds a file, once it may read it."""
        base = str(self.client.meta.endpoint_url).rstrip("/")
        scheme, _, host = base.partition("://")
        here = f"{base}/{self.address.bucket}" if self.endpoint else f"{scheme}://{self.address.bucket}.{host}"
        return f"{here}/{self.address.key(path)}"


def open_bucket(address: Address, endpoint: str | None) -> Bucket:
    """The bucket, with the credentials and the region that boto3 finds; nothing is asked yet.

    Raises:
        PlainfilmError: boto3 is not installed, or its configuration is not right.
        UsageError: The endpoint is no address.
    """
    boto3 = tool("boto3")
    from botocore.config import Config

    endpoint = endpoint or os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")

    # Hosts other than Amazon often know no other checksums than those that S3 requires.
    checksums = "when_required" if endpoint else "when_supported"
    config = Config(
        retries={"mode": "standard", "max_attempts": TRIES},
        connect_timeout=10,
        read_timeout=60,
        max_pool_connections=WORKERS,
        request_checksum_calculation=checksums,
        response_checksum_validation=checksums,
        s3={"addressing_style": "path"} if endpoint else {},
    )
    with in_words(address, endpoint):
        try:
            client = boto3.session.Session().client("s3", endpoint_url=endpoint, config=config)
        except ValueError as error:
            raise UsageError(
                "--endpoint-url is no address", received=str(error), expected="such as https://s3.example.org"
            ) from None
    return Bucket(address, endpoint, client)
