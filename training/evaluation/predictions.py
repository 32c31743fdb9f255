"""`predictions.csv.gz` of a run: the logits of every film outside train."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import logsumexp

from plainfilm.atomic import atomic_file
from plainfilm.errors import PlainfilmError
from plainfilm.files import read_bytes
from training.evaluation.augmented import varied_films
from training.films.prepared import PreparedData
from training.run import Run

PREDICTIONS = "predictions.csv.gz"
BATCH = 256  # films decoded at a time: a whole test set of float32 films need not fit in memory


def predict(run: Run, films: PreparedData, external: Mapping[str, PreparedData]) -> pd.DataFrame:
    """Reads validation, augmented validation, test and external films.

    Args:
        run: The trained run.
        films: Its films.
        external: Split name → external films.

    Returns:
        Columns path, label, split, logit (uncalibrated log-odds of the positive class); with more than two classes also
        `logit_CLASS`. A path occurs once in its split, in `val_varied` once per draw.
    """
    keras_model = run.load_model()
    from training.networks.readout import logit_model

    model = logit_model(keras_model)
    tables, parts = [], []
    for split, rows, batch in _batches(run, films, external):
        tables.append(rows[["path", "label"]].assign(split=split))
        parts.append(model.predict(batch, batch_size=32, verbose=0))
    table, logits = pd.concat(tables, ignore_index=True), np.concatenate(parts)
    positive = run.class_names.index(run.config.data.positive_class)
    table = table.assign(logit=log_odds(logits.astype(np.float64), positive))
    if logits.shape[1] == 2:  # the log-odds say all there is
        return table
    return table.assign(**{f"logit_{name}": logits[:, number] for number, name in enumerate(run.class_names)})


def _batches(
    run: Run, films: PreparedData, external: Mapping[str, PreparedData]
) -> Iterator[tuple[str, pd.DataFrame, npt.NDArray[np.float32]]]:
    """Split, rows of the table, and their films `[n, height, width, channels]`."""
    converter = run.config.model.image_converter
    of_split = {split: films.table[films.table["split"] == split] for split in ("val", "test")}
    sources = [(split, films, table) for split, table in of_split.items()]
    sources += [(split, others, others.table) for split, others in external.items()]
    for split, source, table in sources:
        for start in range(0, len(table), BATCH):
            rows = table.iloc[start : start + BATCH]
            yield split, rows, source.load(rows["path"].tolist(), converter)
    by_path = of_split["val"].set_index("path", drop=False)
    for paths, varied in varied_films(films, of_split["val"]["path"].tolist(), converter):
        yield "val_varied", by_path.loc[list(paths)], varied


# Columns that every run's predictions have.
NUMBERS = ("logit", "probability")


def write_predictions(run: Run, predictions: pd.DataFrame) -> None:
    """Writes `predictions.csv.gz`; nine digits restore every float32 exactly, and the same table gives the same bytes."""
    text = predictions.to_csv(index=False, float_format="%.9g", lineterminator="\n")
    with atomic_file(run.folder / PREDICTIONS) as partial:
        partial.write_bytes(gzip.compress(text.encode(), mtime=0))


def read_predictions(folder: Path) -> pd.DataFrame:
    """`predictions.csv.gz` of the run in `folder`.

    Raises:
        PlainfilmError: The run has not been evaluated.
    """
    try:
        table = pd.read_csv(io.BytesIO(gzip.decompress(read_bytes(folder / PREDICTIONS))), float_precision="round_trip")
    except (OSError, EOFError, zlib.error, ValueError):
        raise PlainfilmError(
            f"{folder} has not been evaluated",
            received=f"no readable {PREDICTIONS}",
            next_step=f"python -m training evaluate {folder}",
        ) from None
    numbers = table[[column for column in table if column in NUMBERS or str(column).startswith("logit_")]]
    if not {"path", "label", "split", *NUMBERS} <= set(table) or not np.isfinite(
        numbers.apply(pd.to_numeric, errors="coerce")
    ).all(None):
        raise PlainfilmError(
            f"{folder / PREDICTIONS} is not what evaluate wrote",
            received=f"columns {', '.join(map(str, table.columns))}"[:300],
            expected=f"path, label, split, {' and '.join(NUMBERS)}, with a number in every row",
            next_step=f"python -m training evaluate {folder}",
        )
    return table


def logits_of(predictions: pd.DataFrame, class_names: list[str]) -> npt.NDArray[np.float64]:
    """Uncalibrated logits `[n, classes]`; those of a sigmoid network of ours are `[0, z]`, whose softmax is its sigmoid."""
    columns = [f"logit_{name}" for name in class_names]
    if not set(columns) <= set(predictions):
        z = predictions["logit"].to_numpy(np.float32).astype(np.float64)
        return np.stack([np.zeros_like(z), z], axis=1)
    return predictions[columns].to_numpy(np.float32).astype(np.float64)


def labels_of(predictions: pd.DataFrame, class_names: list[str]) -> npt.NDArray[np.int64]:
    """Class numbers, `[n]`."""
    return np.array([class_names.index(name) for name in predictions["label"]])


def log_odds(logits: npt.NDArray[np.float64], positive: int) -> npt.NDArray[np.float64]:
    """`log(p / (1 − p))` of the positive class, `[n]`, from logits `[n, classes]`."""
    return logits[:, positive] - logsumexp(np.delete(logits, positive, axis=1), axis=1)
