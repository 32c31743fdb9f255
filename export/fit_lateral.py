"""`python -m export lateral RUN`: finds how a network's feature maps tell films from the side, from a few of them.

Every second lateral film, by name, is learned from; the others say how well it works. Logistic regression on the
descriptions of the maps (`network.gate_maps.lateral_maps`), strongly regularised: each hospital counts the same, and laterals as much as
all frontal films. Frontal and lateral films are varied and framed alike (`export.training_films`), so that neither
exposure, crop nor border tells them apart.

What was chosen by what: the maps, the kind of read-out and `STRENGTH` by leaving one of ten laterals out, and by validation of Guangzhou
and of patients of the NIH set that it had not learned from, on `mobilenet_v2_distilled_long`. The films held back and
the external films chose nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from plainfilm.errors import PlainfilmError
from training.films.arrays import Doubles, Floats
from training.films.patients import patient_of
from training.films.prepared import in_threads, picture_files
from training.films.preprocessing import ImageConverter, decode

if TYPE_CHECKING:
    from export.lateral import Check, Readout
    from export.source import Source

# Fewer laterals than this give no direction to trust.
FEWEST = 4
# Of each lateral film so many varied copies; fewer where there are many films.
COPIES, ALL_COPIES = 40, 400
# Inverse strength of the regularisation, for weights of the films that add up to 1.
STRENGTH = 150.0
# Share of each hospital's training films, plain and varied, that stays below the threshold at least.
KEPT = 0.997
# Share of the laterals, plain and varied, each scored by a read-out that did not learn it, that counts for its middle.
FOUND = 0.95
# Times that laterals are left out, at most; and the share of them that has to be refused then.
FOLDS = 10
LEAST_FOUND = 0.5
# Of the patients of a further folder of frontal films, every fifth is for validation.
VALIDATION = 5


@dataclass(frozen=True)
class Frontals:
    """Descriptions of one hospital's frontal films, `[n, features]` each.

    Attributes:
        name: The hospital, or the folder.
        plain, varied: Films of training.
        validation: Films of other patients, as they are.
    """

    name: str
    plain: Doubles
    varied: Doubles
    validation: Doubles


@dataclass(frozen=True)
class Fit:
    """A read-out of descriptions `[n, features]`: `weights` and `bias`; what is above `threshold` is from the side."""

    weights: Doubles
    bias: float
    threshold: float
    left_out_refused: int

    def scores(self, descriptions: Doubles) -> Doubles:
        """Of films, `[n]`."""
        return np.asarray(descriptions @ self.weights + self.bias)


def fit(frontals: Sequence[Frontals], laterals: Doubles) -> Fit:
    """Fits the read-out and its threshold.

    Args:
        frontals: Of each hospital.
        laterals: `[films, copies, features]`, the first copy as the film is.

    Raises:
        PlainfilmError: The laterals cannot be told from the frontal films.
    """
    sets = [films for each in frontals for films in (each.plain, each.varied)]
    known = np.concatenate(sets)
    parts = np.concatenate([np.full(len(films), 0.25 / len(films) / len(frontals)) for films in sets])
    whole = _regression(known, parts, laterals)
    below = max(float(np.quantile(_scores(whole, films), KEPT, method="higher")) for films in sets)

    folds = np.arange(len(laterals)) % FOLDS
    left_out = np.empty(laterals.shape[:2])
    for fold in np.unique(folds):
        left_out[folds == fold] = _scores(_regression(known, parts, laterals[folds != fold]), laterals[folds == fold])
    above = float(np.quantile(left_out, 1 - FOUND))
    threshold = max(below, (below + above) / 2)
    refused = int((left_out[:, 0] > threshold).sum())
    if refused < LEAST_FOUND * len(laterals):
        raise PlainfilmError(
            "this network does not tell the lateral films from the frontal ones",
            received=f"{refused} of {len(laterals)} lateral films found when they were not learned from",
            expected=f"at least {LEAST_FOUND:.0%}",
            next_step="look whether the folder holds lateral films only, or give more of them",
        )
    return Fit(*whole, threshold, refused)


def fit_lateral(
    folder: Path, laterals: Path, frontals: Sequence[Path] = (), *, prepared: Path | None = None
) -> list[dict[str, Any]]:
    """Writes `lateral.json` into the run, which its next export gives to the bundle; returns the counts in it.

    Args:
        folder: The run.
        laterals: A folder of lateral films; every second one by name is learned from.
        frontals: Further folders of frontal films, of other hospitals than the run's.
        prepared: The run's films, if they are no longer where its configuration says.

    Raises:
        PlainfilmError: The run is not evaluated, its films are gone, there are too few laterals, or they cannot be told apart.
    """
    from export import lateral
    from export.source import read_source

    for given in (laterals, *frontals):
        if not given.is_dir():
            raise PlainfilmError(f"there is no folder {given}", expected="a folder of films")
    learned, held_back = halves(picture_files(laterals))
    if len(learned) < FEWEST:
        raise PlainfilmError(
            f"too few films in {laterals}",
            received=f"{len(learned) + len(held_back)}, of which every second is learned from",
            expected=f"{2 * FEWEST} at least",
        )
    source = read_source(folder, prepared)
    describe = _Descriptions(source)
    print(f"{source.run.name}: looking at frontal films", flush=True)
    hospitals = [*_of_run(source, describe), *(_of_folder(each, describe) for each in frontals)]
    print(f"looking at {len(learned)} lateral films, each varied", flush=True)
    made = fit(hospitals, describe.copies(learned, max(min(COPIES, ALL_COPIES // len(learned)), 1)))
    readout = describe.readout(made)

    def refused(descriptions: Doubles) -> int:
        return int((made.scores(descriptions) > made.threshold).sum())

    rows: list[dict[str, Any]] = [
        {"set": "lateral, learned from (each left out once)", "lateral": True, "n": len(learned)}
        | {"refused": made.left_out_refused},
        {"set": "lateral, held back", "lateral": True, "n": len(held_back)} | {"refused": refused(describe(held_back))},
    ]
    for each in hospitals:
        for split, films in (("training", each.plain), ("validation", each.validation)):
            rows.append({"set": f"{each.name}, {split}", "lateral": False, "n": len(films), "refused": refused(films)})
    for row in rows:
        print(f"{row['set']}: {row['refused']} of {row['n']} refused")
    check = _check(readout, made, rows, describe.words, [each.name for each in hospitals])
    lateral.write(source.run, check, rows)
    return rows


def halves(files: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """The films to learn from, every second one by name, and those held back."""
    return list(files[1::2]), list(files[::2])


class _Descriptions:
    """What the run's network makes of films, as one row of numbers for each."""

    def __init__(self, source: Source) -> None:
        from export import reference
        from export.network.fold import fold
        from export.network.gate_maps import lateral_maps

        self.network = fold(reference.load_model(source.run), source.subject.positive)
        self.maps = lateral_maps(self.network)
        self.words = self.maps.words
        self.converter: ImageConverter = source.run.config.model.image_converter

    def __call__(self, files: Sequence[Path]) -> Doubles:
        from training.films.prepared import load_files

        return self.of(load_files(files, self.converter)) if files else np.empty((0, 0))

    def of(self, films: Floats) -> Doubles:
        """Of films as the network sees them, `[n, features]`."""
        from export import reference

        of_maps = reference.descriptions(self.network, [films], self.maps.names)
        return np.concatenate(of_maps, axis=1).astype(np.float64)

    def copies(self, files: Sequence[Path], count: int) -> Doubles:
        """`[files, 1 + count, features]`: each film as it is, then varied."""
        from export.training_films import vary

        decoded = list(in_threads(lambda file: decode(file, self.converter.colour), files))
        varied = self.of(vary([film for film in decoded for _ in range(count)], self.converter))
        return np.concatenate([self(files)[:, np.newaxis], varied.reshape(len(files), count, -1)], axis=1)

    def readout(self, made: Fit) -> Readout:
        """The same read-out, by maps."""
        from export.lateral import Readout

        ends = np.cumsum([2 * self.network[name].shape[-1] for name in self.maps.names])
        weights = np.split(made.weights.astype(np.float32), ends[:-1])
        return Readout(self.maps.names, tuple(weights), made.bias)


