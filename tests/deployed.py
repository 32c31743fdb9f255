"""Sites and hosts for the tests of `deploy`: a few files with their build.json, an S3 server on loopback, a real repository."""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from build_site.deploy.built import BUILDER, MANIFEST
from build_site.deploy.command import parser, run
from plainfilm.atomic import file_entry

# A part, and the page that names it; the next version has other parts under other names.
PART, NEXT_PART = "assets/page-0123456789ab.js", "assets/page-ba9876543210.js"
WEIGHTS = "models/tiny-0123456789ab/group1-shard1of1.bin"
FILES = {
    "index.html": b"<!doctype html><title>Tiny</title>" + b"<p>read</p>" * 100,
    "404.html": b"<!doctype html><title>No such page</title>",
    "fr/index.html": b"<!doctype html><title>Petit</title>",
    "service-worker.js": b"const FILES = [];",
    "robots.txt": b"User-agent: *\nAllow: /\n",
    ".nojekyll": b"",
    PART: b"export const answer = 42;" * 100,
    WEIGHTS: bytes(range(256)) * 8,
}
NEXT = {**{path: data for path, data in FILES.items() if path not in (PART, "fr/index.html")}, NEXT_PART: b"export {};"}
NEXT["index.html"] = b"<!doctype html><title>Tiny, version two</title>"


def write_site(folder: Path, files: Mapping[str, bytes] = FILES, title: str = "Tiny") -> Path:
    """Writes files with a build.json that lists them: what `deploy` takes for a site."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    entries = [file_entry(path, data) for path, data in sorted(files.items())]
    document = {"builder": BUILDER, "version": "0", "title": title, "files": entries}
    (folder / MANIFEST).write_text(json.dumps(document), "utf-8")
    return folder


def deploy(*arguments: object) -> None:
    """Runs the verb in this process."""
    run(parser().parse_args([str(argument) for argument in arguments]))


def aws_environment(patch: pytest.MonkeyPatch) -> None:
    """Credentials that moto's server takes, and none of this machine's own."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION", "AWS_REGION"):
        patch.delenv(name, raising=False)
    patch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    patch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    patch.setenv("AWS_CONFIG_FILE", os.devnull)


@dataclass(frozen=True)
class S3:
    """An S3 server on loopback, and a client of it."""

    url: str
    client: Any

    def keys(self, bucket: str) -> set[str]:
        """Everything in a bucket."""
        return {entry["Key"] for entry in self.client.list_objects_v2(Bucket=bucket).get("Contents", [])}


@contextlib.contextmanager
def s3_server() -> Iterator[S3]:
    """Runs moto's server until the body ends; AWS_ACCESS_KEY_ID and the like must be set to anything."""
    import boto3
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url = f"http://{host}:{port}"
        yield S3(url, boto3.client("s3", endpoint_url=url, region_name="us-east-1"))
    finally:
        server.stop()
