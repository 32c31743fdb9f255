"""The tools that people export models with: how each feeds pictures to its models, and where it names the classes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from export.foreign.files.recognise import Found
from export.foreign.model import ForeignError, Scaling


@dataclass(frozen=True)
class Tool:
    """How a tool feeds pictures.

    Attributes:
        kind: A model of it, for people.
        view, sampling: See `ImageConverter`.
        scaling: What its models want; None where the tool leaves that to people.
        notes: What is assumed.
    """

    kind: str
    view: Literal["square", "whole"]
    sampling: Literal["antialias", "bilinear", "bilinear-corner", "nearest"]
    scaling: Scaling | None
    notes: tuple[str, ...] = ()


# Its page draws the centre square on a canvas, which browsers smooth, and maps pixels to -1…1.
TEACHABLE_MACHINE = Tool("a Teachable Machine export", "square", "antialias", "-1..1")
TEACHABLE_MACHINE_KERAS = Tool("Teachable Machine's Keras export", "square", "antialias", "-1..1")

# Google's loader @tensorflow/tfjs-automl: tf.image.resizeBilinear with its defaults, then / 127.5 - 1.
AUTOML = Tool(
    "a Google AutoML Vision export",
    "whole",
    "bilinear-corner",
    "-1..1",
    (
        "Pictures are squashed to the model's size, as AutoML trains; Google's JavaScript library crops their centre square "
        "unless it is told centerCrop: false (--view square).",
    ),
)

UNKNOWN_RESIZE = (
    "How its pictures were made small is not known: whole and bilinear, as Keras's image_dataset_from_directory does "
    "(--view, --sampling)."
)
KINDS = {
    "keras": "a Keras model",
    "keras folder": "a Keras model, unpacked",
    "h5": "a Keras model (.h5)",
    "saved model": "a TensorFlow SavedModel",
    "graph model": "a TensorFlow.js graph-model",
    "layers model": "a TensorFlow.js layers-model",
}


def tool_of(found: Found, content: Any, model: Any) -> Tool:
    """The tool that a model comes from.

    Args:
        found: The model's main file.
        content: model.json's content, where there is one.
        model: The Keras model, where it is one.

    Raises:
        ForeignError: It is a Teachable Machine model of sounds or poses.
    """
    metadata = teachable_metadata(found.folder)
    if found.form == "layers model" and (metadata is not None or _is_teachable(model)):
        return TEACHABLE_MACHINE
    if model is not None and _is_teachable(model):
        return TEACHABLE_MACHINE_KERAS
    if found.form == "graph model" and (found.folder / "dict.txt").is_file():
        return AUTOML
    return Tool(KINDS[found.form], "whole", "bilinear", None, (UNKNOWN_RESIZE,))


def teachable_metadata(folder: Path) -> dict[str, Any] | None:
    """The content of Teachable Machine's metadata.json in a folder.

    Raises:
        ForeignError: It is of a model of sounds or poses, or damaged.
    """
    file = folder / "metadata.json"
    if not file.is_file():
        return None
    try:
        metadata = json.loads(file.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ForeignError(
            f"{file} is damaged",
            received=f"{type(error).__name__}: {error}",
            expected="Teachable Machine's metadata.json",
            next_step="download the export again",
        ) from None
    if not isinstance(metadata, dict) or not {"tmVersion", "packageName", "labels", "wordLabels"} & set(metadata):
        return None
    package = str(metadata.get("packageName", "@teachablemachine/image"))
    if not package.endswith("/image") or "wordLabels" in metadata:
        kind = "poses" if "pose" in package else "sounds" if "audio" in package or "wordLabels" in metadata else package
        raise ForeignError(
            f"{folder} is a Teachable Machine model of {kind}",
            received=f"packageName {package!r}",
            expected="an image model (@teachablemachine/image)",
            next_step="make an image project at teachablemachine.withgoogle.com, and export that",
        )
    return metadata


def teachable_labels(folder: Path) -> tuple[str, ...] | None:
    """The labels of Teachable Machine's metadata.json, if there is one with labels."""
    metadata = teachable_metadata(folder)
    labels = (metadata or {}).get("labels")
    return tuple(str(each) for each in labels) if isinstance(labels, list) and labels else None


def _is_teachable(model: Any) -> bool:
    """Whether a Keras model is built as Teachable Machine builds it: MobileNet and pool, then two dense layers, no last bias."""
    import keras

    parts = list(getattr(model, "layers", []))
    if len(parts) != 2 or not all(isinstance(part, keras.Sequential) for part in parts):
        return False
    backbone, head = (list(part.layers) for part in parts)
    return (
        len(backbone) == 2
        and isinstance(backbone[0], keras.Model)
        and isinstance(backbone[1], keras.layers.GlobalAveragePooling2D)
        and len(head) == 2
        and all(isinstance(each, keras.layers.Dense) for each in head)
        and not head[1].use_bias
    )
