"""Everything that can be wrong with a bucket, in a user's words: by real boto3 against servers that answer so."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from build_site.deploy.s3 import bucket as bucket_module
from plainfilm.errors import PlainfilmError, UsageError
from tests.deployed import S3, deploy


@contextmanager
def answering(status: int, body: str) -> Iterator[str]:
    """A server that gives every request the same answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.fixture(autouse=True)
def one_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket_module, "TRIES", 1)


@pytest.mark.parametrize(
    ("status", "code", "more", "words"),
    [
        (404, "NoSuchBucket", "", "no bucket pages.*aws s3 mb"),
        (403, "AccessDenied", "", "denied.*s3:ListBucket.*--show deployer-policy"),
        (403, "InvalidAccessKeyId", "", "does not accept the credentials.*AWS_PROFILE"),
        (403, "SignatureDoesNotMatch", "", "does not accept the credentials"),
        (400, "ExpiredToken", "", "expired.*aws sso login"),
        (403, "RequestTimeTooSkewed", "<ServerTime>2031-01-01T00:00:00Z</ServerTime>", "clock is wrong.*2031-01-01.*timedatectl"),
        (301, "PermanentRedirect", "<Region>eu-west-3</Region>", "another region.*AWS_DEFAULT_REGION=eu-west-3"),
        (400, "AuthorizationHeaderMalformed", "<Region>eu-west-3</Region>", "another region.*eu-west-3"),
        (503, "SlowDown", "", "after several tries.*goes on where"),
        (400, "SomethingNew", "", "refused a request.*SomethingNew: because"),
    ],
)  # fmt: skip
def test_what_s3_answers_is_put_into_words(status: int, code: str, more: str, words: str, site: Path) -> None:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>because</Message>{more}</Error>"
    with answering(status, body) as url, pytest.raises(PlainfilmError, match=f"(?s){words}"):
        deploy("s3://pages/reader", "--site", site, "--endpoint-url", url)


@pytest.mark.parametrize(
    ("status", "body"),
    [(404, "<!doctype html><title>Not found</title>"), (404, ""), (405, ""), (501, "no"), (418, "<a><b></a>")],
)
def test_a_host_that_does_not_speak_s3_is_said_to(status: int, body: str, site: Path) -> None:
    with answering(status, body) as url, pytest.raises(PlainfilmError, match=r"(?s)not answer as S3.*--endpoint-url"):
        deploy("s3://pages", "--site", site, "--endpoint-url", url)


def test_a_host_that_cannot_be_reached_is_said_to(site: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(PlainfilmError, match=r"(?s)cannot be reached.*network"):
            deploy("s3://pages", "--site", site, "--endpoint-url", url)


def test_a_name_that_no_network_knows_cannot_be_reached(site: Path) -> None:
    with pytest.raises(PlainfilmError, match="cannot be reached"):
        deploy("s3://pages", "--site", site, "--endpoint-url", "http://s3.invalid")


def test_a_certificate_that_is_none_is_said(site: Path) -> None:
    with answering(200, "") as url, pytest.raises(PlainfilmError, match=r"(?s)certificate.*AWS_CA_BUNDLE"):
        deploy("s3://pages", "--site", site, "--endpoint-url", url.replace("http:", "https:"))


def test_an_endpoint_that_is_no_address_is_wrong_usage(site: Path) -> None:
    with pytest.raises(UsageError, match="endpoint-url"):
        deploy("s3://pages", "--site", site, "--endpoint-url", "localhost:9000")


@pytest.mark.parametrize("half", [True, False])
def test_credentials_that_are_missing_are_asked_for(
    half: bool, site: Path, server: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    if not half:
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(PlainfilmError, match=r"(?s)no credentials.*AWS_PROFILE"):
        deploy("s3://pages", "--site", site, "--endpoint-url", server.url)


def test_a_profile_that_does_not_exist_is_named(site: Path, server: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody-at-all")
    with pytest.raises(PlainfilmError, match=r"(?s)no credentials.*nobody-at-all"):
        deploy("s3://pages", "--site", site, "--endpoint-url", server.url)


def test_a_bucket_that_does_not_exist_is_said_by_the_server_itself(site: Path, server: S3) -> None:
    with pytest.raises(PlainfilmError, match="no bucket nobody-made-it"):
        deploy("s3://nobody-made-it", "--site", site, "--endpoint-url", server.url)
