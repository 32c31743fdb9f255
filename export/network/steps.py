"""A network as a list of steps, each one operation on the outputs of earlier ones: what is read, folded and run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from plainfilm.errors import PlainfilmError

# Name of the network's input, which no step makes.
IMAGE = "image"

# Steps with a kernel; the kernel of a depthwise step is `[rows, columns, channels, multiplier]`.
KERNELS = ("conv", "depthwise", "dense")

# Share of the values of all inner kernels that the smallest of them may have together, to be called small.
SMALL = 1 / 8


class FoldError(PlainfilmError):
    """The network is not one that this export can write out."""


@dataclass(frozen=True)
class Step:
    """One operation.

    Attributes:
        name: The Keras layer's, made unique.
        op: A key of `export.network.run.OPERATIONS`.
        inputs: Names of the steps whose outputs it takes, or `IMAGE`.
        shape: Its output's, without the batch: `(rows, columns, channels)` or `(features,)`.
        weights: `kernel` and `bias`, or `scale` and `shift` (a single value, or one per channel): float64 until the
            network is folded, then float32.
        options: What else the operation needs, such as strides.
    """

    name: str
    op: str
    inputs: tuple[str, ...]
    shape: tuple[int, ...]
    weights: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    def with_weights(self, **weights: Any) -> Step:
        """The same step with some weights replaced."""
        return replace(self, weights={**self.weights, **weights})


@dataclass(frozen=True)
class Network:
    """A network from the film to its logits.

    Attributes:
        shape: The input's, `(rows, columns, channels)`.
        steps: In an order in which they can be computed; the last one gives the logits, `[n, classes]`.
    """

    shape: tuple[int, ...]
    steps: tuple[Step, ...]

    def __getitem__(self, name: str) -> Step:
        """The step of this name."""
        return next(step for step in self.steps if step.name == name)

    def consumers(self, name: str) -> list[Step]:
        """The steps that take the output of the step `name`."""
        return [step for step in self.steps if name in step.inputs]

    def with_kernels(self, change: Callable[[str, Any], Any]) -> Network:
        """The network with every kernel replaced by `change(name, kernel)`.

        The name says first what the kernel is in the network, which decides how it is stored (`export.quantise`): `first`
        for convolutions that see the film itself, `depthwise`, `last` for what gives the logits, `inner` for all others, of
        which the smallest are `small`.
        """
        roles = self._roles()

        def changed(step: Step) -> Step:
            if "kernel" not in step.weights:
                return step
            name = f"{roles[step.name]}/{re.sub(r'[^A-Za-z0-9_.]', '_', step.name)}_kernel"
            return step.with_weights(kernel=change(name, step.weights["kernel"]))

        return replace(self, steps=tuple(map(changed, self.steps)))

    def _roles(self) -> dict[str, str]:
        """What each kernel is, by its step's name."""
        roles, seen = dict[str, str](), set[str]()  # `seen`: names of the steps that come after a kernel
        for step in self.steps:
            after_kernel = not seen.isdisjoint(step.inputs)
            if "kernel" in step.weights:
                if step.op == "depthwise":
                    roles[step.name] = "depthwise"
                else:
                    roles[step.name] = "first" if step.op == "conv" and not after_kernel else "inner"
            if after_kernel or "kernel" in step.weights:
                seen.add(step.name)
        roles[list(roles)[-1]] = "last"
        sizes = {name: self[name].weights["kernel"].size for name, role in roles.items() if role == "inner"}
        of_small = 0
        for name, size in sorted(sizes.items(), key=lambda item: item[1]):
            of_small += size
            if of_small > SMALL * sum(sizes.values()):
                break
            roles[name] = "small"
        return roles
