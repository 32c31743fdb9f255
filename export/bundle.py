"""From a network that is known in TensorFlow to a bundle that TensorFlow.js has verified: the one way for all networks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from export import film_checks, graph, lateral, ood, reference
from export.convert import convert
from export.film_checks import Fitted
from export.heat_scale import heat_scale
from export.metadata import write_metadata
from export.network.gate_maps import gate_maps
from export.network.steps import Network
from export.parity import write_parity
from export.predictions import write_predictions
from export.quantise import STORED_AS, compare, readout_as_stored
from export.subject import Subject
from export.training_films import TrainingFilms
from export.verify import check_agreement, run_in_node
from plainfilm.atomic import atomic_folder
from plainfilm.bundle import METADATA, Bundle, Precision, read_bundle
from training.films.arrays import Floats


@dataclass(frozen=True)
class Sample:
    """Films that a bundle is tried on before it is written.

    Attributes:
        split: Which films they are.
        films: `[n, height, width, channels]` in 0-255.
        logits: What the network gives for them before its weights are stored, `[n, classes]`.
    """

    split: str
    films: Floats
    logits: Floats


@dataclass(frozen=True)
class Refusals:
    """What keeps pictures away from a network that it does not know.

    Attributes:
        limit: Of the output `ood_score`.
        fitted: What a picture must show to be read.
        films: What both were fitted to.
        lateral: Of the output `lateral_score`; None for a bundle that has no such output.
    """

    limit: ood.Limit
    fitted: Fitted
    films: TrainingFilms
    lateral: lateral.Limit | None = None


@dataclass(frozen=True)
class Draft:
    """All that a bundle is made of.

    Attributes:
        subject: What it says of its network.
        precision: How weights are stored.
        compute: Its outputs by TensorFlow, with the weights as they will be stored.
        sample: Films to try it on.
        expected: What `compute` gives for these.
        refusals: None for a bundle that reads any picture.
        predictions: Of the films that the network was measured on, if it was.
    """

    subject: Subject
    precision: Precision
    compute: graph.Outputs
    sample: Sample
    expected: dict[str, Floats]
    refusals: Refusals | None = None
    predictions: pd.DataFrame | None = field(default=None, repr=False)


def fit_gate(
    stored: Network,
    subject: Subject,
    precision: Precision,
    films: TrainingFilms,
    validation: Floats,
    *words: str,
    hospitals: NDArray[Any] | None = None,
    laterals: lateral.Readout | None = None,
) -> tuple[graph.Readout, ood.Limit, dict[str, Floats]]:
    """Fits the out-of-distribution gate to films of training, and its limit to those of validation; `words` says what both are.

    `hospitals` says where each of the latter is from, where there are several; `laterals` goes into the read-out as it is.

    Returns:
        What the bundle's graph computes, the limit, and the outputs for the validation films.
    """
    gate = ood.fit_gate(reference.descriptions(stored, [films.plain, films.augmented]))
    readout = readout_as_stored(graph.Readout(subject.temperature, subject.sought, gate, laterals), precision)
    outputs = reference.outputs(stored, readout, validation)
    return readout, ood.limit_of(outputs["ood_score"], gate_maps(stored).words, *words, hospitals=hospitals), outputs


def write_bundle(target: Path, draft: Draft, inputs: Iterable[Path]) -> Bundle:
    """Writes a bundle whole or not at all, and returns it as read back.

    Args:
        target: Its folder, whose name is the bundle's.
        draft: What it is made of.
        inputs: Files and folders that the target may neither hold nor lie in.

    Raises:
        PlainfilmError: The bundle does not give what TensorFlow gives, or the target holds something else.
    """
    subject, precision, sample = draft.subject, draft.precision, draft.sample
    limit, checks = (draft.refusals.limit, dict(draft.refusals.fitted.checks)) if draft.refusals else (None, {})
    of_laterals = draft.refusals.lateral if draft.refusals else None
    with atomic_folder(target, manifest=METADATA, inputs=inputs) as folder:
        heat = heat_scale(draft.expected, subject.sought, sample.split) if draft.refusals else None
        convert(graph.module_of(draft.compute, sample.films.shape[1:]), folder, STORED_AS[precision])
        run = partial(reference.outputs_of, draft.compute)
        pictures, of_pictures = write_parity(folder, subject.image_converter, run, subject.decide)
        if draft.predictions is not None:
            write_predictions(folder, draft.predictions, subject.class_names)
        write_metadata(folder, target.name, subject, precision, limit, None, checks, of_laterals, heat)

        print("running the bundle in TensorFlow.js", flush=True)
        in_node = run_in_node(folder, np.concatenate([pictures, sample.films]))
        for output in ("logit", "probability", "ood_score", "lateral_score"):
            if output in draft.expected:
                expected = np.concatenate([of_pictures[output], draft.expected[output]])
                check_agreement(f"{output} by TensorFlow.js and by TensorFlow", in_node[output], expected)

        change = compare(sample.split, sample.logits, in_node["logit"][len(pictures) :], subject)
        print(f"{precision} weights against the network as it was, on {sample.split}: {change}")
        if draft.refusals is not None:
            turned_share = film_checks.fit_turned_share(draft.refusals.films, draft.refusals.fitted, folder)
            checks |= {} if turned_share is None else {"turned_share": turned_share}
        write_metadata(folder, target.name, subject, precision, limit, change, checks, of_laterals, heat)
        read_bundle(folder)
    return read_bundle(target)
