"""Makes small DICOM files: for tests of the page and of Python alike."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt

EXPLICIT = "1.2.840.10008.1.2.1"
RLE = "1.2.840.10008.1.2.5"
RADIOGRAPH = {"Modality": "CR", "BodyPartExamined": "CHEST", "ViewPosition": "PA"}


def dicom(pixels: npt.NDArray[Any] | None, *, syntax: str = EXPLICIT, **tags: Any) -> bytes:
    """A DICOM file of a chest radiograph, `[height, width]` or `[frames, height, width]` of uint8 or uint16.

    `tags` replace what follows from the pixels; a tag that is None is left out. `syntax` is the transfer syntax' UID,
    uncompressed or RLE or any that pydicom can encode.
    """
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import UID

    meta = FileMetaDataset()
    meta.TransferSyntaxUID = UID(EXPLICIT if UID(syntax).is_compressed else syntax)
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.1"
    meta.MediaStorageSOPInstanceUID = "2.25.1"
    little_endian = bool(meta.TransferSyntaxUID.is_little_endian)
    dataset = FileDataset("film", {}, file_meta=meta, preamble=b"\0" * 128, is_little_endian=little_endian)
    dataset.PatientName, dataset.PatientID, dataset.PatientBirthDate = "Secret^Name", "SECRET-ID", "19700101"
    for name, value in {**RADIOGRAPH, **(_of_pixels(pixels) if pixels is not None else {}), **tags}.items():
        if value is not None:
            setattr(dataset, name, value)
    if pixels is not None:
        dataset.HighBit = dataset.BitsStored - 1
        dataset.PixelData = pixels.astype(pixels.dtype.newbyteorder("<" if little_endian else ">")).tobytes()
        if len(dataset.PixelData) % 2:
            dataset.PixelData += b"\0"
        dataset["PixelData"].VR = "OW" if pixels.dtype.itemsize == 2 else "OB"
    if UID(syntax).is_compressed and not UID(syntax).is_deflated:
        # Of pydicom's RLE encoders one ends the process at films of a single row.
        dataset.compress(UID(syntax), encoding_plugin="pydicom" if UID(syntax) == RLE else "")
    meta.TransferSyntaxUID = UID(syntax)
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def in_twelve_bits(levels: npt.NDArray[np.uint16], **tags: Any) -> bytes:
    """Whose own window shows levels 0 to 2000 of 4095 as black to white."""
    window = {"WindowCenter": "1000", "WindowWidth": "2000", "VOILUTFunction": "LINEAR_EXACT"}
    return dicom(levels, **{"BitsStored": 12, **window, **tags})


def encapsulated(frame: bytes, pixels: npt.NDArray[Any], *, syntax: str, **tags: Any) -> bytes:
    """A DICOM file around one frame that is encoded already; `pixels` are what it decodes to."""
    import pydicom
    from pydicom.encaps import encapsulate

    dataset = pydicom.dcmread(io.BytesIO(dicom(pixels, **tags)))
    dataset.PixelData = encapsulate([frame])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.UID(syntax)
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def lut(entries: npt.NDArray[np.uint16], *, first: int, bits: int) -> list[Any]:
    """A modality or VOI LUT sequence with one item."""
    from pydicom.dataset import Dataset

    item = Dataset()
    item.LUTDescriptor = [len(entries) % 65536, first, bits]
    item["LUTDescriptor"].VR = "US"
    item.LUTData = entries.astype("<u2").tobytes()
    item["LUTData"].VR = "OW"
    return [item]


def in_segments(pixels: npt.NDArray[np.uint8], colours: list[list[int]], *, bits: int, syntax: str = EXPLICIT) -> bytes:
    """A file with a palette of 256 colours: red, green and blue in segments of words, each of 8 or 16 bits."""
    kind = "u1" if bits == 8 else ">u2" if syntax.endswith(".1.2.2") else "<u2"
    tags: dict[str, Any] = {}
    for name, words in zip(("Red", "Green", "Blue"), colours, strict=True):
        data = np.array(words, kind).tobytes()
        tags[f"{name}PaletteColorLookupTableDescriptor"] = [256, 0, bits]
        tags[f"Segmented{name}PaletteColorLookupTableData"] = data + bytes(len(data) % 2)
    return dicom(pixels, syntax=syntax, PhotometricInterpretation="PALETTE COLOR", **tags)


def under_syntax(data: bytes, syntax: str, *, is_implicit: bool | None = None) -> bytes:
    """A file whose meta header names a transfer syntax; the dataset stays as it is, or is written implicit or explicit."""
    import pydicom
    from pydicom.filebase import DicomBytesIO
    from pydicom.filewriter import write_dataset, write_file_meta_info

    dataset = pydicom.dcmread(io.BytesIO(data))
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.UID(syntax)
    buffer = DicomBytesIO(bytes(128) + b"DICM")
    buffer.seek(132)
    buffer.is_little_endian, buffer.is_implicit_VR = True, False
    write_file_meta_info(buffer, dataset.file_meta)
    buffer.is_implicit_VR = bool(dataset.original_encoding[0]) if is_implicit is None else is_implicit
    write_dataset(buffer, dataset)
    written: bytes = buffer.getvalue()
    return written


def _of_pixels(pixels: npt.NDArray[Any]) -> dict[str, Any]:
    *frames, rows, columns = pixels.shape
    bits = pixels.dtype.itemsize * 8
    return {
        "Rows": rows, "Columns": columns, "NumberOfFrames": frames[0] if frames else None, "SamplesPerPixel": 1,
        "BitsAllocated": bits, "BitsStored": bits, "PixelRepresentation": 0, "PhotometricInterpretation": "MONOCHROME2",
    }  # fmt: skip


def aborting() -> bytes:
    """A JPEG without its first Huffman table's marker, at which GDCM aborts."""
    from PIL import Image

    levels = np.add.outer(np.arange(61), np.arange(83)).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(levels).save(buffer, "JPEG")
    frame = buffer.getvalue().replace(b"\xff\xc4", b"\0\xc4", 1)
    return encapsulated(frame, levels, syntax="1.2.840.10008.1.2.4.50")
