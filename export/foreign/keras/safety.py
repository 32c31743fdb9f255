"""A Keras model's configuration before anything is made of it: what is not Keras's own, or would run code, is refused by name."""

from __future__ import annotations

import math
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


# Numbers that say how large a layer is, and the most that any network which reads pictures needs: a layer takes its memory as soon as it is made.
MOST = {
    **dict.fromkeys(("units", "filters", "output_dim", "input_dim", "depth_multiplier", "num_heads", "key_dim", "value_dim"), 1 << 17),
    **dict.fromkeys(("kernel_size", "strides", "pool_size", "size", "padding", "cropping", "dilation_rate"), 1 << 10),
    **dict.fromkeys(("n", "height", "width", "target_shape", "batch_shape", "batch_input_shape"), 1 << 17),
}  # fmt: skip
# Values that a layer gives for one picture.
MOST_VALUES = 1 << 28


def check_config(config: Any, file: Path) -> None:
    """Walks a configuration as Keras saves it.

    Raises:
        ForeignError: It has a Lambda layer, a class of its owner's, or one that is no part of a network; or a layer of absurd size.
    """
    _check_numbers(config, file, "")
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


def check_shapes(model: Any, file: Path) -> None:
    """Looks at what each layer of a model gives, before anything is computed.

    Raises:
        ForeignError: One gives more values than a browser can hold.
    """
    for layer in model.layers:
        if hasattr(layer, "layers"):
            check_shapes(layer, file)
        try:
            shape = tuple(layer.output.shape)
        except (AttributeError, ValueError):  # several outputs, or none
            continue
        values = math.prod(side for side in shape if side is not None)
        if values > MOST_VALUES:
            raise _too_large(file, layer.name, f"an output of {shape}")


def _check_numbers(value: Any, file: Path, place: str) -> None:
    if isinstance(value, list):
        for each in value:
            _check_numbers(each, file, place)
    if not isinstance(value, dict):
        return
    place = value["name"] if isinstance(value.get("name"), str) else place
    for key, each in value.items():
        if key in MOST and any(number > MOST[key] for number in _numbers(each)):
            raise _too_large(file, place, f"{key} {str(each)[:80]}")
        _check_numbers(each, file, place)


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, int | float):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _numbers(each)


def _too_large(file: Path, place: str, received: str) -> ForeignError:
    return ForeignError(
        f"{file} has a layer that is too large",
        received=f"{received} of layer {place[:80]!r}",
        expected="a network that a browser can run",
        next_step="build the model with smaller layers",
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
