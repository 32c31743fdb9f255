"""The drawn films that a site of chest X-rays offers to try, where its site.toml names no samples: no patient is in them."""

from __future__ import annotations

import base64
import functools
import json
from collections.abc import Collection

from build_site.config import Sample, SiteConfig
from build_site.site_toml.files import SampleFile
from plainfilm import node

# Seeds, and whether a consolidation is drawn. How chests are drawn was tuned with the readings of the children's network in sight
# (site_template/src/phantom/draw.ts), and the seeds are some that both it and the default network read as they were drawn: they prove
# nothing about either. Other networks may not.
DRAWN = ((1, False), (3, True), (7, True), (4, False))
TITLE = "PHANTOM - drawn, not a patient"
AGE = 3.0  # years: chests are drawn as a small child's
CLEAR, ILL = "NORMAL", "PNEUMONIA"


def phantoms_for(config: SiteConfig, class_names: Collection[str]) -> tuple[SampleFile, ...]:
    """The phantoms, where the site shows some and reads the classes that they are drawn as."""
    if not config.features.phantoms or config.samples or not {CLEAR, ILL} <= set(class_names):
        return ()
    return tuple(
        SampleFile(Sample(file=name, caption=name, age=AGE), name, data, shown=True, truth=ILL if ill else CLEAR)
        for (_, ill), (name, data) in zip(DRAWN, _drawn(), strict=True)
    )


@functools.cache
def _drawn() -> tuple[tuple[str, bytes], ...]:
    """Names and PNG files."""
    wanted = json.dumps([{"seed": seed, "ill": ill, "title": TITLE} for seed, ill in DRAWN])
    drawn: list[str] = json.loads(node.run_program("draw_phantoms", [wanted], "the phantoms cannot be drawn"))
    return tuple((f"phantom-{number}.png", base64.b64decode(one)) for number, one in enumerate(drawn, 1))
