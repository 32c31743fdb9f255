"""The licences of the software in the scripts."""

from __future__ import annotations

from build_site.licences import Licence, licences_text


def test_a_licence_that_packages_share_stands_once() -> None:
    text = licences_text([Licence("a", "1", "MIT", "Do as you like."), Licence("b", "2", "MIT", "Do as you like.")])
    assert text.count("Do as you like.") == 1
    assert "a 1 (MIT)\nb 2 (MIT)" in text
