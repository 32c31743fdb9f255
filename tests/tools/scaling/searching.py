"""`python -m tests.tools.scaling.searching PREPARED STUDY TRIALS`: one worker of a search among small networks."""

from __future__ import annotations

import sys
from pathlib import Path

from msgspec.structs import replace

from training.config import read_config
from training.networks.five_block_cnn import FiveBlockCnnConfig
from training.search.run import search
from training.search.space import Space


def main(prepared: str, study: str, trials: str) -> None:
    """Two networks at two sizes, two epochs each."""
    like = read_config(Path("smoke"))
    assert isinstance(like.model, FiveBlockCnnConfig)
    narrow = replace(like.model, filters=(4, 4, 8, 8, 8), dense_units=8)
    space = Space(like, {"narrow": narrow, "as smoke": like.model}, sizes=(48, 64), epochs=2)
    search(Path(prepared), space, Path(study), hours=1, most_trials=int(trials))


if __name__ == "__main__":
    main(*sys.argv[1:])
