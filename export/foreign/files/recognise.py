"""Recognising a model by what its files contain, not by what they are called."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from export.foreign.files.container import inside, listing
from export.foreign.files.not_models import (
    OPENED,
    beginning,
    other_file,
    other_folder,
    other_json,
    other_zip,
    zip_names,
)
from export.foreign.model import ForeignError

Form = Literal["keras", "keras folder", "h5", "saved model", "graph model", "layers model"]

# What starts a ZIP and an HDF5 file.
ZIP, HDF5 = b"PK\x03\x04", b"\x89HDF\r\n\x1a\n"

# How far below a folder its model may lie, as in a ZIP of a folder.
DEEPEST = 3


@dataclass(frozen=True)
class Found:
    """A model's main file, and what form it has."""

    form: Form
    file: Path

    @property
    def folder(self) -> Path:
        """Where the files lie that belong to it: what holds a SavedModel, or the file's own folder."""
        return self.file.parent


def is_packed(path: Path) -> bool:
    """Whether a file is a ZIP of a model's files, to be unpacked first; a .keras file is a ZIP but one file."""
    return path.is_file() and _starts_with(path, ZIP) and not _is_keras(path)


def recognise(path: Path, shown: Path) -> Found:
    """Finds the model in a file or a folder.

    Args:
        path: What to look at; no ZIP but a .keras file.
        shown: What the user gave, for messages.

    Raises:
        ForeignError: There is none, or more than one, or it is something else.
    """
    if not path.exists():
        raise ForeignError(
            f"{shown} does not exist",
            received="no such file or folder",
            expected=OPENED,
        )
    if path.is_dir():
        return _recognise_folder(path, shown)
    if not path.is_file():
        raise ForeignError(f"{shown} is neither a file nor a folder", received="a pipe or a device", expected=OPENED)
    _refuse_ours(path.parent, shown) if path.suffix == ".json" else None
    found = _recognise_file(path)
    if found is None:
        raise _no_model(path, shown)
    return found


def _recognise_folder(folder: Path, shown: Path) -> Found:
    _refuse_ours(folder, shown)
    found = list(_search(folder, DEEPEST))
    if len(found) == 1:
        _refuse_ours(found[0].folder, shown)
        return found[0]
    if found:
        names = [str(each.file.relative_to(folder)) for each in found]
        raise ForeignError(
            f"{shown} holds {len(found)} models",
            received=", ".join(sorted(names)[:12]),
            expected="one model",
            next_step=f"name one of them, such as {shown / sorted(names)[0]}",
        )
    raise _no_model(folder, shown)


def _search(folder: Path, depth: int) -> Iterator[Found]:
    """The models in a folder, or, where it has none, in its folders."""
    entries = sorted(each for each in folder.iterdir() if not each.name.startswith("."))
    if {"config.json", "model.weights.h5"} <= {each.name for each in entries}:
        yield Found("keras folder", folder / "config.json")
        return
    here = [found for each in entries if each.is_file() and (found := _recognise_file(each))]
    if here:
        yield from here
    elif depth:
        for each in entries:
            if each.is_dir() and not each.is_symlink():
                yield from _search(each, depth - 1)


def _recognise_file(path: Path) -> Found | None:
    if path.name in ("saved_model.pb", "saved_model.pbtxt"):
        return Found("saved model", path)
    if path.is_symlink() and path.suffix == ".json":
        inside(path.parent, path.name, path)
    if _starts_with(path, HDF5):
        return Found("h5", path) if _has_architecture(path) else None
    if _starts_with(path, ZIP):
        return Found("keras", path) if _is_keras(path) else None
    if path.suffix == ".json" or _starts_with(path, b"{"):
        form = _form_of_json(path)
        return Found(form, path) if form else None
    return None


def _starts_with(path: Path, start: bytes) -> bool:
    return beginning(path, len(start)) == start


def _is_keras(path: Path) -> bool:
    return {"config.json", "model.weights.h5"} <= set(zip_names(path))


def _has_architecture(path: Path) -> bool:
    """Whether an HDF5 file is a model, and not weights alone."""
    import h5py

    try:
        with h5py.File(path, "r") as file:
            return "model_config" in file.attrs
    except OSError as error:
        raise ForeignError(
            f"{path} is damaged",
            received=str(error),
            expected="a whole HDF5 file",
            next_step="download it again",
        ) from None


def _form_of_json(path: Path) -> Form | None:
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        if path.name == "model.json":
            raise ForeignError(
                f"{path} is damaged",
                received="no JSON, or the beginning of it",
                expected="a TensorFlow.js model",
                next_step="download or export the model again",
            ) from None
        return None
    if not isinstance(content, dict):
        return None
    topology = content.get("modelTopology")
    if isinstance(topology, dict):
        if "node" in topology:
            return "graph model"
        if "model_config" in topology or "class_name" in topology:
            return "layers model"
    if "modelTopology" in content or "weightsManifest" in content:
        raise ForeignError(
            f"{path} has no network that is known",
            received=f"format {content.get('format')!r}, modelTopology {str(topology)[:60]}",
            expected="a graph-model or a layers-model of TensorFlow.js",
            next_step="export the model again with tensorflowjs_converter",
        )
    return None


def _refuse_ours(folder: Path, shown: Path) -> None:
    """A run, a bundle and a site of this project are for other commands."""
    if (folder / "config.toml").is_file() and any((folder / each).is_file() for each in ("model.keras", "splits.csv")):
        raise ForeignError(f"{shown} is a run of Plainfilm's own", next_step=f"python -m export {shown}")
    if (folder / "metadata.json").is_file() and (folder / "parity.json").is_file():
        raise ForeignError(
            f"{shown} is a bundle of Plainfilm's own", next_step=f"python -m build_site --bundle {folder}"
        )
    if (folder / "index.html").is_file() and (folder / "models").is_dir():
        raise ForeignError(
            f"{shown} is a built page",
            expected="the model that it was built of",
            next_step=f"python -m build_site serve {shown}",
        )


def _no_model(path: Path, shown: Path) -> ForeignError:
    if path.is_dir():
        packed = other_zip(zip_names(shown)) if shown.is_file() else None
        other, received = packed or other_folder(path), listing(path)
    elif _starts_with(path, HDF5):
        return ForeignError(
            f"{shown} has weights, but no network",
            received="HDF5 without model_config, as model.save_weights() writes",
            expected="a whole model",
            next_step="build the model in Python, load_weights, and save it whole: model.save('model.keras')",
        )
    elif _starts_with(path, ZIP):
        names = zip_names(path)
        other, received = other_zip(names), ", ".join(names[:8]) or "a damaged ZIP"
    else:
        is_json = path.suffix == ".json"
        other, received = other_json(path) if is_json else other_file(path), repr(beginning(path, 16))
        if other is None and (path.parent / "model.json").is_file():
            return ForeignError(f"{shown} is a part of a model", next_step=f"give the whole folder: {shown.parent}")
    if other is None:
        return ForeignError(f"{shown} is no model that is known", received=received, expected=OPENED)
    return ForeignError(f"{shown} is {other.what}", received=received, expected=OPENED, next_step=other.next_step)
