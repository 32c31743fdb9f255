"""tests/golden/sampling.json is what Python computes; the site's own test holds TypeScript to it."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("numpy", reason="the training requirements are not installed")

from tests.golden.make_sampling import GOLDEN, golden


def test_the_golden_file_is_what_python_computes() -> None:
    assert json.loads(GOLDEN.read_text("utf-8")) == golden()
