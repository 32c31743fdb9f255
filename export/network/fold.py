"""Folding a network into fewer, plainer steps that give the same numbers: exact, or not applied.

A batch normalisation at inference, a rescaling and whatever else is s·x + t for each channel ("affine") goes, as far as it
can, into the weights of a convolution or dense layer:

- Directly behind one, into its kernel and bias whole.
- Behind the ReLU of one, s cannot simply be multiplied into the kernel. Its magnitude can, since a ReLU is positively
  homogeneous; its sign stays behind the ReLU.
- In front of a max-pool, t and a positive s commute with the maximum and go behind it, where there are fewer values; in
  front of an average, a reshape or a crop, all of it does.
- In front of one, into its kernel and bias. A zero-padded convolution takes s alone: its zeros stand for values that t
  was not added to, so t stays in front.

A convolution of a grey film that stands several times in its input takes it once, its kernel added up over the copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from export.network.read import read
from export.network.steps import KERNELS, FoldError, Network, Step
from training.films.arrays import Doubles

# f(a·x) = a·f(x) for every positive a.
HOMOGENEOUS = ("relu", "leaky_relu")
# What commutes with an affine step whole, and what commutes with one that has no negative factor.
LINEAR = ("average_pool", "global_average", "crop", "reshape")
MONOTONE = ("max_pool", "global_max")
# What treats every channel alike and for itself.
CHANNELWISE = ("activation", "zero_pad", "crop", "upsample", "max_pool", "average_pool")

# Bytes in float32 of a dense layer on a flattened map that no visitor would wait for.
LARGEST_HEAD = 100e6


def fold(model: Any, positive: int) -> Network:
    """Reads and folds a Keras model, down to its logits `[n, classes]`.

    A single logit z, such as a sigmoid's, is stored as two columns, z for the class `positive` and 0 for the other, whose
    softmax is sigmoid(z) and 1 - sigmoid(z): one form for any number of classes.

    Raises:
        FoldError: The network has a layer that cannot be read, does not end in logits, or has weights that are not numbers.
    """
    return fold_network(to_logits(read(model), positive))


def fold_network(network: Network) -> Network:
    """Folds a network that ends in its logits.

    Raises:
        FoldError: It is too large for the web, or has weights that are not numbers.
    """
    _check_size(network)
    graph = _Graph(list(network.steps), network.shape)
    for step in graph.steps:
        if step.op == "concatenate":
            _merge_copies(graph, step)
    while any(rule(graph, affine) for affine in graph.steps if affine.op == "affine" for rule in RULES):
        pass
    return Network(network.shape, tuple(_rounded(step) for step in graph.steps))


def to_logits(network: Network, positive: int) -> Network:
    """The network without its sigmoid or softmax, and with a column for each of two classes.

    Raises:
        FoldError: It does not end in logits, or in what makes probabilities of them.
    """
    return replace(network, steps=tuple(_logit_steps(network.steps, positive)))


def _logit_steps(steps: tuple[Step, ...], positive: int) -> list[Step]:
    last = steps[-1]
    function = last.options.get("function")
    if function in ("sigmoid", "softmax") and len(steps) > 1:
        steps = steps[:-1]
    before = steps[-1]
    if (
        len(last.shape) != 1
        or before.op == "activation"
        or function == ("softmax" if last.shape == (1,) else "sigmoid")
    ):
        raise FoldError(
            "the network cannot be written out",
            received=f"an output {list(last.shape)} of {last.name!r}" + (f" ({function})" if function else ""),
            expected="sigmoid over one logit, softmax over several, or the logits themselves",
        )
    if last.shape != (1,):
        return list(steps)
    column = np.eye(2)[[positive]]
    if before.op != "dense":
        return [*steps, Step(f"{before.name}_columns", "dense", (before.name,), (2,), {"kernel": column})]
    weights = {
        key: weight * column if key == "kernel" else weight * column[0] for key, weight in before.weights.items()
    }
    return [*steps[:-1], replace(before, shape=(2,), weights=weights)]


class _Graph:
    """The steps while they are being folded."""

    def __init__(self, steps: list[Step], shape: tuple[int, ...]) -> None:
        self.image_shape = shape
        self._set(steps)

    def _set(self, steps: list[Step]) -> None:
        self.steps = steps
        self._by_name = {step.name: step for step in steps}
        self._consumers: dict[str, dict[str, Step]] = {}
        for step in steps:
            for name in step.inputs:
                self._consumers.setdefault(name, {})[step.name] = step

    def ahead(self, step: Step) -> Step | None:
        """The step that takes this one's output, if there is just one."""
        consumers = list(self._consumers.get(step.name, {}).values())
        return consumers[0] if len(consumers) == 1 else None

    def behind(self, step: Step) -> Step | None:
        """The step whose output this one takes, if it takes just one and nothing else takes that."""
        producer = self._by_name.get(step.inputs[0])
        return producer if producer and len(step.inputs) == 1 and self.ahead(producer) is step else None

    def channels_into(self, step: Step) -> int:
        """How many channels the first input of a step has."""
        producer = self._by_name.get(step.inputs[0])
        return (producer.shape if producer else self.image_shape)[-1]

    def put(self, new: Sequence[Step], old: Sequence[Step]) -> bool:
        """Puts a chain of steps in the place of another, whose outputs but the last nothing else takes; returns True."""
        output = old[0].inputs[0]
        chain = []
        for step in new:
            chain.append(replace(step, inputs=(output,) * len(step.inputs)))
            output = step.name
        gone = {step.name for step in old}
        steps: list[Step] = []
        for step in self.steps:
            if step.name == old[-1].name:
                steps += chain
            elif step.name not in gone:
                inputs = tuple(output if name == old[-1].name else name for name in step.inputs)
                steps.append(step if inputs == step.inputs else replace(step, inputs=inputs))
        self._set(steps)
        return True