def _of_run(source: Source, describe: _Descriptions) -> Iterator[Frontals]:
    """The run's own films, hospital by hospital."""
    from export.source import FILMS, evenly
    from export.training_films import training_films

    table = source.data.table
    whole = table.assign(hospital=source.data.source.name) if "hospital" not in table else table
    for name, films in whole.groupby("hospital", sort=False):
        train, val = (films.loc[films["split"] == split, "path"].tolist() for split in ("train", "val"))
        if not train:
            continue
        learned = training_films(source.data, evenly(train, FILMS), describe.converter)
        validation = describe.of(source.data.load(val, describe.converter)) if val else np.empty((0, 0))
        yield Frontals(str(name), describe.of(learned.plain), describe.of(learned.augmented), validation)


def _of_folder(folder: Path, describe: _Descriptions) -> Frontals:
    """Films of a folder; every fifth patient, by what file names tell, is for validation."""
    from export.training_films import vary

    files = picture_files(folder)
    of_file = {file: patient.patient_id if (patient := patient_of(file.name)) else file.name for file in files}
    patients = sorted(set(of_file.values()))
    held_back = set(patients[::VALIDATION])
    train, val = ([file for file in files if (of_file[file] in held_back) == held] for held in (False, True))
    if not train:
        raise PlainfilmError(
            f"too few films in {folder}", received=f"films of {len(patients)} patients", expected="of two at least"
        )
    decoded = list(in_threads(lambda file: decode(file, describe.converter.colour), train))
    return Frontals(folder.name, describe(train), describe.of(vary(decoded, describe.converter)), describe(val))


