"""`python -m training gan fit CONFIG`: trains generator and discriminator on the films of train patients, and goes on after a kill."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from plainfilm.atomic import atomic_file, check_workplace
from plainfilm.errors import PlainfilmError, UsageError
from plainfilm.files import read_bytes
from plainfilm.json_files import write_json
from plainfilm.lock import held
from plainfilm.tensorflow import import_tensorflow
from training.fitting.history import read_history, write_history
from training.gan.config import GanConfig, gan_config_text
from training.gan.films import RealFilms, as_input, batch_rows, films_of, read_films
from training.gan.trained_on import write_trained_on

HISTORY = ("step", "films", "generator_loss", "discriminator_loss", "real_sign", "strength", "seconds")
SHOWN_PER_CLASS = 8
STEER_EVERY = 4  # steps between two changes of the augmentation's strength


def fit_gan(config: GanConfig, runs: Path) -> Path:
    """Trains `config` in `runs/NAME`, or goes on at its last checkpoint, and returns that folder.

    A step depends on the seed and its number alone: a run that was killed ends as one that was not.

    Raises:
        UsageError: The folder holds a run of another config.
        PlainfilmError: The films are missing, the losses are no numbers any more, or a checkpoint is torn.
        HeldError: Another process works on it.
    """
    run = runs / config.name
    data = films_of(config)
    run.parent.mkdir(parents=True, exist_ok=True)
    with held(run.with_name(f".{run.name}.lock"), f"the run {run}"):
        _open(run, config)
        real = read_films(data, "train", config.networks.size)
        write_json(run / "classes.json", real.class_names)
        write_trained_on(run, data)
        _train(config, run, real)
    return run


def _open(run: Path, config: GanConfig) -> None:
    text, file = gan_config_text(config).encode(), run / "gan.toml"
    if file.exists():
        if read_bytes(file) != text:
            raise UsageError(
                f"{run} holds a run with other settings",
                expected="the same config, to go on with it",
                next_step=f"change `name` in the config, or remove {run}",
            )
        return
    check_workplace(run, mark="gan.toml")
    with atomic_file(file) as partial:
        partial.write_bytes(text)


def _train(config: GanConfig, run: Path, real: RealFilms) -> None:
    import_tensorflow()
    import keras

    from training.gan.checkpoint import load_checkpoint, save_checkpoint
    from training.gan.networks import build_discriminator, build_generator
    from training.gan.step import Optimisers, train_step

    fit, classes = config.fit, len(real.class_names)
    keras.utils.set_random_seed(fit.seed)
    generator, average = build_generator(config.networks, classes), build_generator(config.networks, classes)
    discriminator = build_discriminator(config.networks, classes)
    average.set_weights(generator.get_weights())
    optimisers = Optimisers.of(fit, generator, discriminator)
    parts = {"generator": generator, "average": average, "discriminator": discriminator, **optimisers.by_name}
    first, numbers = load_checkpoint(run, parts)
    strength, real_sign = numbers.get("strength", 0.0), numbers.get("real_sign", 0.0)
    seconds, began = numbers.get("seconds", 0.0), time.monotonic()
    if first >= fit.steps:
        raise PlainfilmError(
            f"{run} is finished",
            expected="an unfinished run to go on with",
            next_step=f"python -m training gan sample {run}, or remove it to train anew",
        )
    step_of = train_step(fit, config.networks.latent, generator, average, discriminator, optimisers)
    rows = [row for row in read_history(run, "step") if row["step"] <= first]
    print(f"{config.name}: {len(real.films)} films, {classes} classes, from step {first} of {fit.steps}", flush=True)
    for step in range(first, fit.steps):
        chosen = batch_rows(real.labels, fit.batch_size, fit.seed, step)
        losses = step_of(as_input(real.films[chosen]), real.labels[chosen].astype(np.int32), step, strength)
        generator_loss, discriminator_loss, sign = (float(value) for value in losses)
        if not np.isfinite([generator_loss, discriminator_loss]).all():
            raise PlainfilmError(
                f"the losses of {config.name} are no numbers any more",
                received=f"step {step + 1}: generator {generator_loss}, discriminator {discriminator_loss}",
                expected="finite losses",
                next_step="start a run of another `name` with smaller rates; the last checkpoint stays",
            )
        real_sign += (sign - real_sign) / STEER_EVERY
        if (step + 1) % STEER_EVERY == 0:
            towards = np.sign(real_sign - fit.overfitting_target)
            strength = steered(strength, float(towards), STEER_EVERY * fit.batch_size, fit.augmentation_films)
        if (step + 1) % fit.checkpoint_every == 0 or step + 1 == fit.steps:
            spent = seconds + time.monotonic() - began
            state = {"strength": strength, "real_sign": real_sign, "seconds": spent}
            shown = (step + 1) * fit.batch_size
            told = (step + 1, shown, generator_loss, discriminator_loss, real_sign, strength, spent)
            rows.append(dict(zip(HISTORY, told, strict=True)))
            write_history(run, rows, whole=("step", "films"))
            _draw(run, average, config, classes)
            save_checkpoint(run, step + 1, parts, state)
            left = spent / (step + 1) * (fit.steps - step - 1) / 60
            print(
                f"step {step + 1}/{fit.steps}  generator {generator_loss:.3f}  discriminator {discriminator_loss:.3f}  "
                f"real {real_sign:+.2f}  augmented {strength:.2f}  {left:.0f} min left",
                flush=True,
            )
    print(f"next: python -m training gan evaluate {run}, or: python -m training gan sample {run} --out DIR")


def steered(strength: float, towards: float, films: int, all_films: int) -> float:
    """The augmentation's strength after so many more films: up where the discriminator has learned its films by heart, else down."""
    from training.gan.augment import STRONGEST

    return float(np.clip(strength + towards * films / all_films, 0, STRONGEST))


def _draw(run: Path, average: Any, config: GanConfig, classes: int) -> None:
    """A sheet of made films, one row per class, always of the same latents."""
    from PIL import Image

    from training.gan.making import make

    sheet = [
        np.concatenate(list(make(average, config.networks.latent, each, SHOWN_PER_CLASS, seed=0)[..., 0]), axis=1)
        for each in range(classes)
    ]
    with atomic_file(run / "made.png") as partial:
        Image.fromarray(np.concatenate(sheet)).save(partial, format="PNG")
