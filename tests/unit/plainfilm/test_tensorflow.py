"""How TensorFlow is imported."""

from __future__ import annotations

import os

import pytest

from plainfilm.tensorflow import import_tensorflow


@pytest.mark.parametrize("given", ["", "3"])
def test_sums_are_shared_by_as_many_threads_as_the_machine_has_cores_unless_told_otherwise(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", given)
    if not given:
        del os.environ["TF_NUM_INTRAOP_THREADS"]
    import_tensorflow()
    assert os.environ["TF_NUM_INTRAOP_THREADS"] == (given or str(os.cpu_count()))
