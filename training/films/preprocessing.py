"""The exact way from an encoded film to the network's input: decode, grey or colour, the one resize.

The browser repeats these steps to the letter (`site_template/src/image/`), so nothing here may depend on how a library
happens to resize. A change here changes every trained model.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from plainfilm.errors import PlainfilmError
from plainfilm.files import read_bytes
from training.films.arrays import Floats, Grey, Levels
from training.films.budget import TooLargeError, check_picture
from training.films.dicom import decode_dicom
from training.films.dicom_beginning import is_dicom
from training.films.file_looks import looks_of, seam_of
from training.films.png import without_broken_notes
from training.films.sampling import Sampling, sampling_matrix
from training.films.tiff import check_tiff, levels_of_tiff

View = Literal["square", "whole"]
Colour = Literal["grey", "rgb"]

# ITU-R 601 luma in 16-bit fixed point, rounded to nearest: Pillow's own numbers, repeated in site_template/src/image/grey.ts.
LUMA_RED, LUMA_GREEN, LUMA_BLUE, LUMA_HALF = 19595, 38470, 7471, 0x8000

# `check_picture` refuses what Pillow only warns of.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)

# Known by their first bytes, whatever a file is called. Pillow has more, and runs other programs for some.
PICTURES = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF", "AVIF")

# By EXIF orientation: how the stored picture is turned.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Where Pillow keeps XMP, by which it would turn a picture that has no orientation in its EXIF; no browser does.
XMP = ("xmp", "XML:com.adobe.xmp")


class UnreadableFilmError(PlainfilmError):
    """The bytes are not a picture that can be decoded."""


@dataclass(frozen=True)
class ImageConverter:
    """A network's input: `image_converter` of a bundle's metadata.

    Attributes:
        height, width: Size of the network's input in pixels.
        channels: 1, or 3: red, green and blue, or the grey three times.
        view: `square` is the centre square in true geometry, `whole` the film squashed to height x width.
        colour: `rgb` takes the colours as they are, and a grey picture's level for each of them.
        sampling: How the picture is brought to the network's size: `training.films.sampling`.
    """

    height: int
    width: int
    channels: int
    view: View
    colour: Colour = "grey"
    sampling: Sampling = "antialias"

    def __post_init__(self) -> None:
        if self.colour == "rgb" and self.channels != 3:
            raise PlainfilmError(
                "a network that takes colours has three channels",
                received=f"colour {self.colour!r} with {self.channels} channels",
                expected="3 channels, or colour 'grey'",
            )


def decode(source: Path | bytes, colour: Colour = "grey") -> Levels:
    """Decodes a film to 8 bits: uint8 `[height, width]`, or `[height, width, 3]` where its colours are asked for.

    The EXIF orientation is applied, colour profiles are ignored, transparency is laid over black, 16-bit greys are
    divided by 257. In grey, colours become ITU-R 601 luma; in rgb, a grey stands three times. DICOM:
    `training.films.dicom`.

    Raises:
        UnreadableFilmError: The file is empty, truncated, too large or not a picture, or a part of it is missing or was changed.
    """
    data = read_bytes(source) if isinstance(source, Path) else source
    name = str(source) if isinstance(source, Path) else f"{len(data)} bytes"
    if not data:
        raise UnreadableFilmError(f"{name} is empty", received="0 bytes", expected="an encoded picture")
    try:
        if is_dicom(data):
            return _in(colour, decode_dicom(data))
        with Image.open(io.BytesIO(without_broken_notes(data)), formats=PICTURES) as image:
            check_picture(image, data)
            check_tiff(image)
            looks = looks_of(data)
            if looks.damaged is not None:
                raise UnreadableFilmError(
                    f"{name} cannot be decoded: a part of it is missing or was changed", received=looks.damaged
                )
            for key in XMP:
                image.info.pop(key, None)
            image.load()
            if looks.unit is not None and (seam := seam_of(_in("grey", _levels(image)), looks.unit)) is not None:
                raise UnreadableFilmError(f"{name} cannot be decoded: a part of it was changed", received=seam)
            upright = _upright(image, looks.orientation)
            deep = levels_of_tiff(image, upright)
            return _in(colour, _levels(upright) if deep is None else deep)
    except UnreadableFilmError:
        raise
    except (TooLargeError, Image.DecompressionBombError) as error:
        raise UnreadableFilmError(f"{name} is too large", received=error) from None
    except UnidentifiedImageError:
        raise UnreadableFilmError(
            f"{name} is not a picture", received=data[:16], expected="JPEG, PNG or DICOM"
        ) from None
    except Exception as error:  # Pillow and pydicom raise whatever their decoders raise
        raise UnreadableFilmError(f"{name} cannot be decoded", received=f"{type(error).__name__}: {error}") from None


def _upright(image: Image.Image, orientation: int | None) -> Image.Image:
    """Turns and mirrors a picture by an orientation 1–8, or, where that is None, by the EXIF that Pillow finds."""
    if orientation is None:
        return ImageOps.exif_transpose(image)
    turn = TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def _levels(image: Image.Image) -> Levels:
    """A picture's own levels: grey `[height, width]`, or red, green and blue `[height, width, 3]`."""
    if image.mode in ("I;16", "I;16B", "I;16L", "I"):
        return np.rint(np.clip(np.asarray(image, dtype=np.float64), 0, 65535) / 257).astype(np.uint8)
    if image.mode in ("L", "1"):
        return np.array(image.convert("L"))
    if "A" in image.mode or "transparency" in image.info:
        rgba = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", rgba.size, (0, 0, 0, 255)), rgba)
    return np.array(image.convert("RGB"))


