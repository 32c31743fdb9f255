"""A DICOM file to 8-bit grey: decode, modality, VOI, photometric interpretation (DICOM PS3.3 C.7.6.3, C.11.1, C.11.2).

The browser repeats these steps to the letter (`site_template/src/formats/dicom/`).
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt

from training.films.dicom_beginning import with_beginning
from training.films.dicom_frame import first_frame
from training.films.dicom_header import first_table, number_of, padding_of, table_of

Values = npt.NDArray[Any]
Levels = npt.NDArray[np.uint8]


def decode_dicom(data: bytes, largest_pixels: int) -> Levels:
    """The first frame of a DICOM file: grey `[height, width]`, or `[height, width, 3]` where the file is in colour.

    Monochrome values go through the modality LUT or rescale, then through the first VOI LUT or window, whose whole range
    becomes 0–255. Where the file has neither, or its window has no width, the frame's own smallest and largest values
    become 0 and 255. Pixel padding is black and not counted. MONOCHROME1 is turned round. Palettes and colours of more
    than 8 bits keep their upper 8.

    Raises:
        Exception: Whatever pydicom or its decoders raise; ValueError for more than `largest_pixels`.
    """
    import pydicom

    dataset = pydicom.dcmread(io.BytesIO(with_beginning(data)))
    if dataset.Rows * dataset.Columns > largest_pixels:
        raise ValueError(f"{dataset.Columns}x{dataset.Rows} is more than {largest_pixels} pixels")
    pixels = first_frame(dataset)
    if dataset.PhotometricInterpretation == "PALETTE COLOR":
        return _through_palette(pixels, dataset)
    if pixels.ndim == 3:
        return _upper_8_bits(pixels, dataset.BitsStored)
    padding = padding_of(dataset)
    is_picture = np.ones(pixels.shape, bool) if padding is None else (pixels < padding[0]) | (pixels > padding[1])
    shares = _shares(pixels, dataset, is_picture if is_picture.any() else np.ones_like(is_picture))
    levels: Levels = np.floor(shares * 255.0 + 0.5).astype(np.uint8)
    shown = 255 - levels if dataset.PhotometricInterpretation == "MONOCHROME1" else levels
    return np.where(is_picture, shown, 0).astype(np.uint8) if is_picture.any() else shown


def _through_palette(pixels: Values, dataset: Any) -> Levels:
    from pydicom.pixels import apply_color_lut

    is_signed = bool(dataset.get("PixelRepresentation", 0))
    names = [f"{colour}PaletteColorLookupTable" for colour in ("Red", "Green", "Blue")]
    is_little = dataset.original_encoding[1] is not False
    tables = [table_of(dataset, name, is_signed=is_signed, is_little=is_little) for name in names]
    found = [table for table in tables if table is not None]
    bits = dataset.RedPaletteColorLookupTableDescriptor[2]
    # Entries of 8 bits may say that they have 16, or take 16. A palette in segments is left to pydicom.
    colours = (
        np.stack([table.of(pixels) for table in found], -1) if len(found) == 3 else apply_color_lut(pixels, dataset)
    )
    return _upper_8_bits(colours, min(colours.dtype.itemsize * 8, bits))


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
