"""The space of a search: networks of several kinds and depths, input sizes, augmentation, learning rate and label smoothing."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution

from plainfilm.errors import PlainfilmError
from training.config import Config
from training.films.augmentation import AugmentationConfig
from training.networks.network import Network
from training.networks.registry import NETWORKS

SIZES = (96, 128, 160, 192)

# Epochs of one trial: with the rate falling to zero over them, enough to rank recipes, not to train the best of them.
TRIAL_EPOCHS = 6

LEARNING_RATE = (3e-4, 3e-3)
LABEL_SMOOTHING = (0.0, 0.15)
STRENGTH = (0.4, 1.4)
SMALLEST_CROP = (0.3, 1.0)

# Augmentation settings that one factor scales together; a blur above 1 would overshoot.
STRENGTHENED = (
    "rotation_degrees",
    "shear_degrees",
    "zoom",
    "aspect",
    "shift",
    "brightness",
    "contrast",
    "gamma",
    "blur",
)
LARGEST_BLUR = 1.0


@dataclass(frozen=True)
class Space:
    """A search's choices.

    Attributes:
        like: The configuration that gives all settings that are not searched, and the first values of those that are.
        networks: Title → network at any size.
        sizes: Heights, which are the widths too.
        epochs: Number of epochs of a trial.
    """

    like: Config
    networks: Mapping[str, Network]
    sizes: tuple[int, ...] = SIZES
    epochs: int = TRIAL_EPOCHS

    @property
    def distributions(self) -> dict[str, BaseDistribution]:
        """The distributions that Optuna draws the parameters of a trial from."""
        return {
            "network": CategoricalDistribution(list(self.networks)),
            "size": CategoricalDistribution(list(self.sizes)),
            "learning_rate": FloatDistribution(*LEARNING_RATE, log=True),
            "label_smoothing": FloatDistribution(*LABEL_SMOOTHING),
            "augmentation": FloatDistribution(*STRENGTH),
            "smallest_crop": FloatDistribution(*SMALLEST_CROP),
        }

    @property
    def first_trials(self) -> list[dict[str, Any]]:
        """Every network once, the sizes in turn, otherwise as in `like`: a search measures each of them before it samples."""
        shared = {
            "learning_rate": _within(self.like.fit.learning_rate, LEARNING_RATE),
            "label_smoothing": _within(self.like.fit.label_smoothing, LABEL_SMOOTHING),
            "augmentation": 1.0,
            "smallest_crop": _within(self.like.augmentation.smallest_crop, SMALLEST_CROP),
        }
        sizes = itertools.cycle(self.sizes)
        return [{"network": network, "size": next(sizes), **shared} for network in self.networks]

    def config(self, parameters: Mapping[str, Any], name: str, prepared: Path) -> Config:
        """The configuration for the parameters of a trial; with the epochs of `like`, until `trial` shortens it."""
        network = parameters["network"]
        return replace(
            self.like,
            name=name,
            title=f"{network}, {parameters['size']} px",
            description="Found by python -m training search.",
            data=replace(self.like.data, prepared=str(prepared), phantom_films=0),
            model=replace(self.networks[network], height=parameters["size"], width=parameters["size"]),
            fit=replace(
                self.like.fit,
                learning_rate=parameters["learning_rate"],
                label_smoothing=parameters["label_smoothing"],
                teachers=(),
            ),
            augmentation=_strengthened(self.like.augmentation, parameters["augmentation"], parameters["smallest_crop"]),
        )

    def trial(self, config: Config) -> Config:
        """The same configuration with the epochs of a trial."""
        return replace(config, fit=replace(config.fit, epochs=min(self.epochs, config.fit.epochs)))

    def as_json(self) -> dict[str, Any]:
        """The whole space, for `search.json` and to compare the spaces of two searches."""
        return {
            "like": msgspec.to_builtins(self.like),
            "networks": msgspec.to_builtins(dict(self.networks)),
            "sizes": list(self.sizes),
            "epochs": self.epochs,
            "learning_rate": LEARNING_RATE,
            "label_smoothing": LABEL_SMOOTHING,
            "augmentation": STRENGTH,
            "smallest_crop": SMALLEST_CROP,
        }


def every_network(like: Config) -> dict[str, Network]:
    """The networks to try by title: the variants that each kind has for a search, and that of `like`."""
    networks: dict[str, Network] = {}
    for kind in NETWORKS.values():
        networks |= kind.search_variants(like.model)
    if like.model not in networks.values():
        networks[f"{like.title} ({like.name})"] = like.model
    return networks


def find_weights(networks: Mapping[str, Network], files: Sequence[Path]) -> dict[str, Path | None]:
    """Which of the files holds the ImageNet weights of each network; None where Keras downloads them or none are needed.

    Networks whose weights are not available are left out, with a line that reports it.

    Raises:
        PlainfilmError: A file is missing, or no network is left.
    """
    if missing := [file for file in files if not file.is_file()]:
        raise PlainfilmError("there is no such file", received=missing[0], next_step="--backbone-weights FILE")
    found: dict[str, Path | None] = {}
    sources: dict[str, list[Path | None]] = {
        "": [None]
    }  # name of ImageNet weights → where they can be had, at most one
    for title, network in networks.items():
        name = network.imagenet_weights
        if name not in sources:
            sources[name] = _source_of(network, files)
        if sources[name]:
            found[title] = sources[name][0]
        else:
            print(
                f"left out: {title}: no --backbone-weights FILE holds its ImageNet weights, and they were not downloaded"
            )
    if not found:
        raise PlainfilmError(
            "there is no network to try",
            received="no ImageNet weights",
            next_step="connect to the network, or give files: --backbone-weights FILE FILE …",
        )
    return found


def _source_of(network: Network, files: Sequence[Path]) -> list[Path | None]:
    """The first file that holds the network's ImageNet weights, None for a download, or nothing."""
    for file in (*files, None):
        try:
            network.imagenet_backbone(file)
        except PlainfilmError:
            continue
        return [file]
    return []


def _within(value: float, limits: tuple[float, float]) -> float:
    return min(max(value, limits[0]), limits[1])


def _strengthened(augmentation: AugmentationConfig, strength: float, smallest_crop: float) -> AugmentationConfig:
    changed = {name: strength * getattr(augmentation, name) for name in STRENGTHENED}
    changed["blur"] = min(changed["blur"], LARGEST_BLUR)
    return replace(augmentation, smallest_crop=smallest_crop, **changed)