def _merge_copies(graph: _Graph, copies: Step) -> None:
    """Takes a map once that stands several times in a concatenation, as far as the next convolution."""
    if len(set(copies.inputs)) != 1 or copies.options["axis"] not in (-1, len(copies.shape)):
        return
    channels = graph.channels_into(copies)
    while (after := graph.ahead(copies)) is not None:
        once = replace(after, shape=(*after.shape[:-1], channels))
        if after.op == "conv" and after.options["groups"] == 1:
            rows, columns, _, filters = after.weights["kernel"].shape
            kernel = after.weights["kernel"].reshape(rows, columns, -1, channels, filters).sum(axis=2)
            graph.put([after.with_weights(kernel=kernel)], [copies, after])
            return
        if after.op == "affine":
            scale, shift = (each.reshape(-1, channels if each.size > 1 else 1) for each in _scale_and_shift(after))
            if (scale == scale[0]).all() and (shift == shift[0]).all():
                once = once.with_weights(scale=scale[0], shift=shift[0])
            elif channels == 1:  # the affine step itself makes several channels of one
                graph.put([after], [copies, after])
                return
            else:
                return
        elif after.op not in CHANNELWISE:
            return
        copies = replace(copies, shape=after.shape)
        graph.put([once, copies], [copies, after])
        copies = next(step for step in graph.steps if step.name == copies.name)


def _drop(graph: _Graph, affine: Step) -> bool:
    """1·x + 0 is left out."""
    scale, shift = _scale_and_shift(affine)
    idle = (scale == 1).all() and (shift == 0).all() and affine.shape[-1] == graph.channels_into(affine)
    return bool(idle) and graph.put([], [affine])


def _join(graph: _Graph, affine: Step) -> bool:
    """Two affine steps become one."""
    before = graph.behind(affine)
    if before is None or before.op != "affine":
        return False
    (first_scale, first_shift), (scale, shift) = _scale_and_shift(before), _scale_and_shift(affine)
    joined = affine.with_weights(scale=scale * first_scale, shift=scale * first_shift + shift)
    return graph.put([joined], [before, affine])


def _merge_behind(graph: _Graph, affine: Step) -> bool:
    """Into the weights of the convolution or dense layer directly before."""
    before = graph.behind(affine)
    if before is None or before.op not in KERNELS:
        return False
    return graph.put([_with_outputs(before, *_scale_and_shift(affine))], [before, affine])


def _merge_behind_relu(graph: _Graph, affine: Step) -> bool:
    """The magnitude of s into the weights before a ReLU; its sign stays behind, and t."""
    relu = graph.behind(affine)
    if relu is None or relu.options.get("function") not in HOMOGENEOUS:
        return False
    before, (scale, shift) = graph.behind(relu), _scale_and_shift(affine)
    if before is None or before.op not in KERNELS or (np.abs(scale) == 1).all():
        return False
    sign = np.where(scale < 0, -1.0, 1.0)
    scaled = _with_outputs(before, np.abs(scale), np.zeros(()))
    return graph.put([scaled, relu, affine.with_weights(scale=sign, shift=shift)], [before, relu, affine])


