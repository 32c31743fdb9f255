"""What a file is that is no model of the kinds that can be opened, by its first bytes, and what to do with it."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

OPENED = (
    "a Keras model (.keras, .h5), a SavedModel folder, a TensorFlow.js export (model.json and its weights), "
    "or a Teachable Machine or AutoML export, as a folder or a ZIP"
)
TO_KERAS = "save the model in Keras: model.save('model.keras')"
FROM_TORCH = (
    "convert it to ONNX (torch.onnx.export), that to a SavedModel (python -m onnx2tf -i model.onnx -o folder), "
    "and give that folder"
)
FROM_ONNX = "convert it to a SavedModel: python -m onnx2tf -i model.onnx -o folder, and give that folder"
FROM_TFLITE = (
    "export the model again for TensorFlow.js, or as Keras or SavedModel: a .tflite file cannot be turned back"
)
A_PICTURE = "give the model; pictures are for --measure, or for the page"


@dataclass(frozen=True)
class Other:
    """Something else than a model that can be opened: what, and what its owner does next."""

    what: str
    next_step: str


# First bytes → what starts with them.
STARTS: tuple[tuple[bytes, Other], ...] = (
    (b"\x89PNG", Other("a PNG picture", A_PICTURE)),
    (b"\xff\xd8\xff", Other("a JPEG picture", A_PICTURE)),
    (b"GIF8", Other("a GIF picture", A_PICTURE)),
    (b"BM", Other("a BMP picture", A_PICTURE)),
    (b"II*\0", Other("a TIFF picture", A_PICTURE)),
    (b"MM\0*", Other("a TIFF picture", A_PICTURE)),
    (b"RIFF", Other("a WebP picture or a sound", A_PICTURE)),
    (b"%PDF", Other("a PDF document", "give the model")),
    (b"\x1f\x8b", Other("a gzip archive", "unpack it (tar xzf FILE), and give the folder")),
    (b"7z\xbc\xaf", Other("a 7-Zip archive", "unpack it, and give the folder")),
    (b"Rar!", Other("a RAR archive", "unpack it, and give the folder")),
    (b"\x93NUMPY", Other("a NumPy array", TO_KERAS)),
    (b"GGUF", Other("a language model (GGUF)", "give a model that classifies pictures")),
    (b"\x80\x02", Other("a pickle, as PyTorch and scikit-learn write", FROM_TORCH)),
    (b"\x80\x03", Other("a pickle, as PyTorch and scikit-learn write", FROM_TORCH)),
    (b"\x80\x04", Other("a pickle, as PyTorch and scikit-learn write", FROM_TORCH)),
    (b"\x80\x05", Other("a pickle, as PyTorch and scikit-learn write", FROM_TORCH)),
    (b"version https://git-lfs", Other("a pointer of Git LFS, not the file", "git lfs pull")),
    (b"<!DOCTYPE", Other("a web page, perhaps saved in place of the download", "download the model itself")),
    (b"<html", Other("a web page, perhaps saved in place of the download", "download the model itself")),
)


# Files that their first bytes do not tell, by the ends of their names.
ENDINGS: tuple[tuple[tuple[str, ...], Other], ...] = (
    (
        (".pb", ".pbtxt"),
        Other("a graph of TensorFlow, and no SavedModel", "give the folder of a SavedModel, or Keras's file"),
    ),
    ((".ckpt", ".index", ".meta", ".data-00000-of-00001"), Other("a checkpoint, which holds weights alone", TO_KERAS)),
    ((".tfrecord", ".tfrecords"), Other("a TFRecord, which holds data", "give the model that was trained on it")),
    ((".mlmodel",), Other("a Core ML model", "export the model for TensorFlow.js, or as Keras or SavedModel")),
)


def beginning(path: Path, size: int) -> bytes:
    """The first bytes of a file."""
    with path.open("rb") as file:
        return file.read(size)


def other_file(path: Path) -> Other | None:
    """What a file is, if it is something that people mistake for a model that can be opened."""
    head = beginning(path, 4096)
    if not head:
        return Other("an empty file", "download or export the model again")
    if head[4:8] == b"TFL3":
        return Other("a TensorFlow Lite model", FROM_TFLITE)
    if head[128:132] == b"DICM":
        return Other("a DICOM file", A_PICTURE)
    if head[257:262] == b"ustar":
        return Other("a tar archive", "unpack it (tar xf FILE), and give the folder")
    for start, other in STARTS:
        if head.startswith(start):
            return other
    # ONNX is a protobuf: the version of its format first, then who made it and the graph.
    if (head[:1] == b"\x08" and path.suffix.lower() == ".onnx") or _names_onnx(head):
        return Other("an ONNX model", FROM_ONNX)
    if int.from_bytes(head[:8], "little") < 100_000_000 and head[8:10] == b'{"':
        return Other("weights alone (safetensors), without the network", TO_KERAS)
    return next((other for endings, other in ENDINGS if path.name.lower().endswith(endings)), None)


def _names_onnx(head: bytes) -> bool:
    makers = (b"pytorch", b"tf2onnx", b"onnx", b"keras2onnx", b"skl2onnx", b"paddle2onnx")
    return head[:1] == b"\x08" and head[2:3] == b"\x12" and head[4 : 4 + head[3]].lower().startswith(makers)


def other_zip(names: list[str]) -> Other | None:
    """What a ZIP is, if it holds no model that can be opened."""
    if any(name.endswith("data.pkl") for name in names):
        return Other("a PyTorch model", FROM_TORCH)
    if any(name.endswith(".tflite") for name in names):
        return Other("a ZIP with a TensorFlow Lite model", FROM_TFLITE)
    if names and all(name.endswith(".npy") for name in names):
        return Other("NumPy arrays (.npz)", TO_KERAS)
    if any(name.endswith((".mlmodel", ".mlpackage")) for name in names):
        return Other("a ZIP with a Core ML model", "export the model for TensorFlow.js, or as Keras or SavedModel")
    if "[Content_Types].xml" in names:
        return Other("an office document", "give the model")
    return None


def other_json(path: Path) -> Other:
    """What a JSON file is that is no TensorFlow.js model."""
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return Other("a JSON file that is damaged", "download or export the model again")
    if isinstance(content, dict) and {"class_name", "config"} <= set(content):
        return Other("the architecture of a Keras model, without weights", TO_KERAS)
    if isinstance(content, list) and content and isinstance(content[0], dict) and "weights" in content[0]:
        return Other(
            "the weights' list of a TensorFlow.js model from before 2019",
            "convert the original again: tensorflowjs_converter writes model.json since 1.0",
        )
    return Other("a JSON file that is no TensorFlow.js model", f"give {OPENED}")


def other_folder(folder: Path) -> Other | None:
    """What a folder is, if it is one that people mistake for a model's."""
    names = {each.name for each in folder.iterdir()}
    if not names:
        return Other("an empty folder", f"give {OPENED}")
    if (folder / "tensorflowjs_model.pb").is_file():
        return Other(
            "a TensorFlow.js model from before 2019",
            "convert the original again: tensorflowjs_converter writes model.json since 1.0",
        )
    for each in sorted([*folder.glob("*.zip"), *folder.glob("*/*.zip")]):
        if any("model" in name for name in zip_names(each)):
            return Other(f"a folder with a ZIP, {each.relative_to(folder)}", "take that ZIP out, and give it alone")
    for each in sorted(folder.iterdir()):
        if (
            each.is_file()
            and each.stat().st_size
            and (other := other_file(each)) is not None
            and other.next_step != A_PICTURE
        ):
            return Other(f"a folder with {other.what}, {each.name}", other.next_step)
    if any(name.lower().endswith((".png", ".jpg", ".jpeg", ".dcm")) for name in names) or any(
        each.suffix.lower() in (".png", ".jpg", ".jpeg", ".dcm") for each in folder.glob("*/*")
    ):
        return Other("a folder of pictures", "train a model of your own: python -m training prepare DIR")
    return None


def zip_names(path: Path) -> list[str]:
    """The names in a ZIP; none if it is damaged."""
    try:
        with zipfile.ZipFile(path) as opened:
            return opened.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return []
