"""Extra films of an epoch: films that a GAN made, or, as their control, the same number of real train films once more.

They are no rows of `splits.csv`, belong to no patient, and are added to train alone: neither validation nor test ever holds one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from plainfilm.errors import PlainfilmError, UsageError
from training.config import Config
from training.films.arrays import Levels
from training.films.preprocessing import ImageConverter, convert
from training.fitting.film_cache import FilmCache

Films = Levels | FilmCache

# Beside the seed of a run, so that films are repeated in another order than they are drawn in.
REPEATED = 7


def check_extra(config: Config, table: pd.DataFrame, class_names: list[str]) -> None:
    """Checks what `[extra]` asks for before anything is trained.

    Args:
        config: The run's.
        table: Its films, as in `splits.csv`.
        class_names: Its classes.

    Raises:
        UsageError: Its keys do not go together, or the network sees films of another shape than a GAN makes.
        PlainfilmError: The GAN is not finished, or learned from other films.
    """
    extra = config.extra
    if (extra.share > 0) != (extra.kind != "none") or bool(extra.gan) != (extra.kind == "made"):
        raise UsageError(
            f"[extra] of {config.name} does not go together",
            received=f"kind {extra.kind!r}, share {extra.share:g}, gan {extra.gan!r}",
            expected="a share above 0 for repeated and made films, a gan for made films alone",
        )
    if extra.kind == "none":
        return
    if config.data.hospitals:
        raise UsageError(
            "extra films go with one hospital's films",
            received=f"{len(config.data.hospitals)} hospitals, of which each is drawn by its own share",
            expected="a data set that was prepared alone",
        )
    if extra.kind == "made":
        _check_made(config, table, class_names)


def _check_made(config: Config, table: pd.DataFrame, class_names: list[str]) -> None:
    from training.gan.trained_on import read_trained_on

    gan = Path(config.extra.gan)
    if config.model.view != "square":
        raise UsageError(
            f"{config.name} cannot learn from made films",
            received=f'view = "{config.model.view}"; a GAN makes the centre square of films',
            expected='view = "square" in [model]',
        )
    seen = read_trained_on(gan, config.data.patients)
    own = table[table["split"] == "train"]
    if sorted(set(seen["label"])) != sorted(class_names):
        raise PlainfilmError(
            f"the GAN {gan} makes other classes",
            received=", ".join(sorted(set(seen["label"]))),
            expected=", ".join(sorted(class_names)),
        )
    others = set(seen["sha256"]) ^ set(own["sha256"])
    if others:
        raise PlainfilmError(
            f"the GAN {gan} learned from other films than {config.name} does",
            received=f"{len(seen)} films there, {len(own)} train films here, {len(others)} of them in one of the two only",
            expected="a GAN that saw the same train films: otherwise its films bring in patients that the others do not have",
            next_step=_how_to_train(gan, config.data.patients),
        )


def _how_to_train(gan: Path, patients: float) -> str:
    part = "" if patients == 1 else f" --patients {patients:g}"
    return f"python -m training gan fit CONFIG{part} --runs {gan.parent}"


def extra_films(
    config: Config, films: Films, labels: npt.NDArray[np.int64], class_names: list[str], converter: ImageConverter
) -> tuple[Films, npt.NDArray[np.int64]]:
    """The train films `[n, height, width, 1]` and their classes `[n]` with the extra ones behind them; as they are where there are none.

    Args:
        config: The run's, checked by `check_extra`.
        films, labels, class_names: The real films, in memory or on disk.
        converter: How they became what they are.
    """
    extra = config.extra
    if extra.kind == "none":
        return films, labels
    counts = [round(extra.share * count) for count in np.bincount(labels, minlength=len(class_names))]
    print(f"adding {sum(counts)} {extra.kind} films to {len(films)} train films", flush=True)
    more_labels = np.concatenate([labels, np.repeat(np.arange(len(class_names)), counts)])
    if extra.kind == "repeated":
        rows = repeated_rows(labels, counts, config.fit.seed)
        if isinstance(films, FilmCache):
            return CacheAndMore(films.shards, (len(more_labels), *films.shape[1:]), films, rows), more_labels
        return np.concatenate([films, films[rows]]), more_labels

    from training.gan.making import load_maker

    maker = load_maker(Path(extra.gan))
    made = np.empty((sum(counts), *films.shape[1:]), np.uint8)
    place = 0
    for name, count in zip(class_names, counts, strict=True):
        for film in maker.make(maker.class_names.index(name), count, seed=config.fit.seed) if count else ():
            made[place] = np.rint(convert(film[..., 0], converter))
            place += 1
    if isinstance(films, FilmCache):
        return CacheAndMore(films.shards, (len(more_labels), *films.shape[1:]), films, made), more_labels
    return np.concatenate([films, made]), more_labels


@dataclass(frozen=True)
class CacheAndMore(FilmCache):
    """Films on disk, and extra ones behind them.

    Attributes:
        real: The films on disk.
        more: Extra films `[m, height, width, 1]`, or the row numbers `[m]` of those of `real` that are repeated.
    """

    real: FilmCache
    more: npt.NDArray[np.uint8] | npt.NDArray[np.int64]

    def rows(self, numbers: npt.NDArray[np.int64]) -> Levels:
        """See `FilmCache.rows`."""
        numbers = np.asarray(numbers, np.int64)
        is_extra, within = numbers >= len(self.real), numbers.copy()
        if self.more.ndim == 1:
            within[is_extra] = self.more[numbers[is_extra] - len(self.real)]
            return self.real.rows(within)
        within[is_extra] = 0
        found = self.real.rows(within)
        found[is_extra] = self.more[numbers[is_extra] - len(self.real)]
        return found


def repeated_rows(labels: npt.NDArray[np.int64], counts: list[int], seed: int) -> npt.NDArray[np.int64]:
    """So many row numbers of each class, one class after the other: every film once before any is there twice."""
    rng = np.random.default_rng([seed, REPEATED])
    rows: list[npt.NDArray[np.int64]] = []
    for label, count in enumerate(counts):
        of_class = np.flatnonzero(labels == label)
        rows += [rng.permutation(of_class)[: count - begun] for begun in range(0, count, max(len(of_class), 1))]
    return np.concatenate([np.empty(0, np.int64), *rows])
