"""The product's own commands, run as a user runs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def run(
    *arguments: object, cwd: Path, code: int = 0, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """`python -m ARGUMENTS…` in `cwd`; fails with all it printed unless it ends with `code`."""
    command = [sys.executable, "-m", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == code, f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done
