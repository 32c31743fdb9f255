"""DICOM files to grey: the way from stored values to 0–255, against pydicom's own and against the standard's examples."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.dicom_files import dicom, encapsulated, lut
from training.films.preprocessing import UnreadableFilmError, decode

pydicom = pytest.importorskip("pydicom")
RAMP = np.arange(4096, dtype=np.uint16).reshape(64, 64)


def by_pydicom(data: bytes, low: float, high: float) -> np.ndarray:
    """What pydicom makes of a film's values, `low … high` as 0–255."""
    from pydicom.filebase import DicomBytesIO
    from pydicom.pixels import apply_modality_lut, apply_voi_lut

    dataset = pydicom.dcmread(DicomBytesIO(data))
    values = apply_voi_lut(apply_modality_lut(dataset.pixel_array, dataset), dataset)
    return np.asarray((values - low) / (high - low) * 255)


@pytest.mark.parametrize("shape", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
def test_a_window_of_every_shape_gives_what_pydicom_gives(shape: str) -> None:
    data = dicom(RAMP, BitsStored=12, WindowCenter=1800, WindowWidth=2100, VOILUTFunction=shape)
    np.testing.assert_allclose(decode(data), by_pydicom(data, 0, 4095), atol=1)


def test_a_windows_whole_range_becomes_black_to_white_though_the_film_fills_only_a_part() -> None:
    grey = decode(dicom(RAMP[:32], BitsStored=12, WindowCenter=2048, WindowWidth=4096))
    assert (grey.min(), grey.max()) == (0, 127)


def test_the_rescale_comes_before_the_window_and_the_first_of_several_windows_counts() -> None:
    tags: dict[str, Any] = {
        "RescaleSlope": "2",
        "RescaleIntercept": "-1000",
        "WindowCenter": [500, 1],
        "WindowWidth": [3000, 2],
    }
    data = dicom(RAMP, BitsStored=12, **tags)
    np.testing.assert_allclose(decode(data), by_pydicom(data, -1000, 7190), atol=1)


def test_a_voi_lut_goes_before_a_window() -> None:
    table = np.linspace(1023, 0, 4096).astype(np.uint16)
    data = dicom(RAMP, BitsStored=12, WindowCenter=5, WindowWidth=5, VOILUTSequence=lut(table, first=0, bits=10))
    np.testing.assert_allclose(decode(data), by_pydicom(data, 0, 1023), atol=1)


def test_a_modality_lut_is_looked_up() -> None:
    table = (np.arange(4096) ** 2 >> 8).astype(np.uint16)
    data = dicom(RAMP, BitsStored=12, ModalityLUTSequence=lut(table, first=0, bits=16))
    np.testing.assert_allclose(decode(data), by_pydicom(data, 0, 65504), atol=1)


@pytest.mark.parametrize("tags", [{}, {"WindowCenter": 7, "WindowWidth": 0}, {"WindowCenter": "", "WindowWidth": ""}])
def test_without_a_usable_window_the_films_own_range_becomes_black_to_white(tags: dict[str, Any]) -> None:
    grey = decode(dicom(RAMP[10:20] + 300, BitsStored=12, **tags))
    assert (grey[0, 0], grey[-1, -1]) == (0, 255)


def test_a_film_of_one_value_is_black() -> None:
    assert decode(dicom(np.full((4, 4), 9, np.uint16))).max() == 0


def test_monochrome1_is_turned_round_behind_the_window() -> None:
    tags: dict[str, Any] = {"WindowCenter": 1000, "WindowWidth": 1500}
    upright, turned = (
        decode(dicom(RAMP, BitsStored=12, PhotometricInterpretation=kind, **tags))
        for kind in ("MONOCHROME2", "MONOCHROME1")
    )
    np.testing.assert_array_equal(turned, 255 - upright)


def test_bits_above_the_stored_ones_are_ignored_and_signs_are_kept() -> None:
    stored = (np.arange(-100, 100, dtype=np.int16).reshape(10, 20) & 0x0FFF).astype(np.uint16) | 0x4000
    grey = decode(dicom(stored, BitsStored=12, PixelRepresentation=1))
    np.testing.assert_array_equal(grey, np.floor(np.arange(200).reshape(10, 20) / 199 * 255 + 0.5))


def test_of_several_frames_the_first_is_taken() -> None:
    frames = np.stack([RAMP[:8], RAMP[8:16]])
    np.testing.assert_array_equal(decode(dicom(frames, BitsStored=12)), decode(dicom(RAMP[:8], BitsStored=12)))


def test_a_dicom_without_a_picture_and_one_too_large_are_unreadable() -> None:
    with pytest.raises(UnreadableFilmError, match="without a picture"):
        decode(dicom(None, Modality="SR"))
    with pytest.raises(UnreadableFilmError, match="too large"):
        decode(dicom(RAMP, Rows=65535, Columns=65535))


def jpeg(levels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(levels.astype(np.uint8)).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def test_the_luma_of_a_colour_jpeg_under_a_grey_header_is_read() -> None:
    grey = (RAMP >> 4).astype(np.uint8)
    found = decode(
        encapsulated(
            jpeg(np.dstack([grey] * 3)), grey, syntax="1.2.840.10008.1.2.4.50", WindowCenter=127.5, WindowWidth=256
        )
    )
    assert np.abs(found.astype(int) - grey).max() <= 4


def test_a_frame_of_another_size_or_kind_than_the_header_says_is_refused() -> None:
    grey = (RAMP >> 4).astype(np.uint8)
    baseline = "1.2.840.10008.1.2.4.50"
    for data in (
        encapsulated(jpeg(grey), grey[:40], syntax=baseline),
        encapsulated(jpeg(grey), grey.reshape(32, 128), syntax=baseline),
        encapsulated(jpeg(grey), RAMP, syntax=baseline),
        encapsulated(jpeg(grey), grey, syntax=baseline, SamplesPerPixel=3, PhotometricInterpretation="RGB"),
        encapsulated(b"no frame at all.", grey, syntax=baseline),
        dicom(np.dstack([grey] * 3), Rows=64, Columns=64, NumberOfFrames=None),
        dicom(grey, Rows=40),
    ):
        with pytest.raises(UnreadableFilmError, match="header"):
            decode(data)


def test_a_frame_is_decoded_as_what_it_is_and_not_as_the_transfer_syntax_says() -> None:
    grey = (RAMP >> 4).astype(np.uint8)
    named_right, named_wrong = (
        decode(encapsulated(jpeg(grey), grey, syntax=f"1.2.840.10008.1.2.4.{number}")) for number in (50, 70)
    )
    np.testing.assert_array_equal(named_right, named_wrong)


@pytest.mark.parametrize("kind", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("window", [{}, {"WindowCenter": 1200, "WindowWidth": 1600}])
def test_padding_is_black_and_not_counted(kind: str, window: dict[str, Any]) -> None:
    film = RAMP[10:50] % 1500 + 400
    padded = film.copy()
    padded[:5], padded[5:9] = 4095, 4000
    tags: dict[str, Any] = {"BitsStored": 12, "PhotometricInterpretation": kind, **window}
    grey = decode(dicom(padded, PixelPaddingValue=4095, PixelPaddingRangeLimit=4000, **tags))
    assert grey[:9].max() == 0
    np.testing.assert_array_equal(grey[9:], decode(dicom(film, **tags))[9:])


def test_padding_below_zero_is_found_and_one_that_all_pixels_have_is_not() -> None:
    stored = (np.arange(-100, 100, dtype=np.int16).reshape(10, 20)).view(np.uint16)
    stored[0] = np.uint16(-2000 & 0xFFFF)
    grey = decode(dicom(stored, PixelRepresentation=1, PixelPaddingValue=-2000))
    assert (grey[0].max(), grey[1, 0], grey[-1, -1]) == (0, 0, 255)
    one: dict[str, Any] = {"WindowCenter": 5, "WindowWidth": 10}
    assert decode(dicom(np.full((4, 4), 9, np.uint16), PixelPaddingValue=9, **one)).min() > 200


@pytest.mark.parametrize(("bits", "said"), [(12, 16), (14, 16), (8, 8), (12, 8)])
def test_the_range_of_a_voi_lut_is_that_of_its_entries(bits: int, said: int) -> None:
    table = np.linspace(0, 2**bits - 1, 4096).round().astype(np.uint16)
    grey = decode(dicom(RAMP, BitsStored=12, VOILUTSequence=lut(table, first=0, bits=said)))
    assert np.abs(grey - RAMP / 4095 * 255).max() <= 1


def test_the_first_value_of_a_voi_lut_has_a_sign_where_the_values_can_be_below_zero() -> None:
    table = np.arange(4096, dtype=np.uint16)
    tags: dict[str, Any] = {"BitsStored": 12, "RescaleIntercept": "-2048", "RescaleSlope": "1"}
    grey = decode(dicom(RAMP, VOILUTSequence=lut(table, first=65536 - 2048, bits=12), **tags))
    assert np.abs(grey - RAMP / 4095 * 255).max() <= 1


@pytest.mark.parametrize("text", ["NaN", "N/A", "", "inf", "1e9x", "12,5"])
def test_numbers_that_are_none_count_as_absent(text: str) -> None:
    plain = decode(dicom(RAMP[:30], BitsStored=12))
    data = dicom(RAMP[:30], BitsStored=12, WindowCenter="1111", WindowWidth="2222", RescaleSlope="3333")
    for number in (b"1111", b"2222", b"3333"):
        data = data.replace(number, text.encode().ljust(4))
    np.testing.assert_array_equal(decode(data), plain)


def test_an_intercept_without_slope_counts() -> None:
    tags: dict[str, Any] = {"BitsStored": 12, "WindowCenter": 1000, "WindowWidth": 2000}
    moved = decode(dicom(RAMP[:, ::-1], RescaleIntercept="-500", **tags))
    np.testing.assert_array_equal(
        moved, decode(dicom(RAMP[:, ::-1], RescaleIntercept="-500", RescaleSlope="1", **tags))
    )


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1"])
def test_a_file_without_its_beginning_is_read(syntax: str) -> None:
    whole = dicom(RAMP, syntax=syntax)
    dataset = whole[144 + int.from_bytes(whole[140:144], "little") :]
    for data in (whole[132:], dataset, whole[:132] + dataset):
        np.testing.assert_array_equal(decode(data), decode(whole))
