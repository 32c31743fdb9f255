"""Addresses of buckets."""

from __future__ import annotations

import pytest

from build_site.deploy.s3.address import parse_address
from plainfilm.errors import UsageError


@pytest.mark.parametrize(
    ("text", "bucket", "prefix"),
    [
        ("s3://pages", "pages", ""),
        ("s3://pages/", "pages", ""),
        ("s3://my.pages-2/a/b_c", "my.pages-2", "a/b_c/"),
        ("s3://pages/reader/", "pages", "reader/"),
    ],
)
def test_a_bucket_and_a_folder(text: str, bucket: str, prefix: str) -> None:
    address = parse_address(text)
    assert (address.bucket, address.prefix) == (bucket, prefix)
    assert address.key("index.html") == prefix + "index.html"
    assert str(address) == text.rstrip("/")


@pytest.mark.parametrize(
    "text",
    ["s3://", "s3:///reader", "s3://Pages", "s3://ab", "s3://a..b", "s3://pages//reader", "s3://pages/../etc",
     "s3://pages/a b", "s3://pages/é", "s3://pages/a?b", "s3://pages/*", "s3://user@pages"],
)  # fmt: skip
def test_other_addresses_are_refused_with_what_was_expected(text: str) -> None:
    with pytest.raises(UsageError, match=r"(?s)received: .*expected: s3://BUCKET"):
        parse_address(text)
