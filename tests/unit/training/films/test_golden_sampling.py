"""tests/golden/sampling.json is what Python computes; the site's own test holds TypeScript to it."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytest.importorskip("numpy", reason="the training requirements are not installed")

import numpy as np

from tests.golden.make_sampling import GOLDEN, golden

# Sums of float32 come out otherwise, in the last digits, on processors with other instructions.
OFF = 1e-3


def test_the_golden_file_is_what_python_computes() -> None:
    stored: dict[str, list[dict[str, Any]]] = json.loads(GOLDEN.read_text("utf-8"))
    computed: dict[str, Any] = golden()
    assert stored.keys() == computed.keys()
    for part, values in (("matrices", "rows"), ("pictures", "input")):
        for old, new in zip(stored[part], computed[part], strict=True):
            assert {**old, values: None} == {**new, values: None}
            assert np.asarray(old[values]) == pytest.approx(np.asarray(new[values]), abs=OFF)
