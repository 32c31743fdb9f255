"""A DICOM file to 8-bit grey: decode, modality, VOI, photometric interpretation (DICOM PS3.3 C.7.6.3, C.11.1, C.11.2).

The browser repeats these steps to the letter (`site_template/src/formats/dicom/`).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from training.films.dicom_frame import first_frame

Values = npt.NDArray[Any]
Levels = npt.NDArray[np.uint8]


def decode_dicom(data: bytes, largest_pixels: int) -> Levels:
    """The first frame of a DICOM file: grey `[height, width]`, or `[height, width, 3]` where the file is in colour.

    Monochrome values go through the modality LUT or rescale, then through the first VOI LUT or window, whose whole range
    becomes 0–255. Where the file has neither, or its window has no width, the frame's own smallest and largest values
    become 0 and 255. MONOCHROME1 is turned round. Palettes and colours of more than 8 bits keep their upper 8.

    Raises:
        Exception: Whatever pydicom or its decoders raise; ValueError for more than `largest_pixels`.
    """
    import pydicom
    from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_voi

    dataset = pydicom.dcmread(io.BytesIO(data))
    if dataset.Rows * dataset.Columns > largest_pixels:
        raise ValueError(f"{dataset.Columns}x{dataset.Rows} is more than {largest_pixels} pixels")
    pixels = first_frame(dataset)
    if dataset.PhotometricInterpretation == "PALETTE COLOR":
        colours = apply_color_lut(pixels, dataset)
        # Entries of 8 bits may say that they have 16, or take 16.
        return _upper_8_bits(colours, min(colours.dtype.itemsize * 8, dataset.RedPaletteColorLookupTableDescriptor[2]))
    if pixels.ndim == 3:
        return _upper_8_bits(pixels, dataset.BitsStored)
    values = apply_modality_lut(pixels, dataset)
    if dataset.get("VOILUTSequence"):
        # A LUT is looked up by whole numbers; a rescale may have left fractions.
        looked_up = apply_voi(np.floor(np.asarray(values, np.float64) + 0.5).astype(np.int64), dataset)
        shares = np.minimum(looked_up / (2.0 ** dataset.VOILUTSequence[0].LUTDescriptor[2] - 1), 1)
    else:
        shares = _windowed(np.asarray(values, dtype=np.float64), dataset)
    levels: Levels = np.floor(shares * 255.0 + 0.5).astype(np.uint8)
    return 255 - levels if dataset.PhotometricInterpretation == "MONOCHROME1" else levels


def _windowed(values: Values, dataset: Any) -> Values:
    """Values as shares 0–1 of the first window, by its VOI LUT function (PS3.3 C.11.2.1.2 and C.11.2.1.3)."""
    centre, width = (_first(dataset.get(name)) for name in ("WindowCenter", "WindowWidth"))
    function = str(dataset.get("VOILUTFunction") or "LINEAR").upper()
    if centre is None or width is None or width < (1 if function == "LINEAR" else np.nextafter(0, 1)):
        low, high = values.min(), values.max()
        return (values - low) / (high - low) if high > low else np.zeros_like(values)
    if function == "SIGMOID":
        shares: Values = 1 / (1 + np.exp(-4 * (values - centre) / width))
        return shares
    if function == "LINEAR":
        centre, width = centre - 0.5, width - 1
    if width == 0:
        return (values > centre).astype(np.float64)
    return np.clip((values - centre) / width + 0.5, 0, 1)


def _first(value: Any) -> float | None:
    """The first of one, several or no numbers."""
    if value is None or value == "":
        return None
    return float(value[0] if isinstance(value, Sequence) and not isinstance(value, str) else value)


def _upper_8_bits(colours: Values, bits: int) -> Levels:
    return (colours >> max(0, bits - 8)).astype(np.uint8)
