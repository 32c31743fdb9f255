"""Whose films a network is trained on: hospitals and populations, how often each is drawn, and what a configuration may ask of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from msgspec.structs import replace

from plainfilm.errors import UsageError
from training.config import Config
from training.films.prepared import PreparedData
from training.fitting.config import FitConfig
from training.prepare_collection import lacking_classes

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Origins:
    """Whose the films of one split are; arrays have one number per film.

    Attributes:
        hospitals, populations: Their names.
        hospital, population: Places in these.
    """

    hospitals: tuple[str, ...]
    populations: tuple[str, ...]
    hospital: Numbers
    population: Numbers

    @property
    def heads(self) -> npt.NDArray[np.float32]:
        """Of which population's head each film is read by, one-hot `[n, populations]`."""
        return np.eye(len(self.populations), dtype=np.float32)[self.population]

    @property
    def mean_of_heads(self) -> npt.NDArray[np.float32]:
        """The same for films that are read by all heads alike, as the finished network reads."""
        return np.full((len(self.population), len(self.populations)), 1 / len(self.populations), np.float32)

    @property
    def weights(self) -> npt.NDArray[np.float32]:
        """A weight for each film, 1 on average, that makes hospitals count alike."""
        films = np.bincount(self.hospital, minlength=len(self.hospitals))
        weights = len(self.hospital) / (np.count_nonzero(films) * films[self.hospital])
        return np.asarray(weights, np.float32)


def origins_of(rows: pd.DataFrame, config: Config) -> Origins | None:
    """Whose these rows of splits.csv are; None for the films of one data set."""
    if "hospital" not in rows:
        return None
    hospitals = tuple(hospital.name for hospital in config.data.hospitals)
    populations = tuple(population.name for population in config.data.populations)
    return Origins(
        hospitals,
        populations,
        np.array([hospitals.index(name) for name in rows["hospital"]], np.int64),
        np.array([populations.index(name) for name in rows["population"]], np.int64),
    )


def with_words(config: Config, data: PreparedData) -> Config:
    """The configuration with the populations and hospitals of its films, so that a run says by itself whose films it read.

    Raises:
        UsageError: It states others than the collection that the films were prepared from; or asks for what the films do not allow.
    """
    stated = config.data
    for key, differ in (
        ("populations", stated.populations and stated.populations != data.populations),
        ("hospitals", stated.hospitals and stated.hospitals != data.hospitals),
    ):
        if differ:
            own = ", ".join(each.name for each in getattr(data, key))
            raise UsageError(
                f"data.{key} of {config.name} are not those of its films",
                received=", ".join(each.name for each in getattr(stated, key)),
                expected=own or f"none: {data.folder} holds one data set",
                next_step=f"leave data.{key} out; fit takes them from {data.folder}",
            )
    config = replace(config, data=replace(stated, populations=data.populations, hospitals=data.hospitals))
    _check(config, data)
    return config


