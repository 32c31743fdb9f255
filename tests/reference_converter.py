"""Google's converter, the Python package tensorflowjs, which ours is held against.

It has had no release since 2024. It imports converters that nothing here uses, and with them packages that hold TensorFlow
itself back; stand-ins take their place while it is imported.
"""

from __future__ import annotations

import contextlib
import io
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

STAND_INS = ("tensorflow_decision_forests", "jax", "jax.experimental", "jax.experimental.jax2tf")


def convert_saved_model(saved_model: Path, folder: Path, stored_as: dict[str, list[str]]) -> None:
    """Writes what that package makes of the signature `serving_default` of a SavedModel."""
    converter = tensorflowjs().converters.tf_saved_model_conversion_v2
    with contextlib.redirect_stdout(io.StringIO()):
        converter.convert_tf_saved_model(str(saved_model), str(folder), quantization_dtype_map=stored_as)


def tensorflowjs() -> Any:
    """The package."""
    with _stand_ins(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "pkg_resources is deprecated")
        import tensorflowjs
    return tensorflowjs


@contextlib.contextmanager
def _stand_ins() -> Iterator[None]:
    added = [name for name in STAND_INS if name not in sys.modules]
    sys.modules.update({name: ModuleType(name) for name in added})
    try:
        yield
    finally:
        for name in added:
            del sys.modules[name]
