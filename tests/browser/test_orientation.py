"""Pictures that their files say are turned: read upright, and shown as they are read, in every browser that is here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.film_files import given
from tests.browser.test_decoding import TOLERANCE, logit_by_python
from tests.conftest import Open
from tests.shared import FAILING_INPUTS, needs_failing_inputs
from tests.turned_pictures import turned_pictures


def test_pictures_are_read_as_python_turns_them(visit: Open, address: str, tmp_path: Path) -> None:
    page = visit(address).until_engine("ready")
    for name, (data, _) in turned_pictures().items():
        file = tmp_path / name
        file.write_bytes(data)
        assert page.classify(file)["logit"][1] == pytest.approx(logit_by_python(data), abs=TOLERANCE), name


def test_a_picture_is_shown_as_it_is_read(visit: Open, address: str) -> None:
    files = turned_pictures()
    names = [
        f"{kind}, {said}" for kind in ("JPEG", "PNG", "WebP", "deep PNG") for said in ("EXIF 6", "EXIF 3", "XMP 6")
    ]
    page = visit(address).until_engine("ready")
    page.give(*[given(name, files[name][0]) for name in names])
    page.readings(len(names))
    for name in names:
        image = page.page.locator(f'[data-file="{name}"] figure img').first
        image.scroll_into_view_if_needed()
        upright = "90 141" if "EXIF 6" in name else "141 90"
        page.page.wait_for_function(
            '([name, sides]) => { const image = document.querySelector(`[data-file="${name}"] figure img`);'
            " return image && `${image.naturalWidth} ${image.naturalHeight}` === sides; }",
            arg=[name, upright],
        )


@needs_failing_inputs
def test_films_turned_in_webp_and_in_xmp_are_read_as_python_has_them(visit: Open, address: str) -> None:
    page = visit(address).until_engine("ready")
    for name in ("11a_orientation_in_xmp_only.jpeg", "11b_exif6.webp"):
        file = FAILING_INPUTS / name
        said = page.classify(file)
        assert (said["width"], said["height"]) == (736, 472)
        assert said["logit"][1] == pytest.approx(logit_by_python(file.read_bytes()), abs=TOLERANCE), name
