"""The stored values of a DICOM file's first frame, refused where the frame is another picture than the header says."""

from __future__ import annotations

import io
import math
import struct
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

from training.films.dicom_process import decoded_apart
from training.films.dicom_stream import Coding, Stream, stream_of
from training.films.file_looks import looks_of

RLE = "1.2.840.10008.1.2.5"
ITEM = b"\xfe\xff\x00\xe0"
JPEG_FAMILY = {
    f"1.2.840.10008.1.2.4.{number}" for number in (50, 51, 57, 70, 80, 81, 90, 91, 201, 202, 203)
}  # fmt: skip
# Kinds of pictures, with their samples for each pixel.
KINDS = {
    **dict.fromkeys(("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR"), 1),
    **dict.fromkeys(("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT"), 3),
}
# Of which baseline JPEG knows nothing: its luma and chroma are always the same.
JPEG_2000_KINDS = ("YBR_ICT", "YBR_RCT")
# Codings whose frames are looked at before they are decoded.
LOOKED_AT: dict[Coding, Literal["jpeg", "jp2k"]] = {"jpeg": "jpeg", "lossless-jpeg": "jpeg", "jpeg-2000": "jp2k"}
# RLE: rows that tell whether runs keep to them, and the longest run.
TELLING_ROWS, LONGEST_RUN = 16, 128
# Under a transfer syntax of another coding, a frame is decoded as what it is.
SYNTAXES = {
    "jpeg": ("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"),
    "lossless-jpeg": ("1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.57"),
    "jpeg-ls": ("1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"),
    "jpeg-2000": tuple(f"1.2.840.10008.1.2.4.{number}" for number in (90, 91, 201, 202, 203)),
}


def first_frame(dataset: Any) -> npt.NDArray[Any]:
    """`[height, width]`, or `[height, width, 3]` in colour. A colour JPEG under a grey header becomes its luma.

    Raises:
        ValueError: The frame's size, samples or bits are not those of the header.
    """
    from pydicom.pixels import pixel_array
    from pydicom.uid import UID

    _complete(dataset)
    _check_kind(dataset)
    syntax = dataset.file_meta.TransferSyntaxUID
    frame = _encoded(dataset) if syntax.is_encapsulated else b""
    if syntax in JPEG_FAMILY:
        stream = stream_of(frame)
        if stream is None:
            raise ValueError("the frame has no header")
        is_colour = _holds_colours(stream, dataset)
        kind = LOOKED_AT.get(stream.coding)
        if kind is not None and (damaged := looks_of(frame, kind).damaged) is not None:
            raise ValueError(damaged)
        if is_colour:
            with Image.open(io.BytesIO(frame)) as image:
                return np.array(image.convert("RGB").convert("L"))
        if syntax not in SYNTAXES[stream.coding]:
            dataset.file_meta.TransferSyntaxUID = UID(SYNTAXES[stream.coding][0])
        dataset.PlanarConfiguration = 0  # a stream says itself how its colours lie
        if stream.coding == "jpeg" and dataset.PhotometricInterpretation in JPEG_2000_KINDS:
            dataset.PhotometricInterpretation = "YBR_FULL"
    elif syntax == RLE:
        _check_runs(frame, dataset.Rows * dataset.Columns, dataset.Columns)
    elif not syntax.is_compressed or syntax.is_deflated:
        _check_length(dataset.PixelData, dataset)
    if syntax.is_encapsulated:
        return _signed(decoded_apart(_of_one_frame(dataset, frame)), dataset)
    values: npt.NDArray[Any] = pixel_array(dataset, index=0)
    return values


def _complete(dataset: Any) -> None:
    """What a header leaves out, or writes with spaces around, as header.ts reads it."""
    from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

    is_implicit, is_little = dataset.original_encoding
    if not dataset.file_meta.get("TransferSyntaxUID"):
        explicit = ExplicitVRBigEndian if is_little is False else ExplicitVRLittleEndian
        dataset.file_meta.TransferSyntaxUID = UID(ImplicitVRLittleEndian if is_implicit else explicit)
    for keyword, value in {
        "SamplesPerPixel": 1,
        "BitsStored": dataset.BitsAllocated,
        "PixelRepresentation": 0,
    }.items():
        if dataset.get(keyword) is None:
            setattr(dataset, keyword, value)
    dataset.PhotometricInterpretation = str(dataset.get("PhotometricInterpretation") or "").strip(" \0")


def _of_one_frame(dataset: Any, frame: bytes) -> Any:
    """The dataset with this frame alone: offsets in it may lead anywhere."""
    from pydicom.encaps import encapsulate

    dataset.PixelData, dataset.NumberOfFrames = encapsulate([frame]), 1
    for keyword in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths"):
        if keyword in dataset:
            del dataset[keyword]
    return dataset


def _signed(values: npt.NDArray[Any], dataset: Any) -> npt.NDArray[Any]:
    """Stored values of which the coding has not kept the sign, though the header says that there is one. As in pixels.ts."""
    half = 1 << (dataset.BitsStored - 1)
    if not dataset.PixelRepresentation or values.min() < 0 or not half <= int(values.max()) < 2 * half:
        return values
    return np.where(values >= half, values - 2 * half, values)


