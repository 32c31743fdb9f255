"""What a process that was killed leaves behind."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys


def left_by_a_dead_process(name: str) -> str:
    """What a file is called that was to become `name` when the process that wrote it was killed."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    host = re.sub(r"\W", "_", socket.gethostname(), flags=re.ASCII)[:40]
    return f".{name}-{host}-{process.pid}-{os.urandom(4).hex()}.partial"
