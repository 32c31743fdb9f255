"""Which pictures a model that was trained elsewhere shall refuse: by labelled pictures that chose its thresholds."""

from __future__ import annotations

import numpy as np

from export import film_checks, graph, reference
from export.bundle import Refusals, fit_gate
from export.foreign.measuring.pictures import SEED, LabelledPictures
from export.network.steps import FoldError, Network
from export.subject import Subject
from export.training_films import training_films
from plainfilm.bundle import Precision
from training.films.prepared import PreparedData, in_threads
from training.films.splits import halves

NO_LAYERS = "its layers are not known, only what it puts out"
# Of the part that chooses; half of them fit the gate, the others set its limit.
FEWEST = 100


def fit_refusals(
    stored: Network, subject: Subject, precision: Precision, pictures: LabelledPictures | None
) -> tuple[graph.Readout, Refusals] | str:
    """The gate and the checks before the network, with what the graph computes for them; or why there are none."""
    wanted = f"--measure with {FEWEST} pictures or more that choose"
    if pictures is None:
        return wanted
    data, converter = pictures.data, subject.image_converter
    chosen_on = data.table[data.table["split"] == "val"]
    if len(chosen_on) < FEWEST:
        return f"{wanted}; here are {len(chosen_on)}"
    half = halves(chosen_on, seed=SEED)
    fitted_to, limited_by = (chosen_on[half == name] for name in ("val", "test"))
    print(f"fitting the out-of-distribution gate to {len(fitted_to)} of the pictures", flush=True)
    films = training_films(data, fitted_to["path"].tolist(), converter)
    validation = data.load(limited_by["path"].tolist(), converter)
    words = (f"{len(fitted_to)} of the pictures that it was measured on", f"{len(limited_by)} others")
    try:
        readout, limit, _ = fit_gate(stored, subject, precision, films, validation, *words)
    except FoldError as error:  # no feature map to look at
        return error.what
    print(f"out-of-distribution gate: {limit.method}", flush=True)
    tested = data.table.loc[data.table["split"] == "test", "path"].tolist()
    if tested:
        scores = reference.outputs(stored, readout, data.load(tested, converter))["ood_score"]
        print(f"it lets {np.mean(scores <= limit.threshold):.1%} of the {len(tested)} test pictures in", flush=True)
    smallest = int(fitted_to[["width", "height"]].to_numpy().min())
    fitted = film_checks.fit_checks(converter, smallest, films)
    checks = fitted.checks
    if "most_colour" in checks and _in_colour(data, fitted_to["path"].tolist(), checks):
        print("film check most_colour is left out: some of the pictures are in colour", flush=True)
        del checks["most_colour"]
    return readout, Refusals(limit, fitted, films)


def _in_colour(data: PreparedData, paths: list[str], checks: film_checks.Checks) -> bool:
    """Whether a network that takes grey was measured on pictures in colour, which the checks before it must not refuse then."""
    pictures = list(in_threads(lambda path: data.decode(path, "rgb"), paths))
    return any(seen.refused_by for seen in film_checks.see(pictures, {"most_colour": checks["most_colour"]}))
