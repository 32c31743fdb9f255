"""Operations that draw random numbers: known by name, and found before a graph is simplified, which would make those of a fixed seed constants."""

from __future__ import annotations

import re
from typing import Any

from export.graph_model.edit import node_of
from export.graph_model.errors import ConversionError

# TensorFlow's names: with a state or without one, of any distribution, and what shuffles or picks by chance.
DRAWS = re.compile(
    r"Random|Multinomial|TruncatedNormal|Binomial|RngBitGenerator|^Rng|^StatefulUniform|^StatelessShuffle|DistortedBoundingBox|CandidateSampler"
)


def check_chance(graph_def: Any, results: list[str]) -> None:
    """Asks that no result of a graph hangs on chance, not on one with a fixed seed either: that is augmentation left in by mistake.

    Args:
        graph_def: The graph as it was saved, with its variables made constants, before anything is folded.
        results: Names of the nodes that give its results.

    Raises:
        ConversionError: One does; the nodes, and so the layers, are named.
    """
    nodes = {node.name: node for node in graph_def.node}
    waiting, reached = list(results), set(results)
    while waiting:
        inputs = {node_of(name) for name in nodes[waiting.pop()].input} & nodes.keys()
        waiting += inputs - reached
        reached |= inputs
    within = [node for function in graph_def.library.function for node in function.node_def]
    refuse_chance([node for node in [*map(nodes.__getitem__, sorted(reached)), *within] if draws(node)])


def draws(node: Any) -> bool:
    """Whether a node draws random numbers."""
    return DRAWS.search(node.op) is not None


def refuse_chance(nodes: list[Any]) -> None:
    """Refuses a graph that has such nodes: it would not give the same for the same picture.

    Keras exports layers such as RandomFlip as they are while a network learns, where they turn each picture by chance and
    assign their random state.

    Raises:
        ConversionError: There are some; they, and so their layers, are named.
    """
    if nodes:
        names = [node.name for node in nodes]
        raise ConversionError(
            "the model draws random numbers, or changes itself, whenever it reads a picture",
            received=", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else ""),
            expected="a network that gives the same for the same picture",
            next_step="give the .keras file, model.save('model.keras'), or export the model without its layers of augmentation",
        )
