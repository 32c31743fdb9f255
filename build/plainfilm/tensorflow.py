"""TensorFlow without the page of driver messages that its first import writes, unless it fails."""

from __future__ import annotations

import os
import sys
import tempfile
from typing import Any


def import_tensorflow() -> Any:
    """Imports TensorFlow and looks for GPUs; what its libraries write to standard error meanwhile is shown only if that fails.

    The libraries write past `sys.stderr`, so the file descriptor itself is turned away for that moment.

    Sums depend on the number of threads that share them, and TensorFlow takes as many as the process may use cores at that moment:
    the same training gave other weights in a batch job or under `taskset`. Here it is the number of cores of the machine.
    """
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(os.cpu_count() or 1))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as messages:
        os.dup2(messages.fileno(), 2)
        try:
            import tensorflow as tf

            tf.config.list_physical_devices()
        except BaseException:
            messages.seek(0)
            os.write(kept, messages.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)
    return tf
