"""`python -m training fit CONFIG`: trains one network, keeps its results in a run folder, continues after a kill."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plainfilm.errors import PlainfilmError
from plainfilm.lock import held
from plainfilm.tensorflow import import_tensorflow
from training.config import Config
from training.films.part import part_of_patients
from training.films.phantom import draw_phantoms
from training.films.prepared import PreparedData, read_prepared
from training.fitting.extra import check_extra
from training.fitting.opening import open_run
from training.fitting.origins import with_words
from training.fitting.others import starting_weights
from training.fitting.tf_config import workers_of
from training.prepare import prepare
from training.run import ordered_classes

if TYPE_CHECKING:
    from training.fitting.machines import Machines


def fit(
    config: Config,
    runs: Path,
    backbone_weights: Path | None = None,
    watchers: Sequence[Any] = (),
    machines: Machines | None = None,
    in_memory: int | None = None,
    data: PreparedData | None = None,
) -> Path:
    """Trains `config` in `runs/NAME` and returns that folder; a config with `[average]` averages finished runs instead.

    A folder that holds an unfinished run of the same config is continued at its last whole epoch.

    Args:
        config: What to train.
        runs: Folder of run folders.
        backbone_weights: File with the ImageNet weights of a network that starts from them; None to download Keras's.
        watchers: Keras callbacks that act after each epoch's checkpoint.
        machines: What to train on; None for what TF_CONFIG and TensorFlow tell of. Of several machines the first writes the folder,
            which all of them read.
        in_memory: Bytes of memory that films may take; more are read from disk. None for a share of the memory. It changes no result.
        data: The films, if they are open already; None to open those of the config.

    Raises:
        UsageError: The folder holds a run of another config or of other films; TF_CONFIG is not right.
        HeldError: Another `fit` works on it.
        PlainfilmError: It holds a finished run, the films are missing, the memory is full, or another machine is gone.
    """
    run = runs / config.name
    data = part_of_patients(data or films_of(config), config.data.patients)
    config = with_words(config, data)
    class_names = ordered_classes(data.table, config.data.positive_class)
    check_extra(config, data.table, class_names)
    run.parent.mkdir(parents=True, exist_ok=True)
    # Of several machines only the chief owns the folder.
    is_chief = machines.is_chief if machines else workers_of(os.environ.get("TF_CONFIG", ""))[1] == 0
    lock = held(run.with_name(f".{run.name}.lock"), f"the run {run}") if is_chief else nullcontext()
    with lock:
        if is_chief:
            open_run(run, config, data.table.to_csv(index=False).encode())
        _fit_alone(config, run, data, class_names, backbone_weights, watchers, machines, in_memory)
    return run


def _fit_alone(
    config: Config,
    run: Path,
    data: PreparedData,
    class_names: list[str],
    backbone_weights: Path | None,
    watchers: Sequence[Any],
    machines: Machines | None,
    in_memory: int | None,
) -> None:
    """Trains in a run folder that no other process works on."""
    # TensorFlow takes seconds to import: only now, after the configuration and the films have been checked.
    tf = import_tensorflow()
    import keras

    from training.fitting import callbacks
    from training.fitting.average import average
    from training.fitting.frozen import split_at
    from training.fitting.heads import average_heads, with_heads
    from training.fitting.machines import Machines

    machines = machines or Machines.found()
    if config.average.runs:
        average(config, run, data, class_names, in_memory)
        print(
            f"\naveraged {', '.join(config.average.runs)} in {run}/model.keras\nnext: python -m training evaluate {run}"
        )
        return
    gpus = len(tf.config.list_physical_devices("GPU"))
    keras.utils.set_random_seed(config.fit.seed)
    machines.repeat_to_the_bit(not config.fit.jit_compile)
    keras.mixed_precision.set_global_policy(machines.policy)
    print(
        f"{config.name}: {gpus} GPU(s), {machines.policy}, run folder {run}, machine {machines.number + 1} of {machines.count}"
    )

    first_epoch, state = callbacks.read_checkpoint(run)
    machines.agree(first_epoch, run)
    frozen_part = config.model.frozen_part
    start: list[Any] | None = None
    backbone = None
    if frozen_part or not first_epoch:
        start = starting_weights(config, class_names, data.table)
        backbone = config.model.imagenet_backbone(backbone_weights) if start is None else None
    build = partial(_network, config, len(class_names), backbone, start)
    if callbacks.has_ended(config.fit, first_epoch, state):
        print(f"{run} was trained to its end, after epoch {first_epoch}; its network is written now")
    else:
        _train(config, run, data, class_names, build, first_epoch, state, watchers, machines, in_memory)
    if not machines.is_chief:
        return
    keras.mixed_precision.set_global_policy("float32")
    model = build()
    if config.fit.heads == "population":
        trained = with_heads(model, len(config.data.populations))
        callbacks.finish(run, model, trained, config.fit.kept_epoch, partial(average_heads, trained, model))
    else:
        trained = split_at(model, frozen_part.until)[1] if frozen_part else model
        callbacks.finish(run, model, trained, config.fit.kept_epoch)
    print(f"\nkept the {config.fit.kept_epoch} epoch in {run}/model.keras\nnext: python -m training evaluate {run}")


def _network(config: Config, classes: int, backbone: Any, start: list[Any] | None) -> Any:
    """The network as training starts: with random weights, ImageNet's, or those of another run."""
    from training.networks.network import build_model

    model = build_model(config.model, classes, backbone)
    if start is not None:
        model.set_weights(start)
    return model


