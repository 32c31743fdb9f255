"""Films made by a trained generator."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from plainfilm.errors import PlainfilmError
from plainfilm.files import read_json
from plainfilm.tensorflow import import_tensorflow
from training.gan.checkpoint import CHECKPOINT, load_checkpoint
from training.gan.config import GanConfig, read_gan_config
from training.gan.films import as_films

BATCH = 64


@dataclass(frozen=True)
class Maker:
    """A trained generator.

    Attributes:
        config: Its run's.
        class_names: In the order of its class numbers.
        generator: The keras.Model, with the average of the weights.
    """

    config: GanConfig
    class_names: list[str]
    generator: Any

    def make(self, label: int, films: int, *, seed: int) -> npt.NDArray[np.uint8]:
        """Films of one class, uint8 `[n, size, size, 1]`; the same for the same seed."""
        return make(self.generator, self.config.networks.latent, label, films, seed=seed)


def load_maker(run: Path) -> Maker:
    """The generator of a run, finished or not.

    Raises:
        PlainfilmError: The folder is no run of `gan fit`, or holds no checkpoint yet.
    """
    lacking = [name for name in ("gan.toml", "classes.json", CHECKPOINT) if not (run / name).is_file()]
    if lacking:
        raise PlainfilmError(
            f"{run} holds no trained GAN",
            received=f"no {lacking[0]} in it",
            expected="the folder of a run of gan fit, after its first checkpoint",
            next_step="python -m training gan fit CONFIG",
        )
    config, class_names = read_gan_config(run / "gan.toml"), list(read_json(run / "classes.json"))
    import_tensorflow()
    from training.gan.networks import build_generator

    generator = build_generator(config.networks, len(class_names))
    load_checkpoint(run, {"average": generator})
    return Maker(config, class_names, generator)


def make(generator: Any, latent: int, label: int, films: int, *, seed: int) -> npt.NDArray[np.uint8]:
    """Makes films of one class, uint8 `[n, size, size, 1]`; the same for the same seed."""
    rng = np.random.default_rng([seed, label])
    z = rng.standard_normal((films, latent)).astype(np.float32)
    made = [
        as_films(generator([part, np.full(len(part), label, np.int32)], training=False))
        for part in (z[start : start + BATCH] for start in range(0, films, BATCH))
    ]
    return np.concatenate(made)
