"""The exact way from bytes to pixels."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from plainfilm.errors import PlainfilmError
from training.films.preprocessing import (
    ImageConverter,
    UnreadableFilmError,
    convert,
    decode,
    resize,
    resize_matrix,
    restore_geometry,
)

RNG = np.random.default_rng(7)


def encode(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


@pytest.mark.parametrize(("size_in", "size_out"), [(224, 150), (2713, 224), (97, 150), (150, 150), (3, 2), (1, 5)])
def test_every_row_of_the_resize_matrix_sums_to_one(size_in: int, size_out: int) -> None:
    matrix = resize_matrix(size_in, size_out, 0.0, float(size_in))
    assert matrix.shape == (size_out, size_in)
    np.testing.assert_allclose(matrix.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(("height", "width"), [(224, 314), (1100, 1400), (90, 61)])
def test_the_whole_view_is_what_pillow_calls_bilinear(height: int, width: int) -> None:
    film = RNG.integers(0, 256, (height, width), dtype=np.uint8)
    by_pillow = Image.fromarray(film.astype(np.float32)).resize((150, 120), Image.Resampling.BILINEAR)
    np.testing.assert_allclose(resize(film, 120, 150), np.asarray(by_pillow), atol=1e-2)


@pytest.mark.parametrize(("height", "width"), [(224, 314), (315, 224), (90, 61), (64, 64)])
def test_the_square_view_is_the_centre_square_in_true_geometry(height: int, width: int) -> None:
    film = RNG.integers(0, 256, (height, width), dtype=np.uint8)
    side = min(height, width)
    left, top = (width - side) / 2, (height - side) / 2
    by_pillow = Image.fromarray(film.astype(np.float32)).resize(
        (100, 100), Image.Resampling.BILINEAR, box=(left, top, left + side, top + side)
    )
    np.testing.assert_allclose(resize(film, 100, 100, "square"), np.asarray(by_pillow), atol=1e-2)


def test_a_film_of_the_right_size_passes_unchanged() -> None:
    film = RNG.integers(0, 256, (60, 80), dtype=np.uint8)
    np.testing.assert_array_equal(resize(film, 60, 80), film.astype(np.float32))


def test_colour_becomes_itu_r_601_luma_as_pillow_computes_it() -> None:
    image = Image.fromarray(RNG.integers(0, 256, (40, 50, 3), dtype=np.uint8))
    np.testing.assert_array_equal(decode(encode(image)), np.asarray(image.convert("L")))


def test_transparency_is_laid_over_black() -> None:
    rgba = np.zeros((2, 2, 4), dtype=np.uint8)
    rgba[..., :3], rgba[0, 0, 3], rgba[1, 1, 3] = 200, 255, 128
    grey = decode(encode(Image.fromarray(rgba)))
    assert grey[0, 0] == 200
    assert grey[0, 1] == 0
    assert grey[1, 1] == pytest.approx(100, abs=1)


def test_sixteen_bit_greys_are_divided_by_257() -> None:
    values = np.array([[0, 257, 65535], [128 * 257, 300, 1000]], dtype=np.uint16)
    np.testing.assert_array_equal(decode(encode(Image.fromarray(values))), np.rint(values / 257))


def test_the_exif_orientation_is_applied() -> None:
    film = RNG.integers(0, 256, (20, 30), dtype=np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate by 270 degrees to view
    turned = decode(encode(Image.fromarray(film), exif=exif))
    np.testing.assert_array_equal(turned, np.rot90(film, -1))


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"not a picture at all", "is not a picture"),
        (encode(Image.new("L", (300, 300), 90), "JPEG")[:400], "decoded"),
    ],
)
def test_what_cannot_be_read_says_so(data: bytes, word: str) -> None:
    with pytest.raises(UnreadableFilmError, match=word):
        decode(data)


def test_a_monochrome1_dicom_is_inverted_and_its_rescale_applied(tmp_path: Path) -> None:
    pydicom = pytest.importorskip("pydicom")
    from pydicom.dataset import FileDataset, FileMetaDataset

    pixels = np.arange(256, dtype=np.uint16).reshape(16, 16) * 16
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.1"
    meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
    dataset = FileDataset("film", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.Rows = dataset.Columns = 16
    dataset.SamplesPerPixel, dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 1, 16, 12, 11
    dataset.PixelRepresentation, dataset.PhotometricInterpretation = 0, "MONOCHROME1"
    dataset.RescaleSlope, dataset.RescaleIntercept = "2", "-100"
    dataset.PixelData = pixels.tobytes()
    dataset.save_as(tmp_path / "film.dcm", enforce_file_format=True)
    grey = decode(tmp_path / "film.dcm")
    np.testing.assert_array_equal(grey, 255 - np.arange(256).reshape(16, 16))


@pytest.mark.parametrize(("ratio", "shape"), [(1.5, (224, 336)), (0.5, (448, 224)), (1.0, (224, 224))])
def test_a_squashed_film_goes_back_into_true_geometry(ratio: float, shape: tuple[int, int]) -> None:
    film = RNG.integers(0, 256, (224, 224), dtype=np.uint8)
    assert restore_geometry(film, ratio).shape == shape


def test_the_network_gets_as_many_equal_channels_as_it_wants() -> None:
    film = RNG.integers(0, 256, (60, 80), dtype=np.uint8)
    image = convert(film, ImageConverter(32, 32, 3, "whole"))
    assert image.shape == (32, 32, 3)
    np.testing.assert_array_equal(image[..., 0], image[..., 2])


def test_in_rgb_the_colours_stay_and_a_grey_stands_three_times() -> None:
    colours = RNG.integers(0, 256, (20, 30, 3), dtype=np.uint8)
    np.testing.assert_array_equal(decode(encode(Image.fromarray(colours)), "rgb"), colours)
    greys = np.array([[0, 257, 65535], [128 * 257, 300, 1000]], dtype=np.uint16)
    in_rgb = decode(encode(Image.fromarray(greys)), "rgb")
    np.testing.assert_array_equal(
        in_rgb, np.repeat(decode(encode(Image.fromarray(greys)))[..., np.newaxis], 3, axis=-1)
    )


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "CMYK", "1", "L"])
def test_grey_is_the_luma_of_what_rgb_gives_whatever_the_mode(mode: str) -> None:
    picture = Image.fromarray(RNG.integers(0, 256, (12, 10, 4), dtype=np.uint8)).convert("RGB").convert(mode)
    if mode in ("RGBA", "LA"):
        picture.putalpha(Image.fromarray(RNG.integers(0, 256, (12, 10), dtype=np.uint8)))
    data = encode(picture, "TIFF" if mode == "CMYK" else "PNG")
    rgb = Image.fromarray(decode(data, "rgb"))
    np.testing.assert_array_equal(decode(data), np.asarray(rgb.convert("L")))


def test_a_network_for_colours_takes_each_plane_by_itself() -> None:
    picture = RNG.integers(0, 256, (60, 80, 3), dtype=np.uint8)
    image = convert(picture, ImageConverter(32, 24, 3, "square", "rgb"))
    for channel in range(3):
        np.testing.assert_array_equal(image[..., channel], resize(picture[..., channel], 32, 24, "square"))


def test_colours_go_to_three_channels_only() -> None:
    with pytest.raises(PlainfilmError, match="three channels"):
        ImageConverter(32, 32, 1, "whole", "rgb")
