"""The golden file that holds Python and TypeScript to one and the same resize."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("numpy", reason="the training requirements are not installed")

from tests.golden.make_resize import GOLDEN, golden


def test_the_golden_file_is_what_python_computes() -> None:
    stored = json.loads(GOLDEN.read_text("utf-8"))
    computed = golden()
    for part in ("matrices", "images"):
        for old, new in zip(stored[part], computed[part], strict=True):  # type: ignore[call-overload]
            values = "rows" if part == "matrices" else "resized"
            assert {k: v for k, v in old.items() if k != values} == {k: v for k, v in new.items() if k != values}
            for old_row, new_row in zip(old[values], new[values], strict=True):
                assert old_row == pytest.approx(new_row, abs=1e-3)
