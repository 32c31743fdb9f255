"""The `[fit]` and `[extra]` tables of a configuration: the optimisation, and films that are added for it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from training.numbers import Count, CountOrNone, PartLeft, PathOrNone, PathText, Range, Rate, Seed

Weight = Annotated[float, msgspec.Meta(ge=0, le=1000, title="a number, 0 or above")]


class Cosine(msgspec.Struct, frozen=True, tag_field="kind", tag="cosine"):
    """The learning rate falls to zero over all epochs, as a half cosine."""

    def learning_rate(self, initial: float, steps: int) -> Any:
        """What Keras's optimiser takes, for so many steps in all epochs."""
        import keras

        return keras.optimizers.schedules.CosineDecay(initial, decay_steps=steps)

    def callbacks(self) -> list[Any]:
        """None are needed."""
        return []


class Plateau(msgspec.Struct, frozen=True, tag_field="kind", tag="plateau"):
    """The learning rate falls where the validation loss stops improving (Keras's ReduceLROnPlateau).

    Attributes:
        mode: What counts as better: `min` is right for a loss.
        patience: Number of epochs without improvement before the rate falls.
        factor: Factor of each fall.
    """

    mode: Literal["min", "max"]
    patience: CountOrNone
    factor: PartLeft

    def learning_rate(self, initial: float, steps: int) -> Any:
        """The initial one, which the callback reduces."""
        return initial

    def callbacks(self) -> list[Any]:
        """The callback that reduces the rate."""
        import keras

        return [
            keras.callbacks.ReduceLROnPlateau(
                monitor="val_loss", mode=self.mode, patience=self.patience, factor=self.factor, verbose=1
            )
        ]


class Teacher(msgspec.Struct, frozen=True, omit_defaults=True):
    """A distillation teacher.

    Attributes:
        run: Its folder.
        population: Whose films it teaches; empty for all.
    """

    run: PathText
    population: str = ""


class FitConfig(msgspec.Struct, frozen=True):
    """The optimisation.

    Attributes:
        seed: Repeats the run: initial weights, order, augmentation, dropout.
        balanced: Whether an epoch draws the same number of films of every class, that of the smallest; else every film once. Of several
            hospitals, it draws the same number of every hospital and class, but for `weights`.
        label_smoothing: Label smoothing of the cross-entropy.
        teachers: Run folders of distillation teachers; their mean probability of the very film the network sees is half of
            its target (Hinton et al. 2015; Beyer et al. 2022, arXiv:2106.05237). Empty for labels alone. One that is a table names the
            `population` whose films alone it teaches; films that no teacher teaches have their labels alone.
        schedule: How the learning rate falls.
        early_stopping_patience: Number of epochs without a better validation loss after which training ends.
        kept_epoch: `best` by validation loss, or `last`: a rate that has fallen to zero leaves nothing to choose, and the loss
            of a few doubtful validation labels should not choose.
        weights: Hospital → how often its films are drawn, relative to the others' 1; 0 to validate by it only.
        heads: `shared`, or one for each `population`, which only its own films train; the finished network has their mean.
        start_from: A finished run whose weights training starts from, of the same network; empty for ImageNet's or random ones.
        frozen_until: Name of the last layer that stays as training starts, batch statistics included, with all before it: a start on other
            films keeps what it knows of edges and textures, and an epoch takes half as long. Empty to train all layers.
        jit_compile: Whether XLA compiles the network's steps, which some graphics cards gain by. The results are those of other steps to
            rounding, but need not repeat themselves to the bit, and a continued run need not end in the same weights.
        incomplete_hospitals: Whether to train on a hospital that lacks a class, too: the network then learns to know the hospital.
    """

    seed: Seed
    epochs: Count
    batch_size: Count
    learning_rate: Rate
    balanced: bool
    label_smoothing: PartLeft
    teachers: tuple[PathText | Teacher, ...]
    early_stopping_patience: CountOrNone
    kept_epoch: Literal["best", "last"]
    schedule: Cosine | Plateau
    weights: dict[str, Weight] = msgspec.field(default_factory=dict)
    heads: Literal["shared", "population"] = "shared"
    start_from: PathOrNone = ""
    frozen_until: str = ""
    incomplete_hospitals: bool = False
    jit_compile: bool = False

    @property
    def taught_by(self) -> tuple[Teacher, ...]:
        """The teachers, each with the population that it teaches."""
        return tuple(each if isinstance(each, Teacher) else Teacher(each) for each in self.teachers)


class ExtraConfig(msgspec.Struct, frozen=True):
    """The `[extra]` table: what is added to the train films.

    Attributes:
        kind: `made`, films of a GAN; `repeated`, the same number of real films once more; `none`.
        share: How many, as a share of each class's train films: 0.25 adds a quarter, 4 four times as many.
        gan: Of `made`: a finished run of `gan fit` that saw the same train films and no other.
    """

    kind: Literal["none", "repeated", "made"] = "none"
    share: Range = 0.0
    gan: PathOrNone = ""
