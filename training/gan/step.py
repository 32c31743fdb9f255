"""One step of training: the discriminator on real and made films, then the generator, then the average of its weights."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from training.gan.augment import augmented
from training.gan.config import GanFit

# Of the learning rate, for the layers from latent to style (Karras et al. 2019, arXiv:1812.04948).
MAPPING_RATE = 0.01


class EqualisedAdam(keras.optimizers.Adam):
    """Adam whose steps are as large relative to every kernel: the equalised learning rate (Karras et al. 2018, arXiv:1710.10196).

    There, weights of unit variance are multiplied by `fan_in ** -0.5` wherever they are used. Adam's steps know nothing of a
    gradient's size, so the same comes of taking steps that are so much smaller. Without, a rate that suits the biases throws the
    discriminator's kernels about, and it diverges within some hundred steps.
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Of one variable; kernels have their outputs on the last axis."""
        fan_in = math.prod(variable.shape[:-1]) if len(variable.shape) > 1 else 1
        rate = learning_rate * fan_in**-0.5 * (MAPPING_RATE if "mapping" in variable.name else 1.0)
        super().update_step(gradient, variable, rate)


@dataclass(frozen=True)
class Optimisers:
    """Adam for each network."""

    generator: Any
    discriminator: Any

    @classmethod
    def of(cls, fit: GanFit, generator: Any, discriminator: Any) -> Optimisers:
        """With their variables, so that a checkpoint can be put into them."""
        of_generator = EqualisedAdam(fit.generator_rate, beta_1=0.0, beta_2=0.99, epsilon=1e-8)
        of_discriminator = EqualisedAdam(fit.discriminator_rate, beta_1=0.0, beta_2=0.99, epsilon=1e-8)
        of_generator.build(generator.trainable_variables)
        of_discriminator.build(discriminator.trainable_variables)
        return cls(of_generator, of_discriminator)

    @property
    def by_name(self) -> dict[str, Any]:
        """As parts of a checkpoint."""
        return {"generator_optimiser": self.generator, "discriminator_optimiser": self.discriminator}


def train_step(
    fit: GanFit, latent: int, generator: Any, average: Any, discriminator: Any, optimisers: Optimisers
) -> Callable[[Any, Any, int, float], tuple[Any, Any, Any]]:
    """A function of real films `[b, h, w, 1]` in −1…1, their classes `[b]`, the step's number and the augmentation's strength.

    It returns the generator's and the discriminator's loss (non-saturating, Goodfellow et al. 2014) and the mean sign of the
    discriminator's output on real films. Made films have the classes of the real ones.
    """
    softplus = tf.nn.softplus
    kept = 0.5 ** (fit.batch_size / fit.average_films)

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
    def run(films: Any, labels: Any, step: Any, strength: Any, penalised: Any) -> Any:
        def seed(number: int) -> Any:
            return tf.random.experimental.stateless_fold_in(tf.stack([fit.seed, step]), number)

        def made(number: int) -> Any:
            z = tf.random.stateless_normal([tf.shape(films)[0], latent], seed(number))
            return generator([z, labels], training=True)

        seen = augmented(films, strength, seed(0))
        false = augmented(made(1), strength, seed(2))
        with tf.GradientTape() as tape:
            real_logit = discriminator([seen, labels], training=True)
            false_logit = discriminator([false, labels], training=True)
            loss_d = tf.reduce_mean(softplus(-real_logit) + softplus(false_logit))
            penalty = tf.cond(penalised, lambda: _squared_gradient(discriminator, seen, labels), lambda: 0.0)
            whole = loss_d + 0.5 * fit.gradient_penalty * fit.penalty_every * penalty
        variables = discriminator.trainable_variables
        optimisers.discriminator.apply(tape.gradient(whole, variables), variables)

        with tf.GradientTape() as tape:
            logit = discriminator([augmented(made(3), strength, seed(4)), labels], training=True)
            loss_g = tf.reduce_mean(softplus(-logit))
        variables = generator.trainable_variables
        optimisers.generator.apply(tape.gradient(loss_g, variables), variables)
        for mean, now in zip(average.variables, generator.variables, strict=True):
            mean.assign(kept * mean.value + (1 - kept) * now.value)
        return loss_g, loss_d, tf.reduce_mean(tf.sign(real_logit))

    def one(films: Any, labels: Any, step: int, strength: float) -> tuple[Any, Any, Any]:
        penalised = step % fit.penalty_every == 0
        result: tuple[Any, Any, Any] = run(
            tf.constant(films), tf.constant(labels), tf.constant(step, tf.int32), tf.constant(strength, tf.float32), tf.constant(penalised)
        )  # fmt: skip
        return result

    return one


def _squared_gradient(discriminator: Any, films: Any, labels: Any) -> Any:
    """Mean over the films of the squared norm of the discriminator's gradient at them."""
    with tf.GradientTape() as tape:
        tape.watch(films)
        logit = tf.reduce_sum(discriminator([films, labels], training=True))
    gradient = tape.gradient(logit, films)
    return tf.reduce_mean(tf.reduce_sum(tf.square(gradient), axis=[1, 2, 3]))
