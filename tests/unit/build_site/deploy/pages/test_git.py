"""What git says, in a user's words."""

from __future__ import annotations

import pytest

from build_site.deploy.pages.git import is_address, said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fatal: Authentication failed for 'https://github.com/a/b.git/'", "does not let you push"),
        ("fatal: could not read Username for 'https://github.com': terminal prompts disabled", "does not let you push"),
        ("git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository.", "SSH key"),
        ("remote: Permission to a/b.git denied to c.\nfatal: unable to access: The requested URL returned error: 403", "let you push"),
        ("remote: Repository not found.\nfatal: repository 'https://github.com/a/b/' not found", "no such repository"),
        ("ssh: connect to host github.com port 22: Network is unreachable", "cannot be reached"),
        ("! [rejected] a -> gh-pages (stale info)", "changed by somebody else"),
        ("! [remote rejected] a -> gh-pages (protected branch hook declined)", "refused the push"),
        ("fatal: something else", "git push failed"),
    ],
)  # fmt: skip
def test_each_kind_of_failure_has_its_words(text: str, words: str) -> None:
    assert words in str(said(text, "push"))


@pytest.mark.parametrize(
    ("remote", "expected"),
    [("origin", False), ("my-fork", False), ("https://a.b/c.git", True), ("git@a.b:c/d.git", True), ("../c.git", True)],
)
def test_addresses_are_told_from_names(remote: str, expected: bool) -> None:
    assert is_address(remote) is expected
