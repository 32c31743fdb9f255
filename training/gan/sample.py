"""`python -m training gan sample RUN --out DIR`: writes made films, marked as made in the picture and in the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from plainfilm.atomic import atomic_folder, check_output, file_entries
from plainfilm.json_files import write_json
from training.films.arrays import Grey
from training.gan.making import load_maker

MANIFEST = "made.json"
MARK = "MADE"
SAID = "Made by a network (GAN). No patient, no film: for trying and teaching only, never for training a reader unsaid."


def sample(run: Path, out: Path, *, films: int, seed: int, marked: bool = True) -> None:
    """Writes `out/CLASS/made_NUMBER.png`, 8-bit grey, and a manifest.

    Args:
        run: Folder of a run of `gan fit`.
        out: Folder to write.
        films: Number of each class.
        seed: The same films for the same seed.
        marked: Whether the word MADE stands in the picture. Every file says so in its metadata.

    Raises:
        PlainfilmError: There is no trained GAN.
        OutputError: `out` holds files that this command did not write.
    """
    check_output(out, manifest=MANIFEST, inputs=[run])
    maker = load_maker(run)
    with atomic_folder(out, manifest=MANIFEST, inputs=[run]) as new:
        for label, name in enumerate(maker.class_names):
            (new / name).mkdir()
            for index, film in enumerate(maker.make(label, films, seed=seed)[..., 0], start=1):
                write_made(new / name / f"made_{index:05d}.png", with_mark(film) if marked else film, maker.config.name)
        write_json(
            new / MANIFEST,
            {"made_by": maker.config.name, "seed": seed, "marked": marked, "says": SAID, "files": file_entries(new)},
        )
    print(f"{films} films of each of {len(maker.class_names)} classes in {out}")


def with_mark(film: Grey) -> Grey:
    """The film `[h, w]` with the word MADE in its lower right corner, light on dark whatever lies below."""
    image = Image.fromarray(film)
    draw = ImageDraw.Draw(image)
    left, top, right, bottom = (int(value) for value in draw.textbbox((0, 0), MARK))
    size = (right - left + 4, bottom - top + 4)
    corner = (image.width - size[0], image.height - size[1])
    draw.rectangle((*corner, image.width, image.height), fill=0)
    draw.text((corner[0] + 2 - left, corner[1] + 2 - top), MARK, fill=255)
    return np.asarray(image)


def write_made(file: Path, film: Grey, maker: str) -> None:
    """A PNG whose text chunks say that it was made, and by what."""
    told = PngInfo()
    told.add_text("Description", SAID)
    told.add_text("Source", f"plainfilm GAN {maker}")
    Image.fromarray(film).save(file, pnginfo=told)
