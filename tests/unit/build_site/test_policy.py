"""The pages' Content-Security-Policy."""

from __future__ import annotations

import base64
import hashlib

import pytest

from build_site.policy import common_policy, inline, security_policy, source_hash
from plainfilm.errors import PlainfilmError


def test_everything_is_forbidden_but_what_is_allowed() -> None:
    policy = security_policy({"style-src": "'self'"})
    assert policy == "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"


def test_a_script_is_allowed_by_its_hash() -> None:
    digest = base64.b64encode(hashlib.sha256(b"go()").digest()).decode()
    assert source_hash("go()") == f"'sha256-{digest}'"


@pytest.mark.parametrize("text", ["a</SCRIPT >", "<!-- a"])
def test_a_script_that_would_end_its_own_tag_is_refused(text: str) -> None:
    assert inline(" go() ", "script") == "go()"
    with pytest.raises(PlainfilmError, match="end its own tag"):
        inline(text, "script")


def test_the_common_policy_allows_each_page_what_its_own_does_and_no_more() -> None:
    policies = [
        security_policy({"style-src": "'self'"}),
        security_policy({"style-src": "'sha256-a'", "img-src": "data:"}),
    ]
    pages = [f'<meta http-equiv="Content-Security-Policy" content="{policy}">'.encode() for policy in policies]
    more = {"frame-ancestors": "'self'"}
    common = common_policy(pages, more)
    assert sorted(common.split("; ")) == [
        "base-uri 'none'", "default-src 'none'", "form-action 'none'", "frame-ancestors 'self'", "img-src data:",
        "style-src 'self' 'sha256-a'",
    ]  # fmt: skip
    assert common_policy([*pages, b"<title>without one, as none of ours</title>"], more) == "frame-ancestors 'self'"
