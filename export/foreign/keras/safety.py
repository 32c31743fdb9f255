"""A Keras model's configuration before anything is made of it: what is not Keras's own, or would run code, is refused by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from export.foreign.model import ForeignError

# Where the parts of a network come from; other modules of Keras do other things than compute.
MODULES = (
    "keras.layers", "keras.models", "keras.activations", "keras.initializers", "keras.regularizers", "keras.constraints",
    "keras.dtype_policies", "keras.src.models", "keras.src.layers", "keras.src.ops", "keras.src.activations",
    "keras.src.dtype_policies", "keras.src.engine", "keras.engine", "keras.ops", "keras.random", "keras.src.applications",
)  # fmt: skip

# Classes that Keras names without a module of their own.
PLAIN = ("DTypePolicy", "FloatDTypePolicy", "SeedGenerator", "Functional", "Sequential", "Model")

# What Keras 2 was called.
OTHER_NAMES = re.compile(r"^(tf_keras|tensorflow\.keras|tensorflow\.python\.keras)\b")

WITHOUT_CODE = (
    "build the model from layers of Keras, or save it as a SavedModel where it was trained: model.export('folder'), "
    "and give that folder"
)


def check_config(config: Any, file: Path) -> None:
    """Walks a configuration as Keras saves it.

    Raises:
        ForeignError: It has a Lambda layer, a class of its owner's, or one that is no part of a network.
    """
    for part, place in _parts(config, ""):
        name, module = part["class_name"], part.get("module")
        registered = part.get("registered_name")
        if name in ("Lambda", "__lambda__", "TensorFlowOpLayer"):
            raise ForeignError(
                f"{file} has code of its owner's in a {name.strip('_')} layer, which is not run",
                received=f"layer {place!r}",
                expected="layers of Keras, which say what they do",
                next_step=WITHOUT_CODE,
            )
        # A module that is said to be none is that of a class which its owner did not register.
        custom = isinstance(registered, str) and ">" in registered
        unknown = "module" in part and module is None and not str(name).startswith("__")
        if custom or unknown or not isinstance(name, str) or (module is not None and not _is_part(module, name)):
            raise ForeignError(
                f"{file} has a layer that is not Keras's own",
                received=f"{registered if custom else f'{module}.{name}' if module else name}{f' ({place!r})' if place else ''}",
                expected="layers of keras.layers",
                next_step=WITHOUT_CODE,
            )


def _is_part(module: Any, name: str) -> bool:
    if not isinstance(module, str):
        return False
    module = OTHER_NAMES.sub("keras", module)
    if module in ("keras", "builtins"):  # activations are named `builtins.function`
        return name in (*PLAIN, "function", "__tuple__") if module == "builtins" else name in PLAIN
    return any(module == each or module.startswith(f"{each}.") for each in MODULES)


def _parts(value: Any, place: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Every dictionary that names a class, and the layer that it is in."""
    if isinstance(value, dict):
        if isinstance(config := value.get("config"), dict):
            place = str(config.get("name", place))
        if "class_name" in value:
            yield value, place
        for each in value.values():
            yield from _parts(each, place)
    elif isinstance(value, list):
        for each in value:
            yield from _parts(each, place)


def in_float32(value: Any) -> Any:
    """The configuration with every mixed precision as float32: a page computes in that, and the weights are kept in it."""
    if isinstance(value, list):
        return [in_float32(each) for each in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("dtype"), dict | str) and "batch_shape" not in value and "batch_input_shape" not in value:
        policy = value["dtype"]
        name = policy.get("config", {}).get("name", "") if isinstance(policy, dict) else policy
        if name in ("mixed_float16", "mixed_bfloat16", "float16", "bfloat16", "float64"):
            value = value | {"dtype": "float32"}
    return {key: in_float32(each) for key, each in value.items()}
