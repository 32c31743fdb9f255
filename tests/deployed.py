"""Sites and hosts for the tests of `deploy`: a few files with their build.json, an S3 server on loopback, a real repository."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from build_site.deploy.built import BUILDER, MANIFEST
from build_site.deploy.command import parser, run
from build_site.deploy.folder.nginx import whole_configuration
from plainfilm.atomic import file_entry

# A part, and the page that names it; the next version has other parts under other names.
PART, NEXT_PART = "assets/page-0123456789ab.js", "assets/page-ba9876543210.js"
WEIGHTS = "models/tiny-0123456789ab/group1-shard1of1.bin"
FILES = {
    "index.html": b'<!doctype html><meta http-equiv="Content-Security-Policy" content="script-src \'self\'"><title>Tiny</title>'
    + b"<p>read</p>" * 100,
    "404.html": b"<!doctype html><title>No such page</title>",
    "fr/index.html": b"<!doctype html><title>Petit</title>",
    "service-worker.js": b"const FILES = [];",
    "robots.txt": b"User-agent: *\nAllow: /\n",
    ".nojekyll": b"",
    "plainfilm.js": b'export * from "./assets/page-0123456789ab.js";',
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
    others = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION", "AWS_REGION")
    for name in (*others, "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
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


@contextlib.contextmanager
def nginx(configuration: Path, workplace: Path) -> Iterator[str]:
    """Runs the nginx of this machine with a server block on loopback, on a free port, until the body ends; gives the address.

    Args:
        configuration: The server block, as it is deployed.
        workplace: An empty folder for nginx's own files.
    """
    executable = shutil.which("nginx")
    assert executable, "see needs_nginx"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    block = configuration.read_text("utf-8").replace("listen 80;", f"listen 127.0.0.1:{port};")
    user = "user root;\n" if os.geteuid() == 0 else ""  # tests' folders are their user's alone
    whole = workplace / "whole.conf"
    whole.write_text(user + whole_configuration(block, workplace), "utf-8")
    command = [executable, "-c", str(whole)]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, running)
        yield f"http://127.0.0.1:{port}/"
    finally:
        running.terminate()
        running.wait()


def _wait_for(port: int, running: subprocess.Popen[bytes]) -> None:
    """Until the port is answered."""
    deadline = time.monotonic() + 60
    while running.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nginx does not answer on port {port}")


needs_nginx = pytest.mark.skipif(
    shutil.which("nginx") is None, reason="there is no nginx on this machine (apt-get install nginx-light)"
)


def git(folder: Path, *arguments: str) -> str:
    """Runs git in a folder, as nobody in particular and without this machine's configuration."""
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def git_environment(patch: pytest.MonkeyPatch, home: Path) -> None:
    """No configuration of this machine's user, and no name."""
    home.mkdir(exist_ok=True)
    patch.setenv("HOME", str(home))
    patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    patch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        patch.delenv(name, raising=False)


def bare_and_clone(folder: Path) -> tuple[Path, Path]:
    """A repository to push to, and one of a user whose `origin` it is, with something on `main`."""
    bare, mine = folder / "there.git", folder / "mine"
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    git(folder, "init", "--quiet", "--initial-branch=main", str(mine))
    (mine / "README.md").write_text("mine", "utf-8")
    git(mine, "add", "README.md")
    git(mine, "-c", "user.name=Me", "-c", "user.email=me@localhost", "commit", "--quiet", "--message", "mine")
    git(mine, "remote", "add", "origin", str(bare))
    git(mine, "push", "--quiet", "origin", "main")
    return bare, mine
