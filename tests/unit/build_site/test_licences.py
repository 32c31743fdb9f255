"""The licences of the software in the scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from build_site.licences import Licence, licences_of, licences_text
from plainfilm.node import template


def test_a_licence_that_packages_share_stands_once() -> None:
    text = licences_text([Licence("a", "1", "MIT", "Do as you like."), Licence("b", "2", "MIT", "Do as you like.")])
    assert text.count("Do as you like.") == 1
    assert "a 1 (MIT)\nb 2 (MIT)" in text


def test_every_package_that_is_bundled_has_a_text_of_its_licence(tiny_site: Path) -> None:
    text = (tiny_site / "licences.txt").read_text("utf-8")
    assert "has no text of its licence" not in text
    for said in ("CharLS (in @cornerstonejs/codec-charls) (BSD-3-Clause)", "Copyright 2018-2024 Google LLC"):
        assert said in text
    assert "work of the Independent JPEG Group" in text
    assert "{copyright}" not in text


def test_a_package_that_brings_no_text_gets_its_licences_with_its_own_copyright(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"name": "seedrandom", "version": "3.0.5", "license": "MIT"}')
    (found,) = licences_of([tmp_path], template() / "licences")
    assert found.text.startswith("MIT License\n\nCopyright 2019 David Bau.\n\nPermission is hereby granted")
    (tmp_path / "package.json").write_text('{"name": "unheard-of", "version": "1", "license": "MIT"}')
    assert licences_of([tmp_path], template() / "licences")[0].text == ""
    (tmp_path / "LICENSE").write_text("Its own.")
    assert licences_of([tmp_path], template() / "licences")[0].text == "Its own."


@pytest.mark.parametrize("licence", ["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause"])
def test_texts_of_licences_have_a_place_for_the_copyright(licence: str) -> None:
    assert (template() / "licences" / f"{licence}.txt").read_text("utf-8").count("{copyright}") == 1
