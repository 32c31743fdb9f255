"""Reading a Keras model into steps: Sequential or Functional, nested or not, of the layers in `export.network.layers`.

Weights are read in double precision, so that folding rounds only once.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import keras
import numpy as np

from export.network.layers import LAYERS, OPERATIONS, UnreadableError
from export.network.steps import IMAGE, FoldError, Network, Step


def read(model: Any) -> Network:
    """The steps of a Keras model, the last one of them giving its output.

    Raises:
        FoldError: It has a layer that is not known here, several inputs or outputs, or weights that are not numbers.
    """
    # A subclassed model has neither: only its code says what it does.
    inputs, outputs = ([each.shape for each in getattr(model, end, None) or []] for end in ("inputs", "outputs"))
    if len(inputs) != 1 or len(outputs) != 1 or None in inputs[0][1:]:
        raise FoldError(
            "the network cannot be written out",
            received=f"{type(model).__name__} with inputs {inputs}, outputs {outputs}",
            expected="a Sequential or Functional model with one input of a fixed size and one output",
        )
    reader = _Reader()
    reader.apply(model, keras.KerasTensor(inputs[0], name=IMAGE))
    return Network(tuple(inputs[0][1:]), tuple(reader.steps))


class _Reader:
    """Walks a model with tensors whose names are those of the steps that make them."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.names = {IMAGE}
        self.place: list[str] = []  # names of the models around the layer, from the outside in

    def apply(self, layer: Any, *inputs: Any, **arguments: Any) -> Any:
        """Adds the steps of a layer, an operation or a whole model; returns its output."""
        self.place.append(layer.name)
        if isinstance(layer, keras.Sequential):
            (output,) = inputs
            for each in layer.layers:
                output = self.apply(each, output)
        elif isinstance(layer, keras.Model) and hasattr(layer, "_run_through_graph"):
            (output,) = keras.tree.flatten(layer._run_through_graph(inputs, lambda each: partial(self.apply, each)))
        else:
            output = self._apply_layer(layer, inputs, arguments)
        self.place.pop()
        return output

    def _apply_layer(self, layer: Any, inputs: tuple[Any, ...], arguments: dict[str, Any]) -> Any:
        if getattr(layer, "data_format", None) == "channels_first":
            raise self.unknown(layer, "layers whose channels come last")
        tensors = [each for each in keras.tree.flatten(inputs) if isinstance(each, keras.KerasTensor)]
        shape = layer.compute_output_spec(*inputs, **arguments).shape[1:]
        try:
            if type(layer) in LAYERS:
                parts = LAYERS[type(layer)](layer)
            elif type(layer).__module__.startswith("keras.src.ops.") and type(layer).__name__ in OPERATIONS:
                parts = OPERATIONS[type(layer).__name__](layer, *inputs)
            else:
                raise self.unknown(layer, f"one of {known()}")
        except UnreadableError as error:
            raise self.unknown(layer, str(error)) from None
        for number, (op, weights, options) in enumerate(parts):
            name = f"{layer.name}_{options.get('function', op)}" if number else layer.name
            tensors = [self._add(name, op, tensors, shape, weights, options)]
        (output,) = tensors
        return output

    def _add(
        self, name: str, op: str, inputs: list[Any], shape: Any, weights: dict[str, Any], options: dict[str, Any]
    ) -> Any:
        name = next(each for each in _numbered(name) if each not in self.names)
        self.names.add(name)
        if op == "depthwise":
            shape = (*shape[:-1], weights["kernel"].shape[2] * weights["kernel"].shape[3])
        weights = {key: np.asarray(value, np.float64) for key, value in weights.items() if value is not None}
        self.steps.append(Step(name, op, tuple(each.name for each in inputs), tuple(shape), weights, options))
        return keras.KerasTensor((None, *shape), name=name)

    def unknown(self, layer: Any, expected: str) -> FoldError:
        """The error that names a layer, its place and what would do."""
        place = " in ".join(repr(name) for name in reversed(self.place[1:-1]))
        after = f" after {self.steps[-1].name!r}" if self.steps else " at the beginning"
        return FoldError(
            "the network cannot be written out",
            received=f"layer {layer.name!r} ({type(layer).__name__}){' in ' + place if place else ''}{after}",
            expected=expected,
            next_step="build the network without this layer, or teach export/network/layers.py to read it",
        )


def known() -> str:
    """The names of all layers that can be read."""
    return ", ".join(sorted(layer.__name__ for layer in LAYERS))


def _numbered(name: str) -> Iterator[str]:
    """The name, and the name with a number, for layers that share it."""
    yield name
    yield from (f"{name}_{number}" for number in range(1, 1_000_000))
