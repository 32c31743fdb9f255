"""Films are turned as their files say: by EXIF and nothing else, in every format alike."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.shared import FAILING_INPUTS, needs_failing_inputs
from tests.turned_pictures import TURNED, stored_picture, turned_pictures
from training.films.preprocessing import decode

FILES = turned_pictures()


@pytest.mark.parametrize("name", FILES)
def test_a_film_is_turned_as_its_file_says(name: str) -> None:
    data, orientation = FILES[name]
    stored = np.asarray(stored_picture())
    if name.startswith("JPEG"):
        with Image.open(io.BytesIO(data)) as image:
            stored = np.asarray(image)
    np.testing.assert_array_equal(decode(data), TURNED[orientation](stored))


@needs_failing_inputs
def test_the_turned_films_that_were_read_wrongly_are_upright() -> None:
    upright = decode(FAILING_INPUTS / "00_film_pneumonia.png").astype(int)
    for name in ("11a_orientation_in_xmp_only.jpeg", "11b_exif6.webp"):
        film = decode(FAILING_INPUTS / name)
        assert film.shape == upright.shape
        assert abs(film - upright).mean() < 3
