"""The input of training: films decoded and resized once, kept as uint8, in memory or on disk; shuffled, varied and read by teachers on the fly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from training.config import Config
from training.films.arrays import Levels
from training.films.augmentation import AugmentationConfig, augment
from training.films.prepared import PreparedData
from training.films.preprocessing import ImageConverter
from training.fitting.config import FitConfig
from training.fitting.film_cache import FilmCache, load_rounded, on_disk
from training.fitting.memory import films_in_memory
from training.fitting.origins import Origins, draw_cells, origins_of
from training.networks.readout import targets_of

# Films that are cropped are kept this much larger than the network's input, so that a crop is not a blown-up one.
CROP_MARGIN = 1.25

# Share of the labels in a target; the rest is that of the teachers.
LABEL_SHARE = 0.5


def training_converter(converter: ImageConverter, augmentation: AugmentationConfig) -> ImageConverter:
    """The image converter of training films before they are varied."""
    if augmentation.smallest_crop == 1:
        return converter
    return replace(converter, height=round(CROP_MARGIN * converter.height), width=round(CROP_MARGIN * converter.width))


Films = Levels | FilmCache


def read_split(
    config: Config,
    data: PreparedData,
    class_names: list[str],
    split: str,
    converter: ImageConverter,
    in_memory: int | None = None,
) -> tuple[Films, npt.NDArray[np.int64], Origins | None]:
    """The films of one split `[n, height, width, 1]`, their class numbers, and whose they are.

    They are rounded to uint8, a quarter of the memory: augmentation changes them by more than half a grey level anyway. `evaluate` and
    `export` read them unrounded, as the page does. Where the films of training and validation take more than `in_memory` bytes
    (None: `training.fitting.memory`), they are read from disk, which changes no bit of any batch.
    """
    rows = data.table[data.table["split"] == split]
    labels = np.array([class_names.index(label) for label in rows["label"]])
    films: Films
    allowed, needed = films_in_memory() if in_memory is None else in_memory, bytes_of(config, data)
    if needed <= allowed:
        print(f"reading {len(rows)} {split} films", flush=True)
        films = load_rounded(data, rows["path"].tolist(), converter)
    else:
        print(
            f"reading {len(rows)} {split} films from disk: {needed / 1e9:.2f} GB are more than the {allowed / 1e9:.2f} GB of memory "
            "that films may take",
            flush=True,
        )
        films = on_disk(data, split, converter, data.folder.with_name(f"{data.folder.name}.cache"))
    return films, labels, origins_of(rows, config)


def bytes_of(config: Config, data: PreparedData) -> int:
    """Bytes of the films of training and validation as training keeps them."""
    plain = config.model.image_converter
    of_split = {"train": training_converter(plain, config.augmentation), "val": plain}
    counts = data.table["split"].value_counts()
    return sum(int(counts.get(split, 0)) * size.height * size.width * size.channels for split, size in of_split.items())


def reader_of(films: Films) -> Callable[[Any], Any]:
    """A function from row numbers to films, in TensorFlow.

    Films in memory stay NumPy's: as a constant, TensorFlow would keep them twice more, and a third time while an iterator is made.
    """
    rows_of = films.rows if isinstance(films, FilmCache) else films.__getitem__

    def read(rows: Any) -> Any:
        # Not stateful: where operations are to repeat themselves, TensorFlow would read one batch at a time.
        batch = tf.numpy_function(rows_of, [rows], tf.uint8, stateful=False)
        batch.set_shape([None, *films.shape[1:]])
        return batch

    return read


def epoch_order(
    labels: npt.NDArray[np.int64], fit: FitConfig, epoch: int, origins: Origins | None = None
) -> npt.NDArray[np.int64]:
    """The films of one epoch, as row numbers in drawing order; depends on the seed and the epoch alone.

    Where `balanced`, every class gives the same number of films, that of the smallest, and other films each epoch. Of several
    hospitals, so do hospitals, but for `weights`; then films of small ones are drawn more than once.
    """
    rng = np.random.default_rng([fit.seed, epoch])
    if not fit.balanced:
        return rng.permutation(len(labels))
    if origins is not None:
        return draw_cells(labels, origins, fit, rng)
    per_class = np.bincount(labels).min()
    rows = np.concatenate([rng.permutation(np.flatnonzero(labels == label))[:per_class] for label in np.unique(labels)])
    return rng.permutation(rows)


def steps_per_epoch(labels: npt.NDArray[np.int64], fit: FitConfig, origins: Origins | None = None) -> int:
    """Number of batches in an epoch; the last one may be shorter."""
    return -(-len(epoch_order(labels, fit, 0, origins)) // fit.batch_size)


def training_batches(
    config: Config,
    films: Films,
    labels: npt.NDArray[np.int64],
    class_names: list[str],
    origins: Origins | None,
    first_epoch: int = 0,
    teach: Callable[[Any, Any], tuple[Any, Any]] | None = None,
) -> Any:
    """The `training_dataset` that a configuration asks for, of the size that its network reads."""
    size = (config.model.image_converter.height, config.model.image_converter.width)
    targets = targets_of(labels, len(class_names))
    return training_dataset(films, labels, targets, config.fit, config.augmentation, size, first_epoch, teach, origins)


def training_dataset(
    films: Films,
    labels: npt.NDArray[np.int64],
    targets: npt.NDArray[np.float32],
    fit: FitConfig,
    augmentation: AugmentationConfig,
    size: tuple[int, int],
    first_epoch: int,
    teach: Callable[[Any, Any], tuple[Any, Any]] | None = None,
    origins: Origins | None = None,
) -> Any:
    """Batches `(float32 [b, *size, c], float32 [b, …])` of all epochs from `first_epoch` on, back to back.

    `teach` gives the targets of the teachers for varied films and their populations, and which films have any (`read_teachers`). Where
    there is a head for each population, the films come as `{image, population}`. A batch depends on (seed, epoch, step) alone, so that a
    continued run sees the same batches.
    """
    read, every_target = reader_of(films), tf.constant(targets)
    of_population = tf.constant(np.zeros(len(labels), np.int64) if origins is None else origins.population)
    heads = tf.constant(origins.heads) if origins is not None and fit.heads == "population" else None

    def batches(epoch: Any) -> Any:
        (order,) = tf.numpy_function(lambda e: [epoch_order(labels, fit, int(e), origins)], [epoch], [tf.int64])
        order.set_shape([None])
        return (
            tf.data.Dataset.from_tensor_slices(order)
            .batch(fit.batch_size)
            .enumerate()
            .map(lambda step, rows: _batch(epoch, step, rows), num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)
        )

    def _batch(epoch: Any, step: Any, rows: Any) -> Any:
        seed = tf.cast(tf.stack([epoch * 1_000_003 + fit.seed, step]), tf.int32)
        films, targets = augment(read(rows), augmentation, seed, size), tf.gather(every_target, rows)
        if teach is not None:
            taught, by_any = teach(films, tf.gather(of_population, rows))
            taught = LABEL_SHARE * targets + (1 - LABEL_SHARE) * taught
            targets = taught if by_any is None else tf.where(by_any[:, None], taught, targets)
        if heads is not None:
            return {"image": films, "population": tf.gather(heads, rows)}, targets
        return films, targets

    return tf.data.Dataset.range(first_epoch, fit.epochs).flat_map(batches).prefetch(tf.data.AUTOTUNE)


def validation_dataset(
    films: Films,
    targets: npt.NDArray[np.float32],
    batch_size: int,
    heads: npt.NDArray[np.float32] | None = None,
) -> Any:
    """Batches in order, not varied; `heads` are the shares of the heads in each film's logit, where there are several."""
    read, every_target = reader_of(films), tf.constant(targets)
    every_head = None if heads is None else tf.constant(heads)

    def batch(rows: Any) -> Any:
        x, y = tf.cast(read(rows), tf.float32), tf.gather(every_target, rows)
        return (x if every_head is None else {"image": x, "population": tf.gather(every_head, rows)}), y

    return tf.data.Dataset.range(len(films)).batch(batch_size).map(batch).prefetch(tf.data.AUTOTUNE)


def weighted(dataset: Any, weights: npt.NDArray[np.float32], batch_size: int) -> Any:
    """Batches of validation with a weight for each film, by which it counts in the loss."""
    of_batches = tf.data.Dataset.from_tensor_slices(weights).batch(batch_size)
    return tf.data.Dataset.zip(dataset, of_batches).map(lambda batch, weight: (*batch, weight))
