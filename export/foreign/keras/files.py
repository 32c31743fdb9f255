"""Opening a Keras model from a .keras file, a folder that one was unpacked into, or a legacy .h5 of Keras 2 or 3."""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from pathlib import Path
from textwrap import shorten
from typing import Any

from export.foreign.files.container import checked
from export.foreign.keras.safety import WITHOUT_CODE, check_config, in_float32
from export.foreign.model import ForeignError

AGAIN = "download the file again, or save the model again: model.save('model.keras')"


def open_h5(file: Path) -> Any:
    """The Keras model of a legacy .h5.

    Raises:
        ForeignError: It is damaged, or has layers that are not Keras's own.
    """
    import h5py

    from export.foreign.keras.keras2 import build
    from export.foreign.keras.weights import read_h5

    try:
        with h5py.File(file, "r") as opened:
            text = opened.attrs["model_config"]
            config = in_float32(json.loads(text.decode() if isinstance(text, bytes) else text))
            check_config(config, file)
            model = build(config, file)
            _refuse_links(opened, file)
            read_h5(model, opened["model_weights"], file)
            return model
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        if isinstance(error, ForeignError):
            raise
        raise _damaged(file, error) from None


def _refuse_links(opened: Any, file: Path) -> None:
    """HDF5 can name data in other files, which are not read."""
    import h5py

    def link(name: str) -> str | None:
        parent, _, last = name.rpartition("/")
        leads_out = isinstance((opened[parent] if parent else opened).get(last, getlink=True), h5py.ExternalLink)
        return f"the link {name}" if leads_out else None

    def array(name: str, item: Any) -> str | None:
        return f"the array {name}" if isinstance(item, h5py.Dataset) and item.external else None

    # What a visitor returns ends the visit.
    found = opened.visit_links(link) or opened.visititems(array)
    if found:
        raise ForeignError(
            f"{file} names a file outside of it",
            received=found,
            expected="weights in the file itself",
            next_step="save the model again",
        )


def open_keras(file: Path) -> Any:
    """The Keras model of a .keras file.

    Raises:
        ForeignError: It is damaged, or has layers that are not Keras's own.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(file) as opened:
                checked(opened, file)
                for name in ("config.json", "metadata.json", "model.weights.h5"):
                    if name in opened.namelist():
                        with opened.open(name) as source, (Path(folder) / name).open("wb") as out:
                            shutil.copyfileobj(source, out)
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
            if isinstance(error, ForeignError):
                raise
            raise _damaged(file, error) from None
        return open_keras_folder(Path(folder), file)


def open_keras_folder(folder: Path, file: Path) -> Any:
    """The Keras model of `config.json` and `model.weights.h5`; `file` is for messages.

    Raises:
        ForeignError: See `open_keras`.
    """
    import h5py

    from export.foreign.keras.keras2 import build

    try:
        config = in_float32(json.loads((folder / "config.json").read_bytes()))
        config.pop("compile_config", None)
    except (ValueError, RecursionError, AttributeError) as error:
        raise _damaged(file, error) from None
    check_config(config, file)
    version = _keras_version(folder)
    try:
        with h5py.File(folder / "model.weights.h5", "r") as opened:
            _refuse_links(opened, file)
        model = build(config, file) if version.startswith("2.") else _deserialised(config, file)
        model.load_weights(folder / "model.weights.h5")
    except ForeignError:
        raise
    except Exception as error:  # Keras raises whatever h5py and NumPy raise
        raise _damaged(file, error) from None
    return model


def _keras_version(folder: Path) -> str:
    try:
        return str(json.loads((folder / "metadata.json").read_bytes())["keras_version"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _deserialised(config: Any, file: Path) -> Any:
    """The network as Keras itself builds it; no code of the file's runs."""
    import keras

    try:
        model = keras.saving.deserialize_keras_object(config, safe_mode=True)
    except Exception as error:  # Keras raises whatever its layers raise
        raise ForeignError(
            f"Keras cannot build the network of {file}",
            received=f"{type(error).__name__}: {shorten(str(error), 400)}",
            expected=f"a model of Keras {keras.__version__} or before, of Keras's own layers",
            next_step=WITHOUT_CODE,
        ) from None
    if not isinstance(model, keras.Model):
        raise ForeignError(f"{file} holds no model", received=type(model).__name__, next_step=AGAIN)
    return model


def _damaged(file: Path, error: Exception) -> ForeignError:
    return ForeignError(
        f"{file} cannot be read",
        received=f"{type(error).__name__}: {shorten(str(error), 400)}",
        expected="an undamaged Keras model",
        next_step=AGAIN,
    )
