"""Reading a frozen graph into our own steps, operation by operation: what a model without Keras's layers is made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from export.foreign.graph.frozen import Frozen
from export.foreign.graph.rules import RULES, UnknownError, picks
from export.network.steps import IMAGE, FoldError, Network, Step


def read_graph(frozen: Frozen, tensor: str) -> Network:
    """The steps from the picture to a tensor of a graph.

    Raises:
        FoldError: There is an operation on the way that has no step.
    """
    shape = frozen.image_tensor.shape.as_list()[1:]
    if None in shape:
        raise FoldError("the graph cannot be written out", received=f"an input {shape}", expected="a fixed size")
    reader = _Reader(frozen)
    last = reader.read(frozen.graph.get_tensor_by_name(tensor))
    steps = reader.steps
    if steps and len(steps[-1].shape) != 1:
        steps.append(Step(f"{last}_flat", "reshape", (last,), (int(np.prod(steps[-1].shape)),)))
    return Network(tuple(shape), tuple(steps))


class _Reader:
    def __init__(self, frozen: Frozen) -> None:
        self.graph, self.image = frozen.graph, frozen.image_tensor
        self.steps: list[Step] = []
        self.names: dict[Any, str] = {self.image.ref(): IMAGE}
        self.moving = self._dependent()

    def _dependent(self) -> set[Any]:
        """The tensors that depend on the picture, not on the size of it alone."""
        reached, waiting = {self.image.ref()}, [self.image]
        while waiting:
            for operation in waiting.pop().consumers():
                if operation.type in ("Shape", "ShapeN", "Size", "Rank"):
                    continue
                new = [each for each in operation.outputs if each.ref() not in reached]
                reached |= {each.ref() for each in new}
                waiting += new
        return reached

    def read(self, result: Any) -> str:
        """Adds the steps that make a tensor; returns the name of the last one."""
        waiting = [result]
        while waiting:
            tensor = waiting[-1]
            if tensor.ref() in self.names:
                waiting.pop()
                continue
            if tensor.op.type == "IdentityN":  # around operations with a gradient of their own
                source = tensor.op.inputs[tensor.value_index]
                if source.ref() in self.names:
                    self.names[tensor.ref()] = self.names[source.ref()]
                else:
                    waiting.append(source)
                continue
            packed = picks(tensor.op)
            inputs = [each for each in tensor.op.inputs if each.ref() in self.moving] if packed is None else [packed[0]]
            missing = [each for each in inputs if each.ref() not in self.names]
            if missing:
                waiting += missing
            else:
                self._add(tensor, inputs)
        return self.names[result.ref()]

    def _add(self, tensor: Any, inputs: list[Any]) -> None:
        operation = tensor.op
        rule = RULES.get(operation.type)
        shape = tensor.shape.as_list()[1:] if tensor.shape.rank else [None]
        try:
            if rule is None or None in shape or not inputs or tensor is not operation.outputs[0]:
                raise UnknownError
            parts = rule(operation, self)
        except UnknownError:
            raise FoldError(
                "the graph cannot be written out",
                received=f"operation {operation.type}, node {operation.name!r}, output {shape}",
                expected=f"operations out of {', '.join(sorted(RULES))}",
            ) from None
        names = [self.names[each.ref()] for each in inputs]
        for number, (op, weights, options) in enumerate(parts):
            name = operation.name if number == len(parts) - 1 else f"{operation.name}/{op}"
            sides = options.pop("shape", shape)
            weights = {key: np.asarray(value, np.float64) for key, value in weights.items()}
            self.steps.append(Step(name, op, tuple(names), tuple(sides), weights, options))
            names = [name]
        self.names[tensor.ref()] = names[0]

    def value(self, tensor: Any) -> Any:
        """What a tensor is that does not depend on the picture."""
        if tensor.ref() in self.moving:
            raise UnknownError
        value = tf.get_static_value(tensor)
        if value is None:
            with tf.compat.v1.Session(graph=self.graph) as session:
                value = session.run(tensor)
        return np.asarray(value)

    def is_moving(self, tensor: Any) -> bool:
        """Whether a tensor depends on the picture."""
        return tensor.ref() in self.moving
