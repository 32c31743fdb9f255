"""Putting saved weights into a Keras model, by the names of layers and weights, or by their order within a layer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np

from export.foreign.keras.keras2 import plain
from export.foreign.model import ForeignError

# What Keras 2 called the weights that today's Keras calls otherwise.
OLD_NAMES = {"kernel": ("kernel", "depthwise_kernel")}


def assign(model: Any, saved: dict[str, Any], file: Path) -> None:
    """Sets all weights of a model.

    Args:
        model: Built from the same file.
        saved: `layer/weight` → array; a path may stand in front, and `:0` behind.
        file: For messages.

    Raises:
        ForeignError: A weight is missing, or has another shape.
    """
    by_name = {_split(name): array for name, array in saved.items()}
    for layer in leaves(model):
        _assign_layer(layer, by_name, saved, file)


def _assign_layer(layer: Any, by_name: dict[tuple[str, str], Any], saved: dict[str, Any], file: Path) -> None:
    for variable in layer.weights:
        array = _find(by_name, layer.name, variable.name)
        if array is None:
            near = [name for name in saved if plain(layer.name) in plain(name)]
            raise ForeignError(
                f"{file} lacks weights of layer {layer.name!r}",
                received=f"{', '.join(near[:6]) or 'none of them'}, out of {len(saved)} weights",
                expected=f"{variable.name} {list(variable.shape)}",
                next_step="download or export the model again",
            )
        if tuple(array.shape) != tuple(variable.shape):
            raise ForeignError(
                f"{file} has weights of another size than its network",
                received=f"{variable.name} {list(array.shape)} of layer {layer.name!r}",
                expected=list(variable.shape),
                next_step="download or export the model again",
            )
        variable.assign(array)
    if isinstance(layer, keras.layers.Normalization):
        layer.finalize_state()


def _find(by_name: dict[tuple[str, str], Any], layer: str, variable: str) -> Any:
    for name in OLD_NAMES.get(variable, (variable,)):
        if (layer, name) in by_name:
            return by_name[layer, name]
        behind = [key for key in by_name if key[1] == name and key[0].endswith(f"_{layer}")]
        if len(behind) == 1:
            return by_name[behind[0]]
    return None


def _split(name: str) -> tuple[str, str]:
    path, _, weight = name.removesuffix(":0").rpartition("/")
    return plain(path), weight


def leaves(model: Any) -> Iterator[Any]:
    """The layers of a model that hold no others."""
    for layer in getattr(model, "layers", None) or [model]:
        if isinstance(layer, keras.Model):
            yield from leaves(layer)
        else:
            yield layer


def read_h5(model: Any, group: Any, file: Path) -> None:
    """Sets all weights from the group `model_weights` of a legacy .h5, which holds one group for each layer of the model.

    Raises:
        ForeignError: See `assign`.
    """
    for layer in model.layers:
        names = [name for name in group if plain(name) == layer.name]
        inner = list(leaves(layer))
        if not names or not any(each.weights for each in inner):
            if any(each.weights for each in inner):
                raise ForeignError(
                    f"{file} lacks the weights of layer {layer.name!r}",
                    received=f"weights of {', '.join(list(group)[:8])}",
                    next_step="download or export the model again",
                )
            continue
        stored = _names(group[names[0]].attrs)
        arrays = [np.asarray(group[names[0]][name]) for name in stored]
        by_name = {_split(name): array for name, array in zip(stored, arrays, strict=True)}
        named = all(_find(by_name, each.name, weight.name) is not None for each in inner for weight in each.weights)
        if named and len(by_name) == len(stored):
            for each in inner:
                _assign_layer(each, by_name, dict(zip(stored, arrays, strict=True)), file)
        else:  # Keras 3 writes `kernel` alone for some layers: by order, as Keras itself does
            variables = [*layer.trainable_weights, *layer.non_trainable_weights]
            ordered = {f"{layer.name}/{number}": array for number, array in enumerate(arrays)}
            for number, variable in enumerate(variables):
                array = ordered.get(f"{layer.name}/{number}")
                if array is None or array.shape != tuple(variable.shape):
                    raise ForeignError(
                        f"{file} has other weights than its network",
                        received=f"{len(arrays)} arrays for layer {layer.name!r}",
                        expected=f"{len(variables)}, with {variable.path} {list(variable.shape)} as number {number + 1}",
                        next_step="download or export the model again",
                    )
                variable.assign(array)
            for each in inner:
                if isinstance(each, keras.layers.Normalization):
                    each.finalize_state()


def _names(attributes: Any) -> list[str]:
    """The attribute `weight_names`, which long lists are cut into several of."""
    parts = ["weight_names"] if "weight_names" in attributes else []
    while f"weight_names{len(parts)}" in attributes:
        parts.append(f"weight_names{len(parts)}")
    return [_text(name) for part in parts for name in attributes[part]]


def _text(name: Any) -> str:
    return name.decode() if isinstance(name, bytes) else str(name)
