"""What the search tries: networks of several kinds and depths, input sizes, how films are varied, how the optimiser steps."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution

from plainfilm.errors import PlainfilmError
from training.config import (
    Architecture,
    AugmentationConfig,
    Config,
    EfficientNetLite0Config,
    MobileNetV2Config,
    read_config,
)

SIZES = (96, 128, 160, 192)

# Epochs of one trial: with the rate falling to zero over them, enough to rank recipes, not enough to be the best of them.
TRIAL_EPOCHS = 6

LEARNING_RATE = (3e-4, 3e-3)
LABEL_SMOOTHING = (0.0, 0.15)
STRENGTH = (0.4, 1.4)
SMALLEST_CROP = (0.3, 1.0)

# How far films are varied grows and shrinks together; a blur above 1 would overshoot.
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

# Where a backbone may end: what it has made of films at an eighth or a sixteenth of their size is pooled, or it is whole.
CUTS = {
    "mobilenet_v2": ("block_6_expand_relu", "block_13_expand_relu", ""),
    "efficientnet_lite0": ("block_5_expand_relu", "block_11_expand_relu", ""),
}


@dataclass(frozen=True)
class Space:
    """A search's choices.

    Attributes:
        like: Everything that is not searched, and where every search starts.
        networks: Name → network at any size.
        sizes: Heights, which are the widths too.
        epochs: Of a trial.
    """

    like: Config
    networks: Mapping[str, Architecture]
    sizes: tuple[int, ...] = SIZES
    epochs: int = TRIAL_EPOCHS

    @property
    def distributions(self) -> dict[str, BaseDistribution]:
        """What Optuna draws a trial's parameters from."""
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
        """Every network once, the sizes in turn, otherwise as `like` has it: a search knows each of them before it guesses."""
        shared = {
            "learning_rate": _within(self.like.fit.learning_rate, LEARNING_RATE),
            "label_smoothing": _within(self.like.fit.label_smoothing, LABEL_SMOOTHING),
            "augmentation": 1.0,
            "smallest_crop": _within(self.like.augmentation.smallest_crop, SMALLEST_CROP),
        }
        sizes = itertools.cycle(self.sizes)
        return [{"network": network, "size": next(sizes), **shared} for network in self.networks]

    def config(self, parameters: Mapping[str, Any], name: str, prepared: Path) -> Config:
        """The run that a trial's parameters stand for; with the epochs of `like`, until `trial` shortens it."""
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
        """The same run, shortened."""
        return replace(config, fit=replace(config.fit, epochs=min(self.epochs, config.fit.epochs)))

    def as_json(self) -> dict[str, Any]:
        """The whole space, for `search.json` and to tell whether two searches search the same."""
        return {
            "like": dataclasses.asdict(self.like),
            "networks": {name: dataclasses.asdict(network) for name, network in self.networks.items()},
            "sizes": list(self.sizes),
            "epochs": self.epochs,
            "learning_rate": LEARNING_RATE,
            "label_smoothing": LABEL_SMOOTHING,
            "augmentation": STRENGTH,
            "smallest_crop": SMALLEST_CROP,
        }


def every_network(like: Config) -> dict[str, Architecture]:
    """The networks to try, those that start from ImageNet among them, and that of `like`."""
    view, momentum = like.model.view, like.model.batch_normalization_momentum
    mobilenet = like.model if isinstance(like.model, MobileNetV2Config) else read_config(Path("mobilenet_v2")).model
    assert isinstance(mobilenet, MobileNetV2Config)
    mobilenet = replace(mobilenet, view=view, batch_normalization_momentum=momentum)
    models: dict[str, Architecture] = {}
    for alpha in (0.35, 1.0):
        for cut in CUTS["mobilenet_v2"]:
            models[_named(f"MobileNetV2 {alpha}", cut)] = replace(mobilenet, alpha=alpha, cut=cut)
    for cut in CUTS["efficientnet_lite0"]:
        lite = EfficientNetLite0Config(
            mobilenet.height,
            mobilenet.width,
            view,
            momentum,
            "efficientnet_lite0",
            cut,
            mobilenet.standardised,
            mobilenet.smoothed,
            mobilenet.dropout,
        )
        models[_named("EfficientNet-Lite0", cut)] = lite
    searched = {replace(model, height=like.model.height, width=like.model.width) for model in models.values()}
    if like.model not in searched:
        models[f"{like.title} ({like.name})"] = like.model
    return models


def find_weights(networks: Mapping[str, Architecture], files: Sequence[Path]) -> dict[str, Path | None]:
    """Which of the files holds the ImageNet weights of each network; None where Keras downloads them or none are needed.

    Networks whose weights cannot be had are left out, and said to be.

    Raises:
        PlainfilmError: A file is not there, or nothing is left.
    """
    from training.networks.imagenet import imagenet_backbone

    if missing := [file for file in files if not file.is_file()]:
        raise PlainfilmError("there is no such file", received=missing[0], next_step="--backbone-weights FILE")
    found: dict[str, Path | None] = {}
    of_backbone: dict[Architecture, list[Path | None]] = {}  # the cut does not change the weights
    for name, network in networks.items():
        backbone = network
        if isinstance(network, MobileNetV2Config | EfficientNetLite0Config):
            backbone = replace(network, cut="")
        if backbone not in of_backbone:
            of_backbone[backbone] = []
            for file in (*files, None):
                try:
                    loaded = imagenet_backbone(backbone, file)
                except PlainfilmError:
                    continue
                of_backbone[backbone] = [file if loaded is not None else None]
                break
        if of_backbone[backbone]:
            found[name] = of_backbone[backbone][0]
        else:
            print(f"left out: {name}: no --backbone-weights FILE holds its ImageNet weights, and no download did")
    if not found:
        raise PlainfilmError(
            "there is no network to try",
            received="no ImageNet weights",
            next_step="connect to the network, or give files: --backbone-weights FILE FILE …",
        )
    return found


def _named(network: str, cut: str) -> str:
    return f"{network} to {cut}" if cut else network


def _within(value: float, limits: tuple[float, float]) -> float:
    return min(max(value, limits[0]), limits[1])


def _strengthened(augmentation: AugmentationConfig, strength: float, smallest_crop: float) -> AugmentationConfig:
    changed = {name: strength * getattr(augmentation, name) for name in STRENGTHENED}
    changed["blur"] = min(changed["blur"], LARGEST_BLUR)
    return replace(augmentation, smallest_crop=smallest_crop, **changed)
