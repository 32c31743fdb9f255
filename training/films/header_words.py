"""What DICOM headers say a film is: its modality, part of the body and view, counted, so that what does not belong is named.

The page refuses such files by the rules of its `site.toml`. A data set has its own question, which no rule here knows: nothing is left out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from training.films.dicom_beginning import is_dicom, with_beginning
from training.films.prepared import HEAD_BYTES, in_threads

FIELDS = {"Modality": "modality", "BodyPartExamined": "part of the body", "ViewPosition": "view"}
NAMED = 3  # files of a word
LONGEST_WORD = 24
# Files that are surely none.
PICTURES = {".jpeg", ".jpg", ".png"}


def tell_of_headers(folder: Path, paths: Iterable[str]) -> None:
    """Says, where headers differ, how many films have which word, and names the first of all but the commonest."""
    films = [path for path in paths if Path(path).suffix.lower() not in PICTURES]
    words = list(in_threads(lambda path: words_of(folder / path), films))
    for field, name in FIELDS.items():
        by_word: dict[str, list[str]] = {}
        for path, said in zip(films, words, strict=True):
            if said.get(field):
                by_word.setdefault(said[field], []).append(path)
        if len(by_word) < 2:
            continue
        (most, first), *others = sorted(by_word.items(), key=lambda item: (-len(item[1]), item[0]))
        told = [f"{word} {len(own)} ({', '.join(own[:NAMED])}{', …' * (len(own) > NAMED)})" for word, own in others]
        print(f"note: the headers name more than one {name}: {most} {len(first)}; {'; '.join(told)}", file=sys.stderr)


def words_of(file: Path) -> dict[str, str]:
    """The fields that a DICOM header has of `FIELDS`, in capitals; none where the file is no DICOM."""
    try:
        with file.open("rb") as opened:
            if not is_dicom(opened.read(HEAD_BYTES)):
                return {}
        import pydicom

        stream = pydicom.filebase.DicomBytesIO(with_beginning(file.read_bytes()))
        header = pydicom.dcmread(stream, stop_before_pixels=True, specific_tags=list(FIELDS))
        return {field: _plain(str(header.get(field) or "")) for field in FIELDS}
    except Exception:  # whatever pydicom raises; the film itself has been decoded
        return {}


def _plain(text: str) -> str:
    return "".join(letter for letter in text.strip().upper() if letter.isprintable())[:LONGEST_WORD]
