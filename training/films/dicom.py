"""A DICOM file to 8-bit grey: decode, modality, VOI, photometric interpretation (DICOM PS3.3 C.7.6.3, C.11.1, C.11.2).

The browser repeats these steps to the letter (`site_template/src/formats/dicom/`).
"""

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from training.films.budget import check_pixels
from training.films.dicom_beginning import inflated, with_beginning
from training.films.dicom_frame import first_frame
from training.films.dicom_header import first_table, number_of, padding_of
from training.films.dicom_palette import palette_of

# What pydicom warns of is read by the rules of docs/formats.md, or refused.
warnings.filterwarnings("ignore", module=r"pydicom\b")

Values = npt.NDArray[Any]
Levels = npt.NDArray[np.uint8]


def decode_dicom(data: bytes) -> Levels:
    """The first frame of a DICOM file: grey `[height, width]`, or `[height, width, 3]` where the file is in colour.

    Monochrome values go through the modality LUT or rescale, then through the first VOI LUT or window, whose whole range
    becomes 0–255. Where the file has neither, or its window has no width, the frame's own smallest and largest values
    become 0 and 255. Pixel padding is black and not counted. MONOCHROME1 is turned round. Palettes and colours of more
    than 8 bits keep their upper 8.

    Raises:
        TooLargeError: It is larger than `training.films.budget` allows.
        Exception: Whatever pydicom or its decoders raise.
    """
    import pydicom

    dataset = pydicom.dcmread(io.BytesIO(inflated(with_beginning(data))))
    if "PixelData" not in dataset:
        raise ValueError("it is a DICOM file without a picture")
    check_pixels(dataset.Columns, dataset.Rows, dataset.get("SamplesPerPixel", 1))
    pixels = first_frame(dataset)
    if pixels.ndim == 3:
        return _upper_8_bits(pixels, dataset.BitsStored)
    present = _present(pixels)
    if dataset.PhotometricInterpretation == "PALETTE COLOR":
        tables, bits = palette_of(dataset)
        return _replaced(pixels, present, _upper_8_bits(np.stack([table.of(present) for table in tables], -1), bits))
    padding = padding_of(dataset)
    is_picture = np.ones(present.shape, bool) if padding is None else (present < padding[0]) | (present > padding[1])
    shares = _shares(present, dataset, is_picture if is_picture.any() else np.ones_like(is_picture))
    levels: Levels = np.floor(shares * 255.0 + 0.5).astype(np.uint8)
    shown = 255 - levels if dataset.PhotometricInterpretation == "MONOCHROME1" else levels
    return _replaced(pixels, present, np.where(is_picture, shown, 0).astype(np.uint8) if is_picture.any() else shown)


def _present(pixels: Values) -> Values:
    """The values that are there, ascending: a level is found for each of them, not for each pixel, which would take eight bytes of it."""
    low, high = int(pixels.min()), int(pixels.max())
    if high - low >= 1 << 16:
        return np.unique(pixels)
    is_there = np.zeros(high - low + 1, bool)
    for row in pixels:
        is_there[row.astype(np.int64) - low] = True
    return np.flatnonzero(is_there) + low


def _replaced(pixels: Values, present: Values, levels: Levels) -> Levels:
    """Each pixel's value replaced by what `levels` has for it: a level, or a colour of three."""
    result = np.empty((*pixels.shape, *levels.shape[1:]), np.uint8)
    low = int(present[0])
    is_narrow = int(present[-1]) - low < 1 << 16
    table = np.zeros((int(present[-1]) - low + 1 if is_narrow else 0, *levels.shape[1:]), np.uint8)
    if is_narrow:
        table[present.astype(np.int64) - low] = levels
    for pixel_row, level_row in zip(pixels, result, strict=True):
        level_row[:] = (
            table[pixel_row.astype(np.int64) - low] if is_narrow else levels[np.searchsorted(present, pixel_row)]
        )
    return result


def _shares(pixels: Values, dataset: Any, is_picture: Values) -> Values:
    """Stored values as shares 0–1, before MONOCHROME1 turns them round."""
    is_signed = bool(dataset.get("PixelRepresentation", 0))
    modality = first_table(dataset, "ModalityLUTSequence", is_signed=is_signed)
    slope, intercept = number_of(dataset, "RescaleSlope") or 1.0, number_of(dataset, "RescaleIntercept") or 0.0
    bits = dataset.get("BitsStored", dataset.BitsAllocated)
    ends = (-(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1) if is_signed else (0.0, 2.0**bits - 1)
    falls_below_zero = modality is None and min(end * slope + intercept for end in ends) < 0
    values = modality.of(pixels).astype(np.float64) if modality is not None else pixels * slope + intercept
    voi = first_table(dataset, "VOILUTSequence", is_signed=falls_below_zero)
    if voi is None:
        return _windowed(values, dataset, is_picture)
    # A LUT is looked up by whole numbers; a rescale may have left fractions.
    whole = (1 << max(1, int(voi.entries.max()).bit_length())) - 1
    shares: Values = voi.of(np.floor(values + 0.5)) / whole
    return shares


def _windowed(values: Values, dataset: Any, is_picture: Values) -> Values:
    """Values as shares 0–1 of the first window, by its VOI LUT function (PS3.3 C.11.2.1.2 and C.11.2.1.3)."""
    centre, width = number_of(dataset, "WindowCenter"), number_of(dataset, "WindowWidth")
    function = str(dataset.get("VOILUTFunction") or "").strip(" \0").upper()
    is_linear = function not in ("LINEAR_EXACT", "SIGMOID")
    if centre is None or width is None or width < (1 if is_linear else np.nextafter(0, 1)):
        low, high = values[is_picture].min(), values[is_picture].max()
        return np.clip((values - low) / (high - low), 0, 1) if high > low else np.zeros_like(values)
    if function == "SIGMOID":
        shares: Values = 1 / (1 + np.exp(np.minimum(-4 * (values - centre) / width, 700)))
        return shares
    if is_linear:
        centre, width = centre - 0.5, width - 1
    if width == 0:
        return (values > centre).astype(np.float64)
    return np.clip((values - centre) / width + 0.5, 0, 1)


def _upper_8_bits(colours: Values, bits: int) -> Levels:
    return (colours >> max(0, bits - 8)).astype(np.uint8)
