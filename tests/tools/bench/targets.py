"""The project's targets for speed: every one is in the table, whatever was measured of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Limit:
    """A target in words, and the number that it sets."""

    words: str
    limit: float
    side: Literal["at most", "at least"] = "at most"
    unit: str = "×"

    def met(self, value: float) -> bool:
        """Whether a measured value reaches it."""
        return value <= self.limit if self.side == "at most" else value >= self.limit


TARGETS: dict[str, Limit] = {
    "cold-loopback": Limit("First reading on loopback, of the capstone's stack", 1 / 8),
    "cold-slow": Limit("First reading at 9 Mbit/s and 170 ms, of the capstone's stack", 1 / 8),
    "cold-slow-seconds": Limit("First reading at 9 Mbit/s and 170 ms", 3.5, unit="s"),
    "bytes": Limit("Compressed bytes to the first reading", 1.5, unit="MB"),
    "native-film": Limit("One native film, of 1.25 × decoding alone + 15 ms", 1),
    "small-film": Limit("One film of 224 px, of the network alone", 2),
    "batch": Limit("A batch of native films, of one after another", 1.7, "at least"),
    "batch-floor": Limit("A batch of native films, of what two processes decode", 0.8, "at least"),
    "small-batch": Limit("Small films through the page, of the revision before the pool", 2.5, "at least"),
    "long-task": Limit("Longest task of the page's thread with 2,000 films", 50, unit="ms"),
    "memory": Limit("Memory of the page with 2,000 films, of that with 500", 1.25),
    "litert": Limit("LiteRT.js's network, of TensorFlow.js's", 0.65),
    "export": Limit("python -m export", 60, unit="s"),
    "waiting": Limit("Share of a training step that waits for films", 0.03),
    "pipeline": Limit("Training films a second, of the capstone's ImageDataGenerator", 5, "at least"),
}
