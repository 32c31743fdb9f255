"""Measures dist/, or the folder that is given: `python -m tests.tools.lighthouse [DIR]`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.tools.lighthouse.measure import measure

if __name__ == "__main__":
    measure(Path(sys.argv[1] if len(sys.argv) > 1 else "dist"))
