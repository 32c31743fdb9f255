"""Generated DICOM files, opened by Python and by the page's own code: both see the same, or both refuse."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from tests.machine_dicoms import odd_film
from tests.opened_films import by_python, opened

BATCH = 50
TOLERANCE = 1  # grey levels


def compared(program: Path, unit: int, seed: int, count: int = BATCH) -> dict[str, Any]:
    """One batch: how many were read alike, refused by both, and what was found."""
    seeds = [seed * 1_000_000 + unit * BATCH + number for number in range(count)]
    files = {str(each): odd_film(each) for each in seeds}
    with tempfile.TemporaryDirectory() as folder:
        results = opened(program, Path(folder), files)
    outcomes: Counter[str] = Counter()
    findings = []
    for name, result in results.items():
        said = result.said.get("reason")
        try:
            expected = by_python(files[name])
        except Exception as error:
            findings.append(f"DICOM {name}: Python ends in {type(error).__name__}")
            continue
        if expected is None or result.levels is None:
            alike = expected is None and result.levels is None
            outcomes[f"refused by both: {said}" if alike else "refused by one"] += 1
            if not alike:
                who = f"the page ({said})" if result.levels is None else "Python"
                findings.append(f"DICOM {name}: refused by {who} alone")
            continue
        if expected.shape != result.levels.shape:
            findings.append(f"DICOM {name}: {expected.shape} in Python, {result.levels.shape} on the page")
            continue
        off = int(np.abs(expected.astype(int) - result.levels).max())
        if off > TOLERANCE:
            findings.append(f"DICOM {name}: {off} grey levels apart")
        else:
            outcomes["read alike" if off else "read the same"] += 1
    return {"files": count, "outcomes": dict(outcomes), "findings": findings}
