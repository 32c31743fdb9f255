"""An S3 server on loopback with a fresh bucket for every test, and credentials that it takes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from tests.deployed import S3, aws_environment, s3_server

_NUMBERS = count()


@pytest.fixture(scope="session")
def server() -> Iterator[S3]:
    with pytest.MonkeyPatch.context() as patch:
        aws_environment(patch)
        with s3_server() as running:
            yield running


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    aws_environment(monkeypatch)


@pytest.fixture
def bucket(server: S3) -> str:
    """The name of an empty bucket."""
    name = f"pages-{next(_NUMBERS)}"
    server.client.create_bucket(Bucket=name)
    return name