def _train(
    config: Config,
    run: Path,
    data: PreparedData,
    class_names: list[str],
    build: Callable[[], Any],
    first_epoch: int,
    state: dict[str, dict[str, Any]],
    watchers: Sequence[Any],
    machines: Machines,
    in_memory: int | None,
) -> None:
    """Trains from `first_epoch` to the end; what is kept lies in the run's `checkpoint/`."""
    import keras

    from training.fitting import callbacks
    from training.fitting.dataset import (
        epoch_order,
        read_split,
        steps_per_epoch,
        training_batches,
        training_converter,
        validation_dataset,
        weighted,
    )
    from training.fitting.extra import extra_films
    from training.fitting.frozen import freeze, split_at, through_frozen
    from training.fitting.heads import with_heads
    from training.fitting.teachers import read_teachers
    from training.networks.readout import loss_of, targets_of

    converter = config.model.image_converter
    before = training_converter(converter, config.augmentation)
    train_films, train_labels, origins = read_split(config, data, class_names, "train", before, in_memory)
    train_films, train_labels = extra_films(config, train_films, train_labels, class_names, before)
    val_films, val_labels, val_origins = read_split(config, data, class_names, "val", converter, in_memory)
    steps = steps_per_epoch(train_labels, config.fit, origins)

    teach = read_teachers(config, class_names, data.table) if config.fit.teachers else None
    has_heads = config.fit.heads == "population"

    frozen_part = config.model.frozen_part
    with machines.strategy.scope():
        model = build()
        if config.fit.frozen_until:
            freeze(model, config.fit.frozen_until)
        if has_heads:
            model = with_heads(model, len(config.data.populations))
        if frozen_part:
            frozen, model = split_at(model, frozen_part.until)
        if first_epoch:
            print(f"continuing after epoch {first_epoch} of {config.fit.epochs}")
            model = callbacks.load_checkpoint_model(run)
        else:
            model.compile(
                optimizer=keras.optimizers.Adam(
                    config.fit.schedule.learning_rate(config.fit.learning_rate, steps * config.fit.epochs)
                ),
                loss=loss_of(len(class_names), config.fit.label_smoothing),
                metrics=["accuracy", keras.metrics.AUC(name="auroc")],
                jit_compile=config.fit.jit_compile,
            )
        machines.synchronise(model)
    training = training_batches(
        config, train_films, train_labels, class_names, origins, 0 if frozen_part else first_epoch, teach
    )
    validation = validation_dataset(
        val_films,
        targets_of(val_labels, len(class_names)),
        config.fit.batch_size,
        val_origins.mean_of_heads if has_heads and val_origins is not None else None,
    )
    films_in_epoch = len(epoch_order(train_labels, config.fit, 0, origins))
    seconds = 0.0
    with _memory_explained(run, config), machines.lost_explained(run):
        if frozen_part:
            machines.check_alone("a frozen part, whose features one machine keeps")
            counts = {"train": films_in_epoch, "val": len(val_labels)}
            training, validation, seconds = through_frozen(
                frozen, training, validation, counts, config.fit, frozen_part.epochs, run, first_epoch
            )
        if val_origins is not None:
            validation = weighted(validation, val_origins.weights, config.fit.batch_size)
        model.fit(
            machines.shared_out(training, films_in_epoch, config.fit.batch_size),
            validation_data=validation,
            initial_epoch=first_epoch,
            epochs=config.fit.epochs,
            steps_per_epoch=steps,
            callbacks=[
                *callbacks.training_callbacks(run, config.fit, state, seconds, writes=machines.is_chief),
                *watchers,
            ],
            shuffle=False,  # the dataset shuffles by itself
            verbose=1 if sys.stdout.isatty() else 2,
        )


def films_of(config: Config) -> PreparedData:
    """The films of a configuration; phantoms are drawn first where it asks for them."""
    folder = Path(config.data.prepared)
    if config.data.phantom_films and not (folder / "splits.csv").exists():
        films = folder.with_name(folder.name + "_films")
        print(f"drawing {config.data.phantom_films} phantom films per class in {films}")
        labels = config.data.labels
        draw_phantoms(films, films_per_class=config.data.phantom_films, seed=config.fit.seed, lines=bool(labels))
        return prepare(films, folder, patients_csv=None, seed=config.fit.seed, labels=labels)
    return read_prepared(folder)


@contextmanager
def _memory_explained(run: Path, config: Config) -> Iterator[None]:
    """Turns TensorFlow's error of a full memory into one that says how to go on.

    Raises:
        PlainfilmError: The memory is full.
    """
    import tensorflow as tf

    try:
        yield
    except (tf.errors.ResourceExhaustedError, MemoryError) as error:
        raise PlainfilmError(
            f"not enough memory to train {config.name}; its whole epochs are kept in {run}",
            received=f"batches of {config.fit.batch_size} films: {str(error).strip().splitlines()[0]}",
            expected="memory for one batch, forwards and backwards",
            next_step="free some and give the same command again, which goes on where it stopped, on the CPU if you put "
            "CUDA_VISIBLE_DEVICES=-1 before it; or start a run of another `name` with a smaller `batch_size`",
        ) from None
