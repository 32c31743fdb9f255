"""Storing weights in fewer bits: which ones, what they become, and what that changes in the readings."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import tensorflow as tf
from scipy.special import softmax

from export import ood
from export.graph import Readout
from export.graph_model.quantisation import BY_CHANNEL, by_channel, kind_of, quantise, restore
from export.network.run import OPERATIONS
from export.network.steps import IMAGE, Network, Step
from export.subject import Subject
from plainfilm.bundle import Precision
from training.films.arrays import Floats

# Patterns of weight names for each storage type, as `convert` wants them; a kernel's name begins with its
# role in the network (`Network.with_kernels`). What is named nowhere stays float32: biases and other small vectors, some
# kilobytes, and the first and the depthwise kernels, which are a twentieth of a MobileNetV2 but made nine tenths of the
# change in its logits at half precision. 256 levels are for large inner kernels only: in the last kernel or the gate's
# whitening they would drown what counts, and the small kernels, an eighth of the values, made nine tenths of the change.
# A scale for each channel keeps them far nearer (`mixed`), the more so as the biases are corrected, which makes up for depthwise
# kernels at half precision as well. docs/models.md has the figures.
DEPTHWISE = ["*depthwise/*"]
SMALL = ["*small/*"]
INNER = ["*inner/*"]
LAST = ["*last/*", "*whitening"]
STORED_AS: dict[Precision, dict[str, list[str]]] = {
    "float32": {},
    "float16": {"float16": [*SMALL, *INNER, *LAST]},
    "uint8": {"uint8": INNER, "float16": [*SMALL, *LAST]},
    "mixed": {BY_CHANNEL: INNER, "float16": [*DEPTHWISE, *SMALL, *LAST]},
}
# Films whose mean outputs the biases are corrected by.
FILMS = 64


@dataclass(frozen=True)
class Change:
    """What storing the weights in fewer bits changed, over `n` films of a split; `metadata.quantisation`."""

    split: str
    n: int
    mean_abs_logit_change: float
    max_abs_logit_change: float
    decisions_changed: int

    def __str__(self) -> str:
        return (
            f"logits changed by {self.mean_abs_logit_change:.2g} on average, {self.max_abs_logit_change:.2g} at most; "
            f"{self.decisions_changed} of {self.n} decisions changed"
        )


def as_stored(network: Network, precision: Precision, films: Floats | None = None) -> Network:
    """The network with the values that its weights have after they were written at this precision and read again.

    Converting *this* network loses nothing more, so whatever TensorFlow computes from it is what the bundle must give.

    Args:
        network: As it was trained, folded.
        precision: How its weights are stored.
        films: Some of training, `[n, height, width, channels]` in 0-255, to correct the biases by; none to leave them.
    """
    kinds = STORED_AS[precision]
    stored = network.with_kernels(lambda name, weight: _round_trip(weight, kind_of(name, kinds)))
    if films is None or not any(kind in kinds for kind in ("uint8", BY_CHANNEL)):
        return stored
    return _corrected(network, stored, films[:: max(round(len(films) / FILMS), 1)])


def _corrected(network: Network, stored: Network, films: Floats) -> Network:
    """The stored network with biases that give each channel the mean that it had, step by step (Nagel et al. 2019, arXiv:1906.04721)."""
    exact = {IMAGE: tf.constant(films)}
    coarse = dict(exact)
    last_use = {name: step.name for step in network.steps for name in step.inputs}
    steps = list[Step]()
    for before, after in zip(network.steps, stored.steps, strict=True):
        wanted = OPERATIONS[before.op](before, *(exact[name] for name in before.inputs))
        got = OPERATIONS[after.op](after, *(coarse[name] for name in after.inputs))
        step = after
        if "bias" in after.weights:
            shift = tf.reduce_mean(got - wanted, axis=tuple(range(len(got.shape) - 1)))
            step, got = after.with_weights(bias=(after.weights["bias"] - shift).numpy().astype(np.float32)), got - shift
        steps.append(step)
        exact[step.name], coarse[step.name] = wanted, got
        for name in [name for name in exact if last_use.get(name) == step.name]:
            del exact[name], coarse[name]
    return replace(stored, steps=tuple(steps))


def readout_as_stored(readout: Readout, precision: Precision) -> Readout:
    """The same for the gate's whitening."""
    if readout.gate is None:
        return readout
    kind = kind_of("whitening", STORED_AS[precision])
    maps = tuple(replace(each, whitening=_round_trip(each.whitening, kind)) for each in readout.gate.maps)
    return replace(readout, gate=ood.Gate(maps))


def compare(split: str, before: Floats, after: Floats, subject: Subject) -> Change:
    """Compares logits `[n, classes]` and the decisions taken at the default operating point of the probability."""
    difference = np.abs(before - after).max(axis=1)
    changed = sum(map(str.__ne__, _decisions(before, subject), _decisions(after, subject)))
    return Change(split, len(before), float(difference.mean()), float(difference.max()), changed)


def _decisions(logit: Floats, subject: Subject) -> list[str]:
    return [subject.decide(row) for row in softmax(logit / subject.temperature, axis=1)]


def _round_trip(weights: Floats, kind: str) -> Floats:
    if kind == BY_CHANNEL:
        levels, scale = by_channel(weights)
        of_levels: Floats = levels * scale
        return of_levels
    restored: Floats = restore(*quantise(weights, kind))
    return restored
