"""The files that belong to the repository, as git lists them."""

from __future__ import annotations

import subprocess

import pytest

from tests.shared import REPOSITORY

needs_checkout = pytest.mark.skipif(
    not (REPOSITORY / ".git").exists(), reason=f"{REPOSITORY} is not a git checkout: what is tracked is not known"
)


def tracked(*folders: str) -> list[str]:
    """Files under `folders`, or all of them, relative to the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *folders], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    return [name for name in listed.split("\0") if name and (REPOSITORY / name).is_file()]
