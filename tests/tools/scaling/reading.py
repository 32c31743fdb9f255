"""`python -m tests.tools.scaling.reading PREPARED COUNT BYTES` reads so many films twice as `fit` does, with so much memory for them, and trains nothing."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

from msgspec.structs import replace

from plainfilm.tensorflow import import_tensorflow
from tests.tools.scaling.training import BATCH, LARGE_SIDE, config_for
from training.films.prepared import read_prepared


def main(prepared: str, count: str, in_memory: str) -> None:
    """Films are large, so that few make a difference."""
    tf = import_tensorflow()
    from training.fitting.dataset import read_split, reader_of

    data = read_prepared(Path(prepared))
    table = data.table[data.table["split"] == "train"].head(int(count))
    config = config_for(data.folder, "reading")
    config = replace(config, model=replace(config.model, height=LARGE_SIDE, width=LARGE_SIDE))
    classes = sorted(set(table["label"]))
    given = dataclasses.replace(data, table=table)
    films, _, _ = read_split(config, given, classes, "train", config.model.image_converter, int(in_memory))
    read = reader_of(films)
    for _ in range(2):
        for rows in tf.data.Dataset.range(len(table)).batch(BATCH).map(read).prefetch(2):
            assert rows.shape[1] == LARGE_SIDE


if __name__ == "__main__":
    main(*sys.argv[1:])