def _check(config: Config, data: PreparedData) -> None:
    fit, table = config.fit, data.table
    if not data.hospitals:
        asked = {
            "weights": fit.weights,
            'heads = "population"': fit.heads == "population",
            "teachers of a population": any(teacher.population for teacher in fit.taught_by),
        }
        for what, is_asked in asked.items():
            if is_asked:
                raise UsageError(
                    f"[fit] of {config.name} asks for several hospitals: {what}",
                    received=f"{data.folder}, the films of one data set",
                    expected="films that were prepared from a collection",
                    next_step="python -m training prepare COLLECTION.toml --out DIR, then fit --data DIR",
                )
        return
    hospitals = [hospital.name for hospital in data.hospitals]
    populations = [population.name for population in data.populations]
    if unknown := sorted(set(fit.weights) - set(hospitals)):
        raise UsageError(
            f"[fit.weights] of {config.name} has a hospital that the films are not of",
            received=unknown[0],
            expected=", ".join(hospitals),
        )
    if unknown := sorted({teacher.population for teacher in fit.taught_by} - {*populations, ""}):
        raise UsageError(
            f"a teacher of {config.name} teaches a population that the films are not of",
            received=unknown[0],
            expected=", ".join(populations),
        )
    if fit.weights and not fit.balanced:
        raise UsageError(
            f"[fit] of {config.name} has weights, but every film is drawn once",
            received="balanced = false",
            expected="balanced = true, or no weights",
        )
    if not any(fit.weights.get(name, 1.0) for name in hospitals):
        raise UsageError(f"[fit.weights] of {config.name} leaves no hospital", expected="a weight above 0")
    if fit.heads == "population" and config.model.frozen_part:
        raise UsageError(
            f"{config.name} cannot have a head for each population",
            received=f"a network whose first layers are frozen, until {config.model.frozen_part.until}",
            expected='heads = "shared", or a network of which all layers are trained',
        )
    _check_both_sides(config, table)
    trained = table[table["hospital"].map(lambda name: fit.weights.get(name, 1.0)) > 0]
    for hospital, labels in lacking_classes(trained).items():
        if not fit.incomplete_hospitals:
            raise UsageError(
                f"{hospital} has no film of {' and '.join(labels)}: the network would learn to know the hospital instead",
                received="a hospital that lacks a class that others have",
                expected="films of every class from every hospital",
                next_step=f"add such films, or do not train on it: [fit.weights] {hospital} = 0; "
                "incomplete_hospitals = true in [fit] trains on it all the same",
            )


def _check_both_sides(config: Config, table: pd.DataFrame) -> None:
    """Checks that every population's validation can fix thresholds, before hours are spent on it.

    Raises:
        UsageError: One has films of one side only.
    """
    if len(config.data.populations) < 2 or config.data.likeliest:
        return
    val = table[table["split"] == "val"]
    for population in config.data.populations:
        is_positive = val.loc[val["population"] == population.name, "label"] == config.data.positive_class
        if not is_positive.any() or is_positive.all():
            raise UsageError(
                f"nothing could fix thresholds for the population {population.name}",
                received=f"{int(is_positive.sum())} validation films of {config.data.positive_class}, {int((~is_positive).sum())} others",
                expected="some of both",
                next_step="add films of both to it, or leave it out of the collection and measure it by evaluate --external",
            )


def draws_per_cell(labels: Numbers, hospital: Numbers, weights: Mapping[int, float]) -> dict[tuple[int, int], int]:
    """How many films of each hospital and class an epoch draws: of one hospital, as many of every class.

    The hospital that has most gives every film of its smallest class once; others repeat theirs where they have fewer.

    Args:
        labels: Class numbers, `[n]`.
        hospital: Hospitals' numbers, `[n]`.
        weights: Hospital's number → how much it counts, 1 where it is not named.
    """
    smallest = {
        int(each): int(np.unique(labels[hospital == each], return_counts=True)[1].min()) for each in np.unique(hospital)
    }
    counted = {each: weights.get(each, 1.0) for each in smallest if weights.get(each, 1.0) > 0}
    largest = max(counted, key=lambda each: smallest[each])
    whole = smallest[largest] / counted[largest]
    return {
        (each, int(label)): max(round(weight * whole), 1)
        for each, weight in counted.items()
        for label in np.unique(labels[hospital == each])
    }


def draw_cells(labels: Numbers, origins: Origins, fit: FitConfig, rng: np.random.Generator) -> Numbers:
    """The films of one epoch, as row numbers in drawing order, even over hospitals and classes but for the weights."""
    weights = {origins.hospitals.index(name): weight for name, weight in fit.weights.items()}
    drawn = []
    for (hospital, label), count in draws_per_cell(labels, origins.hospital, weights).items():
        rows = np.flatnonzero((origins.hospital == hospital) & (labels == label))
        rounds = [rng.permutation(rows) for _ in range(-(-count // len(rows)))]
        drawn.append(np.concatenate(rounds)[:count])
    order: Any = rng.permutation(np.concatenate(drawn))
    return np.asarray(order, np.int64)
