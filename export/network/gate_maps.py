"""Which feature maps the out-of-distribution gate looks at: by their size and by what makes them, not by layer names."""

from __future__ import annotations

from collections.abc import Iterable
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
    rows, columns, _ = network.shape
    convolutions = [step for step in network.steps if step.op == "conv" and 1 not in step.shape[:2]]
    # 15: an unpadded pool drops odd rows.
    fine = [step for step in convolutions if 16 * step.shape[0] >= rows - 15 and 16 * step.shape[1] >= columns - 15]
    ends = [_end(network, step) for step in fine or convolutions]
    if not ends:
        raise FoldError(
            "the network has no feature map for the out-of-distribution gate",
            received=", ".join(step.op for step in network.steps),
            expected="a network of convolutions",
        )
    bottlenecks = _last_two(end for end, activated in ends if not activated)
    maps = bottlenecks if len(bottlenecks) == 2 else _last_two(end for end, _ in ends)
    kind = "bottlenecks" if maps is bottlenecks else "convolutions"
    return GateMaps(maps, f"the last two {kind} at a sixteenth of the input's size or more")


def _end(network: Network, step: Step) -> tuple[str, bool]:
    """Name of the last step that belongs to a convolution, and whether there is an activation on the way to it."""
    activated = False
    while len(consumers := network.consumers(step.name)) == 1 and consumers[0].op in FOLLOWING:
        (step,) = consumers
        activated |= step.op == "activation"
    return step.name, activated


def _last_two(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))[-2:]
