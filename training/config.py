"""The configuration of a run: a TOML file as frozen tables, every key checked. Each table is defined beside what reads it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from plainfilm.atomic import atomic_file
from plainfilm.errors import UsageError
from plainfilm.toml_files import find_toml, read_table, typed
from training.films.augmentation import AugmentationConfig
from training.films.labels import LabelRule
from training.films.populations import Hospital, Population
from training.fitting.config import ExtraConfig, FitConfig
from training.networks.registry import AnyNetwork
from training.numbers import Count, CountOrNone, Name, Part, PartLeft, PathText

SHIPPED_CONFIGS = Path(__file__).parent / "configs"

# Keys that configurations had until version 0.1 → what says the same.
REPLACED = {
    "fit.learning_rate_schedule": '[fit.schedule] with kind = "cosine" or "plateau"',
    **{
        f"fit.plateau_{name}": f'`{name}` in [fit.schedule] of kind = "plateau"; leave it out where the kind is "cosine"'
        for name in ("mode", "patience", "factor")
    },
}

# Keys that say which kind of table it is; a table of another kind shares nothing with the one it replaces.
TAGS = ("architecture", "kind")


class DataConfig(msgspec.Struct, frozen=True):
    """The `[data]` table: where the films come from.

    Attributes:
        prepared: Folder written by `prepare`; relative to the current directory.
        positive_class: The class whose probability is thresholded.
        labels: Rules that give films their class by file name (`[[data.labels]]`); other films have that of their folder.
        radiographs: Whether the films are radiographs. A bundle of other pictures has no check that only holds for those: of colour,
            of negatives and turned films, of several films in one picture.
        likeliest: Whether a film is read as its likeliest class, for classes of which none is looked for. There are no operating
            points then, and a heat map speaks of the class that was read; `positive_class` only says whose figures stand first.
        patients: Share of the train patients that are learned from, of every class and hospital; 1 for all. Validation and test stay whole.
        phantom_films: When above 0, `fit` first draws this many phantom films per class and prepares them there.
        populations, hospitals: Whose films they are, if they were prepared from a collection; `fit` takes both from there.
    """

    prepared: PathText
    positive_class: str
    labels: tuple[LabelRule, ...] = ()
    radiographs: bool = True
    likeliest: bool = False
    phantom_films: CountOrNone = 0
    patients: Part = 1.0
    populations: tuple[Population, ...] = ()
    hospitals: tuple[Hospital, ...] = ()


class AverageConfig(msgspec.Struct, frozen=True):
    """The `[average]` table: a network that is not trained but made of finished ones (`training/fitting/average.py`).

    Attributes:
        runs: Folders of finished runs of the same network; empty to train. Their mean, weight by weight, is the network; `[fit]` says how they
            were trained.
        start_share: Share of `fit.start_from` in it: 0 for the mean alone.
        batches: Batches of varied training films that its batch statistics are estimated on.
    """

    runs: tuple[PathText, ...] = ()
    start_share: PartLeft = 0.0
    batches: Count = 48


class Config(msgspec.Struct, frozen=True, omit_defaults=True):
    """A whole run."""

    name: Name
    title: str
    description: str
    training_population: str
    data: DataConfig
    model: AnyNetwork
    fit: FitConfig
    augmentation: AugmentationConfig
    average: AverageConfig = AverageConfig()
    extra: ExtraConfig = ExtraConfig()


def read_config(path: Path) -> Config:
    """Reads a configuration; a bare name means one of those shipped in `training/configs/`.

    A file that begins with `extends = "OTHER"` states only what differs from OTHER: a path relative to the file, or a bare name.

    Raises:
        UsageError: The file is missing, is not TOML, has an unknown or missing key or a value of the wrong kind.
    """
    file = find_toml(path, SHIPPED_CONFIGS, "config")
    values = _extended(file, ())
    return typed(values, Config, str(file), REPLACED)


def changed(config: Config, changes: Mapping[str, Any], where: str) -> Config:
    """A configuration with other values laid over it, as those of a file that extends it; `where` names them in errors.

    Raises:
        UsageError: A key is not known, or a value is of the wrong kind.
    """
    return typed(_laid_over(tomllib.loads(config_text(config)), changes), Config, where, REPLACED)


def write_config(config: Config, path: Path) -> None:
    """Writes all of a configuration, defaults included; whole or not at all."""
    with atomic_file(path) as partial:
        partial.write_bytes(config_text(config).encode())


def config_text(config: Config) -> str:
    """All of a configuration as TOML."""
    return tomli_w.dumps(msgspec.to_builtins(config))


def _extended(file: Path, below: tuple[Path, ...]) -> dict[str, Any]:
    """The values of a file laid over those it extends; `below` are the files that extend it."""
    values = read_table(file)
    base = values.pop("extends", None)
    if base is None:
        return values
    if not isinstance(base, str):
        raise UsageError(f"{file}: extends is of the wrong kind", received=repr(base), expected="a name or a path")
    base_file = find_toml(file.parent / base, SHIPPED_CONFIGS, "config")
    if base_file.resolve() in (chain := (*below, file.resolve())):
        raise UsageError(f"{file} extends itself", received=" → ".join(each.name for each in (*chain, base_file)))
    return _laid_over(_extended(base_file, chain), values)


def _laid_over(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    if any(own.get(tag, base.get(tag)) != base.get(tag) for tag in TAGS):
        return dict(own)
    tables = {
        key: _laid_over(base[key], value)
        for key, value in own.items()
        if isinstance(value, dict) and isinstance(base.get(key), dict)
    }
    return {**base, **own, **tables}
