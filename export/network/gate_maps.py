"""Which feature maps the out-of-distribution gate and the lateral check look at: by size and by what makes them, not by layer names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from export.network.steps import FoldError, Network, Step

# What belongs to the convolution that it follows.
FOLLOWING = ("affine", "activation", "max_pool", "average_pool", "add")


@dataclass(frozen=True)
class GateMaps:
    """The chosen maps.

    Attributes:
        names: The steps that make them, two where the network has so many.
        words: What they are, for people.
    """

    names: tuple[str, ...]
    words: str


def gate_maps(network: Network) -> GateMaps:
    """The maps of the last two convolutions at a sixteenth of the input's size or more.

    A convolution's map is that after all that follows before the next convolution: activation, normalisation, pool,
    residual sum. Where a network has convolutions without an activation, as the bottlenecks of MobileNets and the blocks of
    residual networks are, only those count: their maps hold all that the network knows at that place.

    Raises:
        FoldError: The network has no convolution.
    """
    convolutions = [step for step in network.steps if step.op == "conv" and 1 not in step.shape[:2]]
    ends = [_end(network, step) for step in _fine(network, convolutions, 16) or convolutions]
    if not ends:
        raise FoldError(
            "the network has no feature map for the out-of-distribution gate",
            received=", ".join(step.op for step in network.steps),
            expected="a network of convolutions",
        )
    maps, kind = _last_two(ends)
    return GateMaps(maps, f"the last two {kind} at a sixteenth of the input's size or more")


def lateral_maps(network: Network) -> GateMaps:
    """Those of the gate, and the last one at an eighth of the input's size or more, which knows less of what is looked for.

    Raises:
        FoldError: The network has no convolution.
    """
    gate = gate_maps(network)
    convolutions = [step for step in network.steps if step.op == "conv" and 1 not in step.shape[:2]]
    ends = [_end(network, step) for step in _fine(network, convolutions, 8)]
    finer = _last_two(ends)[0][-1:] if ends else ()
    others = tuple(name for name in finer if name not in gate.names)
    return GateMaps((*others, *gate.names), gate.words + (" and the last one at an eighth" if others else ""))


def _fine(network: Network, convolutions: Sequence[Step], part: int) -> list[Step]:
    """Those whose map is at least this part of the input's size; `part - 1`, since an unpadded pool drops odd rows."""
    rows, columns, _ = network.shape
    return [
        step
        for step in convolutions
        if part * step.shape[0] >= rows - (part - 1) and part * step.shape[1] >= columns - (part - 1)
    ]


def _end(network: Network, step: Step) -> tuple[str, bool]:
    """Name of the last step that belongs to a convolution, and whether there is an activation on the way to it."""
    activated = False
    while len(consumers := network.consumers(step.name)) == 1 and consumers[0].op in FOLLOWING:
        (step,) = consumers
        activated |= step.op == "activation"
    return step.name, activated


def _last_two(ends: Sequence[tuple[str, bool]]) -> tuple[tuple[str, ...], str]:
    """The last two bottlenecks, or where there are none, convolutions; and which of both they are."""
    bottlenecks = tuple(dict.fromkeys(end for end, activated in ends if not activated))[-2:]
    if len(bottlenecks) == 2:
        return bottlenecks, "bottlenecks"
    return tuple(dict.fromkeys(end for end, _ in ends))[-2:], "convolutions"
