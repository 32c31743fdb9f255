"""Names for the arrays that pass between modules; their docstrings give the shapes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]
# Of 8 bits, grey or in colour.
Levels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