def _move_on(graph: _Graph, affine: Step) -> bool:
    """Behind the next step, where it commutes with that: whole, without its sign, or without its summand."""
    after, (scale, shift) = graph.ahead(affine), _scale_and_shift(affine)
    kept_scale, kept_shift, channels = np.ones(()), np.zeros(()), graph.channels_into(affine)
    if after is None:
        return False
    if after.op in MONOTONE:
        if (scale < 0).any():
            kept_scale, scale = np.where(scale < 0, -1.0, 1.0), np.abs(scale)
    elif after.op == "zero_pad" and (scale != 0).all():
        kept_shift, shift = shift / scale, np.zeros(())
    elif after.op not in LINEAR:
        return False
    if after.op == "reshape":
        copies, rest = divmod(after.shape[-1], channels)
        if rest or channels != affine.shape[-1]:
            return False
        scale, shift = (np.tile(each, copies) if each.size > 1 else each for each in (scale, shift))
    else:  # an affine step may make several channels of one; what stays of it may not
        channels = max(channels, kept_scale.size, kept_shift.size)
        after = replace(after, shape=(*after.shape[:-1], channels))
    if (scale == 1).all() and (shift == 0).all():
        return False
    kept = replace(affine, name=f"{affine.name}_before_{after.name}", shape=(*affine.shape[:-1], channels))
    outputs = after.shape[-1] if after.op == "reshape" else affine.shape[-1]
    moved = replace(affine, shape=(*after.shape[:-1], outputs)).with_weights(scale=scale, shift=shift)
    return graph.put([kept.with_weights(scale=kept_scale, shift=kept_shift), after, moved], [affine, after])


def _merge_ahead(graph: _Graph, affine: Step) -> bool:
    """Into the weights of the convolution or dense layer directly behind; t stays where that pads with zeros."""
    after, (scale, shift) = graph.ahead(affine), _scale_and_shift(affine)
    if after is None or after.op not in KERNELS or after.options.get("groups", 1) != 1:
        return False
    kernel = after.weights["kernel"]
    padded = after.options.get("padding") == "SAME" and kernel.shape[:2] != (1, 1)
    if padded and (shift != 0).any():
        if (scale == 1).all() or (scale == 0).any():
            return False
        kept = affine.with_weights(scale=np.ones(()), shift=shift / scale)
        return graph.put([kept, _with_inputs(after, scale, np.zeros(()))], [affine, after])
    merged = _with_inputs(after, scale, shift)
    if graph.channels_into(affine) != affine.shape[-1]:  # one channel, of which the affine step made several
        merged = merged.with_weights(kernel=merged.weights["kernel"].sum(axis=-2, keepdims=True))
    return graph.put([merged], [affine, after])


RULES = (_drop, _join, _merge_behind, _merge_behind_relu, _move_on, _merge_ahead)


def _scale_and_shift(affine: Step) -> tuple[Doubles, Doubles]:
    return affine.weights["scale"], affine.weights["shift"]


def _with_outputs(step: Step, scale: Doubles, shift: Doubles) -> Step:
    """A convolution or dense layer whose outputs become scale · output + shift."""
    kernel, outputs = step.weights["kernel"], step.shape[-1]
    by_output = np.broadcast_to(scale, outputs)
    weights = {
        "kernel": kernel * (by_output.reshape(kernel.shape[2:]) if step.op == "depthwise" else by_output),
        "bias": step.weights.get("bias", np.zeros(outputs)) * by_output + shift,
    }
    return replace(step, weights=weights)


def _with_inputs(step: Step, scale: Doubles, shift: Doubles) -> Step:
    """A convolution or dense layer that takes x for scale · x + shift."""
    kernel = step.weights["kernel"]
    # [..., inputs, outputs]; in a depthwise convolution each input has outputs of its own.
    added = kernel * np.broadcast_to(shift, kernel.shape[-2])[:, np.newaxis]
    added = (
        added.sum(axis=(0, 1)).reshape(-1) if step.op == "depthwise" else added.sum(axis=tuple(range(added.ndim - 1)))
    )
    bias = step.weights.get("bias", 0.0) + added
    weights = {"kernel": kernel * np.broadcast_to(scale, kernel.shape[-2])[:, np.newaxis], "bias": bias}
    return replace(step, weights=weights)


def _check_size(network: Network) -> None:
    for before, step in zip(network.steps, network.steps[1:], strict=False):
        if step.op == "dense" and before.op == "reshape" and 4 * step.weights["kernel"].size > LARGEST_HEAD:
            raise FoldError(
                "this network is too large for the web",
                received=f"a dense layer of {4e-6 * step.weights['kernel'].size:.0f} MB on the layer {before.name!r}",
                expected="a feature map that is averaged",
                next_step='export a network with head = "average", such as that of `python -m training fit vgg16`',
            )


def _rounded(step: Step) -> Step:
    """The step as it is kept, in single precision."""
    weights = {name: np.asarray(weight, np.float32) for name, weight in step.weights.items()}
    if not all(np.isfinite(weight).all() for weight in weights.values()):
        raise FoldError(
            "the network has weights that are not numbers",
            received=f"NaN or infinity in {step.name!r}",
            next_step="train the run again",
        )
    return replace(step, weights=weights)