def _check_kind(dataset: Any) -> None:
    """Refuses a header whose numbers say of no pixel how it is stored: what it shows would be a guess. As in header.ts."""
    samples, kind = dataset.get("SamplesPerPixel", 1), dataset.get("PhotometricInterpretation")
    allocated, frames = dataset.BitsAllocated, dataset.get("NumberOfFrames")
    stored, sign = dataset.get("BitsStored", allocated), dataset.get("PixelRepresentation", 0)
    is_right = (
        KINDS.get(kind) == samples
        and allocated in (1, 8, 16, 32)
        and 1 <= stored <= allocated
        and sign <= (1 if samples == 1 else 0)
        and (samples == 1 or dataset.get("PlanarConfiguration", 0) <= 1)
        and (frames is None or int(frames) >= 1)
    )
    if not is_right:
        raise ValueError(
            f"the header makes no sense: {samples} samples of {kind!r}, {stored} bits of {allocated}, sign {sign}, {frames} frames"
        )


def _encoded(dataset: Any) -> bytes:
    """The first frame: of several by their offsets, a single one whatever those say, as in pixels.ts."""
    from pydicom.encaps import get_frame

    table, *fragments = _items(dataset.PixelData)
    frames = int(dataset.get("NumberOfFrames") or 1)
    if frames == 1 and len(table) < 8:
        return b"".join(fragments)
    extended, lengths = dataset.get("ExtendedOffsetTable"), dataset.get("ExtendedOffsetTableLengths")
    offsets = (extended, lengths) if extended and lengths else None
    frame: bytes = get_frame(dataset.PixelData, 0, extended_offsets=offsets, number_of_frames=frames)
    return frame


def _items(pixels: bytes) -> list[bytes]:
    """The offset table and the fragments behind it."""
    items, at = [], 0
    while pixels[at : at + 4] == ITEM:
        (length,) = struct.unpack_from("<I", pixels, at + 4)
        items.append(pixels[at + 8 : at + 8 + length])
        at += 8 + length
    if not items:
        raise ValueError("there is no frame")
    return items


def _holds_colours(stream: Stream, dataset: Any) -> bool:
    """Whether a frame under a grey header is in colour, of which luma is meant: a JPEG of three components and 8 bits."""
    samples = dataset.get("SamplesPerPixel", 1)
    is_colour = (stream.components, stream.coding, stream.precision) == (3, "jpeg", 8) and (
        samples == 1 and dataset.PhotometricInterpretation == "MONOCHROME2"
    )
    if (
        (stream.rows, stream.columns) != (dataset.Rows, dataset.Columns)
        or (stream.components != samples and not is_colour)
        or stream.precision > dataset.BitsAllocated
        or stream.precision <= 8 < dataset.BitsStored
        or (stream.coding in ("jpeg", "lossless-jpeg") and dataset.BitsAllocated > 16)
        or (
            (stream.coding, stream.precision) == ("jpeg", 8)
            and (dataset.BitsAllocated, dataset.get("BitsStored", 8)) != (8, 8)
        )
    ):
        said = f"{dataset.Columns}x{dataset.Rows}x{samples} of {dataset.BitsStored} bits"
        raise ValueError(
            f"the header says {said}, the frame {stream.columns}x{stream.rows}x{stream.components} of {stream.precision}"
        )
    return is_colour


def _check_runs(frame: bytes, pixels: int, columns: int) -> None:
    """Refuses an RLE frame of which a plane has a row or more too many, or a run that goes over a row's end.

    Not all encoders keep to rows, as they should: of the rows before, only those tell that have a run which is not as
    long as it can be. The browser does the same (`site_template/src/formats/dicom/rle.ts`).
    """
    planes, *offsets = struct.unpack_from("<16I", frame)
    ends = [*offsets[1:planes], len(frame)]
    for at, end in zip(offsets[:planes], ends, strict=False):
        count, told, tells = 0, 0, False
        while at < end:
            length = frame[at]
            at += 1
            if length < 128:
                taken = min(length + 1, end - at)
                at += taken
            elif length > 128 and at < end:
                taken = 257 - length
                at += 1
            else:
                continue
            left = columns - count % columns
            if count < pixels:
                if taken > left and told >= TELLING_ROWS:
                    raise ValueError("damaged: a run goes over the end of a row")
                tells = tells or taken != LONGEST_RUN
                told = 0 if taken > left else told + (taken == left and tells)
                tells = tells and taken < left
            count += taken
        if count - pixels >= columns:
            raise ValueError("an RLE plane has more pixels than the header says")


def _check_length(pixels: bytes, dataset: Any) -> None:
    """Refuses a file whose picture takes fewer bytes than there are by a row or more: it is another picture, but for a padding of zeros."""
    is_halved = dataset.PhotometricInterpretation == "YBR_FULL_422"
    bits = dataset.get("SamplesPerPixel", 1) * dataset.BitsAllocated * (2 / 3 if is_halved else 1)
    frames = int(dataset.get("NumberOfFrames") or 1)
    whole = math.ceil(frames * dataset.Rows * dataset.Columns * bits / 8)
    excess = len(pixels) - whole
    if excess > 1 and excess >= dataset.Columns * bits / 8 and pixels[whole:].strip(b"\0"):
        raise ValueError(f"{excess} bytes more than the header says")
