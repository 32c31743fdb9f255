"""Opening a model of somebody else, whatever tool it comes from.

Every kind is brought to one form, a frozen TensorFlow graph of one picture. On that it is found out how its pixels are
scaled and what its outputs mean. Where the layers are known too, the model is also read into our own steps.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from export.foreign.files.container import unpack
from export.foreign.files.labels import check_labels, find_labels
from export.foreign.files.recognise import Found, is_packed, recognise
from export.foreign.model import ForeignError, ForeignModel, ForeignOptions, Scaling
from export.foreign.tools import Tool, teachable_labels, tool_of
from plainfilm.files import json_of, read_bytes

if TYPE_CHECKING:
    from export.foreign.graph.frozen import Frozen
    from export.foreign.graph.head import Head
    from export.foreign.picture import Picture
    from export.network.steps import Network


@dataclass(frozen=True)
class _Opened:
    """What a model's files hold."""

    frozen: Frozen
    model: Any  # the Keras model, or None
    tool: Tool


def open_foreign(path: Path, options: ForeignOptions) -> ForeignModel:
    """Recognises a model by what it contains, and opens it.

    Raises:
        ForeignError: It is none, one that cannot be opened, or one of which something has to be said in `options`.
    """
    try:
        return _find_and_open(path, options)
    except OSError as error:
        raise ForeignError(
            f"{path} cannot be read",
            received=error,
            expected="files that may be read, and room to unpack them",
            next_step="look at who may read them, and at the room on the disk",
        ) from None
    except Exception as error:
        # TensorFlow's own error is told by its name: importing it here would take seconds.
        if not isinstance(error, MemoryError) and type(error).__name__ != "ResourceExhaustedError":
            raise
        raise ForeignError(
            f"{path} asks for more memory than there is",
            received=shorten(str(error), 300),
            expected="a network that a browser can run",
            next_step="build the model with smaller layers",
        ) from None


def _find_and_open(path: Path, options: ForeignOptions) -> ForeignModel:
    with ExitStack() as stack:
        place = path
        if is_packed(path):
            place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            unpack(path, place)
        found = recognise(place, path)
        try:
            return _assemble(found, path, _open(found), options)
        except ForeignError as error:
            if place == path:
                raise
            raise _shown(error, place, path) from None


def _open(found: Found) -> _Opened:
    """Opens a model's files by their form."""
    content = model = None
    if found.form in ("graph model", "layers model"):
        try:
            content = json_of(read_bytes(found.file))
        except ValueError as error:
            raise ForeignError(
                f"{found.file} is damaged",
                received=error,
                expected="a TensorFlow.js model",
                next_step="download or export the model again",
            ) from None
    if found.form == "layers model":
        tool_of(found, content, None)  # a model of sounds or poses is refused as such
        from export.foreign.tfjs.layers_model import open_layers_model

        model = open_layers_model(found.file, content)
    elif found.form in ("keras", "keras folder", "h5"):
        from export.foreign.keras import files as keras_files

        opener = {"keras": keras_files.open_keras, "h5": keras_files.open_h5}.get(found.form)
        model = opener(found.file) if opener else keras_files.open_keras_folder(found.folder, found.file)
    if model is not None:
        from export.foreign.keras.graph import freeze_keras
        from export.foreign.keras.safety import check_shapes

        check_shapes(model, found.file)
        frozen = freeze_keras(model, found.file)
    elif found.form == "graph model":
        from export.foreign.tfjs.graph_model import open_graph_model

        frozen = open_graph_model(found.file, content)
    else:
        from export.foreign.graph.saved_model import open_saved_model

        frozen = open_saved_model(found.file)
    return _Opened(frozen, model, tool_of(found, content, model))


def _assemble(found: Found, path: Path, opened: _Opened, options: ForeignOptions) -> ForeignModel:
    import numpy as np
    import tensorflow as tf

    from export.foreign.graph.frozen import check_numbers, freed_of_batch
    from export.foreign.graph.head import find_head
    from export.foreign.picture import converter, picture_of, probe
    from export.foreign.scaling import scaled

    check_numbers(opened.frozen)
    tool, picture = opened.tool, picture_of(freed_of_batch(opened.frozen))
    images = probe(picture)
    scaling, notes = _scaling(picture.frozen, tool, options)
    image_converter = converter(picture, tool, scaling, options, path)
    # What the outputs mean does not hang on the scaling, which may still have to be asked for.
    head = find_head(picture.frozen, picture.fed(scaled(images, scaling or "0..1")))
    names, source = _class_names(found, options, path)
    if names is not None:
        names = check_labels(names, head.classes, source, path)
    if scaling is None or names is None:
        raise _asked(path, tool, scaling is None, head.classes if names is None else 0)
    if source != "--classes":
        notes += (f"The names of the classes come from {source}.",)
    if head.ending == "sigmoid":
        notes += (f"Its one output is the probability of the second class, {names[1]}.",)
    compute = head.logits(picture.frozen)

    # [n, height, width, channels] → [n, classes]; traced once.
    shape = tf.TensorSpec([None, *images.shape[1:]], tf.float32)
    traced = tf.function(lambda image: compute(picture.fed(scaled(image, scaling))), [shape], autograph=False)
    concrete = traced.get_concrete_function()

    def logits(image: Any) -> Any:
        return concrete(tf.convert_to_tensor(image, tf.float32))

    try:
        answers = logits(images)
    except tf.errors.OpError as error:
        raise ForeignError(
            f"the network of {path} cannot be computed",
            received=shorten(str(error), 400),
            expected="operations that can become a part of a page's graph",
            next_step="build the model without loops and branches, and export it again",
        ) from None
    if np.ptp(answers, axis=0).max() == 0:
        notes += (
            "It gives the same for two pictures of noise: it may want other pixels (--input), or have learned nothing.",
        )
    network, why = _network(opened.model, picture, head, scaling, images, answers)
    return ForeignModel(
        kind=tool.kind,
        path=path,
        class_names=names,
        image_converter=image_converter,
        scaling=scaling,
        network=network,
        logits=logits,
        notes=(*tool.notes, *notes, *why),
    )


