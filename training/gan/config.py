"""The configuration of a GAN's run: a TOML file as frozen tables, every key checked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import tomli_w

from plainfilm.errors import UsageError
from plainfilm.toml_files import find_toml, read_toml
from training.numbers import Count, CountOrNone, Name, Part, PathText, Range, Rate, Seed, Units

SHIPPED = Path(__file__).parent / "configs"
SMALLEST = 4  # pixels, of the first map of the generator and the last of the discriminator

Size = Annotated[int, msgspec.Meta(ge=16, le=1024, title="a power of two, 16 to 1024")]


class GanData(msgspec.Struct, frozen=True):
    """Where the films come from.

    Attributes:
        prepared: Folder written by `prepare`; relative to the current directory.
        patients: Share of the train patients that is learned from, as in the `[data]` table of a reader.
        phantom_films: When above 0, so many phantoms per class are drawn and prepared there first.
    """

    prepared: PathText
    phantom_films: CountOrNone = 0
    patients: Part = 1.0


class GanNetworks(msgspec.Struct, frozen=True):
    """The two networks.

    Attributes:
        size: Of the square films, in pixels: a power of two.
        latent: Numbers that a film is made from.
        channels: Of the maps at full size; each halving of the size doubles them, to `most_channels`.
    """

    size: Size
    latent: Units
    channels: Units
    most_channels: Units

    @property
    def sizes(self) -> list[int]:
        """Sides of the maps, from the smallest to the whole film."""
        return [SMALLEST << step for step in range((self.size // SMALLEST).bit_length())]

    def channels_of(self, side: int) -> int:
        """Channels of a map with this side."""
        return min(self.channels * self.size // side, self.most_channels)


class GanFit(msgspec.Struct, frozen=True):
    """The optimisation; names in brackets are those of the paper.

    Attributes:
        seed: Repeats the run.
        steps: Of each network, one after the other.
        generator_rate, discriminator_rate: Adam's, with β 0 and 0.99.
        gradient_penalty: Weight of the squared gradient at real films (R1's γ; Mescheder et al. 2018).
        penalty_every: Steps between two penalties, which count that much more then (lazy regularisation).
        overfitting_target: Mean sign of the discriminator's output on real films that the strength of the augmentation is
            steered to (r_t).
        augmentation_films: Films shown until the augmentation could have grown from none to full.
        average_films: Half-life, in films shown, of the average of the generator's weights that films are made by.
        checkpoint_every: Steps between two checkpoints; a killed run goes on from the last.
    """

    seed: Seed
    steps: Count
    batch_size: Count
    generator_rate: Rate
    discriminator_rate: Rate
    gradient_penalty: Range
    penalty_every: Count
    overfitting_target: Part
    augmentation_films: Count
    average_films: Count
    checkpoint_every: Count


class GanConfig(msgspec.Struct, frozen=True):
    """A whole run."""

    name: Name
    title: str
    data: GanData
    networks: GanNetworks
    fit: GanFit


def read_gan_config(path: Path) -> GanConfig:
    """Reads a configuration; a bare name means one of those in `training/gan/configs/`.

    Raises:
        UsageError: It is missing, is not TOML, or a key is unknown, missing or of the wrong kind.
    """
    file = find_toml(path, SHIPPED, "GAN config")
    config = read_toml(file, GanConfig)
    size = config.networks.size
    if size & (size - 1):
        raise UsageError(
            f"{file}: networks.size does not halve down to {SMALLEST} pixels",
            received=size,
            expected="a power of two, such as 64, 128 or 256",
        )
    return config


def gan_config_text(config: GanConfig) -> str:
    """All of a configuration as TOML."""
    return tomli_w.dumps(msgspec.to_builtins(config))
