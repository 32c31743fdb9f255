"""`python -m training.examples.digits DIR`: the handwritten digits of scikit-learn as PNG files `{train,test}/CLASS/`.

1,797 digits of 8 × 8 pixels in 17 levels, from 43 people who wrote down what they were told (Alpaydin and Kaynak 1998,
doi:10.24432/C50P49, CC BY 4.0). Who wrote which is not known here.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from plainfilm.atomic import atomic_folder, check_output, file_entries
from plainfilm.errors import run_main
from plainfilm.json_files import write_json

MANIFEST = "digits.json"
# Of the pictures' side. Eight pixels are too few to look at; the network shrinks them again.
PIXELS = 128
# Every fifth digit of each class is tested on.
TESTED = 5


def write_digits(folder: Path) -> Counter[tuple[str, str]]:
    """Writes the pictures and returns how many there are of each split and class."""
    import numpy as np
    from PIL import Image
    from sklearn.datasets import load_digits

    digits = load_digits()
    written: Counter[tuple[str, str]] = Counter()
    seen: Counter[str] = Counter()
    with atomic_folder(folder, manifest=MANIFEST) as new:
        for number, (levels, target) in enumerate(zip(digits.images, digits.target, strict=True)):
            label = str(target)
            split = "test" if seen[label] % TESTED == 0 else "train"
            (new / split / label).mkdir(parents=True, exist_ok=True)
            picture = Image.fromarray(np.rint(levels * (255 / 16)).astype(np.uint8))  # [8, 8], levels 0-16
            large = picture.resize((PIXELS, PIXELS), Image.Resampling.BICUBIC)
            large.save(new / split / label / f"digit-{number:04d}.png")
            seen[label] += 1
            written[split, label] += 1
        write_json(new / MANIFEST, {"files": file_entries(new)})
    return written


def main() -> None:
    """Parses the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.examples.digits",
        description="Writes the handwritten digits that come with scikit-learn as folders of pictures.",
    )
    parser.add_argument("out", type=Path, metavar="DIR", help="the folder to write, such as digits")
    out = parser.parse_args().out
    check_output(out, manifest=MANIFEST)
    written = write_digits(out)
    print(f"wrote {written.total()} pictures to {out}\nnext: python -m training prepare {out}")


if __name__ == "__main__":
    run_main(main)
