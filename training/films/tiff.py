"""What a TIFF's numbers stand for where Pillow leaves that open: depths between 8 and 16 bits, signs, fractions.

The browser reads them alike (`site_template/src/formats/tiff/numbers.ts`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from training.films.arrays import Doubles, Grey

BITS, PHOTOMETRIC, FILL_ORDER, SAMPLE_FORMAT = 258, 262, 266, 339
WHITE_IS_ZERO, REVERSED, UNSIGNED = 0, 2, 1
DEEPEST, WHOLE_BITS, WHITE = 16, 32, 255


def check_tiff(image: Image.Image) -> None:
    """Refuses what the browser refuses, as it would have to be guessed, and what Pillow gets wrong.

    Raises:
        ValueError: The bits of its bytes stand the other way round, or it has packed fractions in big-endian order, which Pillow turns round twice.
    """
    if image.format != "TIFF":
        return
    if _tag(image, FILL_ORDER, 1) == REVERSED:
        raise ValueError("the bits of its bytes stand the other way round")
    if image.mode == "F" and image.tag_v2.prefix == b"MM" and image.info.get("compression", "raw") != "raw":  # type: ignore[attr-defined]
        raise ValueError("packed fractions in big-endian order")


def levels_of_tiff(image: Image.Image, upright: Image.Image) -> Grey | None:
    """Grey levels of a TIFF that holds other numbers than bytes, `upright` being its picture as it is seen; None for any other.

    Whole numbers without a sign, of up to 16 bits, go from black to white. Fractions from 0 to 1 are shares, those to 255 levels;
    of everything else the least and the greatest become black and white.
    """
    if image.format != "TIFF":
        return None
    bits, is_unsigned = _tag(image, BITS, 8), _tag(image, SAMPLE_FORMAT, UNSIGNED) == UNSIGNED
    is_white_zero = _tag(image, PHOTOMETRIC, WHITE_IS_ZERO) == WHITE_IS_ZERO
    values = np.asarray(upright)
    if upright.mode == "L" and not is_unsigned and not is_white_zero:
        values = values.view(np.int8)
    elif upright.mode != "F" and not upright.mode.startswith("I"):
        return None
    if is_unsigned and bits == WHOLE_BITS and values.dtype == np.int32:
        values = values.view(np.uint32)  # Pillow has signed ones alone
    levels = _exact(values, bits if is_unsigned else WHOLE_BITS)
    return np.floor(np.clip(np.nan_to_num(255 - levels if is_white_zero else levels), 0, 255) + 0.5).astype(np.uint8)


def _exact(values: npt.NDArray[Any], bits: int) -> Doubles:
    is_fraction = values.dtype.kind == "f"
    exact: Doubles = values.astype(np.float64)
    if not is_fraction and bits <= DEEPEST:
        exact *= WHITE / (2**bits - 1)
        return exact
    finite = exact[np.isfinite(exact)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    if is_fraction and low >= 0 and high <= WHITE:
        return exact if high > 1 else exact * WHITE
    exact = (exact - low) / (high - low) * WHITE if high > low else np.zeros_like(exact)
    return exact


def _tag(image: Any, tag: int, otherwise: int) -> int:
    value = image.tag_v2.get(tag, otherwise)
    return int(value[0] if isinstance(value, tuple) else value)
