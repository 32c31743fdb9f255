"""The page's colours: a site's own over the shipped ones, and whether every text can be read on its background (WCAG 2.2, AA)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from build_site.config import Colours

Theme = Literal["dark", "light"]
THEMES: tuple[Theme, ...] = ("dark", "light")
STYLESHEET = "styles/base.css"
TEXT = 4.5  # success criterion 1.4.3
GRAPHICS = 3.0  # success criterion 1.4.11
# What the stylesheets put on what, and the contrast that it needs.
PAIRS: tuple[tuple[str, str, float], ...] = (
    *(("text", ground, TEXT) for ground in ("ground", "surface", "raised")),
    *(("quiet", ground, TEXT) for ground in ("ground", "surface")),
    *(("accent", ground, TEXT) for ground in ("ground", "surface", "raised")),
    ("on_accent", "accent", TEXT),
    *((verdict, ground, TEXT) for verdict in ("positive", "negative", "failed") for ground in ("ground", "surface")),
)
# Of the tools below a picture, which are the same in both themes (styles/viewer.css).
ON_FILM = (("#c3ccd3", TEXT), ("#8cc1e6", GRAPHICS))
STEPS = 255


@dataclass(frozen=True)
class SitePalette:
    """The colours of a site.

    Attributes:
        colours: Every colour by theme and name, as #rrggbb.
        css: What changes the shipped ones; empty where nothing does.
    """

    colours: Mapping[Theme, Mapping[str, str]]
    css: str

    @property
    def grounds(self) -> tuple[str, str]:
        """The page's background, dark and light."""
        return self.colours["dark"]["ground"], self.colours["light"]["ground"]


def palette_of(template: Path, own: Colours) -> SitePalette:
    """A site's colours over those of the template's stylesheet."""
    shipped = shipped_colours(template)
    colours = {theme: {**shipped[theme], **_stated(own, theme)} for theme in THEMES}
    return SitePalette(colours, _css(own))


def shipped_colours(template: Path) -> dict[Theme, dict[str, str]]:
    """The colours of the stylesheet, which states each for the dark theme first, then for the light one."""
    style = (template / STYLESHEET).read_text("utf-8")
    found: dict[Theme, dict[str, str]] = {"dark": {}, "light": {}}
    for name, value in re.findall(r"--([a-z-]+):\s*(#[0-9a-fA-F]{3,6})\s*;", style):
        key = name.replace("-", "_")
        theme = next((theme for theme in THEMES if key not in found[theme]), None)
        if theme is not None:
            found[theme][key] = _long(value)
    return found


def contrast_mistakes(palette: SitePalette, own: Colours) -> list[str]:
    """Every pair with a colour of the site's own that cannot be read well, with a colour near it that would do."""
    return [
        mistake for theme in THEMES for mistake in _of_theme(theme, palette.colours[theme], set(_stated(own, theme)))
    ]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1–21, by WCAG's relative luminance."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _of_theme(theme: Theme, colours: Mapping[str, str], own: set[str]) -> Iterator[str]:
    for text, ground, needed in PAIRS:
        if {text, ground} & own and contrast(colours[text], colours[ground]) < needed:
            changed = text if text in own else ground
            near = _near(changed, colours)
            yield _mistake(theme, (text, colours[text]), (ground, colours[ground]), needed, changed, near)
    for light, needed in ON_FILM if "film" in own else ():
        if contrast(light, colours["film"]) < needed:
            near = _nearest(colours["film"], [(light, needed)])
            yield _mistake(theme, ("the viewer's tools", light), ("film", colours["film"]), needed, "film", near)


def _mistake(
    theme: Theme, text: tuple[str, str], ground: tuple[str, str], needed: float, changed: str, near: str | None
) -> str:
    ratio = int(contrast(text[1], ground[1]) * 100) / 100  # never rounded up to what is needed
    hint = f"{near} for {changed} would do" if near else f"no {changed} suits all that it stands beside: change both"
    return (
        f"colours.{theme}: {text[0]} {text[1]} on {ground[0]} {ground[1]} cannot be read well\n"
        f"  received: a contrast of {ratio:.2f} to 1\n"
        f"  expected: at least {needed:g} to 1 (WCAG 2.2, level AA); {hint}"
    )


def _near(name: str, colours: Mapping[str, str]) -> str | None:
    """The nearest colour that suits everything that this one stands beside."""
    beside = [
        (colours[ground if text == name else text], needed) for text, ground, needed in PAIRS if name in (text, ground)
    ]
    return _nearest(colours[name], beside)


def _nearest(colour: str, beside: list[tuple[str, float]]) -> str | None:
    """The first on the way from a colour to black or to white, whichever comes sooner; None where there is none."""
    for step in range(1, STEPS + 1):
        for end in (0, 255):
            tried = "#" + "".join(f"{round(part + (end - part) * step / STEPS):02x}" for part in _parts(colour))
            if all(contrast(tried, other) >= needed for other, needed in beside):
                return tried
    return None


def _stated(own: Colours, theme: Theme) -> dict[str, str]:
    stated: dict[str, str | None] = msgspec.structs.asdict(getattr(own, theme))
    return {name: _long(value) for name, value in stated.items() if value is not None}


def _css(own: Colours) -> str:
    """Each theme for itself, and never on paper, which has colours of its own."""
    conditions = {"dark": "not (prefers-color-scheme: light)", "light": "(prefers-color-scheme: light)"}
    rules = []
    for theme in THEMES:
        if stated := _stated(own, theme):
            values = "".join(f"--{name.replace('_', '-')}:{value};" for name, value in stated.items())
            rules.append(f"@media screen and {conditions[theme]}{{:root,:host{{{values}}}}}\n")
    return "".join(rules)


def _long(colour: str) -> str:
    """#abc → #aabbcc."""
    digits = colour[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def _parts(colour: str) -> tuple[int, int, int]:
    digits = _long(colour)[1:]
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in _parts(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
