"""The drawn films that a site offers to try."""

from __future__ import annotations

import msgspec

from build_site.config import Features, Sample, SiteConfig
from build_site.phantoms import TITLE, phantoms_for
from build_site.site_toml.read import read_site

CLASSES = ("NORMAL", "PNEUMONIA")


def test_phantoms_say_in_their_file_that_they_are_drawn_and_are_as_few_as_they_are_small() -> None:
    config = read_site(None, []).config
    drawn = phantoms_for(config, CLASSES)
    assert [one.truth for one in drawn] == ["NORMAL", "PNEUMONIA", "PNEUMONIA", "NORMAL"]
    assert len({one.data for one in drawn}) == 4
    for one in drawn:
        assert one.data.startswith(b"\x89PNG")
        assert f"Title\0{TITLE}".encode() in one.data
        assert len(one.data) < 32_000
        assert one.shown


def test_sites_with_samples_of_their_own_or_of_other_classes_or_without_the_feature_have_none() -> None:
    config: SiteConfig = read_site(None, []).config
    assert phantoms_for(config, ("NORMAL", "BACTERIA", "VIRUS")) == ()
    own = msgspec.structs.replace(config, samples=[Sample(file="a.png", caption="A")])
    assert phantoms_for(own, CLASSES) == ()
    off: Features = msgspec.structs.replace(config.features, phantoms=False)
    assert phantoms_for(msgspec.structs.replace(config, features=off), CLASSES) == ()