def _in(colour: Colour, levels: Levels) -> Levels:
    if colour == "rgb":
        return levels if levels.ndim == 3 else np.repeat(levels[..., np.newaxis], 3, axis=-1)
    if levels.ndim == 2:
        return levels
    luma = np.full(levels.shape[:2], LUMA_HALF, np.uint32)
    for channel, weight in enumerate((LUMA_RED, LUMA_GREEN, LUMA_BLUE)):
        luma += levels[..., channel] * np.uint32(weight)
    return (luma >> 16).astype(np.uint8)


@lru_cache(maxsize=512)
def resize_matrix(size_in: int, size_out: int, start: float, length: float, sampling: Sampling = "antialias") -> Floats:
    """The matrix `[size_out, size_in]` of one side of the one resize, by default of a triangle filter, widened when shrinking.

    Takes the stretch `start … start + length` of the input to `size_out` samples. Every row sums to one.
    """
    result = sampling_matrix(sampling, size_in, size_out, start, length).astype(np.float32)
    result.setflags(write=False)
    return result


def resize(
    grey: npt.NDArray[np.uint8] | Floats,
    height: int,
    width: int,
    view: View = "whole",
    sampling: Sampling = "antialias",
) -> Floats:
    """The one resize: `R_h · X · R_wᵀ`, float32 `[height, width]` in 0–255."""
    rows, columns = grey.shape
    if view == "square":
        side = min(rows, columns)
        row_start, row_length, column_start, column_length = (rows - side) / 2, side, (columns - side) / 2, side
    else:
        row_start, row_length, column_start, column_length = 0.0, rows, 0.0, columns
    row_matrix = resize_matrix(rows, height, row_start, row_length, sampling)
    column_matrix = resize_matrix(columns, width, column_start, column_length, sampling)
    result: Floats = row_matrix @ grey.astype(np.float32) @ column_matrix.T
    return result


def convert(levels: Levels | Floats, converter: ImageConverter) -> Floats:
    """A decoded film as the network's input, float32 `[height, width, channels]` in 0–255.

    `levels` are grey, `[height, width]`, or `[height, width, 3]` for a network that takes colours.
    """
    if levels.ndim == 3 and converter.colour != "rgb":
        raise ValueError("a film in colour for a network that takes grey: decode it to grey")
    planes = [levels] if levels.ndim == 2 else [levels[..., channel] for channel in range(3)]
    height, width, view, sampling = converter.height, converter.width, converter.view, converter.sampling
    resized = np.stack([resize(plane, height, width, view, sampling) for plane in planes], axis=-1)
    return resized if len(planes) == converter.channels else np.repeat(resized, converter.channels, axis=-1)


def restore_geometry(grey: Grey, width_over_height: float) -> Grey:
    """A film that was stored squashed, put back into true geometry: the shorter side kept, the longer one stretched."""
    rows, columns = grey.shape
    side = min(rows, columns)
    height, width = (
        (side, round(side * width_over_height)) if width_over_height >= 1 else (round(side / width_over_height), side)
    )
    if (height, width) == (rows, columns):
        return grey
    return np.rint(resize(grey, height, width)).astype(np.uint8)
