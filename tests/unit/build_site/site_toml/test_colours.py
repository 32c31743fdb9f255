"""Colours of a site's own: what the page gets, and what is said of a text that cannot be read."""

from __future__ import annotations

import re

import pytest

from build_site.config import Colours, Palette
from build_site.site_toml.colours import PAIRS, contrast, contrast_mistakes, palette_of, shipped_colours
from plainfilm import node

TEMPLATE = node.template()


def test_the_contrast_is_that_of_wcag() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#15608f", "#15608f") == 1


def test_the_shipped_colours_can_be_read_in_both_themes() -> None:
    shipped = shipped_colours(TEMPLATE)
    assert shipped["dark"].keys() == shipped["light"].keys() == set(Palette.__struct_fields__)
    assert (shipped["dark"]["ground"], shipped["light"]["surface"]) == ("#0c0e10", "#ffffff")
    low = [(t, g) for theme in shipped.values() for t, g, needed in PAIRS if contrast(theme[t], theme[g]) < needed]
    assert low == []


def test_a_site_without_colours_changes_nothing() -> None:
    palette = palette_of(TEMPLATE, Colours())
    assert palette.css == ""
    assert contrast_mistakes(palette, Colours()) == []


def test_each_theme_is_changed_for_itself_and_paper_never() -> None:
    own = Colours(dark=Palette(accent="#F0a6c8"), light=Palette(ground="#fff", on_accent="#fff"))
    palette = palette_of(TEMPLATE, own)
    assert palette.css.splitlines() == [
        "@media screen and not (prefers-color-scheme: light){:root,:host{--accent:#f0a6c8;}}",
        "@media screen and (prefers-color-scheme: light){:root,:host{--ground:#ffffff;--on-accent:#ffffff;}}",
    ]
    assert palette.grounds == ("#0c0e10", "#ffffff")
    assert contrast_mistakes(palette, own) == []


def test_a_pair_that_cannot_be_read_is_named_with_its_contrast_and_a_colour_near_it_that_would_do() -> None:
    own = Colours(light=Palette(accent="#7ab8dd"))
    mistakes = contrast_mistakes(palette_of(TEMPLATE, own), own)
    assert "colours.light: accent #7ab8dd on ground #f4f5f4 cannot be read well" in mistakes[0]
    assert "received: a contrast of 1." in mistakes[0]
    near = re.search(r"(#\w{6}) for accent would do", mistakes[0])
    assert near
    better = Colours(light=Palette(accent=near[1]))
    assert contrast_mistakes(palette_of(TEMPLATE, better), better) == []


def test_a_background_of_the_sites_own_is_what_is_to_be_changed() -> None:
    own = Colours(dark=Palette(surface="#667788"))
    mistakes = contrast_mistakes(palette_of(TEMPLATE, own), own)
    assert any("for surface would do" in mistake for mistake in mistakes)


def test_a_colour_between_two_that_exclude_each_other_is_said_to_need_both() -> None:
    own = Colours(dark=Palette(text="#888888", surface="#fff"))
    assert any("change both" in mistake for mistake in contrast_mistakes(palette_of(TEMPLATE, own), own))


def test_a_light_ground_around_the_pictures_hides_their_tools() -> None:
    own = Colours(light=Palette(film="#ffffff"))
    assert any("the viewer's tools" in mistake for mistake in contrast_mistakes(palette_of(TEMPLATE, own), own))
