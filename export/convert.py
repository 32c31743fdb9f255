"""TensorFlow module → TensorFlow.js graph model: `model.json` and weight shards of at most 4 MB."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import tensorflow as tf

from plainfilm.errors import PlainfilmError

# tensorflowjs imports these for converters that nothing here uses; they are large and hold TensorFlow itself back.
STAND_INS = ("tensorflow_decision_forests", "jax", "jax.experimental", "jax.experimental.jax2tf")


class ConversionError(PlainfilmError):
    """TensorFlow.js cannot run the graph as it is."""


def convert(module: Any, folder: Path, stored_as: dict[str, list[str]]) -> None:
    """Writes `module.serve` into `folder` as a graph model.

    Args:
        module: A `tf.Module` whose `serve` is a `tf.function` with an input signature and a dict of outputs.
        folder: An existing folder.
        stored_as: Patterns of weight names for each storage type (`float16`, `uint8`); the rest stays float32.

    Raises:
        ConversionError: The graph has operations that TensorFlow.js lacks.
    """
    converter = tensorflowjs().converters.tf_saved_model_conversion_v2
    with tempfile.TemporaryDirectory() as saved_model, contextlib.redirect_stdout(io.StringIO()):
        tf.saved_model.save(module, saved_model, signatures={"serving_default": module.serve})
        try:
            converter.convert_tf_saved_model(saved_model, str(folder), quantization_dtype_map=stored_as)
        except ValueError as error:
            raise ConversionError(f"the graph cannot be converted: {error}") from None
    _tidy(folder / "model.json", sorted(module.serve.get_concrete_function().structured_outputs))


def _tidy(path: Path, output_names: list[str]) -> None:
    """Names every output (the converter loses the names of two of one shape) and fixes the order of the keys."""
    model = json.loads(path.read_text("utf-8"))
    by_node = {entry["name"]: entry for entry in model["signature"]["outputs"].values()}
    # A SavedModel's signature returns its outputs through Identity, Identity_1, … in the order of their sorted names.
    nodes = ["Identity:0", *(f"Identity_{number}:0" for number in range(1, len(output_names)))]
    model["signature"]["outputs"] = {name: by_node[node] for name, node in zip(output_names, nodes, strict=True)}
    path.write_text(json.dumps(model, sort_keys=True, separators=(",", ":")) + "\n", "utf-8")


def tensorflowjs() -> Any:
    """The package tensorflowjs, imported past the packages that it asks for and that are not installed."""
    with _stand_ins(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "pkg_resources is deprecated")
        import tensorflowjs
    return tensorflowjs


@contextlib.contextmanager
def _stand_ins() -> Iterator[None]:
    """Empty modules in the place of `STAND_INS`, where those are not installed, while tensorflowjs is imported."""
    added = []
    for name in STAND_INS:
        if name not in sys.modules:
            sys.modules[name] = ModuleType(name)
            added.append(name)
    try:
        yield
    finally:
        for name in added:
            del sys.modules[name]