def _check(readout: Readout, made: Fit, rows: Sequence[dict[str, Any]], maps: str, hospitals: Sequence[str]) -> Check:
    from export.lateral import Check, Limit

    learned, held_back = rows[:2]
    frontal = [row for row in rows if not row["lateral"] and row["set"].endswith(", validation")]
    n = sum(row["n"] for row in frontal)
    method = (
        f"logistic regression on the channels' means and spreads in {maps}, of {learned['n']} lateral films and the frontal training "
        f"films of {' and '.join(hospitals)}, all varied in crop, shape, light, sharpness and frames; threshold halfway between what "
        f"{KEPT:.1%} of each hospital's films stay below and what {FOUND:.0%} of laterals that were left out are above"
    )
    kept = 1 - sum(row["refused"] for row in frontal) / n if n else 1.0
    return Check(readout, Limit(made.threshold, kept, held_back["n"], held_back["refused"], method))


def _regression(frontals: Doubles, parts: Doubles, laterals: Doubles) -> tuple[Doubles, float]:
    """Weights and bias; `parts` of the frontal films add up to one half."""
    from sklearn.linear_model import LogisticRegression

    of_laterals = laterals.reshape(-1, laterals.shape[-1])
    films = np.concatenate([frontals, of_laterals])
    side = np.repeat([0, 1], [len(frontals), len(of_laterals)])
    weights = np.concatenate([parts, np.full(len(of_laterals), 0.5 / len(of_laterals))])
    centre, spread = frontals.mean(axis=0), frontals.std(axis=0)
    spread = spread + 0.01 * spread.max() + 1e-6
    model = LogisticRegression(C=STRENGTH, max_iter=500)
    model.fit((films - centre) / spread, side, sample_weight=weights)
    scaled = model.coef_[0] / spread
    return scaled, float(model.intercept_[0] - centre @ scaled)


def _scores(regression: tuple[Doubles, float], films: Doubles) -> Doubles:
    weights, bias = regression
    return np.asarray(films @ weights + bias)
