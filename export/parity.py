"""Parity cases: encoded pictures with what Python makes of them, for every engine to agree with before it reads films.

The pictures are phantoms drawn by `training.films.phantom`, in the encodings that browsers meet; no real film is in a bundle.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from plainfilm.bundle import PARITY, check_schema
from plainfilm.json_files import write_json
from training.films.arrays import Floats, Levels
from training.films.phantom import thorax
from training.films.preprocessing import Colour, ImageConverter, convert, decode

# What an engine may differ by. References come from TensorFlow with the weights *as stored*, so no rounding of weights
# is in these numbers, and float32 engines agree to 1e-5 on the stored pixels. A JPEG decoder that is one grey level off
# moves the logit of a steep network by up to 0.04, Pillow's 8-bit resize by 0.03-0.12, leaving out the antialiasing by 1:
# a browser's own pixels are therefore held to the pixels' tolerance and to the decision, its engine to the logits.
TOLERANCE = {"logit": 0.02, "probability": 0.002}
# Of these pictures the fast integer transform of JPEG makes greys 0.47 levels off, and colours, which are the sum of two
# rounded parts, 0.99; with colours that are not interpolated between the stored ones, 1.22. Two colours confused: 15.
PIXELS: dict[Colour, float] = {"grey": 0.5, "rgb": 1.25}

Run = Callable[[Floats], dict[str, Floats]]
Decide = Callable[[Floats], str]


@dataclass(frozen=True)
class Picture:
    """An encoded picture: file name and bytes."""

    name: str
    data: bytes


def draw_pictures(colour: Colour = "grey") -> list[Picture]:
    """The pictures of every bundle, always the same: grey and colour, JPEG and PNG, transparent, large, tall.

    A network that takes colours gets two more, in colours that no grey is like.
    """
    rng = np.random.default_rng(20201)

    def film(opacity: bool, height: int, width: int) -> Image.Image:
        return Image.fromarray(thorax(rng, opacity, height, width))

    pictures = [
        _encode("grey.jpeg", film(False, 360, 430), quality=90),
        _encode("colour.jpeg", _tint(film(True, 300, 400)), quality=90),
        _encode("grey.png", film(True, 240, 240), optimize=True),
        _encode("transparent.png", _with_alpha(film(False, 220, 260)), optimize=True),
        _encode("large.jpeg", film(True, 1100, 1400), quality=75),
        _encode("tall.png", film(False, 380, 210).convert("P"), optimize=True),
    ]
    if colour == "rgb":
        pictures.append(
            _encode("colours.jpeg", _three_in_one([film(part, 320, 280) for part in (True, False, True)]), quality=90)
        )
        pictures.append(
            _encode("colours.png", _three_in_one([film(part, 200, 300) for part in (False, True, True)]), optimize=True)
        )
    return pictures


def write_parity(folder: Path, converter: ImageConverter, run: Run, decide: Decide) -> tuple[Floats, dict[str, Floats]]:
    """Writes `parity.json` and `parity/` into a bundle's folder.

    Args:
        folder: The bundle's folder.
        converter: How pictures become the network's input.
        run: The reference: the outputs `logit`, `probability` and perhaps `ood_score` and `lateral_score` for films
            `[n, height, width, channels]`.
        decide: The class read from one film's probabilities `[classes]`.

    Returns:
        The pictures as the network sees them, `[n, height, width, channels]`, and what `run` made of them.
    """
    pictures = draw_pictures(converter.colour)
    decoded = [decode(picture.data, converter.colour) for picture in pictures]
    films = np.stack([convert(levels, converter) for levels in decoded])
    # A grey that stands for every channel is stored once.
    stored = films if converter.colour == "rgb" else films[..., :1]
    outputs = run(films)
    (folder / "parity").mkdir()
    cases = []
    for index, picture in enumerate(pictures):
        pixels = f"{picture.name}.u16"
        (folder / "parity" / picture.name).write_bytes(picture.data)
        (folder / "parity" / pixels).write_bytes(np.rint(stored[index] * 256).astype("<u2").tobytes())
        files = {"file": f"parity/{picture.name}", "pixels": f"parity/{pixels}"}
        cases.append(files | _case(decoded[index], {name: values[index] for name, values in outputs.items()}, decide))
    document = {"schema_version": 1, "tolerance": TOLERANCE | {"pixels": PIXELS[converter.colour]}, "cases": cases}
    check_schema(document, PARITY)
    write_json(folder / PARITY, document)
    return films, outputs


def _case(levels: Levels, outputs: dict[str, Any], decide: Decide) -> dict[str, Any]:
    score, lateral = (outputs.get(name) for name in ("ood_score", "lateral_score"))
    return {
        "width": levels.shape[1],
        "height": levels.shape[0],
        "logit": [_rounded(value) for value in outputs["logit"]],
        "probability": [_rounded(value) for value in outputs["probability"]],
        "ood_score": None if score is None else _rounded(score),
        **({} if lateral is None else {"lateral_score": _rounded(lateral)}),
        "decision": decide(outputs["probability"]),
    }


def _rounded(value: float) -> float:
    """Enough digits for float32, and none of its noise."""
    return float(f"{value:.9g}")


def _encode(name: str, image: Image.Image, **options: Any) -> Picture:
    buffer = io.BytesIO()
    image.save(buffer, format="PNG" if name.endswith(".png") else "JPEG", **options)
    return Picture(name, buffer.getvalue())


def _tint(image: Image.Image) -> Image.Image:
    """Bluish, as films photographed from a light box are: luma has to be computed."""
    grey = np.asarray(image, dtype=np.float32)[..., np.newaxis]
    return Image.fromarray(np.rint(grey * np.array([0.82, 0.92, 1.0])).astype(np.uint8))


def _three_in_one(images: list[Image.Image]) -> Image.Image:
    """Three films as red, green and blue: colours of every kind, and another answer where two of them are confused."""
    return Image.merge("RGB", images)


def _with_alpha(image: Image.Image) -> Image.Image:
    """Fading out towards the right edge: transparency has to be laid over black."""
    alpha = np.tile(np.linspace(255, 120, image.width).astype(np.uint8), (image.height, 1))
    image = image.convert("RGB")
    image.putalpha(Image.fromarray(alpha))
    return image
