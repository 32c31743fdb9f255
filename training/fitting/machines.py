"""What a run is trained on: one processor, the graphics cards of one machine, or several machines that TF_CONFIG names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tensorflow as tf

from plainfilm.errors import PlainfilmError, UsageError
from training.fitting.tf_config import workers_of


class _Reducing:
    """Mends what Keras 3 asks of a strategy: to reduce whole batches, of which it wants the shapes alone and which may differ in size, and to
    reduce numbers along an axis that they do not have.
    """

    def reduce(self, reduce_op: Any, value: Any, axis: int | None) -> Any:
        """See tf.distribute.Strategy.reduce."""
        whole: Any = super()
        if isinstance(value, (tuple, list, dict)):
            return tf.nest.map_structure(lambda part: whole.experimental_local_results(part)[0], value)
        rank = whole.experimental_local_results(value)[0].shape.rank
        return whole.reduce(reduce_op, value, axis=axis if rank else None)


class SeveralCards(_Reducing, tf.distribute.MirroredStrategy):
    """The devices of one machine."""


class SeveralMachines(_Reducing, tf.distribute.MultiWorkerMirroredStrategy):
    """The machines of TF_CONFIG."""


@dataclass(frozen=True)
class Machines:
    """Where a run is trained.

    Attributes:
        strategy: A tf.distribute.Strategy.
        policy: Keras's policy of numbers: `mixed_float16` or `float32`.
        number: Of this machine; 0, the chief, writes the run's folder.
        count: How many there are.
    """

    strategy: Any
    policy: str = "float32"
    number: int = 0
    count: int = 1

    @classmethod
    def found(cls) -> Machines:
        """What TF_CONFIG and TensorFlow tell of; to be asked before TensorFlow has done anything else.

        Raises:
            UsageError: TF_CONFIG is not what TensorFlow expects.
        """
        workers, number = workers_of(os.environ.get("TF_CONFIG", ""))
        gpus = tf.config.list_physical_devices("GPU")
        if workers > 1:
            strategy = SeveralMachines()
        else:
            strategy = SeveralCards() if len(gpus) > 1 else tf.distribute.get_strategy()
        return cls(strategy, "mixed_float16" if gpus else "float32", number, workers)

    @property
    def is_chief(self) -> bool:
        """Whether this machine writes."""
        return self.number == 0

    @property
    def replicas(self) -> int:
        """Parts that a batch is read in, at the same time."""
        return int(self.strategy.num_replicas_in_sync)

    def repeat_to_the_bit(self, repeat: bool) -> None:
        """Lets every operation of this process give the same bits each time; or not, which is what Keras asks of steps that XLA compiles.

        Raises:
            UsageError: XLA is to compile what several devices share.
        """
        if repeat:
            tf.config.experimental.enable_op_determinism()
            return
        if self.replicas > 1:
            raise UsageError(
                "jit_compile goes with one device",
                received=f"{self.replicas} of them, which share every batch",
                expected="one graphics card or the processor alone",
                next_step="remove `jit_compile` from [fit], or hide the other cards: put CUDA_VISIBLE_DEVICES=0 before the command",
            )
        # An earlier run in this process may have asked for it. TensorFlow has no public word to take it back.
        from tensorflow.python.framework.config import disable_op_determinism

        disable_op_determinism()
        print("steps are compiled by XLA: this run can be repeated to rounding, not to the bit")

    def agree(self, epoch: int, run: Path) -> None:
        """Checks that all machines go on after the same epoch.

        Raises:
            PlainfilmError: They do not see the same run folder.
        """
        if self.count == 1:
            return
        own = self.strategy.run(lambda: tf.constant(float(epoch)))
        mean = float(self.strategy.reduce("MEAN", own, axis=None))
        if mean != epoch:
            raise PlainfilmError(
                "the machines do not go on after the same epoch",
                received=f"epoch {epoch} in {run} on machine {self.number}, {mean:g} on average",
                expected="one folder for the runs that every machine reads, such as a network drive",
                next_step="give every machine the same folder with --runs",
            )

    def check_alone(self, what: str) -> None:
        """Checks that there is one machine, for what several cannot do.

        Raises:
            UsageError: There are more.
        """
        if self.count > 1:
            raise UsageError(
                "this configuration cannot be trained by several machines",
                received=f"{what}; TF_CONFIG names {self.count} machines",
                expected="one machine, or a network that is trained whole",
                next_step="train it without TF_CONFIG",
            )

    def synchronise(self, model: Any) -> None:
        """Lets batch normalisation see the whole batch and not a part of it, as on one machine."""
        import keras

        if self.replicas > 1:
            for layer in model._flatten_layers():
                if isinstance(layer, keras.layers.BatchNormalization):
                    layer.synchronized = True

    def shared_out(self, batches: Any, films: int, batch_size: int) -> Any:
        """Batches whose films count alike although the last batch of an epoch may not be shared out evenly.

        Args:
            batches: Of training, `(x, y)`; the strategy gives each replica its part of every one.
            films: In an epoch.
            batch_size: Of all replicas together.

        Raises:
            UsageError: The last batch has not a film for each.
        """
        parts = self.replicas
        if parts == 1:
            return batches
        last = films % batch_size or batch_size
        if last < parts:
            raise UsageError(
                "the last batch of an epoch cannot be shared out",
                received=f"{last} films for {parts} parts",
                expected=f"at least {parts}: {films} films in batches of {batch_size}",
                next_step="change `batch_size` in the configuration",
            )

        def weighted(x: Any, y: Any) -> Any:
            n = tf.shape(y)[0]
            size = -(-n // parts)  # of all parts but the last
            own = tf.minimum(size, n - tf.range(n) // size * size)
            return x, y, tf.cast(parts * own, tf.float32) / tf.cast(n, tf.float32)

        options = tf.data.Options()
        options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
        return batches.map(weighted).with_options(options)

    @contextmanager
    def lost_explained(self, run: Path) -> Iterator[None]:
        """Turns TensorFlow's errors of a machine that is gone into one that says how to go on.

        Raises:
            PlainfilmError: One is gone.
        """
        gone = (
            tf.errors.UnavailableError,
            tf.errors.AbortedError,
            tf.errors.CancelledError,
            tf.errors.DeadlineExceededError,
        )
        try:
            yield
        except gone as error:
            if self.count == 1:
                raise
            raise PlainfilmError(
                "another machine of this training is gone",
                received=str(error).strip().splitlines()[0][:300],
                expected=f"all {self.count} machines of TF_CONFIG, from the first epoch to the last",
                next_step=f"give the same command again on each of them: it goes on after the last whole epoch, kept in {run}",
            ) from None