def _scaling(frozen: Frozen, tool: Tool, options: ForeignOptions) -> tuple[Scaling | None, tuple[str, ...]]:
    """What the model wants its pixels to be, None where nothing says it; and what is assumed of that."""
    from export.foreign.scaling import scaling_inside

    if options.scaling is None and tool.scaling is not None:
        return tool.scaling, ()
    inside = scaling_inside(frozen)
    if options.scaling not in (None, "0..255") and frozen.image_tensor.dtype.is_integer:
        raise ForeignError(
            f"{frozen.file} takes whole numbers",
            received=f"--input {options.scaling}, and an input of {frozen.image_tensor.dtype.name}",
            expected="pixels as they are, 0..255: the model scales them itself",
            next_step="leave --input out",
        )
    if options.scaling is not None:
        twice = (
            f"It scales its pixels itself, from {inside}, and takes {options.scaling} as you say: they may be scaled twice.",
        )
        return options.scaling, twice if inside not in (None, options.scaling) else ()
    return inside, (f"It scales its pixels itself, from {inside}.",) if inside else ()


def _asked(path: Path, tool: Tool, wants_scaling: bool, unnamed: int) -> ForeignError:
    """The error that asks for all that nothing says."""
    from export.foreign.scaling import MEANING

    missing, expected, flags = list[str](), list[str](), list[str]()
    if wants_scaling:
        missing.append("what its pixels have to be")
        choices = "".join(f"\n              {name}: {meaning}" for name, meaning in MEANING.items())
        expected.append(f"--input, what it was trained with:{choices}")
        flags.append("--input 0..1")
    if unnamed:
        alone = ", of 0 and then of 1 where it has one output" if unnamed == 2 else ""
        missing.append("what its classes are called")
        expected.append(
            f"--classes, {unnamed} names in the order of its outputs{alone}, or labels.txt beside it, one name a line"
        )
        flags.append("--classes " + ",".join("ABCDEFGHIJ"[:unnamed]) + (",…" if unnamed > 10 else ""))
    return ForeignError(
        f"{path} does not say {' and '.join(missing)}",
        received=f"{tool.kind}" + (", which begins with its layers, without scaling" if wants_scaling else ""),
        expected=("\n            ").join(expected),
        next_step=f"python -m export --from {path} {' '.join(flags)}",
    )


def _class_names(found: Found, options: ForeignOptions, path: Path) -> tuple[tuple[str, ...] | None, str]:
    """The names of the classes, None where nothing says them; and what does."""
    if options.classes is not None:
        return options.classes, "--classes"
    places = [found.folder]
    if found.form == "saved model":
        places += [found.folder / "assets", found.folder / "assets.extra", found.folder.parent]
    if found.form in ("graph model", "layers model"):
        labels = teachable_labels(found.folder)
        if labels:
            return labels, "metadata.json"
    for place in places:
        named = find_labels(place) if place.is_dir() else None
        if named:
            return named[1], named[0].name
    return None, ""


def _network(
    model: Any, picture: Picture, head: Head, scaling: Scaling, images: Any, expected: Any
) -> tuple[Network | None, tuple[str, ...]]:
    """The model as our own steps, if they give what it gives; otherwise why not."""
    from export.foreign.network import network_of
    from export.network.steps import FoldError

    try:
        return network_of(model, picture, head, scaling, images, expected), ()
    except FoldError as error:
        reason = str(error).partition("\n  received: ")[2].partition("\n")[0] or str(error)
        return None, (f"It cannot be written out step by step ({reason}): no heat map from the network, no gate.",)


def _shown(error: ForeignError, place: Path, path: Path) -> ForeignError:
    """An error that speaks of the ZIP, not of where it was unpacked to."""
    shown = ForeignError(error.what)
    shown.args = (str(error).replace(f"{place}/", f"{path}: ").replace(str(place), str(path)),)
    shown.what = shown.args[0].split("\n")[0]
    return shown
